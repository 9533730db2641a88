package ami

import (
	"context"
	"errors"
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
		select {
		case <-s.sub.NeedsSnapshot(): // what asked for it is served now
		default:
		}
		gaps := s.sub.Gaps()
		if err := s.take(ctx, conn); !errors.Is(err, errConnectionLost) {
			s.hub.Sync(s.sub, gaps, err)
		}
		select {
		case <-s.sub.NeedsSnapshot():
		case <-stop:
			return
		}
	}
}

var errConnectionLost = errors.New("connection lost")

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
			return lost(err)
		}
		started = append(started, r)
	}
	var first error
	for len(started) > 0 {
		r := started[0]
		started = started[1:]
		if _, err := conn.await(ctx, r); err != nil && first == nil {
			first = lost(err)
		}
	}
	return first
}

// lost keeps a refusal, which belongs into Synced, apart from a dead
// connection, after which the next one begins again.
func lost(err error) error {
	var refusal *Error
	if errors.As(err, &refusal) || errors.Is(err, ErrNoAnswer) {
		return err
	}
	var field *action.FieldError
	if errors.As(err, &field) {
		return err
	}
	return errConnectionLost
}
