package ami

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// List runs a list action and returns its items:
//
//	channels, err := ami.List(ctx, session, action.CoreShowChannels{})
//
// An empty list is not an error, but Asterisk refuses some list actions when there
// is nothing to list. Items that are not of type E are left out; a list of such
// items alone is an error. With an error there are no items: use [Each] to get
// those that arrived before it.
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
	if len(items) == 0 && len(response.Events) > 0 {
		return nil, otherItems[E](a, response.Events[0])
	}
	return items, nil
}

// otherItems is the error of a list without an item of type E.
func otherItems[E event.Event](a action.Action, first event.Event) error {
	var want E
	return fmt.Errorf("ami: %s: no item is of type %T: the first is %s, of type %T (Session.Do and Stream give them as they are)",
		show.Text(a.ActionName()), want, show.Text(first.EventName()), first)
}

// Each is List for very long lists: it yields the items as they come. An error
// is the last thing it yields, with a zero item; a list without an item of type E
// is one, unless it is empty. Leaving the loop drops the rest of the list.
func Each[E event.Event](ctx context.Context, s Session, a action.Lister[E]) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		var other event.Event // the first item that is not of type E
		some := false         // there was one of type E, or an error
		for ev, err := range s.Stream(ctx, a) {
			item, ok := ev.(E)
			switch {
			case ok || err != nil:
				if some = true; !yield(item, err) {
					return
				}
			case other == nil:
				other = ev
			}
		}
		if !some && other != nil {
			var none E
			yield(none, otherItems[E](a, other))
		}
	}
}

// Command runs a command of the CLI and returns the lines that it printed. A
// command that fails, or is unknown, is an [*Error]; its lines are returned too.
func Command(ctx context.Context, s Session, command string) ([]string, error) {
	response, err := s.Do(ctx, action.Command{Command: command})
	var refusal *Error
	switch {
	case err == nil:
		return response.Output(), nil
	case errors.As(err, &refusal) && refusal.Response != nil:
		return refusal.Response.Output(), err
	}
	return nil, err
}
