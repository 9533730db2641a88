package pbx_test

import (
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

var differences = []difference{
	early("PJSIP/100#1", "pbx/originate-to-a-person-16", "pbx/originate-to-a-person-22"),
	early("PJSIP/101#1", "pbx/both-redirected-apart-16", "live/parking-22", "gateway/missed-22", "gateway/elsewhere-16", "gateway/queue-declined-22", "gateway/queue-missed-22", "live/queue-16", "live/queue-timed-out-16",
		"pbx/queue-left-by-key-22", "pbx/queue-timed-out-16", "pbx/blind-transfer-by-feature-22"),
	early("PJSIP/102#1", "gateway/queue-elsewhere-16", "gateway/elsewhere-16"),
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
			all := got["PJSIP/101#2"]
			i := slices.IndexFunc(all, func(text string) bool { return strings.HasPrefix(text, "Event: SoftHangupRequest") })
			j := i + 1
			for ; j < len(all) && !strings.HasPrefix(all[j], "Event: SoftHangupRequest"); j++ {
			}
			if i < 0 || j == len(all) {
				return false
			}
			got["PJSIP/101#2"] = slices.Concat(all[:i], all[i+1:j+1], all[i:i+1], all[j+1:])
			return true
		},
	},
	{
		why:      "a race in Asterisk: whether the queue or the state of the device counts the call first. InCall was 0 in all others",
		captures: []string{"pbx/queue-answered-22"},
		edit: func(_, got map[string][]string) bool {
			return edit(got, "Event: QueueMemberStatus", "Queue: desk\n", "InCall: 0\nStatus: 2", "InCall: 1\nStatus: 2")
		},
	},
}

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
