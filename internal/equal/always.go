package equal

import (
	"slices"
	"strings"
)

// Always is what a real server tells otherwise each time, and why.
type Always struct {
	Why   string
	Major int  // of the version that has it; 0 for both
	Used  bool // Apply has found it
	edit  func(of string, events []string) (edited []string)
}

// Apply makes what pbxtest has told as the real server tells it.
func (d *Always) Apply(told map[string][]string) {
	for of, events := range told {
		if edited := d.edit(of, events); edited != nil {
			told[of], d.Used = edited, true
		}
	}
}

// AlwaysOf returns those of a version, none of them used.
func AlwaysOf(major int) (all []*Always) {
	for _, d := range always() {
		if d.Major == 0 || d.Major == major {
			all = append(all, d)
		}
	}
	return all
}

func always() []*Always {
	return []*Always{
		{Why: "who is asked by keys before a transfer, and answers at once as ConfBridge does, is connected to the asker before pbxtest tells of the answer, and after it by Asterisk", edit: answersFirst},
	}
}

// answersFirst has the answer of a Local channel come before who is at its other end.
func answersFirst(of string, events []string) []string {
	at := slices.IndexFunc(events, func(text string) bool { return strings.Contains(text, "\nVariable: BRIDGEPEER\n") })
	if !strings.HasPrefix(of, "Local/601@") || !strings.HasSuffix(of, ";1") || at < 0 || at+2 >= len(events) || !strings.HasPrefix(events[at+2], "Event: Newstate\n") {
		return nil
	}
	up := strings.NewReplacer("ChannelState: 0\nChannelStateDesc: Down", "ChannelState: 6\nChannelStateDesc: Up")
	edited := slices.Clone(events)
	edited[at], edited[at+1], edited[at+2] = events[at+2], up.Replace(events[at]), up.Replace(events[at+1])
	return edited
}
