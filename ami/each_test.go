package ami_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

func TestListGivesTypedItems(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		a := p.Expect("CoreShowChannels")
		p.List(a, "CoreShowChannelsComplete",
			[]string{"Event", "CoreShowChannel", "Channel", "PJSIP/1", "Duration", "00:01:02"},
			[]string{"Event", "SomethingElse", "Channel", "PJSIP/2"})
		p.List(p.Expect("CoreShowChannels"), "CoreShowChannelsComplete")
		p.Error(p.Expect("CoreShowChannels"), "Permission denied")
	})
	channels, err := ami.List(t.Context(), conn, action.CoreShowChannels{})
	if err != nil || len(channels) != 1 || channels[0].Channel != "PJSIP/1" || channels[0].Duration.Seconds() != 62 {
		t.Errorf("List = %+v, %v, want the one channel", channels, err)
	}
	if channels, err = ami.List(t.Context(), conn, action.CoreShowChannels{}); err != nil || len(channels) != 0 {
		t.Errorf("List = %+v, %v, want an empty list", channels, err)
	}
	_, err = ami.List(t.Context(), conn, action.CoreShowChannels{})
	wantError(t, "List", err, ami.ErrPermissionDenied)
}

// A list of another type is not taken for an empty one, and one that has some of
// another type is not refused.
func TestListOfAnotherType(t *testing.T) {
	for name, test := range map[string]struct {
		events []string // names of the items
		items  int
		fails  bool
	}{
		"none":  {nil, 0, false},
		"other": {[]string{"Newer\x1b", "CoreShowChannelMap"}, 0, true},
		"mixed": {[]string{"Newer", "CoreShowChannel", "Newer"}, 1, false},
	} {
		talk(t, func(p *amitest.Peer) {
			for range 2 {
				a := p.Expect("CoreShowChannels")
				var items [][]string
				for _, event := range test.events {
					items = append(items, []string{"Event", event, "Channel", "a"})
				}
				p.List(a, "CoreShowChannelsComplete", items...)
			}
		}, func(t *testing.T, c *ami.Conn) {
			items, err := ami.List(t.Context(), c, action.CoreShowChannels{})
			if len(items) != test.items || (err != nil) != test.fails {
				t.Errorf("%s: List = %v, %v", name, items, err)
			}
			n := 0
			var last error
			for _, err := range ami.Each(t.Context(), c, action.CoreShowChannels{}) {
				if last = err; err == nil {
					n++
				}
			}
			if n != test.items || (last != nil) != test.fails {
				t.Errorf("%s: Each = %d items, %v", name, n, last)
			}
			for _, err := range []error{err, last} {
				const want = "ami: CoreShowChannels: no item is of type event.CoreShowChannel: the first is Newer\\x1b, of type event.Unknown"
				if test.fails && !strings.HasPrefix(err.Error(), want) {
					t.Errorf("%s: %q, want %q", name, err, want)
				}
			}
		})
	}
}

// The items come while the list still runs.
func TestEachStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		more := make(chan struct{})
		conn := scripted(t, func(p *amitest.Peer) {
			a := p.Expect("CoreShowChannels")
			p.Reply(a, "Response", "Success", "EventList", "start")
			for range 3 {
				p.Reply(a, "Event", "CoreShowChannel", "Channel", "x")
				<-more
			}
			p.Reply(a, "Event", "CoreShowChannelsComplete", "EventList", "Complete")
		})
		n := 0
		for item, err := range ami.Each(t.Context(), conn, action.CoreShowChannels{}) {
			if err != nil || item.Channel != "x" {
				t.Fatalf("Each gave %+v, %v", item, err)
			}
			n++
			more <- struct{}{}
		}
		if n != 3 {
			t.Errorf("Each gave %d items, want 3", n)
		}
	})
}

// Leaving the loop drops the rest, and holds no turn of MaxInFlight longer
// than the list runs.
func TestEachEarlyBreak(t *testing.T) {
	conn := dialTo(t, serve(t, behindLogin(channelLists(1000))), func(c *ami.Config) { c.MaxInFlight = 2 })
	for range 20 {
		for _, err := range ami.Each(t.Context(), conn, action.CoreShowChannels{}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	mustPing(t, conn)
	if got := conn.Stats().Orphans; got != 0 {
		t.Errorf("Orphans = %d, want 0", got)
	}
}

func TestEachEndsWithTheError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		conn := scripted(t, func(p *amitest.Peer) {
			p.Error(p.Expect("CoreShowChannels"), "Permission denied")
			a := p.Expect("CoreShowChannels")
			p.Reply(a, "Response", "Success", "EventList", "start")
			p.Reply(a, "Event", "CoreShowChannel", "Channel", "x")
			p.Reply(a, "Response", "Error", "Message", "broken off")
			b := p.Expect("CoreShowChannels")
			p.Reply(b, "Response", "Success", "EventList", "start")
			p.Reply(b, "Event", "CoreShowChannel", "Channel", "x")
			_, _ = p.Next() // Ping
			p.Cut()
		})
		for _, test := range []struct {
			items int
			is    error
		}{{0, ami.ErrPermissionDenied}, {1, nil}, {1, context.Canceled}, {0, context.Canceled}} {
			items := 0
			var last error
			for item, err := range ami.Each(ctx, conn, action.CoreShowChannels{}) {
				if last != nil {
					t.Error("Each went on behind an error")
				}
				if last = err; err == nil {
					items++
				} else if item.Fields().String() != "" {
					t.Errorf("Each gave %+v with an error", item)
				}
				if errors.Is(test.is, context.Canceled) {
					cancel()
				}
			}
			wantError(t, "Each", last, test.is)
			if items != test.items {
				t.Errorf("Each gave %d items before the error %v, want %d", items, last, test.items)
			}
		}
	})
}

// A list that comes to its end while the loop is at work, behind the end of its
// context, is whole; one that does not ends with an error.
func TestEachEndsWholeOrWithAnError(t *testing.T) {
	for i := range 20 {
		ends := i%2 == 0
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			more := make(chan struct{})
			conn := scripted(t, func(p *amitest.Peer) {
				a := p.Expect("CoreShowChannels")
				p.Reply(a, "Response", "Success", "EventList", "start")
				p.Reply(a, "Event", "CoreShowChannel", "Channel", "1")
				<-more
				p.Reply(a, "Event", "CoreShowChannel", "Channel", "2")
				<-more
				p.Reply(a, "Event", "CoreShowChannel", "Channel", "3")
				if ends {
					p.Reply(a, "Event", "CoreShowChannelsComplete", "EventList", "Complete")
				}
			})
			n, failed := 0, false
			for _, err := range ami.Each(ctx, conn, action.CoreShowChannels{}) {
				if failed = err != nil; failed {
					wantError(t, "Each", err, context.Canceled)
					continue
				}
				if n++; n == 1 {
					cancel()
				}
				if n <= 2 {
					more <- struct{}{}
				}
				synctest.Wait()
			}
			if failed == ends || ends && n != 3 {
				t.Errorf("Each gave %d items, an error: %t; want 3, or an error of the list that has no end", n, failed)
			}
		})
	}
}

// plain is a Session of a user.
type plain struct{ ami.Session }

func TestEachOnAnySession(t *testing.T) {
	conn := dialTo(t, serve(t, behindLogin(channelLists(3))), nil)
	var s ami.Session = plain{conn}
	n := 0
	for _, err := range ami.Each(t.Context(), s, action.CoreShowChannels{}) {
		if err != nil {
			t.Error(err)
		}
		if n++; n == 2 {
			break
		}
	}
	_ = conn.Close()
	for item, err := range ami.Each[event.CoreShowChannel](t.Context(), s, action.CoreShowChannels{}) {
		if err == nil {
			t.Errorf("Each gave %+v on a closed session", item)
		}
		n++
	}
	if n != 3 {
		t.Errorf("the loops ran %d times, want 2 and 1", n)
	}
}
