package gateway

import (
	"context"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

const (
	maxBatch  = 1024             // changes that are taken at once
	mostPause = 10 * time.Second // between two looks at what is due
)

// start follows the models. It returns once what they have is seen.
func (s *state) start() {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	for _, p := range s.servers {
		sub := p.config.Model.Subscribe(nil)
		first, err := sub.Next(ctx)
		if err == nil {
			s.apply(p, []live.Change{first})
		}
		changes := make(chan live.Change, maxBatch)
		// Both end when stop has ended ctx; take also with the model. close waits for them.
		s.tasks.Go(func() { take(ctx, sub, changes) })
		s.tasks.Go(func() { s.follow(ctx, p, changes) })
	}
}

// close ends what start has begun.
func (s *state) close() {
	s.stop()
	s.tasks.Wait()
}

// take reads a subscription, so that follow sees how much is at hand.
func take(ctx context.Context, sub *live.Subscription, changes chan<- live.Change) {
	defer sub.Close()
	for c := range sub.All(ctx) {
		select {
		case changes <- c:
		case <-ctx.Done():
			return
		}
	}
}

// follow applies changes in batches, and does what is due.
func (s *state) follow(ctx context.Context, p *pbx, changes <-chan live.Change) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	batch := make([]live.Change, 0, maxBatch)
	for {
		batch = batch[:0]
		select {
		case c := <-changes:
			batch = atHand(append(batch, c), changes)
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		timer.Reset(s.apply(p, batch))
		clear(batch)
	}
}

// atHand adds what waits.
func atHand(batch []live.Change, changes <-chan live.Change) []live.Change {
	for len(batch) < maxBatch {
		select {
		case c := <-changes:
			batch = append(batch, c)
		default:
			return batch
		}
	}
	return batch
}
