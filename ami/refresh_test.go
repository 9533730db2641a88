package ami_test

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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
		var awake atomic.Bool // the consumer; each run that it sleeps through brings more than the limit
		conn := scripted(t, func(p *amitest.Peer) {
			p.Handle("QueueSummary", func(p *amitest.Peer, a amitest.Action) {
				ran++
				for range 30 {
					if !awake.Load() {
						p.Emit("Event", "Tick", "Privilege", "user,all")
					}
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
		awake.Store(true)
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

// A list that is asked for while a snapshot runs comes after it, and has a Synced
// of its own.
func TestRefreshWhileASnapshotRuns(t *testing.T) {
	asked, goOn := make(chan struct{}), make(chan struct{})
	conn := scripted(t, func(p *amitest.Peer) {
		threeLists(p)
		p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
			close(asked)
			<-goOn
			p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel"})
		})
	})
	sub := conn.Subscribe(event.Named("Tick"), lists(0))
	<-asked
	refresh(t, sub, "QueueSummary")
	refresh(t, sub, "ParkedCalls")
	close(goOn)
	for _, want := range [][2]string{{"CoreShowChannel", "CoreShowChannels 1"}, {"QueueSummary ParkedCall", "QueueSummary 1, ParkedCalls 1"}} {
		if before, s := synced(t, sub); before != want[0] || results(s) != want[1] {
			t.Errorf("the stream has %q, then Synced of %q; want %q", before, results(s), want)
		}
	}
}

// An event that is lost beside a list makes it old: it is run once more, beside the
// snapshot and without one.
func TestRefreshBesideALostEvent(t *testing.T) {
	for _, config := range []*ami.SubscribeConfig{nil, lists(0)} {
		synctest.Test(t, func(t *testing.T) {
			lost := false
			conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
				threeLists(p)
				p.Handle("QueueSummary", func(p *amitest.Peer, a amitest.Action) {
					if !lost {
						p.Emit("Event", "Tick", "Privilege", "user,all", "Value", long)
					}
					lost = true
					p.List(a, "QueueSummaryComplete", []string{"Event", "QueueSummary"})
				})
			})), small)
			sub := conn.Subscribe(event.Named("Tick"), config)
			wantBefore, wantResults := "Gap QueueSummary QueueSummary", "QueueSummary 1"
			if config != nil {
				synced(t, sub)
				wantBefore, wantResults = "Gap QueueSummary CoreShowChannel CoreShowChannel QueueSummary", "CoreShowChannels 2, QueueSummary 1"
			}
			refresh(t, sub, "QueueSummary")
			if before, s := synced(t, sub); before != wantBefore || results(s) != wantResults {
				t.Errorf("the stream has %q, then Synced of %q; want %q and %q", before, results(s), wantBefore, wantResults)
			}
			<-time.After(time.Hour)
			_ = conn.Close()
			if ev, err := sub.Next(t.Context()); err == nil {
				t.Errorf("the stream goes on with %v", ev)
			}
		})
	}
}
