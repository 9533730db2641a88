package event_test

import (
	"context"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/ended/endedtest"
)

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
		endedtest.Want(t, name, func(t *testing.T) func(context.Context) error {
			hub := new(event.Hub)
			t.Cleanup(func() { hub.Close(nil) })
			return func(ctx context.Context) error { return wait(ctx, hub.Subscribe(event.Filter{}, nil)) }
		})
	}
}
