package gateway

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

func queueIs(joined int, callers ...string) live.Change {
	return live.Changed[live.Queue]{Kind: live.KindUpdated, After: &live.Queue{Name: "desk", Counts: live.QueueCounts{Joined: joined}, Callers: callers}}
}

func memberIs(device string, paused bool) live.Change {
	return live.Changed[live.QueueMember]{Kind: live.KindUpdated, After: &live.QueueMember{Queue: "desk", Interface: device, StateInterface: device, Paused: paused}}
}

func callerIs(kind live.Kind, id string) live.Change {
	return live.Changed[live.QueueCaller]{Kind: kind, After: &live.QueueCaller{Queue: "desk", UniqueID: id, Channel: "PJSIP/trunk-00000001"}}
}

// What changes in a queue waits, unless there is something else to tell.
func TestQueueInterval(t *testing.T) {
	const every = 500 * time.Millisecond
	agent := Rights{Own: []Ref{{Name: "PJSIP/100"}}, Queues: []Ref{{Name: "desk"}}, QueueInterval: every}
	for name, test := range map[string]struct {
		changes []live.Change
		waits   bool
	}{
		"queue":            {[]live.Change{queueIs(2)}, true},
		"member":           {[]live.Change{memberIs("PJSIP/101", true)}, true},
		"own member":       {[]live.Change{memberIs("PJSIP/100", true)}, false},
		"caller":           {[]live.Change{callerIs(live.KindAdded, "2")}, true},
		"caller that goes": {[]live.Change{callerIs(live.KindRemoved, "1")}, true},
		"call":             {[]live.Change{callOf(talk("9", "100", "trunk"))}, false},
		"queue and call":   {[]live.Change{queueIs(2), callOf(talk("9", "100", "trunk"))}, false},
		"call and queue":   {[]live.Change{callOf(talk("9", "100", "trunk")), queueIs(2)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := newStateOf(&Config{})
				s.apply(p, []live.Change{queueIs(1), memberIs("PJSIP/100", false), memberIs("PJSIP/101", false), callerIs(live.KindAdded, "1")})
				b := connected(t, viewOf(t, s, agent))
				b.reads(-1)
				told := func() bool {
					b.all.Reset()
					b.reads(-1)
					return b.all.Len() > 0
				}
				pause := s.apply(p, test.changes)
				if got := told(); got == test.waits {
					t.Fatalf("it was told at once: %t, want %t", got, !test.waits)
				}
				if test.waits && pause != every {
					t.Errorf("the state looks again after %v, want %v", pause, every)
				}
				<-time.After(every - 1)
				s.apply(p, nil)
				if told() {
					t.Errorf("before its time it was told %s", b.all.String())
				}
				<-time.After(1)
				s.apply(p, nil)
				if got := told(); got != test.waits {
					t.Errorf("it was told then: %t, want %t", got, test.waits)
				}
				<-time.After(every) // nobody waits any more
				s.apply(p, []live.Change{queueIs(7)})
				if !told() || !strings.Contains(b.all.String(), `"entered":7`) {
					t.Errorf("the next change is told as %q", b.all.String())
				}
				s.apply(p, []live.Change{queueIs(8)})
				s.apply(p, []live.Change{queueIs(9)})
				if told() {
					t.Errorf("the one after it is told at once")
				}
			})
		})
	}
}

// A delete that waits is told before it is forgotten.
func TestQueueIntervalBeyondTheWindow(t *testing.T) {
	s, p := newStateOf(&Config{ResumeBytes: 300})
	s.apply(p, []live.Change{queueIs(1)})
	b := connected(t, viewOf(t, s, Rights{Queues: []Ref{{Name: "desk"}}, QueueInterval: time.Hour}))
	var there, gone []live.Change
	for _, id := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
		there, gone = append(there, callerIs(live.KindAdded, id)), append(gone, callerIs(live.KindRemoved, id))
	}
	s.apply(p, there)
	b.reads(-1)
	for _, c := range slices.Backward(gone) {
		s.apply(p, []live.Change{c})
		if b.reads(-1); b.cursor.missed {
			t.Fatal("the client has missed something")
		}
	}
	if n := len(b.objects); n > 4+4 { // Self, Server, the queue, and members that are still to be told of
		t.Errorf("the client has %d objects: %v", n, b.objects)
	}
}
