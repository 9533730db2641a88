package event_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/producer"
)

// stream is a hub with one subscription, and what its consumer got so far.
type stream struct {
	t   *testing.T
	hub filled
	sub *event.Subscription
	got []string
}

func newStream(t *testing.T, filter event.Filter, limit int) *stream {
	s := &stream{t: t}
	s.sub = s.hub.Subscribe(filter, &event.SubscribeConfig{Limit: limit})
	t.Cleanup(s.sub.Close)
	return s
}

// take takes n events.
func (s *stream) take(n int) {
	s.t.Helper()
	for range n {
		s.got = append(s.got, describe(next(s.t, s.sub)))
	}
}

// item inserts an item of a snapshot.
func (s *stream) item(name string) {
	s.hub.QueueItem(s.sub, block("Event: "+name), time.Now())
	s.hub.Flush()
}

// asked reports whether a snapshot is asked for, and takes the token.
func (s *stream) asked() bool {
	select {
	case <-s.sub.Producer(producer.Key{}).NeedsSnapshot(s.sub):
		return true
	default:
		return false
	}
}

// end takes what is left and compares the whole stream.
func (s *stream) end(want ...string) {
	s.t.Helper()
	s.hub.Close(nil)
	for ev := range s.sub.All(s.t.Context()) {
		s.got = append(s.got, describe(ev))
	}
	if !slices.Equal(s.got, want) {
		s.t.Errorf("stream:\n got %q\nwant %q", s.got, want)
	}
	stats := s.sub.Stats()
	if stats.Queued != 0 || stats.Matched != stats.Delivered+stats.Missed {
		s.t.Errorf("Stats = %+v", stats)
	}
}

// describe is an event as name, what matters in it, and epoch.sequence.
func describe(ev event.Event) string {
	text := ev.EventName()
	switch e := ev.(type) {
	case event.Gap:
		text = fmt.Sprintf("%s %d", e.Reason, e.Missed)
	case event.Synced:
		if e.Err != nil {
			text += " " + e.Err.Error()
		}
	}
	return fmt.Sprintf("%s %d.%d", text, ev.Epoch(), ev.Sequence())
}

func TestGapStandsWhereEventsAreMissing(t *testing.T) {
	s := newStream(t, event.Named("X"), 4)
	publishN(&s.hub, 0, 4)
	s.hub.Publish(block("Event: Other"))
	publishN(&s.hub, 4, 3) // 6 to 8 are dropped
	s.take(1)
	publishN(&s.hub, 7, 1) // 9 also: not yet half empty
	s.take(1)
	publishN(&s.hub, 8, 1) // 10 is not
	s.end("X 0.1", "X 0.2", "X 0.3", "X 0.4", "overflow 4 0.9", "X 0.10")
	if got := s.sub.Stats(); got.Missed != 4 || got.HighWater != 4 {
		t.Errorf("Stats = %+v, want 4 missed and a high water of 4", got)
	}
}

func TestEachOverflowHasOneGap(t *testing.T) {
	s := newStream(t, event.Filter{}, 2)
	publishN(&s.hub, 0, 3)
	s.take(2)
	publishN(&s.hub, 3, 4)
	s.end("X 0.1", "X 0.2", "overflow 1 0.3", "X 0.4", "X 0.5", "overflow 2 0.7")
}

func TestOverflowOfOne(t *testing.T) {
	s := newStream(t, event.Filter{}, 1)
	publishN(&s.hub, 0, 3)
	s.take(1)
	publishN(&s.hub, 3, 1)
	s.end("X 0.1", "overflow 2 0.3", "X 0.4")
}

func TestNoLimit(t *testing.T) {
	s := newStream(t, event.Filter{}, -1)
	publishN(&s.hub, 0, event.DefaultLimit+10)
	if got := s.sub.Stats(); got.Queued != event.DefaultLimit+10 || got.Missed != 0 {
		t.Errorf("Stats = %+v", got)
	}
}

func TestDefaultLimit(t *testing.T) {
	s := newStream(t, event.Filter{}, 0)
	publishN(&s.hub, 0, event.DefaultLimit+10)
	if got := s.sub.Stats(); got.Queued != event.DefaultLimit || got.Missed != 10 {
		t.Errorf("Stats = %+v", got)
	}
}

func TestOversizedIsAGapOfOne(t *testing.T) {
	s := newStream(t, event.Named("X"), 2)
	s.hub.QueueOversized(block("Event: Other"), time.Now())
	s.hub.QueueOversized(block("Response: Success"), time.Now())
	publishN(&s.hub, 0, 1)
	s.hub.QueueOversized(block("Event: x"), time.Now())
	publishN(&s.hub, 1, 2)
	s.hub.QueueOversized(block("Event: X"), time.Now()) // counts with those that are dropped
	s.end("X 0.2", "oversized 1 0.3", "X 0.4", "overflow 2 0.6")

	s = newStream(t, event.Where("Channel", "a"), 0) // no name to go by: it may have matched
	s.hub.QueueOversized(block("Event: X"), time.Now())
	s.end("oversized 1 0.1")
}

// Gaps with nothing between them are one, with the number of the last event that
// is missing: a server's long events cost a consumer that is away no memory.
func TestNeighbouringGapsAreOne(t *testing.T) {
	s := newStream(t, event.Named("X"), 4)
	s.lose(20)
	s.take(1) // what comes now is another gap
	s.lose(2)
	publishN(&s.hub, 0, 1)
	s.lose(3)
	s.hub.Connect("pbx")
	s.lose(4)
	s.hub.Disconnect(errors.New("cut"))
	s.end("oversized 20 0.20", "oversized 2 0.22", "X 0.23", "oversized 3 0.26", "Connected 1.0", "oversized 4 1.4", "disconnected -1 1.4")
	if got := s.sub.Stats(); got.Matched != 30 || got.Delivered != 1 || got.Missed != 29 {
		t.Errorf("Stats = %+v, want 30 matched, 29 of them missed", got)
	}
}

// lose has n events come that are too long to read.
func (s *stream) lose(n int) {
	for range n {
		s.hub.QueueOversized(block("Event: X"), time.Now())
	}
	s.hub.Flush()
}

// So are those between which a snapshot was forgotten.
func TestGapsAroundAForgottenSnapshotAreOne(t *testing.T) {
	s := newStream(t, event.Named("X"), 2)
	publishN(&s.hub, 0, 3)
	for i := range 4 { // items that nobody fetches, each behind an event that is dropped
		s.item("Item")
		publishN(&s.hub, 4+i, 1)
	}
	s.hub.Disconnect(errors.New("cut"))
	s.end("X 0.1", "X 0.2", "overflow 5 0.11", "disconnected -1 0.11")
}

func TestMarkersPassEveryFilter(t *testing.T) {
	s := newStream(t, event.Or(), 1)
	s.hub.Connect("pbx")
	publishN(&s.hub, 0, 3)
	s.hub.Disconnect(errors.New("cut"))
	s.hub.Connect("pbx")
	s.hub.Sync(s.sub, gapsOf(s.sub), nil)
	s.end("Connected 1.0", "disconnected -1 1.3", "Connected 2.0", "Synced 2.0")
}

func TestMarkersSettleWhatWasDropped(t *testing.T) {
	s := newStream(t, event.Filter{}, 2)
	s.hub.Connect("pbx")
	publishN(&s.hub, 0, 4)
	s.hub.Disconnect(errors.New("cut"))
	s.hub.Connect("pbx")
	publishN(&s.hub, 4, 1)
	s.take(3)
	publishN(&s.hub, 5, 1)
	s.end("Connected 1.0", "X 1.1", "X 1.2", "overflow 2 1.4", "disconnected -1 1.4", "Connected 2.0", "overflow 1 2.1", "X 2.2")
}

// Events of before the first connection are of epoch 0, and so is their gap.
func TestGapBelongsToTheEpochOfItsEvents(t *testing.T) {
	s := newStream(t, event.Filter{}, 1)
	publishN(&s.hub, 0, 3)
	s.hub.Connect("pbx")
	s.end("X 0.1", "overflow 2 0.3", "Connected 1.0")
}

func TestIdleConnectionsLeaveOneGap(t *testing.T) {
	s := newStream(t, event.Named("X"), 0)
	s.hub.Connect("pbx")
	publishN(&s.hub, 0, 1)
	for range 5 {
		s.hub.Disconnect(errors.New("cut"))
		s.hub.Connect("pbx")
		s.hub.Publish(block("Event: Other"))
	}
	publishN(&s.hub, 1, 1)
	s.hub.Disconnect(errors.New("cut"))
	s.end("Connected 1.0", "X 1.1", "disconnected -1 1.1", "Connected 6.0", "X 6.2", "disconnected -1 6.2")
}

func TestIdleConnectionsLeaveOneSnapshot(t *testing.T) {
	s := newStream(t, event.Named("X"), 0)
	s.hub.Connect("pbx")
	for range 5 {
		s.item("Item")
		s.hub.Sync(s.sub, gapsOf(s.sub), nil)
		s.hub.Disconnect(errors.New("cut"))
		s.hub.Connect("pbx")
	}
	s.item("Item")
	s.end("Connected 1.0", "Item 1.1", "Synced 1.1", "disconnected -1 1.1", "Connected 6.0", "Item 6.1")
}

// What the consumer took is gone: the next Gap has to be new.
func TestIdleConnectionThatWasSeenHasItsGap(t *testing.T) {
	s := newStream(t, event.Named("X"), 0)
	s.hub.Connect("pbx")
	s.hub.Disconnect(errors.New("cut"))
	s.take(2)
	s.hub.Connect("pbx")
	s.hub.Disconnect(errors.New("cut"))
	s.hub.Connect("pbx")
	s.take(3)
	s.hub.Disconnect(errors.New("cut"))
	s.end("Connected 1.0", "disconnected -1 1.0", "Connected 2.0", "disconnected -1 2.0",
		"Connected 3.0", "disconnected -1 3.0")
}

func TestConnectionThatLostEventsIsNotIdle(t *testing.T) {
	s := newStream(t, event.Named("X"), 2)
	publishN(&s.hub, 0, 2)
	for range 2 {
		s.hub.Disconnect(errors.New("cut"))
		s.hub.Connect("pbx")
		publishN(&s.hub, 2, 1)
	}
	s.end("X 0.1", "X 0.2", "disconnected -1 0.2", "Connected 1.0", "overflow 1 1.1", "disconnected -1 1.1", "Connected 2.0", "overflow 1 2.1")
}
