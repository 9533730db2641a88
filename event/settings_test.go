package event_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
)

// A Limit of zero is the default, and a negative one is none.
func TestNegativeSettings(t *testing.T) {
	const published = event.DefaultLimit + 5
	for limit, missed := range map[int]uint64{0: 5, -1: 0} {
		var hub filled
		sub := hub.Subscribe(event.Filter{}, &event.SubscribeConfig{Limit: limit})
		publishN(&hub, 0, published)
		if stats := sub.Stats(); uint64(stats.Missed) != missed || uint64(stats.Matched) != published {
			t.Errorf("Limit %d: %+v, want %d missed", limit, stats, missed)
		}
		hub.Close(nil)
	}
}
