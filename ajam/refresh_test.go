package ajam_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// conferences has three rooms, of which one ends before it is listed, and two
// channels.
func conferences(p *amitest.Peer) {
	channel := []string{"Event", "CoreShowChannel", "Channel", "A"}
	p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) { p.List(a, "CoreShowChannelsComplete", channel, channel) })
	p.Handle("PJSIPShowContacts", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No Contacts found") })
	p.Handle("Agents", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
	p.Handle("ConfbridgeListRooms", func(p *amitest.Peer, a amitest.Action) {
		var rooms [][]string
		for _, name := range []string{"a", "gone", "c"} {
			rooms = append(rooms, []string{"Event", "ConfbridgeListRooms", "Conference", name})
		}
		p.List(a, "ConfbridgeListRoomsComplete", rooms...)
	})
	p.Handle("ConfbridgeList", func(p *amitest.Peer, a amitest.Action) {
		if a.Get("Conference") == "gone" {
			p.Error(a, "No Conference by that name found.")
			return
		}
		p.List(a, "ConfbridgeListComplete", []string{"Event", "ConfbridgeList", "Conference", a.Get("Conference")})
	})
	p.Login()
	p.Serve()
}

func roomsOf(item event.Event) []action.Action {
	room, ok := item.(event.ConfbridgeListRooms)
	if !ok {
		return nil
	}
	return []action.Action{action.New("ConfbridgeList", "Conference", room.Conference)}
}

// synced takes events up to the next Synced, and returns the names of those before.
func synced(t testing.TB, sub *event.Subscription) (before string, s event.Synced) {
	t.Helper()
	var names []string
	for {
		switch e := next(t, sub).(type) {
		case event.Synced:
			return strings.Join(names, " "), e
		default:
			names = append(names, e.EventName())
		}
	}
}

// What the lists of a snapshot end with is told of each: over HTTP as over AMI.
func TestResultOfEachList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connectTo(t, serve(t, conferences), nil)
		sub := c.Subscribe(ofNothing, &ami.SubscribeConfig{Then: roomsOf, Snapshot: []action.Action{
			action.New("Agents"), action.CoreShowChannels{}, action.New("PJSIPShowContacts"), action.New("Frobnicate"), action.Getvar{}, action.New("ConfbridgeListRooms"),
		}})
		wants := []struct {
			action string
			items  int
			err    error
		}{
			{"Agents", 0, ami.ErrPermissionDenied},
			{"CoreShowChannels", 2, nil},
			{"PJSIPShowContacts", 0, nil},
			{"Frobnicate", 0, ami.ErrUnknownAction},
			{"Getvar", 0, ami.ErrInvalid},
			{"ConfbridgeListRooms", 3, nil},
			{"ConfbridgeList", 1, nil},
			{"ConfbridgeList", 0, nil},
			{"ConfbridgeList", 1, nil},
		}
		before, s := synced(t, sub)
		if before != "CoreShowChannel CoreShowChannel ConfbridgeListRooms ConfbridgeListRooms ConfbridgeListRooms ConfbridgeList ConfbridgeList" || len(s.Lists) != len(wants) {
			t.Fatalf("the stream has %q, then Synced of %+v", before, s.Lists)
		}
		for i, got := range s.Lists {
			if want := wants[i]; got.Action != want.action || got.Items != want.items || !errors.Is(got.Err, want.err) {
				t.Errorf("result %d is %+v, want %+v", i, got, want)
			}
		}
	})
}

// Refresh: items and a Synced, without a Gap, with a snapshot and without one, also
// where no events are polled for; after the end nothing.
func TestRefresh(t *testing.T) {
	for name, config := range map[string]*ami.SubscribeConfig{"with a snapshot": {Snapshot: []action.Action{action.CoreShowChannels{}}}, "without": nil} {
		for _, mask := range []string{"", "off"} {
			t.Run(name+mask, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := connectTo(t, serve(t, conferences), func(c *ajam.Config) { c.EventMask = mask })
					sub := c.Subscribe(ofNothing, config)
					if config != nil {
						synced(t, sub)
					}
					for range 3 {
						refresh(t, sub)
						if before, s := synced(t, sub); before != "CoreShowChannel CoreShowChannel" || s.Err != nil || len(s.Lists) != 1 {
							t.Errorf("the stream has %q, then Synced of %+v", before, s.Lists)
						}
					}
					_ = c.Close()
					refresh(t, sub)
					late := c.Subscribe(ofNothing, config)
					refresh(t, late)
					for _, sub := range []*event.Subscription{sub, late} {
						if ev, err := sub.Next(t.Context()); err == nil {
							t.Errorf("Next = %v after Close", ev)
						}
					}
				})
			})
		}
	}
}

func refresh(t testing.TB, sub *event.Subscription) {
	t.Helper()
	if err := ami.Refresh(sub, action.CoreShowChannels{}); err != nil {
		t.Errorf("Refresh = %v", err)
	}
}

// A list whose session is gone is run again in the next one.
func TestRefreshIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 100)
		srv := serve(t, func(p *amitest.Peer) {
			peers <- p
			conferences(p)
		})
		var cut atomic.Bool
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if asks(req, "CoreShowChannels") && !cut.Swap(true) {
				(<-peers).Cut()
			}
			return srv.HTTPClient().Transport.RoundTrip(req)
		})}, nil)
		sub := c.Subscribe(ofNothing, nil)
		refresh(t, sub)
		before, s := synced(t, sub)
		if before != "Gap Connected CoreShowChannel CoreShowChannel" || s.Err != nil || s.Epoch() != 2 {
			t.Errorf("the stream has %q, then Synced, %v, of epoch %d", before, s.Err, s.Epoch())
		}
		<-time.After(time.Minute)
		_ = c.Close()
		if ev, err := sub.Next(t.Context()); err == nil {
			t.Errorf("the stream goes on with %v", ev)
		}
	})
}

// A list over MaxListItems gives as many items as are allowed, and says so; the
// next one is whole.
func TestSnapshotOverTheLimitOfItems(t *testing.T) {
	const most = 10
	synctest.Test(t, func(t *testing.T) {
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("QueueSummary", func(p *amitest.Peer, a amitest.Action) {
				var items [][]string
				for range 2000 {
					items = append(items, []string{"Event", "QueueSummary"})
				}
				p.List(a, "QueueSummaryComplete", items...)
			})
			conferences(p)
		}), func(c *ajam.Config) { c.MaxListItems = most })
		sub := c.Subscribe(ofNothing, &ami.SubscribeConfig{Snapshot: []action.Action{action.New("QueueSummary"), action.CoreShowChannels{}}})
		before, s := synced(t, sub)
		if got := strings.Count(before, "QueueSummary"); got != most || !strings.HasSuffix(before, " CoreShowChannel CoreShowChannel") {
			t.Errorf("%d items of the long list in the stream, want %d, in %q", got, most, before)
		}
		if len(s.Lists) != 2 || s.Lists[0].Items != most || !errors.Is(s.Lists[0].Err, ami.ErrTooManyItems) || s.Lists[1].Err != nil {
			t.Errorf("Synced of %+v", s.Lists)
		}
	})
}

// What waits for the consumer has a limit of bytes, over all lists. When it has
// caught up a list is whole again.
func TestSnapshotOverTheLimitOfBytes(t *testing.T) {
	const items = 40
	synctest.Test(t, func(t *testing.T) {
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("QueueSummary", func(p *amitest.Peer, a amitest.Action) {
				var all [][]string
				for range items {
					all = append(all, []string{"Event", "QueueSummary", "Queue", "support"})
				}
				p.List(a, "QueueSummaryComplete", all...)
			})
			conferences(p)
		}), func(c *ajam.Config) { c.MaxListBytes = 4500 })
		queues := action.New("QueueSummary")
		sub := c.Subscribe(ofNothing, &ami.SubscribeConfig{Snapshot: []action.Action{queues, queues}})
		<-time.After(time.Minute) // the consumer sleeps
		before, s := synced(t, sub)
		if len(s.Lists) != 2 || s.Lists[0].Err != nil || s.Lists[0].Items != items || !errors.Is(s.Lists[1].Err, ami.ErrTooManyItems) ||
			strings.Count(before, "QueueSummary") != s.Lists[0].Items+s.Lists[1].Items {
			t.Errorf("the stream has %q, then Synced of %+v; want the second list to be cut", before, s.Lists)
		}
		for range 3 {
			if err := ami.Refresh(sub, queues); err != nil {
				t.Errorf("Refresh = %v", err)
			}
			if _, s := synced(t, sub); s.Err != nil || s.Lists[0].Items != items {
				t.Errorf("Synced of %+v after the consumer has caught up", s.Lists)
			}
		}
	})
}
