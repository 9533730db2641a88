package ami_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// threeLists has two channels, a queue and a parked call.
func threeLists(p *amitest.Peer) {
	channelLists(2)(p)
	p.Handle("QueueSummary", func(p *amitest.Peer, a amitest.Action) {
		p.List(a, "QueueSummaryComplete", []string{"Event", "QueueSummary"})
	})
	p.Handle("ParkedCalls", func(p *amitest.Peer, a amitest.Action) {
		p.List(a, "ParkedCallsComplete", []string{"Event", "ParkedCall"})
	})
}

// refresh has to be taken.
func refresh(t testing.TB, sub *event.Subscription, names ...string) {
	t.Helper()
	var lists []action.Action
	for _, name := range names {
		lists = append(lists, action.New(name))
	}
	if err := ami.Refresh(sub, lists...); err != nil {
		t.Errorf("Refresh = %v", err)
	}
}

// results are those of a Synced, as "CoreShowChannels 2, QueueSummary 1".
func results(synced event.Synced) string {
	var all []string
	for _, list := range synced.Lists {
		text := list.Action + " " + strconv.Itoa(list.Items)
		if list.Err != nil {
			text += " " + list.Err.Error()
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
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

// Refresh: the items and a Synced, without a Gap, of a subscription with a snapshot
// and of one without. The consumer's own loop may ask for it.
func TestRefresh(t *testing.T) {
	for name, config := range map[string]*ami.SubscribeConfig{"with a snapshot": lists(0), "without": nil} {
		t.Run(name, func(t *testing.T) {
			talk(t, threeLists, func(t *testing.T, c *ami.Conn) {
				sub := c.Subscribe(event.Named("Tick"), config)
				if config != nil {
					synced(t, sub)
				}
				for range 3 {
					refresh(t, sub, "QueueSummary", "ParkedCalls")
					if before, s := synced(t, sub); before != "QueueSummary ParkedCall" || results(s) != "QueueSummary 1, ParkedCalls 1" || s.Err != nil {
						t.Errorf("the stream has %q, then Synced of %q, %v", before, results(s), s.Err)
					}
				}
				refresh(t, sub)
				<-time.After(time.Hour)
				_ = c.Close()
				if ev, err := sub.Next(t.Context()); err == nil {
					t.Errorf("the stream goes on with %v", ev)
				}
			})
		})
	}
}

// However many ask at once, and while a snapshot runs: each list has one result,
// and no Synced is of nothing.
func TestRefreshesAtOnce(t *testing.T) {
	for range 20 {
		talk(t, threeLists, func(t *testing.T, c *ami.Conn) {
			sub := c.Subscribe(event.Named("Tick"), lists(0))
			const n = 20
			var askers sync.WaitGroup
			for range n {
				askers.Go(func() { refresh(t, sub, "QueueSummary") })
			}
			askers.Wait()
			synctest.Wait()
			_ = c.Close()
			count, items := make(map[string]int), make(map[string]int)
			for ev := range sub.All(t.Context()) {
				if s, ok := ev.(event.Synced); ok {
					if len(s.Lists) == 0 || s.Err != nil {
						t.Errorf("Synced of %d lists, %v", len(s.Lists), s.Err)
					}
					for _, list := range s.Lists {
						count[list.Action]++
						items[list.Action] -= list.Items
					}
					continue
				}
				items[map[string]string{"QueueSummary": "QueueSummary", "CoreShowChannel": "CoreShowChannels"}[ev.EventName()]]++
			}
			if count["QueueSummary"] != n || count["CoreShowChannels"] != 1 || items["QueueSummary"] != 0 || items["CoreShowChannels"] != 0 {
				t.Errorf("results of %v lists, and %v more items in the stream than they say", count, items)
			}
		})
	}
}

// After the end of the subscription, or of the session, Refresh does nothing, and a
// subscription has no snapshot: neither waits.
func TestRefreshAfterTheEnd(t *testing.T) {
	for name, open := range map[string]func(t *testing.T, srv *amitest.Server) ami.Session{
		"Conn":   func(t *testing.T, srv *amitest.Server) ami.Session { return dialTo(t, srv, nil) },
		"Client": func(t *testing.T, srv *amitest.Server) ami.Session { return connectTo(t, srv, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, serve(t, behindLogin(threeLists)))
				closed, other := s.Subscribe(all, lists(0)), s.Subscribe(all, nil)
				closed.Close()
				refresh(t, closed, "QueueSummary")
				synctest.Wait()
				refresh(t, closed, "QueueSummary")
				_ = s.Close()
				late := s.Subscribe(all, lists(0))
				for _, sub := range []*event.Subscription{closed, other, late} {
					refresh(t, sub, "QueueSummary")
					if ev, err := sub.Next(t.Context()); err == nil {
						t.Errorf("Next = %v after the end", ev)
					}
				}
			})
		})
	}
}

// A subscription of a hub of the user's own has no session to ask.
func TestRefreshOfAHub(t *testing.T) {
	var hub event.Hub
	sub := hub.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	wantError(t, "Refresh", ami.Refresh(sub, action.CoreShowChannels{}), nil, "ami: Refresh: ", "Session")
}

// A list that the connection ends within is run again on the next one, wherever
// the cut is, beside the snapshot and without one.
func TestRefreshIsCut(t *testing.T) {
	for n := range 6 {
		for _, config := range []*ami.SubscribeConfig{nil, lists(0)} {
			synctest.Test(t, func(t *testing.T) {
				client := connectTo(t, serve(t, func(p *amitest.Peer) {
					threeLists(p)
					p.Handle("QueueSummary", func(p *amitest.Peer, a amitest.Action) {
						if p.Number() <= 3 {
							p.CutAfter(40 * n)
						}
						p.List(a, "QueueSummaryComplete", []string{"Event", "QueueSummary"})
					})
					p.Login()
					p.Serve()
				}), nil)
				sub := client.Subscribe(event.Named("Tick"), config)
				refresh(t, sub, "QueueSummary")
				done := false
				items := 0
				for !done {
					switch e := next(t, sub).(type) {
					case event.Connected:
						items = 0
					case event.QueueSummary:
						items++
					case event.Synced:
						done = strings.Contains(results(e), "QueueSummary 1") && e.Epoch() == 4 && items == 1
						if e.Err != nil || !done && strings.Contains(results(e), "QueueSummary") {
							t.Fatalf("Synced of %q, %v, in epoch %d after %d items", results(e), e.Err, e.Epoch(), items)
						}
					}
				}
				<-time.After(time.Hour)
				sub.Close()
			})
		}
	}
}

// While the consumer is behind, a list that events were lost beside is run again
// only when it has caught up, not again and again.
func TestRefreshWhileEventsAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ran := 0
		conn := scripted(t, func(p *amitest.Peer) {
			p.Handle("QueueSummary", func(p *amitest.Peer, a amitest.Action) {
				ran++
				for range 30 { // more than the limit, in each run that the consumer sleeps through
					p.Emit("Event", "Tick", "Privilege", "user,all")
				}
				if ran > 50 {
					p.Cut()
				}
				p.List(a, "QueueSummaryComplete", []string{"Event", "QueueSummary"})
			})
		})
		sub := conn.Subscribe(event.Named("Tick"), &ami.SubscribeConfig{Limit: 40})
		refresh(t, sub, "QueueSummary")
		refresh(t, sub, "QueueSummary")
		<-time.After(time.Hour)
		if ran > 3 {
			t.Errorf("the list was run %d times for a consumer that is behind", ran)
		}
		var last event.Synced
		results := 0
		for results < 2 {
			_, last = synced(t, sub)
			results += len(last.Lists)
		}
		if last.Err != nil {
			t.Errorf("Synced = %v", last.Err)
		}
	})
}

// Results of each list: what one is refused for hides nothing of the others.
func TestResultOfEachList(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		threeLists(p)
		p.Handle("ConfbridgeListRooms", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No active conferences.") })
		p.Handle("PJSIPShowContacts", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No Contacts found") })
		p.Handle("Agents", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
		p.Handle("DBGet", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No active conferences.") }) // another's words
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(event.Named("Tick"), &ami.SubscribeConfig{Snapshot: []action.Action{
			action.New("Agents"), action.CoreShowChannels{}, action.New("confbridgelistrooms"), action.New("Frobnicate"), action.Getvar{},
			action.New("PJSIPShowContacts"), action.New("DBGet", "Family", "f", "Key", "k"), action.New("QueueSummary"),
		}})
		before, s := synced(t, sub)
		if before != "CoreShowChannel CoreShowChannel QueueSummary" {
			t.Errorf("the stream has %q", before)
		}
		wants := []error{ami.ErrPermissionDenied, nil, nil, ami.ErrUnknownAction, ami.ErrNotSent, nil, errSome, nil}
		if len(s.Lists) != len(wants) {
			t.Fatalf("Synced has %d results, want %d", len(s.Lists), len(wants))
		}
		for i, list := range s.Lists {
			if want := wants[i]; want == errSome && list.Err == nil || want != errSome && !errors.Is(list.Err, want) {
				t.Errorf("%s: %v, want %v", list.Action, list.Err, want)
			}
		}
		if s.Lists[1].Items != 2 || s.Lists[7].Items != 1 || !errors.Is(s.Err, ami.ErrPermissionDenied) {
			t.Errorf("results %q, Err %v", results(s), s.Err)
		}
	})
}

// roomsOf is a list of each room that a list of rooms has.
func roomsOf(item event.Event) []action.Action {
	room, ok := item.(event.ConfbridgeListRooms)
	if !ok {
		return nil
	}
	return []action.Action{action.New("ConfbridgeList", "Conference", room.Conference)}
}

// Lists that depend on a list: their items are there before Synced, each has a
// result in the order in which they were run, and a room that is gone is empty.
func TestListsOfAList(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		threeLists(p)
		p.Handle("ConfbridgeListRooms", func(p *amitest.Peer, a amitest.Action) {
			p.List(a, "ConfbridgeListRoomsComplete", []string{"Event", "ConfbridgeListRooms", "Conference", "a"},
				[]string{"Event", "ConfbridgeListRooms", "Conference", "gone"}, []string{"Event", "ConfbridgeListRooms", "Conference", "c"})
		})
		p.Handle("ConfbridgeList", func(p *amitest.Peer, a amitest.Action) {
			if a.Get("Conference") == "gone" {
				p.Error(a, "No Conference by that name found.")
				return
			}
			p.List(a, "ConfbridgeListComplete", []string{"Event", "ConfbridgeList", "Conference", a.Get("Conference")})
		})
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(event.Named("Tick"), &ami.SubscribeConfig{Snapshot: []action.Action{action.New("ConfbridgeListRooms"), action.CoreShowChannels{}}, Then: roomsOf})
		for range 2 {
			before, s := synced(t, sub)
			before = strings.Replace(before, "CoreShowChannel CoreShowChannel ", "", 1)
			got := strings.Replace(results(s), "CoreShowChannels 2, ", "", 1)
			if before != "ConfbridgeListRooms ConfbridgeListRooms ConfbridgeListRooms ConfbridgeList ConfbridgeList" ||
				got != "ConfbridgeListRooms 3, ConfbridgeList 1, ConfbridgeList 0, ConfbridgeList 1" || s.Err != nil {
				t.Errorf("the stream has %q, then Synced of %q, %v", before, got, s.Err)
			}
			refresh(t, sub, "ConfbridgeListRooms")
		}
	})
}
