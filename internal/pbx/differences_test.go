package pbx_test

import (
	"slices"
	"strings"
)

// difference is something that a capture has otherwise than the machine, and why. TestCaptures fails for one that is not
// listed, and for one that is listed and not there.
type difference struct {
	why      string
	captures []string // name-version
	edit     func(want, got map[string][]string) (edited bool)
}

func (d *difference) applies(name string, major int) bool {
	return slices.Contains(d.captures, name) || slices.Contains(d.captures, name+map[int]string{16: "-16", 22: "-22"}[major])
}

var differences = []difference{
	{
		why:      "a race in Asterisk: the thread that dials may read that the phone rings before the phone's thread has set the channel's state",
		captures: []string{"missed-22", "queue-declined-22", "queue-missed-22", "queue-16", "queue-timed-out-16"},
		edit:     func(_, got map[string][]string) bool { return earlyRinging(got, "PJSIP/101#1") },
	},
	{
		why:      "the same, of the other phone",
		captures: []string{"queue-elsewhere-16"},
		edit:     func(_, got map[string][]string) bool { return earlyRinging(got, "PJSIP/102#1") },
	},
	{
		why:      "the same, of both phones",
		captures: []string{"elsewhere-16"},
		edit: func(_, got map[string][]string) bool {
			return earlyRinging(got, "PJSIP/101#1") && earlyRinging(got, "PJSIP/102#1")
		},
	},
}

// earlyRinging has a DialState tell that a channel is down.
func earlyRinging(told map[string][]string, of string) (edited bool) {
	return edit(told, "Event: DialState", "DestChannel: "+of+"\nDestChannelState: 5\nDestChannelStateDesc: Ringing", "DestChannel: "+of+"\nDestChannelState: 0\nDestChannelStateDesc: Down")
}

// edit replaces text in the events of a name.
func edit(told map[string][]string, event, before, after string) (edited bool) {
	for _, events := range told {
		for i, text := range events {
			if strings.HasPrefix(text, event+"\n") && strings.Contains(text, before) {
				events[i], edited = strings.Replace(text, before, after, 1), true
			}
		}
	}
	return edited
}
