package ami_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// ofCalls matches what a call causes, which all sessions see alike, and
// UserEvents as marks.
var ofCalls = event.Named("Newchannel", "Newstate", "Newexten", "NewCallerid", "NewConnectedLine", "VarSet", "LocalBridge", "LocalOptimizationBegin",
	"LocalOptimizationEnd", "DialBegin", "DialState", "DialEnd", "OriginateResponse", "SoftHangupRequest", "HangupRequest", "Hangup", "Cdr", "CEL", "UserEvent")

// tally counts what a consumer gets, by name, and what it is told it missed.
type tally struct {
	sub    *event.Subscription
	counts map[string]int64
	total  int64
	gaps   int
	missed int64
	marked bool // the last event was a UserEvent
}

func newTally(sub *event.Subscription) *tally {
	return &tally{sub: sub, counts: make(map[string]int64)}
}

func (c *tally) take(ctx context.Context) error {
	ev, err := c.sub.Next(ctx)
	if err != nil {
		return fmt.Errorf("after %d events and %d gaps: %w", c.total, c.gaps, err)
	}
	_, c.marked = ev.(event.UserEvent)
	switch e := ev.(type) {
	case event.Gap:
		c.gaps++
		c.missed += e.Missed
	default:
		c.counts[ev.EventName()]++
		c.total++
	}
	return nil
}

// calls starts n calls of the storm in pieces, with several goroutines; a
// piece begins when the calls of the one before are over, or nearly: each call has
// threads of its own in Asterisk, and thousands at once are no burst but a jam.
func calls(ctx context.Context, caller *ami.Conn, hangups *event.Subscription, n int) error {
	const callers, piece, ahead = 10, 100, 150
	var group sync.WaitGroup
	errs := make(chan error, callers)
	for started, over := 0, 0; started < n; started += piece {
		for range callers {
			// Ends with its share of the piece; Wait waits for it.
			group.Go(func() {
				for range piece / callers {
					if _, err := caller.Do(ctx, action.Originate{Channel: "Local/s@storm", Application: "Wait", Data: "0.05", Async: true}); err != nil {
						errs <- err
						return
					}
				}
			})
		}
		group.Wait()
		for ; over < 2*(started-ahead); over++ { // both halves of a Local channel
			if _, err := hangups.Next(ctx); err != nil {
				return err
			}
		}
	}
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// mark sends a UserEvent behind all events of calls, once no channel is left.
func mark(ctx context.Context, caller *ami.Conn) error {
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for idle := 0; idle < 10; { // Hangup comes after the channel has left the list
		channels, err := ami.List(ctx, caller, action.CoreShowChannels{})
		if err != nil {
			return err
		}
		idle++
		if len(channels) > 0 {
			idle = 0
		}
		<-poll.C
	}
	_, err := caller.Do(ctx, action.UserEvent{UserEvent: "Over"})
	return err
}

// A consumer that stands still in a burst of calls costs neither the
// connection nor the truth about what it missed.
func TestLiveBurst(t *testing.T) {
	n, limit := 400, 100
	if lab.Full() {
		n, limit = 2000, 1000
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) { burst(t, lab.Start(t, v, nil), n, limit) })
	}
}

func burst(t *testing.T, s *lab.Server, n, limit int) {
	ctx := deadline(t, 2*time.Minute)
	held, free, caller := connect(t, s, "impatient", nil), connect(t, s, "all", nil), connect(t, s, "all", silent)
	gated := newTally(held.Subscribe(ofCalls, &ami.SubscribeConfig{Limit: limit}))
	witness := newTally(free.Subscribe(ofCalls, &ami.SubscribeConfig{Limit: -1}))
	hangups := free.Subscribe(event.Of[event.Hangup](), &ami.SubscribeConfig{Limit: -1})
	read := make(chan error, 1)
	// Ends with the mark; the test waits for it.
	go func() {
		for !witness.marked {
			if err := witness.take(ctx); err != nil {
				read <- err
				return
			}
		}
		read <- nil
	}()

	start := time.Now()
	for range 2 { // the gate opens once in the middle
		if err := calls(ctx, caller, hangups, n/2); err != nil {
			t.Fatalf("calls = %v", err)
		}
		checkStats(t, gated.sub.Stats(), gated, limit)
		for range limit * 3 / 4 {
			if err := gated.take(ctx); err != nil {
				t.Fatalf("Next = %v", err)
			}
			checkStats(t, gated.sub.Stats(), gated, limit)
		}
	}
	if err := mark(ctx, caller); err != nil {
		t.Fatalf("mark = %v", err)
	}
	if err := <-read; err != nil {
		t.Fatalf("the witness: Next = %v", err)
	}
	took := time.Since(start)
	// The mark is no barrier for the events of calls, which come by other queues.
	for end := time.Now().Add(time.Minute); ; {
		release(ctx, t, free, witness)
		release(ctx, t, held, gated)
		if gated.sub.Stats().Matched == witness.total || time.Now().After(end) {
			break
		}
	}

	stats := gated.sub.Stats()
	checkStats(t, stats, gated, limit)
	if stats.Queued != 0 || gated.missed != stats.Missed || gated.missed == 0 || gated.gaps < 2 {
		t.Errorf("%d missed in %d Gaps, want what Stats say (%+v), some, in several", gated.missed, gated.gaps, stats)
	}
	if stats.Matched != witness.total || gated.total+gated.missed != witness.total {
		t.Errorf("matched %d = delivered %d + missed %d, want the witness's %d", stats.Matched, gated.total, gated.missed, witness.total)
	}
	for _, name := range slices.Sorted(maps.Keys(gated.counts)) {
		if gated.counts[name] > witness.counts[name] {
			t.Errorf("%d events %s, and the witness saw %d", gated.counts[name], name, witness.counts[name])
		}
	}
	if held.Err() != nil || free.Err() != nil {
		t.Errorf("Err = %v and %v, want none: Asterisk drops nobody who reads", held.Err(), free.Err())
	}
	t.Logf("%d calls, %d events in %v (%.0f/s); %d delivered, %d missed in %d Gaps, high water %d", n, witness.total,
		took.Round(time.Millisecond), float64(witness.total)/took.Seconds(), gated.total, gated.missed, gated.gaps, stats.HighWater)
}

// release delivers what is queued, once all is there: Asterisk sends what it
// has for a session after each action of it.
func release(ctx context.Context, t *testing.T, held *ami.Conn, gated *tally) {
	t.Helper()
	for range 2 {
		if _, err := held.Do(ctx, action.Ping{}); err != nil {
			t.Fatalf("Do(Ping) = %v", err)
		}
	}
	for gated.sub.Stats().Queued > 0 || gated.missed < gated.sub.Stats().Missed {
		if err := gated.take(ctx); err != nil {
			t.Fatalf("Next = %v; Stats %+v", err, gated.sub.Stats())
		}
	}
}

// checkStats checks the accounting at a moment when nothing is delivered.
func checkStats(t *testing.T, got event.Stats, gated *tally, limit int) {
	t.Helper()
	if got.Matched != got.Delivered+got.Queued+got.Missed || got.Delivered != gated.total || got.Missed < gated.missed ||
		got.Queued > int64(limit) || got.HighWater > int64(limit) {
		t.Errorf("Stats = %+v with %d delivered, %d missed so far, a limit of %d; want matched = delivered + queued + missed", got, gated.total, gated.missed, limit)
	}
}
