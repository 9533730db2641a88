package event

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/asterisk-go/asterisk-go/internal/ended"
)

// ErrClosed is returned by a subscription after its Close, and after that of
// its hub or session.
var ErrClosed = errors.New("event: subscription closed")

// DefaultLimit is how many events a subscription queues unless told otherwise.
const DefaultLimit = 65536

// SubscribeConfig adjusts a subscription. The zero value and nil have the defaults.
type SubscribeConfig struct {
	// Limit is how many events may wait for the consumer; 0 means
	// [DefaultLimit], negative no limit. When it is reached, new events are
	// dropped until the queue is half empty, and a [Gap] says how many.
	Limit int
}

// Subscription is a stream of events with a queue of its own. All methods are
// safe for concurrent use; events go to whichever goroutine asks first.
type Subscription struct {
	hub   *Hub
	limit int

	filter       Filter        // guarded by the hub's mutex, as all up to the blank line
	alternatives []alternative // of the filter; the index points to them
	offered      uint64        // the last event that the index found it for, as Hub.offers counts

	touched  bool  // guarded by the hub's mutex: there is news for Flush
	incoming []Raw // guarded by the hub's mutex: what Flush will queue

	ready chan struct{} // holds a token while there may be something to take
	gaps  chan struct{} // holds a token after a gap that a snapshot can heal
	done  chan struct{} // closed when no more events will come

	mu       sync.Mutex // guards all below
	queue    queue
	waiting  int    // consumers that wait for ready
	dropping bool   // the limit was reached, the queue is not yet half empty
	lost     int64  // dropped since the last gap
	lostAt   Base   // the last event that was dropped
	gapCount uint64 // grows with all that goes missing; dates a snapshot
	bytes    int    // of the items of snapshots in the queue
	stats    Stats
	ended    bool // done is closed
	err      error
}

// Stats counts what became of the events that the filter matched. At any time
// Matched = Delivered + Queued + Missed. Markers and the items of snapshots
// are not counted.
type Stats struct {
	Matched   int64
	Delivered int64 // taken by the consumer
	Queued    int64 // waiting for the consumer, or forgotten by Close
	Missed    int64 // dropped, and in a Gap that was delivered or will be
	HighWater int64 // the most that were ever queued
	Doubtful  int64 // of those that Next has returned, or Handle given to a function, the ones that [Event.Doubt] says something of
}

func newSubscription(h *Hub, filter Filter, config *SubscribeConfig) *Subscription {
	s := &Subscription{
		hub:   h,
		limit: DefaultLimit,
		ready: make(chan struct{}, 1),
		gaps:  make(chan struct{}, 1),
		done:  make(chan struct{}),
	}
	s.want(filter, filter.node.alternatives())
	if config != nil && config.Limit != 0 {
		s.limit = config.Limit
	}
	return s
}

// want sets the filter, and its alternatives.
func (s *Subscription) want(filter Filter, alternatives []alternative) {
	s.filter, s.alternatives = filter, alternatives
	for i := range alternatives {
		alternatives[i].sub = s
	}
}

// Next waits for the next event and decodes it. Once ctx has ended, whatever is
// queued, it returns an error that is both ctx.Err() and the context's cause.
// After Close it returns [ErrClosed], and after the session's end the cause of
// that, once the last event has been taken.
func (s *Subscription) Next(ctx context.Context) (Event, error) {
	raw, err := s.NextRaw(ctx)
	if err != nil {
		return nil, err
	}
	return s.decode(raw), nil
}

func (s *Subscription) decode(raw Raw) Event {
	ev := raw.Decode()
	if ev.Doubt() != 0 {
		s.doubted(ev)
	}
	return ev
}

// doubted counts an event that is odd, and has the hub report it.
func (s *Subscription) doubted(ev Event) {
	s.mu.Lock()
	s.stats.Doubtful++
	s.mu.Unlock()
	s.hub.doubted(ev)
}

// NextRaw is Next without decoding.
func (s *Subscription) NextRaw(ctx context.Context) (Raw, error) {
	if ctx.Err() != nil {
		return Raw{}, ended.Error(ctx)
	}
	for {
		raw, ok, err := s.take()
		if ok || err != nil {
			return raw, err
		}
		select {
		case <-s.ready:
		case <-s.done:
		case <-ctx.Done():
			s.leave()
			return Raw{}, ended.Error(ctx)
		}
		s.leave()
	}
}

// All yields events until ctx ends or the subscription does; [Subscription.Err]
// then tells why. Leaving the loop does not close the subscription.
func (s *Subscription) All(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for {
			ev, err := s.Next(ctx)
			if err != nil || !yield(ev) {
				return
			}
		}
	}
}

// Err is nil while the subscription lives and after Close; after the end of
// its session it is the cause of that.
func (s *Subscription) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.err, ErrClosed) {
		return nil
	}
	return s.err
}

// SetFilter changes what the subscription is given, from the next event on:
// none is missed or comes twice. What is queued stays. It is for a consumer
// that learns later what else to listen for, such as a channel's name. After
// the end it does nothing.
func (s *Subscription) SetFilter(filter Filter) {
	h, alternatives := s.hub, filter.node.alternatives()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all[s] {
		h.index.remove(s)
		s.want(filter, alternatives)
		h.index.add(s)
	}
}

// Close ends the subscription and forgets what is queued. It never waits, and
// may be called from the consumer's loop.
func (s *Subscription) Close() {
	s.hub.remove(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue, s.bytes = queue{}, 0
	if !s.ended {
		s.ended, s.err = true, ErrClosed
		close(s.done)
	}
}

// Stats returns the counters of now.
func (s *Subscription) Stats() Stats {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receive()
	return s.stats
}

// take pops one entry. Without one it counts the caller as waiting.
func (s *Subscription) take() (raw Raw, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue.len == 0 {
		if s.ended {
			return Raw{}, false, s.err
		}
		s.waiting++
		return Raw{}, false, nil
	}
	raw = s.queue.pop()
	switch {
	case raw.item:
		s.bytes -= raw.size()
	case raw.marker == nil:
		s.stats.Delivered++
		s.stats.Queued--
	}
	if s.dropping && s.stats.Queued <= int64(s.limit/2) {
		s.resume()
	}
	if s.waiting > 0 && s.queue.len > 0 {
		s.wake()
	}
	return raw, true, nil
}

func (s *Subscription) leave() {
	s.mu.Lock()
	s.waiting--
	s.mu.Unlock()
}

// Done is closed when no more events will be queued.
func (s *Subscription) Done() <-chan struct{} { return s.done }

// wake lets one waiting consumer look again.
func (s *Subscription) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}
