package event_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

var errReason = errors.New("my reason")

// ends are the ways in which a context can end while something waits with it.
var ends = map[string]func(context.Context) (context.Context, func()){
	"before": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errReason)
		return ctx, func() {}
	},
	"cancelled": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		return ctx, func() { synctest.Wait(); cancel(errReason) }
	},
	"deadline": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithTimeoutCause(ctx, time.Second, errReason)
		return ctx, func() { <-ctx.Done(); cancel() }
	},
}

// errors.Is finds both why a context has ended and what it is.
func TestContextEnds(t *testing.T) {
	for name, wait := range map[string]func(context.Context, *event.Subscription) error{
		"Subscription.Next":    func(ctx context.Context, s *event.Subscription) error { _, err := s.Next(ctx); return err },
		"Subscription.NextRaw": func(ctx context.Context, s *event.Subscription) error { _, err := s.NextRaw(ctx); return err },
		"Subscription.Handle":  func(ctx context.Context, s *event.Subscription) error { return s.Handle(ctx, new(event.Handlers)) },
		"Await": func(ctx context.Context, s *event.Subscription) error {
			_, err := event.Await[event.Event](ctx, s, nil)
			return err
		},
		"Subscription.All": func(ctx context.Context, s *event.Subscription) error { // tells by Err why the subscription has ended, which it has not
			for ev := range s.All(ctx) {
				t.Errorf("All yields %v", ev)
			}
			if err := s.Err(); err != nil {
				t.Errorf("Err = %v", err)
			}
			_, err := s.Next(ctx)
			return err
		},
	} {
		for how, end := range ends {
			synctest.Test(t, func(t *testing.T) {
				hub := new(event.Hub)
				defer hub.Close(nil)
				ctx, finish := end(t.Context())
				over := make(chan error, 1)
				go func() { over <- wait(ctx, hub.Subscribe(event.Filter{}, nil)) }()
				finish()
				if err := <-over; !errors.Is(err, errReason) || !errors.Is(err, ctx.Err()) {
					t.Errorf("%s, %s: %v, want %v and %v", name, how, err, errReason, ctx.Err())
				}
			})
		}
	}
}
