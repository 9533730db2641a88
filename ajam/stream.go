package ajam

import (
	"context"
	"iter"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Stream is described at [ami.Streamer]. The items wait in memory for a slow
// loop, which holds up nothing.
func (c *Client) Stream(ctx context.Context, a action.Action) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		s, err := c.route(a)
		if err != nil {
			yield(nil, err)
			return
		}
		s.stream(ctx, a, yield)
	}
}

// stream hands over the items of a list as they come. The action has its slot
// for as long as Asterisk takes, and not for as long as the loop does: that may
// wait for an action of its own.
func (s *session) stream(ctx context.Context, a action.Action, yield func(event.Event, error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	items := make(chan []event.Raw, 1) // all that the loop has not taken yet
	var failed error                   // read once items is closed
	// Ends with the action; drain waits for it.
	go func() {
		defer close(items)
		_, failed = s.do(ctx, a, func(b transport.Block, received time.Time, doubt event.Doubt) {
			var waiting []event.Raw
			select {
			case waiting = <-items:
			default:
			}
			items <- append(waiting, s.hub.StampDoubtful(b, received, doubt)) // there is room: nobody else sends
		})
	}()
	defer drain(items)
	defer cancel()
	for waiting := range items {
		for _, item := range waiting {
			ev := item.Decode()
			s.hub.CountDoubt(ev)
			if !yield(ev, nil) {
				return
			}
		}
	}
	if failed != nil {
		yield(nil, failed)
	}
}

func drain(items <-chan []event.Raw) {
	for range items {
	}
}
