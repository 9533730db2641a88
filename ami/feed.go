package ami

import (
	"context"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/keep"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Feed is the half of a session that hears: subscriptions, and the snapshots
// that some of them carry. It is for those who make a [Session] over another
// wire, as package ajam does; who embeds it has [Originate] and [Check] work
// as they do with a Client.
type Feed struct {
	hub     *event.Hub
	carrier func(ctx context.Context, stop <-chan struct{}) (Carrier, error)
	running keep.Tasks
}

// NewFeed makes a feed of the events that are put into hub. The function
// carrier waits for the login that they come from; it returns an error when
// ctx ends or stop is closed first, which a nil stop never is. The function
// wait returns when all goroutines of the feed have ended, which they do when
// the hub is closed.
func NewFeed(hub *event.Hub, carrier func(ctx context.Context, stop <-chan struct{}) (Carrier, error)) (feed *Feed, wait func()) {
	feed = &Feed{hub: hub, carrier: carrier}
	return feed, feed.running.Wait
}

// Carrier is a login that a [Feed] runs the lists of snapshots on.
type Carrier interface {
	// Identity tells whose login to what this is.
	Identity() Identity
	// Snapshot runs the lists, hands over their items with what is odd about
	// them, and returns once the hub has all events that Asterisk had for the
	// session before the lists.
	Snapshot(ctx context.Context, lists []action.Action, item func(b transport.Block, received time.Time, doubt event.Doubt)) error
	// Done is closed when the login has ended, and everybody has learnt why.
	Done() <-chan struct{}
	// Err is not nil once the login ends, a moment before Done is closed.
	Err() error
}

// Identity is what a login knows of itself.
type Identity struct {
	User      string
	Version   Version
	EventMask string // as in Config
	Booted    bool   // FullyBooted was seen
	AwaitBoot bool   // the login has waited for the end of a boot
}

// Subscribe is described at [Session].
func (f *Feed) Subscribe(filter event.Filter, config *SubscribeConfig) *event.Subscription {
	if config == nil {
		config = new(SubscribeConfig)
	}
	sub := f.hub.Subscribe(filter, &event.SubscribeConfig{Limit: config.Limit})
	if len(config.Snapshot) > 0 {
		s := snapshot{f.hub, sub, config.Snapshot, f.carrier}
		// keep ends with the subscription, which ends with the session.
		f.running.Start(s.keep)
	}
	return sub
}

// background runs a goroutine that wait of NewFeed waits for.
func (f *Feed) background(run func()) { f.running.Start(run) }

func (f *Feed) identify(ctx context.Context) (Identity, error) {
	carrier, err := f.carrier(ctx, nil)
	if err != nil {
		return Identity{}, err
	}
	return carrier.Identity(), nil
}
