package pbx

import asterisk "github.com/asterisk-go/asterisk-go"

// rules is what the versions of Asterisk do differently.
type rules struct {
	techCause        bool     // Hangup and HangupRequest have the status of SIP
	byeCause         bool     // HangupRequest of a phone that ends a call has a cause if the channel had one before; else if it had none
	musicTells       bool     // music that begins or ends has told what has changed
	parkingSlot      bool     // the name before PARKING_SPACE is set, too
	staleHangup      bool     // HangupRequest and SoftHangupRequest have the channel as it was told of last
	pickupUnanswered bool     // the record of a call that was picked up says that who was called has not answered
	transfereeFirst  bool     // who is transferred to an application leaves its bridge first
	localStatus      bool     // the first half of a Local channel gets what became of the second's Dial
	pauseReason      bool     // QueueMemberPause has the reason twice
	queueTimes       bool     // Queue has variables of how long a caller waits and talks
	dialVariables    []string // that Dial empties at its start
}

func rulesOf(v asterisk.Version) rules {
	later := v.AtLeast(22, 0)
	return rules{
		techCause: later, byeCause: later, musicTells: later, queueTimes: later, localStatus: later, pauseReason: !later, transfereeFirst: later, pickupUnanswered: !later, parkingSlot: !later, staleHangup: later,
		dialVariables: []string{"DIALSTATUS", "DIALEDPEERNUMBER", "DIALEDPEERNAME", "ANSWEREDTIME", "ANSWEREDTIME_MS", "DIALEDTIME", "DIALEDTIME_MS",
			"RINGTIME", "RINGTIME_MS", "PROGRESSTIME", "PROGRESSTIME_MS"},
	}
}
