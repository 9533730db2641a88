package ami_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// channels is what a consumer makes of a stream with a snapshot of
// CoreShowChannels: the names of the channels that are there.
type channels struct {
	live    map[string]string // Uniqueid to name
	gone    map[string]bool   // Uniqueids that hung up since the last Gap, until Synced
	history map[string][]string
	gaps    []event.Gap
	synced  int
	whole   bool // there was a Synced since the last Gap
}

// ofChannels is what channels needs, and the marks of quiet.
var ofChannels = event.Or(event.Of[event.Newchannel](), event.Of[event.Rename](), event.Of[event.Hangup](), event.Of[event.UserEvent]())

func newChannels() *channels {
	return &channels{live: make(map[string]string), gone: make(map[string]bool), history: make(map[string][]string)}
}

func (c *channels) apply(ev event.Event) {
	if id := ev.Fields().Get("Uniqueid"); id != "" {
		c.history[id] = append(c.history[id], fmt.Sprintf("%s %d/%d %s", ev.EventName(), ev.Epoch(), ev.Sequence(), ev.Received().Format("05.000000")))
	}
	switch e := ev.(type) {
	case event.Newchannel:
		c.add(e.ChannelSnapshot)
	case event.CoreShowChannel:
		c.add(e.ChannelSnapshot)
	case event.Rename:
		if _, ok := c.live[e.UniqueID]; ok {
			c.live[e.UniqueID] = e.NewName
		}
	case event.Hangup:
		delete(c.live, e.UniqueID)
		c.gone[e.UniqueID] = true
	case event.Gap:
		c.gaps, c.whole = append(c.gaps, e), false
		clear(c.live)
		clear(c.gone)
	case event.Synced:
		c.synced, c.whole = c.synced+1, true
		clear(c.gone)
	}
}

func (c *channels) add(s event.ChannelSnapshot) {
	if !c.gone[s.UniqueID] {
		c.live[s.UniqueID] = s.Channel
	}
}

func (c *channels) applyNext(ctx context.Context, t *testing.T, sub *event.Subscription) event.Event {
	t.Helper()
	ev, err := sub.Next(ctx)
	if err != nil {
		t.Fatalf("Next = %v; there were %d Gaps and %d Synceds, Stats %+v", err, len(c.gaps), c.synced, sub.Stats())
	}
	c.apply(ev)
	return ev
}

// compare fails the test unless c is what a fresh connection lists.
func (c *channels) compare(t *testing.T, s *lab.Server, what string) {
	t.Helper()
	want := make(map[string]string)
	for _, item := range listFresh(t, s) {
		want[item.UniqueID] = item.Channel
	}
	for id, name := range want {
		if c.live[id] != name {
			t.Errorf("%s: channel %s is %q in the stream, %q in a fresh list; it had %v", what, id, c.live[id], name, c.history[id])
		}
	}
	for id, name := range c.live {
		if want[id] == "" {
			t.Errorf("%s: channel %s (%s) of the stream is not in a fresh list; it had %v", what, id, name, c.history[id])
		}
	}
}

func listFresh(t *testing.T, s *lab.Server) []event.CoreShowChannel {
	t.Helper()
	fresh := connect(t, s, "all", silent)
	defer fresh.Close()
	items, err := ami.List(deadline(t, 10*time.Second), fresh, action.CoreShowChannels{})
	if err != nil {
		t.Fatalf("List(CoreShowChannels) = %v", err)
	}
	return items
}

// caller starts calls, and knows when each has come about: an async Originate
// is accepted long before that where the machine is busy.
type caller struct {
	*ami.Conn // without events
	came      *event.Subscription
	begun     atomic.Int64
	seen      int64 // of those begun
}

func newCaller(t *testing.T, s *lab.Server) *caller {
	t.Helper()
	came := connect(t, s, "all", nil).Subscribe(event.Of[event.OriginateResponse](), nil)
	return &caller{Conn: connect(t, s, "all", silent), came: came}
}

// allCame waits until every call has come about, or failed.
func (c *caller) allCame(ctx context.Context, t *testing.T) {
	t.Helper()
	for c.seen < c.begun.Load() {
		ev, err := c.came.Next(ctx)
		if err != nil {
			t.Fatalf("%d of %d calls came about: %v", c.seen, c.begun.Load(), err)
		}
		if _, ok := ev.(event.OriginateResponse); ok {
			c.seen++
		}
	}
}

// storm starts n short calls whose ids begin with "storm-", and a few that
// stay, with ids that begin with "stay-".
func storm(ctx context.Context, c *caller, round, n int) error {
	for i := range n {
		call := action.Originate{Channel: "Local/s@storm", Application: "Wait", Data: "0.05", Async: true, ChannelID: fmt.Sprintf("storm-%06d-%04d", round, i)}
		if i%10 == 3 {
			call.Channel, call.Data, call.ChannelID = "Local/answer@outcome", "60", fmt.Sprintf("stay-%06d-%04d", round, i)
		}
		if _, err := c.Do(ctx, call); err != nil {
			return err
		}
		c.begun.Add(1)
	}
	return nil
}

// stormUntil is storm again and again.
func stormUntil(ctx context.Context, c *caller, round int, stop <-chan struct{}) error {
	for {
		round++
		if err := storm(ctx, c, round, 10); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		default:
		}
	}
}

// quiet waits until the short calls are over and c has heard so. What c never
// hears within five seconds is left for compare to find.
func quiet(t *testing.T, by *caller, sub *event.Subscription, c *channels, mark string) {
	t.Helper()
	ctx := deadline(t, 30*time.Second)
	by.allCame(ctx, t)
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		items, err := ami.List(ctx, by, action.CoreShowChannels{})
		if err != nil {
			t.Fatalf("List(CoreShowChannels) = %v", err)
		}
		if !slices.ContainsFunc(items, func(i event.CoreShowChannel) bool { return short(i.UniqueID) }) {
			break
		}
		<-poll.C
	}
	for sent, marked := -1, false; !marked || !c.whole; {
		if c.whole && sent != len(c.gaps) { // a mark may be lost in a gap
			if _, err := by.Do(ctx, action.UserEvent{UserEvent: mark}); err != nil {
				t.Fatalf("Do(UserEvent) = %v", err)
			}
			sent = len(c.gaps)
		}
		e, ok := c.applyNext(ctx, t, sub).(event.UserEvent)
		marked = marked || ok && e.UserEvent == mark
	}
	// Asterisk takes a channel off the list before it publishes its Hangup, and
	// the last of them may be lost in a gap.
	ctx = deadline(t, 5*time.Second)
	for !c.whole || slices.ContainsFunc(slices.Collect(maps.Keys(c.live)), short) {
		ev, err := sub.Next(ctx)
		if err != nil {
			return
		}
		c.apply(ev)
	}
}

func short(id string) bool { return strings.HasPrefix(id, "storm-") }

func hangUpAll(t *testing.T, c *caller) {
	t.Helper()
	ctx := deadline(t, 30*time.Second)
	if _, err := c.Do(ctx, action.Hangup{Channel: "/^Local/.*$/"}); err != nil {
		t.Fatalf("Do(Hangup) = %v", err)
	}
}

var showChannels = &ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}}

// A subscription with a snapshot that begins in a storm of calls ends with
// exactly the channels that are there.
func TestLiveSnapshotInStorm(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, nil)
			conn, caller := connect(t, s, "all", nil), newCaller(t, s)
			items, most, rounds := 0, 0, 0
			for round := range lab.Rounds(6, 50) {
				rounds++
				ctx := deadline(t, 30*time.Second)
				if err := storm(ctx, caller, 1000*round, 40); err != nil {
					t.Fatalf("storm = %v", err)
				}
				synced, over := make(chan struct{}), make(chan error, 1)
				// Ends when synced is closed; the test waits for it.
				go func() { over <- stormUntil(ctx, caller, 1000*round, synced) }()
				sub := conn.Subscribe(ofChannels, showChannels)
				c := newChannels()
				for c.synced == 0 {
					if _, ok := c.applyNext(ctx, t, sub).(event.CoreShowChannel); ok {
						items++
					}
				}
				most = max(most, len(c.live))
				close(synced)
				if err := <-over; err != nil {
					t.Fatalf("storm = %v", err)
				}
				quiet(t, caller, sub, c, fmt.Sprintf("quiet-%d", round))
				c.compare(t, s, fmt.Sprintf("round %d", round))
				sub.Close()
				hangUpAll(t, caller)
			}
			if items == 0 || most == 0 {
				t.Errorf("%d items of snapshots, at most %d channels at Synced, want some", items, most)
			}
			t.Logf("%d rounds, %d items of snapshots, at most %d channels at Synced", rounds, items, most)
		})
	}
}

// A consumer that is too slow for its queue sees Gap, items and Synced, and
// has the truth in the end.
func TestLiveSnapshotAfterOverflow(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			conn, caller := connect(t, s, "all", nil), newCaller(t, s)
			ctx := deadline(t, 2*time.Minute+lab.Soak())
			sub := conn.Subscribe(ofChannels, &ami.SubscribeConfig{Limit: 20, Snapshot: showChannels.Snapshot})
			defer sub.Close()
			c := newChannels()
			for !c.whole {
				c.applyNext(ctx, t, sub)
			}
			storms, steps := 0, 0
			for step := range lab.Rounds(4, 20) {
				steps++
				for missed := sub.Stats().Missed; sub.Stats().Missed == missed; storms++ {
					if err := storm(ctx, caller, storms, 40); err != nil {
						t.Fatalf("storm = %v", err)
					}
				}
				over := make(chan error, 1)
				last := storms
				storms++
				// Ends with the storm; the test waits for it.
				go func() { over <- storm(ctx, caller, last, 20) }()
				for gaps, synced := len(c.gaps), c.synced; len(c.gaps) == gaps || c.synced == synced || !c.whole; {
					c.applyNext(ctx, t, sub)
				}
				if err := <-over; err != nil {
					t.Fatalf("storm = %v", err)
				}
				quiet(t, caller, sub, c, fmt.Sprintf("quiet-%d", step))
				c.compare(t, s, fmt.Sprintf("step %d", step))
				hangUpAll(t, caller)
			}
			quiet(t, caller, sub, c, "quiet at last") // every Gap has come
			var missed int64
			for _, gap := range c.gaps {
				missed += gap.Missed
			}
			if stats := sub.Stats(); missed != stats.Missed || stats.Matched != stats.Delivered+stats.Queued+missed {
				t.Errorf("Gaps say %d missed, Stats %+v", missed, stats)
			}
			t.Logf("%d steps, %d Gaps, %d Synceds, %d missed", steps, len(c.gaps), c.synced, missed)
		})
	}
}

// The death of Asterisk in a storm is a Gap, a Connected, and a snapshot anew.
func TestLiveSnapshotAfterKill(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			client := connectClient(t, s, "all", nil)
			sub := client.Subscribe(ofChannels, showChannels)
			defer sub.Close()
			c := newChannels()
			for round := range lab.Rounds(1, 4) {
				ctx := deadline(t, 60*time.Second)
				before := newCaller(t, s)
				if err := storm(ctx, before, 2*round, 60); err != nil {
					t.Fatalf("storm = %v", err)
				}
				if err := s.Restart(); err != nil {
					t.Fatal(err)
				}
				caller := newCaller(t, s)
				if err := storm(ctx, caller, 2*round+1, 60); err != nil {
					t.Fatalf("storm = %v", err)
				}
				for len(c.gaps) <= round || !c.whole {
					c.applyNext(ctx, t, sub)
				}
				quiet(t, caller, sub, c, fmt.Sprintf("quiet-%d", round))
				c.compare(t, s, fmt.Sprintf("round %d", round))
				if got := c.gaps[round]; len(c.gaps) != round+1 || got.Reason != event.GapDisconnected || got.Missed != -1 || got.Err == nil {
					t.Errorf("round %d: %d Gaps, the last %v: %+v; want %d, disconnected, with its error", round, len(c.gaps), got.Reason, got, round+1)
				}
			}
		})
	}
}

func silent(c *ami.Config) { c.EventMask = "off" }
