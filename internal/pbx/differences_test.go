package pbx_test

import (
	"regexp"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// difference is something that a capture has otherwise than the machine, and why. TestCaptures fails for one that is not
// listed, and for one that is listed and not there.
type difference struct {
	why      string
	captures []string // as scene.label
	edit     func(want, got map[string][]string) (edited bool)
}

// absence is events that captures have, and the machine never.
type absence struct {
	why  string
	is   func(e transport.Fields, told map[string]string) bool // told is for what it has to remember
	used bool
}

var absent = []*absence{
	{why: "no SIP: variables that are parts of its messages", is: func(e transport.Fields, _ map[string]string) bool {
		return e.Get("Event") == "VarSet" && strings.HasPrefix(e.Get("Variable"), "SIP")
	}},
	{why: "the channel that announces in a conference is hidden, but its device is not", is: func(e transport.Fields, _ map[string]string) bool {
		return e.Get("Event") == "DeviceStateChange" && strings.HasPrefix(e.Get("Device"), "CBAnn/")
	}},
	{why: "no media: each change of how a bridge mixes sets again who is at the other end", is: func(e transport.Fields, told map[string]string) bool {
		variable := e.Get("Variable")
		if e.Get("Event") != "VarSet" || variable != "BRIDGEPEER" && variable != "BRIDGEPVTCALLID" {
			return false
		}
		key := e.Get("Channel") + " " + variable
		again := told[key] == e.Get("Value") && e.Get("Value") != ""
		told[key] = e.Get("Value")
		return again
	}},
}

const mergeRace = "a race in Asterisk: bridges merge in one thread, while the transferer leaves in another, and the event is of either moment"

var differences = []difference{
	changes(mergeRace, "pbx/attended-transfer-by-feature-22",
		change{"BridgeMerge", "", "FromBridgeNumChannels: 2", "FromBridgeNumChannels: 1"},
		change{"BridgeLeave", "BridgeUniqueid: bridge of Local/102@default#1#1\n", "BridgeNumChannels: 0\nBridgeVideoSourceMode: none\nChannel: PJSIP/101#1", "BridgeNumChannels: 1\nBridgeVideoSourceMode: none\nChannel: PJSIP/101#1"},
		change{"BridgeLeave", "BridgeUniqueid: bridge of Local/102@default#1#1\n", "BridgeNumChannels: 1\nBridgeVideoSourceMode: none\nChannel: Local", "BridgeNumChannels: 0\nBridgeVideoSourceMode: none\nChannel: Local"},
		connected("Transferee", "102", "101"), connected("TransferTarget", "100", "101")),
	changes(mergeRace, "live/attended-transfer-feature-16", connected("TransferTarget", "100", "101")),
	changes(mergeRace, "live/attended-transfer-feature-22", change{"AttendedTransfer", "", "SecondBridgeNumChannels: 0", "SecondBridgeNumChannels: 1"}),
	changes(mergeRace, "live/attended-transfer-feature-queue-16", change{"AttendedTransfer", "", "SecondBridgeNumChannels: 0", "SecondBridgeNumChannels: 1"}),
	early("PJSIP/100#1", "pbx/originate-to-a-person-16", "pbx/originate-to-a-person-22"),
	early("PJSIP/101#1", "pbx/hangup-callee-16", "pbx/attended-transfer-by-feature-aborted-16", "pbx/attended-transfer-by-feature-all-three-22", "live/attended-transfer-feature-22", "pbx/both-redirected-apart-16", "live/parking-22", "gateway/missed-22", "gateway/elsewhere-16", "gateway/queue-declined-22", "gateway/queue-missed-22", "live/queue-16", "live/queue-timed-out-16",
		"pbx/queue-left-by-key-22", "pbx/queue-timed-out-16", "pbx/blind-transfer-by-feature-22"),
	early("PJSIP/102#1", "pbx/queue-ring-no-answer-16", "pbx/blind-transfer-by-the-caller-16", "pbx/attended-transfer-by-feature-all-three-22", "live/attended-transfer-feature-16", "live/attended-transfer-feature-queue-16", "gateway/queue-elsewhere-16", "gateway/elsewhere-16"),
	{
		why:      "a race in Asterisk: who is called is told to a Local channel in one thread, and its state changes in another",
		captures: []string{"pbx/attended-transfer-by-feature-22", "pbx/attended-transfer-by-feature-all-three-16", "pbx/attended-transfer-by-feature-returned-16"},
		edit:     func(_, got map[string][]string) bool { return callerFirst(got["Local/102@default#1;1"]) },
	},
	{
		why:      "a race in Asterisk: who is called is known before or after the transferer waits for that",
		captures: []string{"pbx/attended-transfer-by-feature-all-three-16", "pbx/attended-transfer-by-feature-returned-16"},
		edit: func(_, got map[string][]string) bool {
			all := got["PJSIP/101#1"]
			at := slices.IndexFunc(all, func(text string) bool {
				return strings.HasPrefix(text, "Event: NewConnectedLine") && strings.Contains(text, "ConnectedLineNum: <unknown>")
			})
			if at >= 0 {
				got["PJSIP/101#1"] = slices.Delete(all, at, at+1)
			}
			return at >= 0
		},
	},
	{
		why:      "of a transfer while the phone rings, 16 names no target where 22 does; one capture of each",
		captures: []string{"live/attended-transfer-ringing-16"},
		edit: func(_, got map[string][]string) bool {
			all := got["AttendedTransfer"]
			without := targetLines.ReplaceAllString(all[0], "")
			edited := without != all[0]
			all[0] = without
			return edited
		},
	},
	changes(mergeRace, "live/attended-transfer-ringing-16", connected("Transferee", "101", "102")),
	{
		why:      "a second that is measured in two places: the record began a little after the time in the parking lot",
		captures: []string{"pbx/parked-by-action-timed-out-16"},
		edit: func(_, got map[string][]string) bool {
			return edit(got, "Event: Cdr", "LastApplication: Park", "Duration: 1\nBillableSeconds: 1", "Duration: 0\nBillableSeconds: 0")
		},
	},
	{
		why:      "a race in Asterisk: the driver of a channel and the thread that runs it both ask it to end",
		captures: []string{"pbx/attended-transfer-by-REFER-22"},
		edit: func(_, got map[string][]string) bool {
			return moveBehind(got["PJSIP/101#2"], "Event: SoftHangupRequest", "Event: SoftHangupRequest")
		},
	},
	{
		why:      "a race in Asterisk: whether the queue or the state of the device counts the call first. InCall was 0 in all others",
		captures: []string{"pbx/queue-answered-22"},
		edit: func(_, got map[string][]string) bool {
			return edit(got, "Event: QueueMemberStatus", "Queue: desk\n", "InCall: 0\nStatus: 2", "InCall: 1\nStatus: 2")
		},
	},
	changes("the same race, of another queue", "pbx/queue-ring-no-answer-22", change{"QueueMemberStatus", "Queue: turns\nMemberName: Cem\n", "InCall: 0\nStatus: 2", "InCall: 1\nStatus: 2"}),
	changes("a race in Asterisk: the phone rang before DialBegin was told", "pbx/redirect-callee-22",
		change{"DialBegin", "", "DestChannelState: 0\nDestChannelStateDesc: Down", "DestChannelState: 5\nDestChannelStateDesc: Ringing"}),
	changes("a race in Asterisk: two leave a bridge in two threads", "pbx/blind-transfer-by-the-caller-22",
		change{"BridgeLeave", "", "simple_bridge\nBridgeCreator: <unknown>\nBridgeName: <unknown>\nBridgeNumChannels: 0\nBridgeVideoSourceMode: none\nChannel: PJSIP/101#1", "native_rtp\nBridgeCreator: <unknown>\nBridgeName: <unknown>\nBridgeNumChannels: 1\nBridgeVideoSourceMode: none\nChannel: PJSIP/101#1"},
		change{"BridgeLeave", "", "BridgeNumChannels: 1\nBridgeVideoSourceMode: none\nChannel: PJSIP/100#1", "BridgeNumChannels: 0\nBridgeVideoSourceMode: none\nChannel: PJSIP/100#1"},
		change{"BridgeDestroy", "bridge of PJSIP/101#1#1", "simple_bridge", "native_rtp"}),
	{
		why:      "the capture ends before the conference does",
		captures: []string{"pbx/kick-22"},
		edit: func(_, got map[string][]string) bool {
			all := got["bridge of PJSIP/100#1#1"]
			got["bridge of PJSIP/100#1#1"] = all[:len(all)-1]
			return strings.HasPrefix(all[len(all)-1], "Event: BridgeDestroy")
		},
	},
	{
		why:      "a race in Asterisk: a bridge that ends sets once more who was in it",
		captures: []string{"pbx/direct-16"},
		edit: func(want, _ map[string][]string) bool {
			all := want["PJSIP/101#1"]
			last := slices.IndexFunc(all, func(text string) bool { return strings.HasPrefix(text, "Event: BridgeLeave") })
			if last < 2 || !strings.Contains(all[last-2], "Variable: BRIDGEPEER\nValue: PJSIP/100#1") {
				return false
			}
			want["PJSIP/101#1"] = slices.Delete(all, last-2, last)
			return true
		},
	},
	{
		why:      "a race in Asterisk: who is redirected is told before or after its bridge is cleared",
		captures: []string{"pbx/redirect-caller-22"},
		edit:     func(_, got map[string][]string) bool { return clearedLater(got["PJSIP/100#1"]) },
	},
	{
		why:      "a race in Asterisk: who is redirected is told before or after its bridge is cleared",
		captures: []string{"pbx/redirect-callee-22"},
		edit:     func(_, got map[string][]string) bool { return clearedLater(got["PJSIP/101#1"]) },
	},
	{
		why:      "the same race as between two transferers that leave, of another transfer",
		captures: []string{"pbx/attended-transfer-by-REFER-of-two-calls-that-she-made-16"},
		edit: func(_, got map[string][]string) bool {
			return moveBehind(got["PJSIP/101#1"], "Event: SoftHangupRequest", "Event: SoftHangupRequest")
		},
	},
}

var targetLines = regexp.MustCompile(`TransferTarget\w+: [^\n]*\n`)

// early is the difference that a call was told as ringing before its channel was.
func early(of string, captures ...string) difference {
	return difference{
		why:      of + ": a race in Asterisk: the thread that dials may read that the phone rings before the phone's thread has set the channel's state",
		captures: captures,
		edit: func(_, got map[string][]string) bool {
			peer := "DestChannel: " + of + "\nDestChannelState: "
			return edit(got, "Event: DialState", "", peer+"5\nDestChannelStateDesc: Ringing", peer+"0\nDestChannelStateDesc: Down")
		},
	}
}

// callerFirst moves a NewCallerid before the change of state, or the end, that came before it.
func callerFirst(events []string) (edited bool) {
	to := slices.IndexFunc(events, func(text string) bool {
		return strings.HasPrefix(text, "Event: Newstate") || strings.HasPrefix(text, "Event: HangupRequest")
	})
	from := slices.IndexFunc(events, func(text string) bool { return strings.HasPrefix(text, "Event: NewCallerid") })
	if to < 0 || from < to {
		return false
	}
	moved := strings.Replace(events[from], "ChannelState: 5\nChannelStateDesc: Ringing", "ChannelState: 0\nChannelStateDesc: Down", 1)
	copy(events[to+1:from+1], events[to:from])
	events[to] = moved
	for i := to + 1; i <= from; i++ { // which tell of what was told before
		if strings.HasPrefix(events[i], "Event: VarSet") {
			events[i] = strings.Replace(events[i], "CallerIDNum: <unknown>\nCallerIDName: <unknown>", between(moved, "CallerIDNum", "\nConnected"), 1)
		}
	}
	return true
}

// clearedLater moves the two events that clear a channel's bridge behind the one that tells where the channel is now.
func clearedLater(events []string) (edited bool) {
	at := slices.IndexFunc(events, func(text string) bool {
		return strings.Contains(text, "Variable: BRIDGEPEER\nValue:") && strings.HasSuffix(text, "Value:")
	})
	if at < 0 || at+2 >= len(events) || !strings.HasPrefix(events[at+2], "Event: Newexten") {
		return false
	}
	where := between(events[at+2], "\nContext: ", "\nUniqueid")
	before := between(events[at], "\nContext: ", "\nUniqueid")
	moved := []string{events[at+2], strings.Replace(events[at], before, where, 1), strings.Replace(events[at+1], before, where, 1)}
	copy(events[at:], moved)
	return true
}

func between(text, first, last string) string {
	from := strings.Index(text, first)
	return text[from : from+strings.Index(text[from:], last)]
}

// moveBehind moves the first event that begins so behind the next one that begins otherwise.
func moveBehind(events []string, first, next string) (edited bool) {
	i := slices.IndexFunc(events, func(text string) bool { return strings.HasPrefix(text, first) })
	for j := i + 1; i >= 0 && j < len(events); j++ {
		if strings.HasPrefix(events[j], next) {
			moved := events[i]
			copy(events[i:j], events[i+1:j+1])
			events[j] = moved
			return true
		}
	}
	return false
}

// changes is a difference in texts of events: each of them has to be there.
func changes(why, capture string, all ...change) difference {
	return difference{why: why, captures: []string{capture}, edit: func(_, got map[string][]string) bool {
		edited := true
		for _, c := range all {
			edited = edit(got, "Event: "+c.event, c.having, c.before, c.after) && edited
		}
		return edited
	}}
}

// change is text that a capture has otherwise, in events of a name that have some text.
type change struct{ event, having, before, after string }

// connected is that a party of AttendedTransfer is told as it was before it got to know who it talks to now.
func connected(party, before, after string) change {
	lines := func(number, name string) string {
		return party + "ConnectedLineNum: " + number + "\n" + party + "ConnectedLineName: " + name + "\n"
	}
	return change{"AttendedTransfer", "", lines(before, "Phone "+before), lines(after, "Phone "+after)}
}

// edit replaces text in the events of a name that have some text.
func edit(told map[string][]string, event, having, before, after string) (edited bool) {
	for _, events := range told {
		for i, text := range events {
			if strings.HasPrefix(text, event+"\n") && strings.Contains(text, having) && strings.Contains(text, before) {
				events[i], edited = strings.Replace(text, before, after, 1), true
			}
		}
	}
	return edited
}
