package ami

import (
	"context"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// subscribe starts a subscription on hub and, when it has a snapshot, the task
// that fills it. connected waits for the connection whose events the hub gets,
// and returns nil when stop is closed first.
func subscribe(hub *event.Hub, filter event.Filter, config *SubscribeConfig, running *tasks, connected func(stop <-chan struct{}) *Conn) *event.Subscription {
	if config == nil {
		config = new(SubscribeConfig)
	}
	sub := hub.Subscribe(filter, &event.SubscribeConfig{Limit: config.Limit})
	if len(config.Snapshot) > 0 {
		s := snapshot{hub, sub, config.Snapshot, connected}
		// keep ends with the subscription, which ends with the session.
		running.start(s.keep)
	}
	return sub
}

// snapshot keeps a subscription supplied with the state of things.
type snapshot struct {
	hub       *event.Hub
	sub       *event.Subscription
	lists     []action.Action
	connected func(stop <-chan struct{}) *Conn
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
	// Ends with the subscription, which ends before keep does.
	go func() {
		<-stop
		cancel()
	}()
	for {
		conn := s.connected(stop)
		if conn == nil {
			return
		}
		if conn.version.listsFromCache() {
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
		err := s.take(ctx, conn)
		if err != nil && conn.dies() {
			<-conn.Done() // what asked above may have been the next connection
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

// take runs the lists, and behind them a Ping: Asterisk sends the events that
// it had queued before a list after that list, but before the Ping's answer.
func (s snapshot) take(ctx context.Context, conn *Conn) error {
	var started []*request
	defer func() {
		for _, r := range started {
			conn.drop(r)
		}
	}()
	for _, a := range append(s.lists[:len(s.lists):len(s.lists)], action.Ping{}) {
		r, err := conn.start(ctx, a, func(b transport.Block, received time.Time) {
			s.hub.QueueItem(s.sub, b, received)
		})
		if err != nil {
			return err
		}
		started = append(started, r)
	}
	var first error
	for len(started) > 0 {
		r := started[0]
		started = started[1:]
		if _, err := conn.await(ctx, r); err != nil && first == nil {
			first = err
		}
	}
	return first
}
