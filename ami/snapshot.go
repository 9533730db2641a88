package ami

import (
	"context"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// snapshot keeps a subscription supplied with the state of things.
type snapshot struct {
	hub     *event.Hub
	sub     *event.Subscription
	lists   []action.Action
	carrier func(ctx context.Context, stop <-chan struct{}) (Carrier, error)
}

// cacheLag is waited for before the lists of an Asterisk that makes some of
// them from a cache: it trails the events, so a channel whose Hangup came just
// before the subscription, or went in the gap, could be in a list and would
// then never end. The trail was up to 30 ms long in storms of calls.
const cacheLag = 200 * time.Millisecond

// listsFromCache reports whether CoreShowChannels is made from a cache of
// snapshots and not from the channels (main/manager.c, action_coreshowchannels).
func (v Version) listsFromCache() bool { return v.Major > 0 && v.Major < 17 }

// keep runs the lists at the start and after each gap.
func (s snapshot) keep() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop := s.sub.Done()
	var watch sync.WaitGroup
	defer watch.Wait()
	// Ends with the subscription, which ends before keep does; keep waits for it.
	watch.Go(func() {
		<-stop
		cancel()
	})
	for {
		carrier, err := s.carrier(context.Background(), stop)
		if err != nil {
			return
		}
		if carrier.Identity().Version.listsFromCache() {
			select {
			case <-time.After(cacheLag):
			case <-stop:
				return
			}
		}
		select {
		case <-s.sub.NeedsSnapshot(): // what asked for it is served now
		default:
		}
		gaps := s.sub.Gaps()
		err = carrier.Snapshot(ctx, s.lists, func(b transport.Block, received time.Time, doubt event.Doubt) {
			s.hub.QueueItemDoubtful(s.sub, b, received, doubt)
		})
		if err != nil && carrier.Err() != nil {
			<-carrier.Done() // what asked above may have been the next connection
			continue
		}
		s.hub.Sync(s.sub, gaps, err)
		select {
		case <-s.sub.NeedsSnapshot():
		case <-stop:
			return
		}
	}
}

// carrier is the Carrier that a Conn is.
type carrier struct{ *Conn }

// Identity is described at [Carrier].
func (c carrier) Identity() Identity {
	id := Identity{User: c.config.Username, Version: c.version, EventMask: c.config.EventMask, AwaitBoot: !c.config.AcceptBooting}
	select {
	case <-c.booted:
		id.Booted = true
	default:
	}
	return id
}

// Snapshot runs the lists, and behind them a Ping: Asterisk sends the events
// that it had queued before a list after that list, but before the Ping's
// answer.
func (c carrier) Snapshot(ctx context.Context, lists []action.Action, item func(transport.Block, time.Time, event.Doubt)) error {
	var started []*request
	defer func() {
		for _, r := range started {
			c.drop(r)
		}
	}()
	for _, a := range append(lists[:len(lists):len(lists)], action.Ping{}) {
		r, err := c.start(ctx, a, item)
		if err != nil {
			return err
		}
		started = append(started, r)
	}
	var first error
	for len(started) > 0 {
		r := started[0]
		started = started[1:]
		if _, err := c.await(ctx, r); err != nil && first == nil {
			first = err
		}
	}
	return first
}
