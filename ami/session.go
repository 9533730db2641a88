package ami

import (
	"context"
	"iter"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// Session is a way to ask Asterisk and to hear it. [*Conn] and [*Client] are
// sessions; functions of this package that do more than one action take one.
// Its methods are safe for concurrent use.
type Session interface {
	// Do runs an action to its end, which for a list is its last event. A
	// refusal is an [*Error]. After [ErrNotSent] Asterisk has not run it; after
	// [ErrOutcomeUnknown] and [ErrNoAnswer] it may have, and after
	// [ErrTooManyItems] it has. When ctx ends first, a late answer is dropped,
	// and the session lives.
	Do(ctx context.Context, a action.Action) (*Response, error)
	// Subscribe starts a stream of the events that filter matches. A nil
	// config has the defaults. Close the subscription when done with it.
	Subscribe(filter event.Filter, config *SubscribeConfig) *event.Subscription
	// Close ends the session and its subscriptions, and returns when all of
	// its goroutines have ended. Later calls do nothing.
	Close() error
}

// Streamer is a [Session] that hands over the items of a list as they come;
// [Each] asks for it.
type Streamer interface {
	Stream(ctx context.Context, a action.Action) iter.Seq2[event.Event, error]
}

// SubscribeConfig adjusts a subscription.
type SubscribeConfig struct {
	// Limit is how many events may wait for the consumer; 0 means
	// [event.DefaultLimit], negative no limit.
	Limit int
	// Snapshot are list actions that tell how things are now. Their items come
	// in the stream, followed by an [event.Synced]; after each [event.Gap]
	// they come again. Events before Synced may be older than the list, so
	// they are to be applied such that applying them twice does no harm; and
	// on Asterisk 16 and older they may be newer, so what ended since the Gap
	// is to be remembered until Synced, and an item of it to be ignored.
	Snapshot []action.Action
}
