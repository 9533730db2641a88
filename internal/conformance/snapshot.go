package conformance

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// channels is what a consumer makes of a stream with a snapshot.
type channels struct {
	sub    *event.Subscription
	live   map[string]string // Uniqueid to name
	gone   map[string]bool   // hung up since the last Gap, until Synced
	synced int
	items  int
	marked bool
}

func (c *channels) next(ctx context.Context) error {
	ev, err := c.sub.Next(ctx)
	if err != nil {
		return err
	}
	switch e := ev.(type) {
	case event.Newchannel:
		c.add(e.ChannelSnapshot)
	case event.CoreShowChannel:
		c.items++
		c.add(e.ChannelSnapshot)
	case event.Hangup:
		delete(c.live, e.UniqueID)
		c.gone[e.UniqueID] = true
	case event.Gap:
		return fmt.Errorf("a gap: %v, %w", e.Reason, e.Err)
	case event.Synced:
		c.synced++
		clear(c.gone)
		return e.Err
	case event.UserEvent:
		c.marked = true
	}
	return nil
}

func (c *channels) add(s event.ChannelSnapshot) {
	if !c.gone[s.UniqueID] {
		c.live[s.UniqueID] = s.Channel
	}
}

// short reports whether a call of the storm that does not stay is there.
func (c *channels) short() bool {
	for id := range c.live {
		if strings.HasPrefix(id, "storm-") {
			return true
		}
	}
	return false
}

// snapshot: a subscription that begins in a storm of calls ends with exactly
// the channels that are there.
func (p *place) snapshot(t *testing.T) {
	s, by := p.open(t, "all"), p.conn(t, "off")
	for round := range size(3, 25) {
		ctx := deadline(t, 30*time.Second)
		storming, storm := context.WithCancel(ctx)
		over := make(chan error, 1)
		// Ends when storm is called; the test waits for it.
		go func() { over <- stormUntil(storming, by, round) }()
		c := &channels{live: make(map[string]string), gone: make(map[string]bool)}
		c.sub = s.Subscribe(event.Or(event.Of[event.Newchannel](), event.Of[event.Hangup](), event.Of[event.UserEvent]()),
			&ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}})
		for c.synced == 0 {
			if err := c.next(ctx); err != nil {
				t.Fatalf("round %d: Next = %v", round, err)
			}
		}
		storm()
		if err := <-over; err != nil {
			t.Fatalf("round %d: the storm = %v", round, err)
		}
		c.drain(ctx, t, by)
		c.compare(ctx, t, by, fmt.Sprintf("round %d, %d items", round, c.items))
		c.sub.Close()
		hangUpAll(t, by)
	}
}

// stormUntil starts calls that end at once, and a few that stay.
func stormUntil(ctx context.Context, by *ami.Conn, round int) error {
	for i := 0; ; i++ {
		a := action.Originate{Channel: "Local/s@storm", Application: "Wait", Data: "0.05", Async: true, ChannelID: fmt.Sprintf("storm-%d-%06d", round, i)}
		if i%10 == 3 {
			a.Channel, a.Data, a.ChannelID = "Local/answer@outcome", "60", fmt.Sprintf("stay-%d-%06d", round, i)
		}
		if _, err := by.Do(context.WithoutCancel(ctx), a); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Millisecond):
		}
	}
}

// drain waits until the short calls are over, and c has heard so.
func (c *channels) drain(ctx context.Context, t *testing.T, by *ami.Conn) {
	t.Helper()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for calm := 0; calm < 5; <-poll.C {
		calm++
		list, err := ami.List(ctx, by, action.CoreShowChannels{})
		if err != nil {
			t.Fatalf("List(CoreShowChannels) = %v", err)
		}
		for _, item := range list {
			if strings.HasPrefix(item.UniqueID, "storm-") {
				calm = 0
			}
		}
	}
	do(t, by, action.UserEvent{UserEvent: "Calm"})
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for !c.marked || c.short() {
		if err := c.next(ctx); err != nil {
			return // compare tells what is wrong
		}
	}
}

func (c *channels) compare(ctx context.Context, t *testing.T, by *ami.Conn, what string) {
	t.Helper()
	list, err := ami.List(ctx, by, action.CoreShowChannels{})
	if err != nil {
		t.Fatalf("List(CoreShowChannels) = %v", err)
	}
	want := make(map[string]bool)
	for _, item := range list {
		want[item.UniqueID] = true
		if c.live[item.UniqueID] == "" {
			t.Errorf("%s: channel %s is not in the stream", what, item.Channel)
		}
	}
	for id, name := range c.live {
		if !want[id] {
			t.Errorf("%s: channel %s of the stream is not there", what, name)
		}
	}
}
