package gateway

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

// queueStorm makes random changes of a queue, beside those of Calls.
type queueStorm struct {
	*storm
	joined  int
	callers []string
}

func (s *queueStorm) step() []live.Change {
	device := fmt.Sprintf("PJSIP/%d", 100+s.IntN(4))
	switch s.IntN(5) {
	case 0:
		s.joined++
		id := s.id("id")
		s.callers = append(s.callers, id)
		return []live.Change{callerIs(live.KindAdded, id), queueIs(s.joined, s.callers...)}
	case 1:
		if len(s.callers) == 0 {
			return nil
		}
		i := s.IntN(len(s.callers))
		id := s.callers[i]
		s.callers = slices.Delete(slices.Clone(s.callers), i, i+1)
		return []live.Change{callerIs(live.KindRemoved, id), queueIs(s.joined, s.callers...)}
	case 2:
		return []live.Change{memberIs(device, s.IntN(2) == 0)}
	case 3:
		return []live.Change{live.Changed[live.QueueMember]{Kind: live.KindRemoved, After: &live.QueueMember{Queue: "desk", Interface: device, StateInterface: device}}}
	}
	return s.storm.step()
}

// Whatever a client has missed and whatever waits, it has what its view has once the time to wait is over and it has read everything.
func TestClientsHaveWhatTheirViewHasOfQueues(t *testing.T) {
	const every = 500 * time.Millisecond
	desk := []Ref{{Name: "desk"}}
	rights := []Rights{
		{Own: []Ref{{Name: "PJSIP/100"}}, Queues: desk, QueueInterval: every},
		{Devices: []Ref{{Name: All}}, Queues: desk, QueueInterval: every},
		{Queues: desk, Hide: []string{"caller.number", "caller.name"}, QueueInterval: every},
		{Queues: desk},
	}
	missed := 0
	for seed := range storms() {
		synctest.Test(t, func(t *testing.T) {
			s := &queueStorm{storm: newStorm(seed)}
			s.state.config.ResumeBytes = []int{0, 2000}[seed%2]
			var clients []*browser
			for i := range 12 {
				clients = append(clients, connected(t, viewOf(t, s.state, rights[i%len(rights)])))
			}
			for range 400 {
				<-time.After(time.Duration(s.IntN(200)) * time.Millisecond)
				s.state.apply(s.pbx, s.step())
				for _, c := range clients {
					switch s.IntN(12) {
					case 0, 1:
						c.reads(-1)
					case 2:
						c.reads(1)
					case 3: // it comes back
						c.connects(c.cursor.view)
					}
				}
			}
			<-time.After(every)
			s.state.apply(s.pbx, nil)
			for i, c := range clients {
				c.reads(-1)
				if want := c.cursor.view.values(); !maps.Equal(c.objects, want) {
					t.Fatalf("seed %d: client %d has\n%v\nwant\n%v", seed, i, c.objects, want)
				}
				missed += c.missed
			}
		})
	}
	if missed == 0 {
		t.Error("no client was behind for longer than deletes are kept")
	}
}
