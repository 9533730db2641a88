package message

import "time"

// Kind is what an Object is.
type Kind string

// The kinds of Objects, and the type of their values.
const (
	KindSelf       Kind = "self"       // Self
	KindServer     Kind = "server"     // Server
	KindCall       Kind = "call"       // Call
	KindParty      Kind = "party"      // Party
	KindDevice     Kind = "device"     // Device
	KindQueue      Kind = "queue"      // Queue
	KindMember     Kind = "member"     // Member
	KindCaller     Kind = "caller"     // Caller
	KindConference Kind = "conference" // Conference
	KindParked     Kind = "parked"     // Parked
)

// Self is the user, and what the user may do.
type Self struct {
	Devices []OwnDevice `json:"devices,omitempty"`
	Actions []Name      `json:"actions,omitempty"` // with the Parties of these Devices, and Members that are them
	Others  []Name      `json:"others,omitempty"`  // with everybody else's that the user sees
	MayDial bool        `json:"mayDial,omitempty"` // there is a number that the user may dial
}

// OwnDevice is a phone of the user, whether the PBX knows it or not: only in the first case there is a Device.
type OwnDevice struct {
	Key       string `json:"key"` // of the Device
	Server    string `json:"server,omitempty"`
	Name      string `json:"name"`                // as PJSIP/100
	CanAnswer bool   `json:"canAnswer,omitempty"` // it answers a call when it is asked to
}

// Server is a PBX, and whether what is shown of it is right.
type Server struct {
	Name  string      `json:"name,omitempty"`
	State ServerState `json:"state"`
	Since time.Time   `json:"since,omitzero"` // when that began
}

// ServerState is whether what is shown of a Server is right.
type ServerState string

// Whether what is shown is right.
const (
	ServerCurrent ServerState = "current" // it is
	ServerStale   ServerState = "stale"   // it is as old as Since: the gateway has lost the server, or asks it what is so
	ServerLost    ServerState = "lost"    // nobody asks it any more
)

// Who is a number and a name that a call or a network has told: any text, and no proof of who it is.
type Who struct {
	Number string `json:"number,omitempty" field:"number"`
	Name   string `json:"name,omitempty" field:"name"`
}

// Call is what people mean by a call, as long as one of its channels lives, and 15 minutes after.
type Call struct {
	Server     string    `json:"server,omitempty"`
	ID         string    `json:"id"`                                                   // Linkedid of its first channel, as CDR and CEL have it
	Direction  string    `json:"direction,omitempty" enum:"inbound,outbound,internal"` // absent if that is not known
	From       Who       `json:"from,omitzero"`
	To         string    `json:"to,omitempty" field:"number"`  // the number that was called
	DID        string    `json:"did,omitempty" field:"number"` // To, if it is one of ours
	Queue      string    `json:"queue,omitempty"`              // the last one that it waited in
	Began      time.Time `json:"began,omitzero"`
	Answered   time.Time `json:"answered,omitzero"`
	Ended      time.Time `json:"ended,omitzero"`
	Result     string    `json:"result,omitempty"` // how it went for who called, once that is certain: answered, busy, no answer, ...
	Recorded   bool      `json:"recorded,omitempty" field:"recording"`
	Parties    int       `json:"parties"`                        // how many have taken part
	With       []Share   `json:"with,omitempty" field:"parties"` // the first eight that take part now
	Transfers  int       `json:"transfers,omitempty"`
	MergedInto string    `json:"mergedInto,omitempty"` // key of the Call that goes on in its place
	Complete   bool      `json:"complete"`             // all of it was seen
}

// Share is somebody's part in a Call, in short.
type Share struct {
	Key    string     `json:"key,omitempty"` // of the Party; this and Device only where the user may see the device
	Device string     `json:"device,omitempty"`
	State  PartyState `json:"state"`
	Who
}

// Party is one phone's, agent's or trunk's part in a Call: what a card on a screen shows. It stays for 15 minutes after it
// has left, and then has an Ending. Its key is the same when its Call becomes part of another.
type Party struct {
	Server string `json:"server,omitempty"`
	Call   string `json:"call"`             // key of its Call; not every user may see that
	Device string `json:"device,omitempty"` // as PJSIP/100
	Side   string `json:"side,omitempty" enum:"ours,theirs"`
	Who
	Agent   string     `json:"agent,omitempty"`
	Dialled bool       `json:"dialled,omitempty"` // it was called; else it called
	State   PartyState `json:"state"`
	// With is who it talks with, or who calls it, or whom it calls: the first four, and the last ones after it has left. Others is how many there are more.
	With       []Who     `json:"with,omitempty"`
	Others     int       `json:"others,omitempty"`
	Direction  string    `json:"direction,omitempty" enum:"inbound,outbound,internal"`
	DID        string    `json:"did,omitempty" field:"number"`
	Queue      string    `json:"queue,omitempty"` // from which the call came, or in which it waits
	Conference string    `json:"conference,omitempty"`
	Began      time.Time `json:"began,omitzero"`
	Ringing    time.Time `json:"ringing,omitzero"`
	Answered   time.Time `json:"answered,omitzero"`
	Held       time.Time `json:"held,omitzero"`    // since when it puts the others on hold
	OnHold     bool      `json:"onHold,omitempty"` // another one has put it on hold
	Left       time.Time `json:"left,omitzero"`
	Ending     Ending    `json:"ending,omitempty"` // how it went for the Party; absent while that is not certain
	Cause      string    `json:"cause,omitempty"`  // why it left, in words
	Recording  string    `json:"recording,omitempty" enum:"running,paused" field:"recording"`
	Doubtful   bool      `json:"doubtful,omitempty"` // what is told of it may be false; the gateway is asking
	Complete   bool      `json:"complete"`
}

// PartyState is what a Party does now.
type PartyState string

// What a Party does.
const (
	PartyCalling PartyState = "calling" // it calls somebody, or waits in a queue or for what the dialplan does
	PartyRinging PartyState = "ringing"
	PartyTalking PartyState = "talking" // it is in a conversation, or the dialplan talks with it
	PartyParked  PartyState = "parked"
	PartyLeft    PartyState = "left"
)

// Ending is how a call went for one Party.
type Ending string

// How a call went for a Party.
const (
	EndingAnswered  Ending = "answered"  // it talked, or the dialplan answered
	EndingElsewhere Ending = "elsewhere" // it rang, and somebody else answered or picked up
	EndingMissed    Ending = "missed"    // it rang, and nobody answered in time
	EndingAbandoned Ending = "abandoned" // it rang, and the caller hung up
	EndingRejected  Ending = "rejected"  // it rang, and the user declined
	EndingBusy      Ending = "busy"      // it did not ring, for it was busy; of one that called: whom it called
	EndingFailed    Ending = "failed"    // it could not be reached; of one that called: whom it called
	EndingNoAnswer  Ending = "noAnswer"  // it called, and nobody answered
	EndingCancelled Ending = "cancelled" // it called, and hung up before somebody answered
)

// Device is a phone, or what Asterisk tells the state of like one.
type Device struct {
	Server string `json:"server,omitempty"`
	Name   string `json:"name"`  // as PJSIP/100
	State  string `json:"state"` // as Asterisk calls it: NOT_INUSE, INUSE, BUSY, INVALID, UNAVAILABLE, RINGING, RINGINUSE, ONHOLD, UNKNOWN
}

// Queue is a queue in figures.
type Queue struct {
	Server  string    `json:"server,omitempty"`
	Name    string    `json:"name"`
	Waiting int       `json:"waiting"`
	Longest time.Time `json:"longest,omitzero"` // since when the one that has waited longest waits
	Members int       `json:"members"`
	Free    int       `json:"free"` // members that would be called now
	Ringing int       `json:"ringing"`
	InCall  int       `json:"inCall"`
	Paused  int       `json:"paused"`
	// Since the gateway began to watch.
	Entered   int `json:"entered"`
	Answered  int `json:"answered"`
	Abandoned int `json:"abandoned"`
}

// Member is who may answer the calls of one queue.
type Member struct {
	Server     string      `json:"server,omitempty"`
	Queue      string      `json:"queue"`
	Interface  string      `json:"interface"`        // what is dialled, as PJSIP/101
	Device     string      `json:"device,omitempty"` // whose state it has
	Name       string      `json:"name,omitempty" field:"name"`
	Status     string      `json:"status"` // as Device.State
	State      MemberState `json:"state"`
	Since      time.Time   `json:"since,omitzero"`   // when State began, if that is known
	Until      time.Time   `json:"until,omitzero"`   // when it ends by itself: of a pause after a call
	Reason     string      `json:"reason,omitempty"` // of a pause
	Penalty    int         `json:"penalty,omitempty"`
	CallsTaken int         `json:"callsTaken,omitempty"`
	LastCall   time.Time   `json:"lastCall,omitzero"` // when that ended
	Dynamic    bool        `json:"dynamic,omitempty"` // it may be removed by logout
}

// MemberState is what a Member does.
type MemberState string

// What a Member does.
const (
	MemberFree        MemberState = "free"
	MemberRinging     MemberState = "ringing"
	MemberInCall      MemberState = "inCall" // with a caller of the queue
	MemberBusy        MemberState = "busy"   // its phone is in use by another call
	MemberWrapup      MemberState = "wrapup" // the pause after a call
	MemberPaused      MemberState = "paused"
	MemberUnavailable MemberState = "unavailable" // its phone can't be reached
)

// Caller is who waits in a queue. Its object goes when it has left; what became of it its Party tells.
type Caller struct {
	Server string `json:"server,omitempty"`
	Queue  string `json:"queue"`
	Party  string `json:"party,omitempty"` // key of its Party; not every user may see that
	Who
	Joined   time.Time `json:"joined"`
	Position int       `json:"position"` // 1 is served next
	Priority int       `json:"priority,omitempty"`
}

// Conference is a conference of ConfBridge.
type Conference struct {
	Server       string        `json:"server,omitempty"`
	Name         string        `json:"name"`
	Participants int           `json:"participants"`
	With         []Participant `json:"with,omitempty" field:"parties"` // the first eight
	Locked       bool          `json:"locked,omitempty"`
	Recorded     bool          `json:"recorded,omitempty" field:"recording"`
	Began        time.Time     `json:"began,omitzero"`
}

// Participant is somebody in a Conference.
type Participant struct {
	Party string `json:"party,omitempty"` // key
	Who
	Admin   bool `json:"admin,omitempty"`
	Muted   bool `json:"muted,omitempty"`
	Talking bool `json:"talking,omitempty"`
}

// Parked is a call that is parked, for somebody to retrieve.
type Parked struct {
	Server string `json:"server,omitempty"`
	Lot    string `json:"lot,omitempty"`
	Space  int    `json:"space,omitempty"`
	Party  string `json:"party,omitempty"` // key of who is parked; not every user may see that
	Who
	By       string    `json:"by,omitempty"` // device that parked it, as PJSIP/100
	Since    time.Time `json:"since,omitzero"`
	TimesOut time.Time `json:"timesOut,omitzero"` // when it is given back; absent for never
}
