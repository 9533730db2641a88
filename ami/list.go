package ami

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// List runs a list action and returns its items:
//
//	channels, err := ami.List(ctx, session, action.CoreShowChannels{})
//
// An empty list is not an error, but some actions of Asterisk refuse instead
// of giving one.
func List[E event.Event](ctx context.Context, s Session, a action.Lister[E]) ([]E, error) {
	response, err := s.Do(ctx, a)
	if err != nil {
		return nil, err
	}
	var items []E
	for _, ev := range response.Events {
		if item, ok := ev.(E); ok {
			items = append(items, item)
		}
	}
	return items, nil
}

// Each is List for very long lists: it yields the items as they come. An error
// is the last thing it yields, with a zero item. Leaving the loop drops the
// rest of the list.
func Each[E event.Event](ctx context.Context, s Session, a action.Lister[E]) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		for ev, err := range stream(ctx, s, a) {
			item, ok := ev.(E)
			if (ok || err != nil) && !yield(item, err) {
				return
			}
		}
	}
}

// stream uses the session's own way, or Do where it has none.
func stream(ctx context.Context, s Session, a action.Action) iter.Seq2[event.Event, error] {
	if streamer, ok := s.(Streamer); ok {
		return streamer.Stream(ctx, a)
	}
	return func(yield func(event.Event, error) bool) {
		response, err := s.Do(ctx, a)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, ev := range response.Events {
			if !yield(ev, nil) {
				return
			}
		}
	}
}

// Command runs a command of the CLI and returns the lines that it printed. A
// command that fails, or is unknown, is an [*Error]; its lines are returned too.
func Command(ctx context.Context, s Session, command string) ([]string, error) {
	response, err := s.Do(ctx, action.Command{Command: command})
	if err != nil {
		if refusal, ok := err.(*Error); ok {
			return refusal.Response.Output(), err
		}
		return nil, err
	}
	return response.Output(), nil
}

func (c *Conn) stream(ctx context.Context, a action.Action, yield func(event.Event, error) bool) {
	items := &itemQueue{ready: make(chan struct{}, 1)}
	r, err := c.start(ctx, a, func(b transport.Block, received time.Time) {
		items.push(c.hub.Stamp(b, received))
	})
	if err != nil {
		yield(nil, err)
		return
	}
	for over := false; !over; {
		select {
		case <-items.ready:
		case <-r.done:
			over = true
		case <-ctx.Done():
			over = true
		}
		for _, item := range items.takeAll() {
			if !yield(item.Decode(), nil) {
				c.drop(r)
				return
			}
		}
	}
	if _, err := c.await(ctx, r); err != nil {
		yield(nil, err)
	}
}

// drop forgets an action that was started.
func (c *Conn) drop(r *request) {
	if unsent, _ := c.flight.abandon(r); unsent {
		<-c.slots
	}
}

// itemQueue hands the items of a list from the reader to a loop. It holds no
// more than the list is long.
type itemQueue struct {
	ready chan struct{} // holds a token when there are items

	mu    sync.Mutex // guards items
	items []event.Raw
}

func (q *itemQueue) push(item event.Raw) {
	q.mu.Lock()
	q.items = append(q.items, item)
	q.mu.Unlock()
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

func (q *itemQueue) takeAll() []event.Raw {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items = nil
	return items
}
