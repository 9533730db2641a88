package ami

import (
	"context"
	"iter"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
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
		for ev, err := range s.Stream(ctx, a) {
			item, ok := ev.(E)
			if (ok || err != nil) && !yield(item, err) {
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
