package equal

import (
	"regexp"
	"slices"
	"strings"
)

// Difference is something that a capture of a real server has otherwise than pbxtest, and why.
type Difference struct {
	Why      string
	Captures []string // as pbx/direct-16
	edit     func(want, got map[string][]string) (edited bool)
}

// Apply makes both groups equal in what differs, and reports whether it was there.
func (d *Difference) Apply(want, got map[string][]string) (found bool) { return d.edit(want, got) }

var targetLines = regexp.MustCompile(`TransferTarget\w+: [^\n]*\n`)

// readEarly is the difference that a call was told as ringing before its channel was.
func readEarly(of string, captures ...string) Difference {
	return Difference{
		Why:      "a race in Asterisk: the thread that dials may read that the phone rings before the phone's thread has set the channel's state",
		Captures: captures,
		edit: func(_, got map[string][]string) bool {
			peer := "DestChannel: " + of + "\nDestChannelState: "
			return edit(got, "Event: DialState", "", peer+"5\nDestChannelStateDesc: Ringing", peer+"0\nDestChannelStateDesc: Down")
		},
	}
}

// endedTwice is the difference that a channel is asked to end by its driver before or after the thread that runs it.
func endedTwice(of, capture string) Difference {
	return Difference{
		Why:      "a race in Asterisk: the driver of a channel and the thread that runs it both ask it to end",
		Captures: []string{capture},
		edit: func(_, got map[string][]string) bool {
			return moveBehind(got[of], "Event: SoftHangupRequest", "Event: SoftHangupRequest")
		},
	}
}

// redirected is the difference that the bridge of a channel that is redirected is cleared before or after that is told.
func redirected(of, capture string) Difference {
	return Difference{
		Why:      "a race in Asterisk: who is redirected is told before or after its bridge is cleared",
		Captures: []string{capture},
		edit:     func(_, got map[string][]string) bool { return clearedLater(got[of]) },
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

// clearedLater has the two events that clear a channel's bridge come after the one that tells where the channel is now.
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

// moveBehind has the first event that begins with one text come after the next one that begins with another.
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
func changes(why, capture string, all ...change) Difference {
	return Difference{Why: why, Captures: []string{capture}, edit: func(_, got map[string][]string) bool {
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
