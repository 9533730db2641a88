package ami_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// Limits of lists are those of a snapshot's lists, too: one that is longer gives
// as many items as are allowed, and its result says so. The next list is whole.
func TestSnapshotOverTheLimitOfItems(t *testing.T) {
	const most, more = 10, 2000
	synctest.Test(t, func(t *testing.T) {
		conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
			threeLists(p)
			channelLists(more)(p)
		})), func(c *ami.Config) { c.MaxListItems = most })
		sub := conn.Subscribe(event.Named("Tick"), &ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}, action.New("QueueSummary")}})
		for range 3 {
			before, s := synced(t, sub)
			if got := strings.Count(before, "CoreShowChannel"); got != most || !strings.HasSuffix(before, " QueueSummary") {
				t.Errorf("%d items of the long list in the stream, want %d, in %q", got, most, before)
			}
			if len(s.Lists) != 2 || s.Lists[0].Items != most || !errors.Is(s.Lists[0].Err, ami.ErrTooManyItems) || s.Lists[1].Items != 1 || s.Lists[1].Err != nil {
				t.Errorf("Synced of %+v", s.Lists)
			}
			refresh(t, sub, "CoreShowChannels", "QueueSummary")
		}
	})
}

// What waits for the consumer has a limit of bytes, over all lists. Of a list that
// is over it the beginning is there, without a hole, however soon there is room
// again. When the consumer has caught up a list is whole.
func TestSnapshotOverTheLimitOfBytes(t *testing.T) {
	const items = 40
	synctest.Test(t, func(t *testing.T) {
		size := 0
		conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
			channelLists(items)(p)
		})), func(c *ami.Config) { c.MaxListBytes = 5000 })
		sub := conn.Subscribe(event.Named("Tick"), lists(0))
		synctest.Wait() // the consumer sleeps
		refresh(t, sub, "CoreShowChannels")
		synctest.Wait()
		var got []event.ListResult
		count := 0
		for len(got) < 2 {
			switch e := next(t, sub).(type) {
			case event.CoreShowChannel:
				size += len(e.Fields().String())
				count++
			case event.Synced:
				got = append(got, e.Lists...)
			}
		}
		first, second := got[0], got[1]
		if first.Err != nil || first.Items != items || second.Items >= items || !errors.Is(second.Err, ami.ErrTooManyItems) || count != first.Items+second.Items {
			t.Errorf("the lists are %+v and %+v, %d items in the stream; want the second to be cut", first, second, count)
		}
		if size > 5000 {
			t.Errorf("%d bytes waited for the consumer, want at most 5000", size)
		}
		refresh(t, sub, "CoreShowChannels")
		if before, s := synced(t, sub); s.Err != nil || strings.Count(before, "CoreShowChannel") != items {
			t.Errorf("the stream has %q, then Synced, %v", before, s.Err)
		}
		for range 3 { // as much again and again, when all is taken
			refresh(t, sub, "CoreShowChannels")
			if _, s := synced(t, sub); s.Err != nil {
				t.Errorf("Synced = %v", s.Err)
			}
		}
	})
}

// An item that does not fit ends its list, also where a shorter one after it would
// fit: the consumer could not tell which is missing.
func TestNoItemComesBehindOneThatDoesNotFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
				item := func(channel string) []string { return []string{"Event", "CoreShowChannel", "Channel", channel} }
				p.List(a, "CoreShowChannelsComplete", item("a"), item(strings.Repeat("b", 2000)), item("c"))
			})
		})), func(c *ami.Config) { c.MaxListBytes = 1000 })
		sub := conn.Subscribe(event.Named("Tick"), lists(0))
		if before, s := synced(t, sub); before != "CoreShowChannel" || results(s) == "" || s.Lists[0].Items != 1 || !errors.Is(s.Err, ami.ErrTooManyItems) {
			t.Errorf("the stream has %q, then Synced of %+v; want the first item alone", before, s.Lists)
		}
	})
}
