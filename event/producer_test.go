package event_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/producer"
)

// TestItemsAreInOrder has events that come while an item of a snapshot is on its
// way, as they do where lists and events have a connection each: the numbers in
// the stream grow all the same.
func TestItemsAreInOrder(t *testing.T) {
	var hub filled
	hub.Connect("a")
	sub := hub.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	p := hub.Producer(producer.Key{})
	for range 3 {
		item := p.Stamp(block("Event: Item"), time.Now(), event.DoubtCut)
		hub.Publish(block("Event: X"))
		if !p.Item(sub, item, 1<<20) {
			t.Fatal("Item found no room")
		}
		hub.Publish(block("Event: X"))
	}
	last := uint64(0)
	for range 9 {
		ev := next(t, sub)
		if ev.Sequence() <= last || ev.Epoch() != 1 {
			t.Errorf("%s has number %d of epoch %d, want one over %d of the first", ev.EventName(), ev.Sequence(), ev.Epoch(), last)
		}
		if last = ev.Sequence(); ev.EventName() == "Item" && ev.Doubt() != event.DoubtCut {
			t.Errorf("Item has doubt %v, want %v", ev.Doubt(), event.DoubtCut)
		}
	}
}
