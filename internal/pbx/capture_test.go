package pbx_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/equal"
	"github.com/asterisk-go/asterisk-go/transport"
)

// TestCaptures plays what captures of real servers have, and compares what is told of each channel, bridge, record and device.
func TestCaptures(t *testing.T) {
	differences, absences, races := equal.Differences(), equal.NewAbsences(), equal.Races()
	raced := make(map[string]bool)
	used := make(map[string]bool) // difference and capture
	key := func(i int, label string) string { return fmt.Sprint(i, " ", label) }
	for _, s := range scenes {
		for _, major := range []int{16, 22} {
			t.Run(s.label(major), func(t *testing.T) {
				p := begin(t, major, s.folder == lives && !s.story)
				s.play(p)
				p.pass(minute)
				want, got := equal.Groups(absences.Strip(s.capture(t, major))), equal.Groups(s.recorded(p.events))
				for _, r := range races {
					raced[r.Why] = raced[r.Why] || decides(r, want, got)
				}
				for i, d := range differences {
					if slices.Contains(d.Captures, s.label(major)) {
						used[key(i, s.label(major))] = d.Apply(want, got)
					}
				}
				for _, of := range slices.Sorted(maps.Keys(merged(want, got))) {
					if !slices.Equal(want[of], got[of]) {
						t.Errorf("of %s (-want +got)\n%s", of, equal.Diff(want[of], got[of]))
					}
				}
			})
		}
	}
	for _, a := range absences {
		if !a.Used && !a.Live && !t.Failed() {
			t.Errorf("no capture has what is said to be absent: %s", a.Why)
		}
	}
	for _, r := range races {
		if r.Captured != raced[r.Why] && !t.Failed() {
			t.Errorf("whether captures have it otherwise is %v: %s", raced[r.Why], r.Why)
		}
	}
	for i, d := range differences {
		for _, label := range d.Captures {
			if !used[key(i, label)] && !t.Failed() {
				t.Errorf("%s has no such difference: %s", label, d.Why)
			}
		}
	}
}

// decides reports whether some events differ by a race alone.
func decides(r equal.Race, want, got map[string][]string) bool {
	for of := range want {
		if !slices.Equal(want[of], got[of]) && slices.Equal(r.Apply(want[of]), r.Apply(got[of])) {
			return true
		}
	}
	return false
}

func merged(a, b map[string][]string) map[string][]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// scene is calls that are played, and where the capture of them is.
type scene struct {
	folder, name string
	story        bool // it was recorded by TestLiveStories, which leaves out more
	play         func(p *player)
}

// label is how the list of differences names a capture.
func (s scene) label(major int) string {
	return fmt.Sprintf("%s/%s-%d", map[string]string{lives: "live", endings: "gateway", kept: "pbx"}[s.folder], s.name, major)
}

func (s scene) capture(t *testing.T, major int) []transport.Fields {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("%s/%s-%d.log", s.folder, s.name, major))
	if err != nil {
		t.Fatal(err)
	}
	var events []transport.Fields
	for block := range strings.SplitSeq(strings.ReplaceAll(string(text), "\r", ""), "\n\n") {
		if strings.HasPrefix(block, "Event: ") {
			events = append(events, transport.ParseFields(block))
		}
	}
	first := slices.IndexFunc(events, func(e transport.Fields) bool { return e.Get("Event") == "Newchannel" })
	return slices.DeleteFunc(events[first:], func(e transport.Fields) bool { return slices.Contains(lists, e.Get("Event")) })
}

// lists are items of lists, and what tests send.
var lists = []string{"Status", "BridgeListItem", "Synced", "UserEvent"}

// storyEvents are what the recorder of TestLiveStories keeps.
var storyEvents = []string{"Newchannel", "Newstate", "NewCallerid", "NewConnectedLine", "Newexten", "Rename", "HangupRequest", "SoftHangupRequest", "Hangup",
	"DialBegin", "DialState", "DialEnd", "Pickup", "BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy", "Hold", "Unhold",
	"BlindTransfer", "AttendedTransfer", "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentConnect"}

// recorded are the events that the capture would have.
func (s scene) recorded(events []transport.Fields) []transport.Fields {
	return slices.DeleteFunc(slices.Clone(events), func(e transport.Fields) bool {
		if s.story {
			return !slices.Contains(storyEvents, e.Get("Event"))
		}
		name := e.Get("Event")
		return s.folder == lives && (name == "VarSet" || strings.HasPrefix(name, "DTMF"))
	})
}
