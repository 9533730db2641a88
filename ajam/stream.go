package ajam

import (
	"context"
	"iter"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// Stream is described at [ami.Session]. The items wait in memory for a slow loop,
// which holds up nothing; MaxListBytes bounds them.
func (c *Client) Stream(ctx context.Context, a action.Action) iter.Seq2[event.Event, error] {
	a = session.Given(a)
	return func(yield func(event.Event, error) bool) {
		s, err := c.route(a)
		if err != nil {
			yield(nil, err)
			return
		}
		s.stream(ctx, a, yield)
	}
}

// stream hands over the items of a list as they come. The action has its place
// for as long as Asterisk takes, and not for as long as the loop does: that may
// wait for an action of its own.
func (s *httpSession) stream(ctx context.Context, a action.Action, yield func(event.Event, error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	list := &listing{done: make(chan struct{}), cancel: cancel}
	session.Stream(ctx, s.hub, errs, a.ActionName(), s.config.MaxListBytes, func(sink func(event.Raw) bool) (session.Listing, error) {
		// Ends with the action; Drop waits for it.
		go func() {
			defer close(list.done)
			_, list.err = s.do(ctx, a, s.config.ListLimits().OfStream(), sink)
		}()
		return list, nil
	}, yield)
}

// listing is a list that a goroutine reads.
type listing struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error // read it after done is closed
}

func (l *listing) Done() <-chan struct{} { return l.done }

// Wait needs no context: the request ends with that of the loop.
func (l *listing) Wait(context.Context) error {
	<-l.done
	return l.err
}

func (l *listing) Drop() {
	l.cancel()
	<-l.done
}
