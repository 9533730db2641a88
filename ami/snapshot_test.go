package ami_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// lists is a subscription for Tick with snapshots of channels.
func lists(limit int) *ami.SubscribeConfig {
	return &ami.SubscribeConfig{Limit: limit, Snapshot: []action.Action{action.CoreShowChannels{}}}
}

// A snapshot: the items, then Synced, and again after each gap.
func TestSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := connectTo(t, serve(t, func(p *amitest.Peer) {
			channelLists(p.Number() + 1)(p)
			cutting(p)
		}), nil)
		sub := client.Subscribe(event.Named("Tick"), lists(0))
		defer sub.Close()
		if got := names(t, sub, 3); got != "CoreShowChannel CoreShowChannel Synced" {
			t.Errorf("events %q, want two items and Synced", got)
		}
		_, _ = client.Do(t.Context(), action.New("Cut"))
		if got := names(t, sub, 6); got != "Gap Connected CoreShowChannel CoreShowChannel CoreShowChannel Synced" {
			t.Errorf("events %q, want Gap, Connected, three items and Synced", got)
		}
		<-time.After(time.Hour)
		if s := sub.Stats(); s.Matched != 0 || s.Queued != 0 {
			t.Errorf("Stats() = %+v, want no news", s)
		}
	})
}

// The Ping behind the lists is the barrier: events that Asterisk had queued
// before the list come before Synced.
func TestSyncedComesBehindTheEventsOfTheList(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Handle("Ping", func(p *amitest.Peer, a amitest.Action) {
			p.Emit("Event", "Tick", "Privilege", "user,all")
			p.Success(a, "Ping", "Pong")
		})
		channelLists(1)(p)
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(event.Named("Tick"), lists(0))
		if got := names(t, sub, 3); got != "CoreShowChannel Tick Synced" {
			t.Errorf("events %q, want the item, Tick and Synced", got)
		}
	})
}

// Synced has the first error of the lists, whatever it is; the others' items
// are there.
func TestSnapshotThatFails(t *testing.T) {
	for subject, test := range map[string]struct {
		lists  []action.Action
		events string
		says   string
	}{
		"refused":          {[]action.Action{action.New("Denied"), action.CoreShowChannels{}}, "CoreShowChannel Synced", "Permission denied"},
		"a bad field":      {[]action.Action{action.Getvar{}}, "Synced", "Variable"},
		"a line break":     {[]action.Action{action.New("X", "Key", "a\nb")}, "Synced", "Key"},
		"an item too long": {[]action.Action{action.New("Long"), action.CoreShowChannels{}}, "CoreShowChannel Synced", "limit"},
	} {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
					channelLists(1)(p)
					p.Handle("Denied", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
					p.Handle("Long", func(p *amitest.Peer, a amitest.Action) {
						p.List(a, "LongComplete", []string{"Event", "Item", "ActionID", a.ID(), "Value", long})
					})
				})), small)
				sub := conn.Subscribe(event.Named("Tick"), &ami.SubscribeConfig{Snapshot: test.lists})
				n := strings.Count(test.events, " ") + 1
				var last event.Event
				var got []string
				for range n {
					last = next(t, sub)
					got = append(got, last.EventName())
				}
				if strings.Join(got, " ") != test.events {
					t.Errorf("events %q, want %q", got, test.events)
				}
				if synced, ok := last.(event.Synced); !ok || synced.Err == nil || !strings.Contains(synced.Err.Error(), test.says) {
					t.Errorf("last event %+v, want Synced with an error that says %q", last, test.says)
				}
			})
		})
	}
}

// A connection that dies within the lists leaves no Synced: the next one
// begins again.
func TestSnapshotIsCut(t *testing.T) {
	for n := range 6 {
		synctest.Test(t, func(t *testing.T) {
			client := connectTo(t, serve(t, func(p *amitest.Peer) {
				p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
					if p.Number() <= 3 {
						p.CutAfter(40 * n)
					}
					p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel"})
				})
				p.Login()
				p.Serve()
			}), nil)
			sub := client.Subscribe(event.Named("Tick"), lists(0))
			epoch, items := uint64(1), 0
			for ev := range sub.All(t.Context()) {
				switch e := ev.(type) {
				case event.Connected:
					epoch, items = e.Epoch(), 0
				case event.CoreShowChannel:
					items++
				case event.Synced:
					if epoch != 4 || e.Epoch() != 4 || items != 1 || e.Err != nil {
						t.Errorf("Synced %v in epoch %d behind %d items, want it in the fourth behind one", e.Err, epoch, items)
					}
					sub.Close()
				}
			}
		})
	}
}

// An overflow is a gap: the snapshot comes again once the consumer has caught
// up, and Synced never without new lists.
func TestSnapshotAfterAnOverflow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		taken := 0
		conn := scripted(t, func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
				taken++
				p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel", "Channel", strconv.Itoa(taken)})
			})
			p.Handle("Burst", func(p *amitest.Peer, a amitest.Action) {
				for range 50 {
					p.Emit("Event", "Tick", "Privilege", "user,all")
				}
				p.Success(a)
			})
		})
		sub := conn.Subscribe(event.Named("Tick"), lists(10))
		if got := names(t, sub, 2); got != "CoreShowChannel Synced" {
			t.Errorf("events %q, want the item and Synced", got)
		}
		mustDo(t, conn, "Burst")
		ticks, missed, items := 0, int64(0), ""
		for ev := range sub.All(t.Context()) {
			switch e := ev.(type) {
			case event.Gap:
				missed, items = missed+e.Missed, ""
			case event.CoreShowChannel:
				items += e.Channel
			case event.Synced:
				if missed == 0 || items != "2" {
					t.Errorf("Synced behind %d missed and the lists %q, want it behind the second list", missed, items)
				}
				sub.Close()
			default:
				ticks++
			}
		}
		if int64(ticks)+missed != 50 {
			t.Errorf("%d delivered and %d missed, want 50", ticks, missed)
		}
	})
}

// A subscription made while the client is down has its snapshot once, when it
// is up.
func TestSnapshotOfAClientThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		taken := 0
		client := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
				taken++
				p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel"})
			})
			cutting(p)
		}), nil)
		_, _ = client.Do(t.Context(), action.New("Cut"))
		synctest.Wait()
		sub := client.Subscribe(event.Named("Tick"), lists(0))
		if got := names(t, sub, 3); got != "Connected CoreShowChannel Synced" {
			t.Errorf("events %q, want Connected, the item and Synced", got)
		}
		<-time.After(time.Minute)
		mustPing(t, client)
		if taken != 1 {
			t.Errorf("%d lists were asked for, want 1", taken)
		}
	})
}

// Closing the subscription or the session ends what fills it.
func TestSnapshotEndsWithItsSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := scripted(t, func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, _ amitest.Action) {})
		})
		sub := conn.Subscribe(all, lists(0))
		synctest.Wait()
		sub.Close()
		other := conn.Subscribe(all, lists(0))
		synctest.Wait()
		_ = conn.Close()
		for ev := range other.All(t.Context()) {
			if e, ok := ev.(event.Synced); ok && e.Err == nil {
				t.Error("Synced without a list")
			}
		}
	})
}
