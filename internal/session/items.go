package session

import (
	"context"
	"math"
	"sync"

	"github.com/asterisk-go/asterisk-go/event"
)

// Listing is a list action that was started.
type Listing interface {
	// Done is closed at its end.
	Done() <-chan struct{}
	// Wait waits for its end, or until ctx ends; its error is then why.
	Wait(ctx context.Context) error
	// Drop says that nobody waits for it any more. After its end it does nothing.
	Drop()
}

// Stream starts a list and yields its items as they come. Those that wait for the
// loop may have so many bytes. Sink, which start gets, may be called by any
// goroutine, and never waits.
func Stream(ctx context.Context, hub Hub, errors *Errors, name string, most int, start func(sink func(event.Raw) bool) (Listing, error), yield func(event.Event, error) bool) {
	s := &stream{shared: shared{hub, errors}, name: name, most: most, ready: make(chan struct{}, 1)}
	list, err := start(s.push)
	if err != nil {
		yield(nil, err)
		return
	}
	defer list.Drop() // however the loop is left
	for over := false; !over; {
		select {
		case <-s.ready:
		case <-list.Done():
			over = true
		case <-ctx.Done():
			over = true
		}
		if !s.pass(yield) {
			return
		}
	}
	// The list may have come to its end while the loop was at its work.
	if err := list.Wait(ctx); err != nil {
		yield(nil, err)
	} else {
		s.pass(yield)
	}
}

// OfStream are the limits of a list that a loop takes, by those of an answer.
func (l Limits) OfStream() Limits { return Limits{Items: math.MaxInt, Bytes: l.Bytes} }

// stream hands the items of a list from the reader to a loop.
type stream struct {
	shared
	name  string        // of the action
	most  int           // bytes that the items may have
	ready chan struct{} // holds a token when there are items

	mu    sync.Mutex // guards all below
	items []event.Raw
	bytes int
	full  bool // an item did not fit, and none is taken after it
}

func (s *stream) push(item event.Raw) bool {
	size := len(item.Fields().String())
	s.mu.Lock()
	s.full = s.full || s.bytes+size > s.most
	if !s.full {
		s.items = append(s.items, item)
		s.bytes += size
	}
	s.mu.Unlock()
	select {
	case s.ready <- struct{}{}:
	default:
	}
	return true
}

// pass yields what is there, and reports whether to go on.
func (s *stream) pass(yield func(event.Event, error) bool) bool {
	items, full := s.takeAll()
	for _, item := range items {
		if !yield(s.decode(item), nil) {
			return false
		}
		s.release(item)
	}
	if full {
		yield(nil, s.errors.outcome(s.name, ErrTooManyItems, nil))
	}
	return !full
}

func (s *stream) takeAll() (items []event.Raw, full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items = s.items
	s.items = nil
	return items, s.full
}

// release makes room for what comes after an item that has been yielded.
func (s *stream) release(item event.Raw) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes -= len(item.Fields().String())
}
