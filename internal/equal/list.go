package equal

import (
	"slices"
	"strings"
)

// What several differences have as their reason.
const (
	mergeRace = "a race in Asterisk: bridges merge in one thread, while the transferer leaves in another, and the event is of either moment"
	countRace = "a race in Asterisk: whether the queue or the state of the device counts the call first. InCall was 0 in all others"
)

// Differences returns all, with the captures that have them.
func Differences() []Difference {
	return []Difference{
		changes(mergeRace, "pbx/attended-transfer-by-feature-22",
			change{"BridgeMerge", "", "FromBridgeNumChannels: 2", "FromBridgeNumChannels: 1"},
			change{"BridgeLeave", "BridgeUniqueid: bridge of Local/102@default#1#1\n", "BridgeNumChannels: 0\nBridgeVideoSourceMode: none\nChannel: PJSIP/101#1", "BridgeNumChannels: 1\nBridgeVideoSourceMode: none\nChannel: PJSIP/101#1"},
			change{"BridgeLeave", "BridgeUniqueid: bridge of Local/102@default#1#1\n", "BridgeNumChannels: 1\nBridgeVideoSourceMode: none\nChannel: Local", "BridgeNumChannels: 0\nBridgeVideoSourceMode: none\nChannel: Local"},
			connected("Transferee", "102", "101"), connected("TransferTarget", "100", "101")),
		changes(mergeRace, "live/attended-transfer-feature-16", connected("TransferTarget", "100", "101")),
		changes(mergeRace, "live/attended-transfer-feature-22", change{"AttendedTransfer", "", "SecondBridgeNumChannels: 0", "SecondBridgeNumChannels: 1"}),
		changes(mergeRace, "live/attended-transfer-feature-queue-16", change{"AttendedTransfer", "", "SecondBridgeNumChannels: 0", "SecondBridgeNumChannels: 1"}),
		readEarly("PJSIP/100#1", "pbx/originate-to-a-person-16", "pbx/originate-to-a-person-22"),
		readEarly("PJSIP/101#1", "pbx/hangup-callee-16", "pbx/attended-transfer-by-feature-aborted-16", "pbx/attended-transfer-by-feature-all-three-22", "live/attended-transfer-feature-22", "pbx/both-redirected-apart-16", "live/parking-22", "gateway/missed-22", "gateway/elsewhere-16", "gateway/queue-declined-22", "gateway/queue-missed-22", "live/queue-16", "live/queue-timed-out-16",
			"pbx/queue-left-by-key-22", "pbx/queue-timed-out-16", "pbx/blind-transfer-by-feature-22"),
		readEarly("PJSIP/102#1", "pbx/queue-ring-no-answer-16", "pbx/blind-transfer-by-the-caller-16", "pbx/attended-transfer-by-feature-all-three-22", "live/attended-transfer-feature-16", "live/attended-transfer-feature-queue-16", "gateway/queue-elsewhere-16", "gateway/elsewhere-16"),
		{
			Why:      "a race in Asterisk: who is called is told to a Local channel in one thread, and its state changes in another",
			Captures: []string{"pbx/attended-transfer-by-feature-22", "pbx/attended-transfer-by-feature-all-three-16", "pbx/attended-transfer-by-feature-returned-16"},
			edit:     func(_, got map[string][]string) bool { return callerFirst(got["Local/102@default#1;1"]) },
		},
		{
			Why:      "a race in Asterisk: who is called is known before or after the transferer waits for that",
			Captures: []string{"pbx/attended-transfer-by-feature-all-three-16", "pbx/attended-transfer-by-feature-returned-16"},
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
			Why:      "a race in Asterisk: a transfer while the phone rings names the target or not",
			Captures: []string{"live/attended-transfer-ringing-16"},
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
			Why:      "a second that is measured in two places: the record began a little after the time in the parking lot",
			Captures: []string{"pbx/parked-by-action-timed-out-16"},
			edit: func(_, got map[string][]string) bool {
				return edit(got, "Event: Cdr", "LastApplication: Park", "Duration: 1\nBillableSeconds: 1", "Duration: 0\nBillableSeconds: 0")
			},
		},
		endedTwice("PJSIP/101#2", "pbx/attended-transfer-by-REFER-22"),
		{
			Why:      countRace,
			Captures: []string{"pbx/queue-answered-22"},
			edit: func(_, got map[string][]string) bool {
				return edit(got, "Event: QueueMemberStatus", "Queue: desk\n", "InCall: 0\nStatus: 2", "InCall: 1\nStatus: 2")
			},
		},
		changes(countRace, "pbx/queue-ring-no-answer-22", change{"QueueMemberStatus", "Queue: turns\nMemberName: Cem\n", "InCall: 0\nStatus: 2", "InCall: 1\nStatus: 2"}),
		changes("a race in Asterisk: the phone rang before DialBegin was told", "pbx/redirect-callee-22",
			change{"DialBegin", "", "DestChannelState: 0\nDestChannelStateDesc: Down", "DestChannelState: 5\nDestChannelStateDesc: Ringing"}),
		changes("a race in Asterisk: two leave a bridge in two threads", "pbx/blind-transfer-by-the-caller-22",
			change{"BridgeLeave", "", "simple_bridge\nBridgeCreator: <unknown>\nBridgeName: <unknown>\nBridgeNumChannels: 0\nBridgeVideoSourceMode: none\nChannel: PJSIP/101#1", "native_rtp\nBridgeCreator: <unknown>\nBridgeName: <unknown>\nBridgeNumChannels: 1\nBridgeVideoSourceMode: none\nChannel: PJSIP/101#1"},
			change{"BridgeLeave", "", "BridgeNumChannels: 1\nBridgeVideoSourceMode: none\nChannel: PJSIP/100#1", "BridgeNumChannels: 0\nBridgeVideoSourceMode: none\nChannel: PJSIP/100#1"},
			change{"BridgeDestroy", "bridge of PJSIP/101#1#1", "simple_bridge", "native_rtp"}),
		{
			Why:      "the capture ends before the conference does",
			Captures: []string{"pbx/kick-22"},
			edit: func(_, got map[string][]string) bool {
				all := got["bridge of PJSIP/100#1#1"]
				got["bridge of PJSIP/100#1#1"] = all[:len(all)-1]
				return strings.HasPrefix(all[len(all)-1], "Event: BridgeDestroy")
			},
		},
		{
			Why:      "a race in Asterisk: a bridge that ends sets once more who was in it",
			Captures: []string{"pbx/direct-16"},
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
		redirected("PJSIP/100#1", "pbx/redirect-caller-22"),
		redirected("PJSIP/101#1", "pbx/redirect-callee-22"),
		endedTwice("PJSIP/101#1", "pbx/attended-transfer-by-REFER-of-two-calls-that-she-made-16"),
	}
}
