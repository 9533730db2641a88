package ami

import (
	"context"
	"errors"
	"iter"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// Session is a way to ask Asterisk and to hear it. [*Conn], [*Client] and
// ajam.Client are sessions; functions of this package that do more than one
// action take one. Its methods are safe for concurrent use.
//
// A type of your own that embeds a Session, to count or to repeat actions, works
// wherever a Session does.
type Session interface {
	// Do runs an action to its end, which for a list is its last event. A
	// refusal is an [*Error]. After [ErrNotSent] Asterisk has not run it; after
	// [ErrOutcomeUnknown] and [ErrNoAnswer] it may have, and after
	// [ErrTooManyItems] it has. When ctx ends first, a late answer is dropped,
	// and the session lives.
	Do(ctx context.Context, a action.Action) (*Response, error)
	// Stream runs a list action when its loop starts, and yields the items as
	// they come; [Each] gives them their type. An error is the last thing it
	// yields, with a nil event. Leaving the loop drops the rest of the list.
	Stream(ctx context.Context, a action.Action) iter.Seq2[event.Event, error]
	// Subscribe starts a stream of the events that filter matches. A nil
	// config has the defaults. Close the subscription when done with it.
	Subscribe(filter event.Filter, config *SubscribeConfig) *event.Subscription
	// Close ends the session and its subscriptions, and returns when all of
	// its goroutines have ended. Later calls do nothing.
	Close() error
}

// SubscribeConfig adjusts a subscription.
type SubscribeConfig struct {
	// Limit is how many events may wait for the consumer; 0 means
	// [event.DefaultLimit], negative no limit.
	Limit int
	// Snapshot are list actions that tell how things are now. Their items come
	// in the stream, followed by an [event.Synced], which says of each list
	// whether it is complete; after each [event.Gap] they come again. Events
	// before Synced may be older than the list, so they are to be applied such
	// that applying them twice does no harm; and on Asterisk 16 and older they
	// may be newer, so what ended since the Gap is to be remembered until
	// Synced, and an item of it to be ignored.
	//
	// Items have limits of their own, Config.MaxListItems for each list and
	// MaxListBytes (of ajam.Config, MaxBody) for all that wait for the consumer;
	// over these the list's error is [ErrTooManyItems].
	Snapshot []action.Action
	// Then returns further lists that an item of the snapshot leads to, as
	// ConfbridgeList of each room of ConfbridgeListRooms; nil for none. They are
	// run once all lists of Snapshot have ended, and before Synced. Then is called
	// with each of their items, on a goroutine of the session, and must not wait
	// for the consumer.
	Then func(item event.Event) []action.Action
}

func (c *SubscribeConfig) subscribe(to *session.Subscriptions, filter event.Filter) *event.Subscription {
	if c == nil {
		c = new(SubscribeConfig)
	}
	return to.Subscribe(filter, c.Limit, c.Snapshot, c.Then)
}

// Refresh runs lists for a subscription once more, or other ones than those of
// its snapshot: their items come in its stream, followed by an [event.Synced] of
// these lists, as after a [event.Gap] but without one. SubscribeConfig.Then is
// called with these items, too. Refresh does not wait for any of that. Where the
// connection is lost meanwhile the lists are run again on the next one, and after
// an overflow once the consumer has caught up; so one Synced may be of several
// calls. It is safe for concurrent use, and may be called from the consumer's
// loop. After the end of the subscription, and without lists, it does nothing.
//
// The error is that the subscription is not one of a Session.
func Refresh(sub *event.Subscription, lists ...action.Action) error {
	of, ok := session.Of(sub)
	if !ok {
		return errNoSession
	}
	of.Refresh(sub, lists)
	return nil
}

var errNoSession = errors.New("ami: Refresh: the subscription is one of an event.Hub, not of a Session")
