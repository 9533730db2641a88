package conformance

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// ofCalls matches what a call causes, which all sessions see alike.
var ofCalls = event.Named("Newchannel", "Newstate", "Newexten", "NewCallerid", "NewConnectedLine", "VarSet", "LocalBridge", "LocalOptimizationBegin",
	"LocalOptimizationEnd", "DialBegin", "DialState", "DialEnd", "OriginateResponse", "SoftHangupRequest", "HangupRequest", "Hangup")

// tally counts what comes, by name.
type tally struct {
	sub    *event.Subscription
	counts map[string]int
	total  int64
	err    error
}

// take counts until n Hangups have come, and then whatever follows at once.
func (c *tally) take(ctx context.Context, hangups int) {
	for c.counts["Hangup"] < hangups {
		ev, err := c.sub.Next(ctx)
		if err != nil {
			c.err = fmt.Errorf("after %d events, %d Hangups: %w", c.total, c.counts["Hangup"], err)
			return
		}
		if gap, ok := ev.(event.Gap); ok {
			c.err = fmt.Errorf("a gap: %v, %d missed, %w", gap.Reason, gap.Missed, gap.Err)
			return
		}
		c.add(ev)
	}
}

func (c *tally) add(ev event.Event) {
	c.counts[ev.EventName()]++
	c.total++
}

// burst: of many calls at once, every event that a witness gets comes.
func (p *place) burst(t *testing.T) {
	s, free, caller := p.open(t, "all"), p.conn(t, ""), p.conn(t, "off")
	n := size(60, 500)
	ctx := deadline(t, time.Minute)
	tallies := []*tally{
		{sub: s.Subscribe(ofCalls, &ami.SubscribeConfig{Limit: -1}), counts: make(map[string]int)},
		{sub: free.Subscribe(ofCalls, &ami.SubscribeConfig{Limit: -1}), counts: make(map[string]int)},
	}
	start := time.Now()
	var readers sync.WaitGroup
	for _, c := range tallies {
		// Ends with the last Hangup; the test waits for it.
		readers.Go(func() { c.take(ctx, 2*n) }) // both halves of a Local channel
	}
	for range n {
		do(t, caller, action.Originate{Channel: "Local/s@storm", Application: "Wait", Data: "0.05", Async: true})
	}
	readers.Wait()
	took := time.Since(start)
	ours, witness := tallies[0], tallies[1]
	if ours.err != nil || witness.err != nil {
		t.Fatalf("the session: %v; the witness: %v", ours.err, witness.err)
	}
	level(t, ours, witness)
	for name, want := range witness.counts {
		if got := ours.counts[name]; got != want {
			t.Errorf("%d events %s, the witness got %d", got, name, want)
		}
	}
	if stats := ours.sub.Stats(); stats.Matched != ours.total || stats.Delivered != ours.total || stats.Missed != 0 || stats.Queued != 0 {
		t.Errorf("Stats = %+v, want %d matched and delivered", stats, ours.total)
	}
	t.Logf("%d calls, %d events in %v", n, ours.total, took.Round(time.Millisecond))
}

// level takes what comes after the last Hangup, until both have the same.
func level(t *testing.T, tallies ...*tally) {
	end := time.Now().Add(time.Minute)
	for time.Now().Before(end) {
		for _, c := range tallies {
			ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
			for ev := range c.sub.All(ctx) {
				c.add(ev)
			}
			cancel()
		}
		if tallies[0].total == tallies[1].total {
			return
		}
	}
	t.Errorf("%d events, the witness got %d", tallies[0].total, tallies[1].total)
}
