package live

import (
	"fmt"
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
)

// These are costs that grow with how much there is. Each benchmark has the time of one event, or question, by the size.

// nth is the channel of a caller who called by himself.
func nth(n int) of {
	return of{name: fmt.Sprintf("PJSIP/100-%08x", n), id: fmt.Sprintf("1795992982.%d", n), linked: fmt.Sprintf("1795992982.%d", n), exten: "7"}
}

// conference is a state with a conference of n callers, each with a Call of his own.
func conference(n int) *state {
	s := ofAllParts()
	takeAll(s, bridged("BridgeCreate", "7", "b7", of{}), confbridge("ConfbridgeStart", "7", "b7", of{}, ""))
	for i := range n {
		takeAll(s, nth(i).event("Newchannel"), bridged("BridgeEnter", "7", "b7", nth(i)), confbridge("ConfbridgeJoin", "7", "b7", nth(i), joined))
	}
	return s
}

func takeAll(s *state, events ...event.Event) {
	for _, ev := range events {
		s.take(ev)
		s.changes = s.changes[:0]
	}
}

// Somebody comes into a conference of so many, and goes.
func BenchmarkConference(b *testing.B) {
	for _, n := range []int{5, 50, 500} {
		s, one := conference(n), nth(n)
		s.take(one.event("Newchannel"))
		visit := []event.Event{bridged("BridgeEnter", "7", "b7", one), confbridge("ConfbridgeJoin", "7", "b7", one, joined),
			bridged("BridgeLeave", "7", "b7", one), confbridge("ConfbridgeLeave", "7", "b7", one, "Admin: No\r\n")}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				takeAll(s, visit...)
			}
		})
	}
}

// Somebody joins a queue in which so many wait, and the first of them leaves.
func BenchmarkQueue(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		var began, events []event.Event
		for i := range 2 * n {
			began = append(began, nth(i).event("Newchannel"))
		}
		for i := range n {
			began = append(began, nth(i).joins("support", i+1, i+1))
			events = append(events, nth(i+n).joins("support", n+1, n+1), nth(i).leaves("support", n, 1))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			var s *state
			for i := range b.N {
				if i%n == 0 {
					b.StopTimer()
					s = ofAllParts()
					takeAll(s, began...)
					b.StartTimer()
				}
				takeAll(s, events[2*(i%n)], events[2*(i%n)+1])
			}
		})
	}
}

// An AGI session asks for the Call of a channel that has ended, of so many that have ended: the first of its Call, and the second.
func BenchmarkEndedCall(b *testing.B) {
	for _, n := range []int{100, 1000, 4000} {
		m := &Model{state: ofAllParts()}
		for i := range n {
			one, two := nth(2*i), nth(2*i+1)
			two.linked = one.id
			takeAll(m.state, one.event("Newchannel"), two.event("Newchannel"), two.event("Hangup"), one.event("Hangup"))
		}
		for of, id := range []string{nth(2*n - 2).id, nth(2*n - 1).id} {
			b.Run(fmt.Sprintf("%d/%d", n, of+1), func(b *testing.B) {
				for range b.N {
					if c, err := m.callOf(id); c == nil || err != nil || !slices.Contains([]string{nth(2*n - 2).id}, c.ID) {
						b.Fatalf("the Call is %v, %v", c, err)
					}
				}
			})
		}
	}
}
