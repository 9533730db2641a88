package event_test

import (
	"errors"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

func TestSnapshotAfterOverflow(t *testing.T) {
	s := newStream(t, event.Named("X"), 2)
	publishN(&s.hub, 0, 3)
	if s.asked() {
		t.Error("a snapshot is asked for before the consumer has caught up")
	}
	s.take(1)
	if !s.asked() || s.asked() {
		t.Error("want one request for a snapshot when the queue is half empty")
	}
	gaps := gapsOf(s.sub)
	s.item("A")
	s.item("B")
	if !s.hub.Sync(s.sub, gaps, nil) {
		t.Error("Sync = false without a gap since")
	}
	s.end("X 0.1", "X 0.2", "overflow 1 0.3", "A 0.4", "B 0.5", "Synced 0.5")
}

func TestSnapshotAfterConnect(t *testing.T) {
	s := newStream(t, event.Named("X"), 2)
	s.hub.Connect("pbx")
	if !s.asked() {
		t.Error("Connect asks for no snapshot")
	}
	s.hub.Sync(s.sub, gapsOf(s.sub), errors.New("refused"))
	s.end("Connected 1.0", "Synced refused 1.0")
}

func TestSnapshotAfterOversized(t *testing.T) {
	s := newStream(t, event.Named("X"), 2)
	s.hub.QueueOversized(block("Event: X"), time.Now())
	if !s.asked() {
		t.Error("an oversized event asks for no snapshot")
	}
	s.end("oversized 1 0.1")
}

// A list that is run while the consumer is behind only adds to what it has to
// catch up with.
func TestNoSnapshotWhileEventsAreDropped(t *testing.T) {
	s := newStream(t, event.Named("X"), 2)
	publishN(&s.hub, 0, 3)
	s.hub.Disconnect(errors.New("cut"))
	s.hub.Connect("pbx")
	if s.asked() {
		t.Error("Connect asks for a snapshot while events are dropped")
	}
	s.take(1)
	if !s.asked() {
		t.Error("no snapshot is asked for when the queue is half empty")
	}
}

func TestNoSyncedOverAGap(t *testing.T) {
	for _, test := range []struct {
		name string
		gap  func(s *stream)
		want bool
	}{
		{"nothing", func(*stream) {}, true},
		{"event", func(s *stream) { publishN(&s.hub, 0, 1) }, true},
		{"overflow", func(s *stream) { publishN(&s.hub, 0, 3) }, false},
		{"overflow that ended", func(s *stream) { publishN(&s.hub, 0, 3); s.take(2) }, false},
		{"oversized", func(s *stream) { s.hub.QueueOversized(block("Event: X"), time.Now()) }, false},
		{"disconnect", func(s *stream) { s.hub.Disconnect(nil) }, false},
		{"reconnect", func(s *stream) { s.hub.Disconnect(nil); s.hub.Connect("pbx") }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStream(t, event.Named("X"), 2)
			gaps := gapsOf(s.sub)
			s.item("A")
			test.gap(s)
			if got := s.hub.Sync(s.sub, gaps, nil); got != test.want {
				t.Errorf("Sync = %t, want %t", got, test.want)
			}
		})
	}
}

// A gap may go on while lists run: it began before them and has no end yet.
func TestNoSyncedOverAGapThatGoesOn(t *testing.T) {
	for _, items := range []int{0, 1} {
		s := newStream(t, event.Named("X"), 2)
		publishN(&s.hub, 0, 3)
		gaps := gapsOf(s.sub)
		for range items {
			s.item("A")
		}
		publishN(&s.hub, 3, 1) // dropped, and perhaps not in the list
		if s.hub.Sync(s.sub, gaps, nil) {
			t.Errorf("Sync = true over a missing event, after %d items", items)
		}
		s.take(3)
		gaps = gapsOf(s.sub)
		if !s.asked() || !s.hub.Sync(s.sub, gaps, nil) {
			t.Errorf("no new snapshot after %d items", items)
		}
	}
}

func TestSyncOfAnEndedSubscription(t *testing.T) {
	s := newStream(t, event.Filter{}, 0)
	gaps := gapsOf(s.sub)
	s.hub.Close(nil)
	s.item("A")
	if !s.hub.Sync(s.sub, gaps, nil) || !s.hub.Sync(s.sub, gaps+1, nil) {
		t.Error("Sync = false: it would be tried again for ever")
	}
	s.end()
}

func TestItemsAreNotCountedAndNotLimited(t *testing.T) {
	s := newStream(t, event.Or(), 1)
	for range 5 {
		s.item("A")
	}
	if got := s.sub.Stats(); got != (event.Stats{}) {
		t.Errorf("Stats = %+v, want none", got)
	}
	s.end("A 0.1", "A 0.2", "A 0.3", "A 0.4", "A 0.5")
}

func TestItemsGoToOneSubscription(t *testing.T) {
	s := newStream(t, event.Filter{}, 0)
	other := s.hub.Subscribe(event.Filter{}, nil)
	defer other.Close()
	s.item("A")
	publishN(&s.hub, 0, 1)
	if got := describe(next(t, other)); got != "X 0.2" {
		t.Errorf("the other subscription got %q first, want X 0.2", got)
	}
}

// The gap ends before an item that comes while events are dropped.
func TestGapBeforeItem(t *testing.T) {
	s := newStream(t, event.Named("X"), 1)
	publishN(&s.hub, 0, 2)
	s.item("A")
	publishN(&s.hub, 2, 1)
	s.end("X 0.1", "overflow 1 0.2", "A 0.3", "overflow 1 0.4")
}

// Snapshots that nobody fetched are forgotten when they outgrow the limit.
func TestOldSnapshotsAreForgotten(t *testing.T) {
	s := newStream(t, event.Named("X"), 4)
	s.hub.Connect("pbx")
	for range 3 {
		s.item("A")
		s.hub.Sync(s.sub, gapsOf(s.sub), nil)
		publishN(&s.hub, 0, 1)
		s.hub.Disconnect(errors.New("cut"))
		s.hub.Connect("pbx")
	}
	s.item("A")
	s.end("Connected 1.0", "X 1.2", "disconnected -1 1.2", "Connected 2.0", "X 2.2",
		"disconnected -1 2.2", "Connected 3.0", "X 3.2", "disconnected -1 3.2", "Connected 4.0", "A 4.1")
}
