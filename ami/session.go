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
	// refusal is an [*Error]. After [ErrNotSent] Asterisk has not run it, and after
	// [ErrInvalid] it never will; after [ErrOutcomeUnknown] and [ErrNoAnswer] it may have, and after
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
	// Items do not count for Limit. Config.MaxListItems is the limit of each list,
	// and MaxListBytes that of all items that wait for the consumer. The error of a list over these is [ErrTooManyItems].
	Snapshot []action.Action
	// Then returns further lists that an item of a list leads to, as
	// ConfbridgeList of each room of ConfbridgeListRooms; nil for none. It is
	// called with each item of Snapshot, and of the lists of [Refresh], once all of
	// these have ended. The further lists run before Synced; Then is not called
	// with their items. It runs on a goroutine of the session, and must not wait
	// for the consumer.
	Then func(item event.Event) []action.Action
}

func (c *SubscribeConfig) subscribe(to *session.Subscriptions, filter event.Filter) *event.Subscription {
	if c == nil {
		c = new(SubscribeConfig)
	}
	return to.Subscribe(filter, c.Limit, c.Snapshot, c.Then)
}

// Refresh runs list actions for a subscription: those of its snapshot once more,
// or others. Their items come in its stream, followed by an [event.Synced] with
// the results of these lists. Refresh returns at once. Lists that wait at the same
// time are run together and have one Synced, also with those of the snapshot
// after an [event.Gap]. If events are lost meanwhile, or the connection, they run
// again. Without lists, or after the end of the subscription, Refresh does
// nothing. It is safe for concurrent use, and may be called from the consumer's
// loop.
//
// Refresh returns an error if the subscription is one of an [event.Hub] that is
// not a Session's.
func Refresh(sub *event.Subscription, lists ...action.Action) error {
	of, ok := session.Of(sub)
	if !ok {
		return errNoSession
	}
	of.Refresh(sub, lists)
	return nil
}

var errNoSession = errors.New("ami: Refresh: the subscription is one of an event.Hub, not of a Session")
