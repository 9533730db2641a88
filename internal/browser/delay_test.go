package browser_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// TestRingToCard reports how long it takes from the event of AMI that a phone rings, on a connection beside that of the screen-pop,
// to the frame in which Chromium shows the card.
func TestRingToCard(t *testing.T) {
	if !lab.Full() {
		t.Skip("measured at full size only")
	}
	s := open(t, lab.V22, nil).story(t)
	ann, anns := s.at("ann"), s.phone("101")
	var delays []time.Duration
	for _, number := range strangers(316, 50) {
		events := s.client.Subscribe(event.Of[event.Newstate](), nil)
		shown := make(chan time.Time, 1)
		// Ends with the card, or its patience; the test waits for it.
		go func() {
			at, err := evaluate[float64](ann, fmt.Sprintf(`%s.then(() => new Promise((resolve) => requestAnimationFrame(
				() => resolve(performance.timeOrigin + performance.now()))))`, whenTrue(visible(card(number)+`[data-state="ringing"]`)+" && true")))
			if err != nil {
				t.Errorf("the card of %s: %v", number, err)
			}
			shown <- time.UnixMicro(int64(at * 1000))
		}()
		caller := s.customer(number, "", "+12025550111")
		rang := s.rangAt(events)
		anns.rings()
		delays = append(delays, (<-shown).Sub(rang))
		events.Close()
		caller.givesUp()
		ann.finds(number, "abandoned")
	}
	slices.Sort(delays)
	t.Logf("from a ring to its card: median %v, the longest of %d %v", delays[len(delays)/2], len(delays), delays[len(delays)-1])
}

// rangAt returns when Asterisk told that Ann's phone rings.
func (s *story) rangAt(events *event.Subscription) time.Time {
	s.t.Helper()
	for {
		e, err := events.Next(s.ctx)
		if err != nil {
			s.t.Fatalf("Asterisk does not tell of the ring: %v", err)
		}
		if e, ok := e.(event.Newstate); ok && event.Device(e.Channel) == "PJSIP/101" && e.ChannelStateDesc == "Ringing" {
			return e.Received()
		}
	}
}
