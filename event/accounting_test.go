package event_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// TestAccounting has publishers, consumers and a watcher at work together. At
// every look all matched events are accounted for, and at the end the stream
// has had what the counters say.
func TestAccounting(t *testing.T) {
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 0))
		a := accounting{t: t}
		a.sub = a.hub.Subscribe(event.Named("X", "Y"), &event.SubscribeConfig{Limit: []int{1, 2, 7, 64, -1}[random.IntN(5)]})
		a.run(seed)
	}
}

type accounting struct {
	t   *testing.T
	hub filled
	sub *event.Subscription
	// What went in and what came out.
	matched, events, missed atomic.Int64
}

func (a *accounting) run(seed uint64) {
	stop := make(chan struct{})
	var publishers, consumers, watcher sync.WaitGroup
	for i := range uint64(2) {
		publishers.Go(func() { a.publish(rand.New(rand.NewPCG(seed, i))) })
	}
	for i := range uint64(3) {
		consumers.Go(func() { a.consume(rand.New(rand.NewPCG(seed, 10+i))) })
	}
	watcher.Go(func() {
		for {
			a.check(a.sub.Stats())
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	publishers.Wait()
	a.hub.Close(nil)
	consumers.Wait()
	close(stop)
	watcher.Wait()

	stats := a.sub.Stats()
	a.check(stats)
	if stats.Queued != 0 || stats.Matched != a.matched.Load() || stats.Delivered != a.events.Load() || stats.Missed != a.missed.Load() {
		a.t.Errorf("seed %d: Stats = %+v, but there were %d matches, %d events came and gaps of %d",
			seed, stats, a.matched.Load(), a.events.Load(), a.missed.Load())
	}
}

func (a *accounting) check(s event.Stats) {
	if s.Matched != s.Delivered+s.Queued+s.Missed || s.Queued < 0 || s.HighWater < s.Queued {
		a.t.Errorf("Stats = %+v: Matched is not the sum of the others", s)
	}
}

func (a *accounting) publish(random *rand.Rand) {
	for range 2000 {
		switch n := random.IntN(100); {
		case n < 70:
			a.hub.Queue(block("Event: X"), time.Now())
			a.matched.Add(1)
		case n < 80:
			a.hub.Publish(block("Event: Other"))
		case n < 88:
			a.hub.QueueItem(a.sub, block("Event: Item"), time.Now())
		case n < 92:
			a.hub.QueueOversized(block("Event: Y"), time.Now())
			a.matched.Add(1)
		case n < 93:
			a.hub.Connect("pbx")
		case n < 94:
			a.hub.Disconnect(errors.New("cut"))
		case n < 96:
			a.hub.Sync(a.sub, gapsOf(a.sub), nil)
		default:
			a.hub.Flush()
		}
	}
}

func (a *accounting) consume(random *rand.Rand) {
	for {
		ctx, cancel := context.WithTimeout(a.t.Context(), time.Duration(random.IntN(200))*time.Microsecond)
		ev, err := a.sub.Next(ctx)
		cancel()
		switch e := ev.(type) {
		case nil:
			if errors.Is(err, event.ErrClosed) {
				return
			}
		case event.Gap:
			a.missed.Add(max(e.Missed, 0))
		case event.Connected, event.Synced:
		default:
			if ev.EventName() != "Item" {
				a.events.Add(1)
			}
		}
	}
}
