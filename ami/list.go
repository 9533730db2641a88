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
// of giving one. With an error there are no items: what came of the list before
// ctx ended, or the connection, is what Each yields.
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
	items := &itemQueue{ready: make(chan struct{}, 1), most: c.config.MaxListBytes}
	r, err := c.start(ctx, a, func(b transport.Block, received time.Time, doubt event.Doubt) {
		items.push(c.hub.StampDoubtful(b, received, doubt))
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
		if !items.pass(c.hub, r.name, yield) {
			c.drop(r)
			return
		}
	}
	// The list may have come to its end while the loop was at its work.
	if _, err := c.await(ctx, r); err != nil {
		yield(nil, err)
	} else {
		items.pass(c.hub, r.name, yield)
	}
}

// drop forgets an action that was started.
func (c *Conn) drop(r *request) {
	if unsent, _ := c.flight.abandon(r); unsent {
		<-c.slots
	}
}

// itemQueue hands the items of a list from the reader to a loop.
type itemQueue struct {
	ready chan struct{} // holds a token when there are items
	most  int           // bytes that they may have

	mu    sync.Mutex // guards all below
	items []event.Raw
	bytes int
	full  bool // an item did not fit, and none is taken behind it
}

func (q *itemQueue) push(item event.Raw) {
	size := len(item.Fields().String())
	q.mu.Lock()
	q.full = q.full || q.bytes+size > q.most
	if !q.full {
		q.items = append(q.items, item)
		q.bytes += size
	}
	q.mu.Unlock()
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// pass yields what is there of the list of the named action, and reports
// whether to go on.
func (q *itemQueue) pass(hub *event.Hub, name string, yield func(event.Event, error) bool) bool {
	items, full := q.takeAll()
	for _, item := range items {
		ev := item.Decode()
		hub.CountDoubt(ev)
		if !yield(ev, nil) {
			return false
		}
		q.release(item)
	}
	if full {
		yield(nil, &outcomeError{name, ErrTooManyItems, nil})
	}
	return !full
}

func (q *itemQueue) takeAll() (items []event.Raw, full bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	items = q.items
	q.items = nil
	return items, q.full
}

// release makes room for what comes behind an item that has been yielded.
func (q *itemQueue) release(item event.Raw) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bytes -= len(item.Fields().String())
}
