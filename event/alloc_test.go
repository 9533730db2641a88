package event_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// wantAllocs takes more runs than one allocation of a growing buffer can spoil.
func wantAllocs(t *testing.T, name string, want float64, f func()) {
	t.Helper()
	if got := testing.AllocsPerRun(1000, f); got > want {
		t.Errorf("%s: %v allocations, want at most %v", name, got, want)
	}
}

func TestAllocations(t *testing.T) {
	var hub filled
	now := time.Now()
	other := block("Event: Other", "Channel: a")
	wantAllocs(t, "event without subscriptions", 0, func() { hub.Queue(other, now); hub.Flush() })

	sub := hub.Subscribe(event.Named("Hangup"), nil)
	defer sub.Close()
	where := hub.Subscribe(event.And(event.Or(event.Named("Other", "Else"), event.Where("a", "b")), event.Where("Channel", "b")), nil)
	defer where.Close()
	wantAllocs(t, "event that nobody wants", 0, func() { hub.Queue(other, now); hub.Flush() })

	hangup := block("Event: Hangup", "Channel: PJSIP/1", `CallerIDName: <unknown>`, "Cause: 16")
	wantAllocs(t, "NextRaw", 1, func() {
		hub.Queue(hangup, now)
		hub.Flush()
		if _, err := sub.NextRaw(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	wantAllocs(t, "Next", 2, func() {
		hub.Queue(hangup, now)
		hub.Flush()
		if _, err := sub.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	wantAllocs(t, "burst for NextRaw", 100*1.1, func() {
		for range 100 {
			hub.Queue(hangup, now)
		}
		hub.Flush()
		for range 100 {
			if _, err := sub.NextRaw(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestSubscribersShareTheText(t *testing.T) {
	var hub filled
	var subs []*event.Subscription
	for range 10 {
		sub := hub.Subscribe(event.Named("X"), nil)
		defer sub.Close()
		subs = append(subs, sub)
	}
	x := block("Event: X", "N: 1")
	wantAllocs(t, "event for ten subscriptions", 1, func() {
		hub.Publish(x)
		for _, sub := range subs {
			if _, err := sub.NextRaw(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
