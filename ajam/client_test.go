package ajam_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

func TestAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
				p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel", "Channel", "A"}, []string{"Event", "CoreShowChannel", "Channel", "B"})
			})
			p.Handle("Command", func(p *amitest.Peer, a amitest.Action) {
				p.Success(a, "Message", "Command output follows", "Output", "  two", "Output", "lines")
			})
			p.Handle("Secret", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
			p.Handle("Echo", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "Text", a.Get("Text")) })
			p.LoginAs("u", secret)
			p.Serve()
		}), nil)
		channels, err := ami.List(t.Context(), c, action.CoreShowChannels{})
		if err != nil || len(channels) != 2 || channels[1].Channel != "B" {
			t.Errorf("List = %v, %v", channels, err)
		}
		for ch, err := range ami.Each(t.Context(), c, action.CoreShowChannels{}) {
			if err != nil || ch.Channel != "A" {
				t.Errorf("Each = %v, %v", ch, err)
			}
			break
		}
		lines, err := ami.Command(t.Context(), c, "core show uptime")
		if err != nil || !slices.Equal(lines, []string{"  two", "lines"}) {
			t.Errorf("Command = %q, %v", lines, err)
		}
		text := `a+b=c&d %41 "ü" ;`
		if got := mustDo(t, c, "Echo", "Text", text).Get("Text"); got != text {
			t.Errorf("Echo = %q, want %q", got, text)
		}
		_, err = c.Do(t.Context(), action.New("Secret"))
		wantError(t, "Do(Secret)", err, ami.ErrPermissionDenied)
		_, err = c.Do(t.Context(), action.New("Frobnicate"))
		wantError(t, "Do(Frobnicate)", err, ami.ErrUnknownAction)
		for _, name := range []string{"Login", "Logoff", "Challenge", "Events", "Filter", "WaitEvent"} {
			_, err := c.Do(t.Context(), action.New(name))
			wantError(t, name, err, ami.ErrInvalid, "session")
		}
		if stats := c.Stats(); stats.Logins != 1 || c.Err() != nil || c.Version().Major != 22 {
			t.Errorf("Stats = %+v, Err = %v, Version = %v", stats, c.Err(), c.Version())
		}
	})
}

func TestEventsComeWhenTheyHappen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 1)
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Login()
			peers <- p
			p.Serve()
		}), nil)
		sub := c.Subscribe(event.Of[event.Hangup](), nil)
		p := <-peers
		<-time.After(300 * time.Millisecond) // a poll is waiting
		start := time.Now()
		p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "x")
		if e, ok := next(t, sub).(event.Hangup); !ok || e.Channel != "x" || e.Epoch() != 1 {
			t.Errorf("Next = %+v", e)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("the event came after %v", took)
		}
	})
}

// A session that Asterisk has forgotten is a Gap, and a new one.
func TestSessionLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 2)
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Login()
			peers <- p
			p.Serve()
		}), nil)
		sub := c.Subscribe(event.Of[event.Hangup](), nil)
		(<-peers).Cut()
		if got := names(t, sub, 2); got != "Gap Connected" {
			t.Errorf("the stream has %s", got)
		}
		if err := c.Ready(t.Context()); err != nil {
			t.Errorf("Ready = %v", err)
		}
		(<-peers).Emit("Event", "Hangup", "Privilege", "call,all")
		if ev := next(t, sub); ev.Epoch() != 2 {
			t.Errorf("Next = %+v, want one of epoch 2", ev)
		}
		if stats := c.Stats(); stats.Logins != 2 {
			t.Errorf("Stats = %+v", stats)
		}
	})
}

// An action that may have been run is not sent again, whatever happened.
func TestNothingIsSentTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, nil)
		var sent atomic.Int64
		lost := errors.New("the wire was cut")
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			response, err := srv.HTTPClient().Transport.RoundTrip(req)
			if err == nil && asks(req, "Originate") {
				sent.Add(1)
				_ = response.Body.Close()
				return nil, lost
			}
			return response, err
		})}, nil)
		_, err := c.Do(t.Context(), action.Originate{Channel: "Local/1@x", Application: "NoOp"})
		wantError(t, "Do", err, ami.ErrOutcomeUnknown, "the wire was cut")
		if !errors.Is(err, lost) || sent.Load() != 1 {
			t.Errorf("sent %d times, then %v", sent.Load(), err)
		}
		mustDo(t, c, "Ping")
	})
}

// There is one request for events at a time, whoever subscribes to what.
func TestOnePollAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) { p.List(a, "CoreShowChannelsComplete") })
			p.Login()
			p.Serve()
		})
		var polls, most, count atomic.Int64
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if asks(req, "WaitEvent") {
				count.Add(1)
				if now := polls.Add(1); now > most.Load() {
					most.Store(now)
				}
				defer polls.Add(-1)
			}
			return srv.HTTPClient().Transport.RoundTrip(req)
		})}, nil)
		var watchers sync.WaitGroup
		for range 8 {
			// Ends when its snapshot is there; the test waits for it.
			watchers.Go(func() {
				sub := c.Subscribe(event.Filter{}, &ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}})
				defer sub.Close()
				for next(t, sub).EventName() != "Synced" {
				}
			})
		}
		watchers.Wait()
		if most.Load() != 1 || count.Load() < 2 {
			t.Errorf("%d polls, %d at once; want some, one at a time", count.Load(), most.Load())
		}
	})
}

// What happened before a list was made stands before Synced, though the answer
// to the list overtakes it.
func TestSnapshotBarrier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
				p.Emit("Event", "Newchannel", "Privilege", "call,all", "Channel", "before")
				p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel", "Channel", "before"})
			})
			p.Login()
			p.Serve()
		}), nil)
		for range 20 {
			sub := c.Subscribe(event.Of[event.Newchannel](), &ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}})
			var got []string
			for len(got) == 0 || got[len(got)-1] != "Synced" {
				got = append(got, next(t, sub).EventName())
			}
			sub.Close()
			if slices.Sort(got); strings.Join(got, " ") != "CoreShowChannel Newchannel Synced" {
				t.Errorf("the stream has %v up to Synced", got)
			}
		}
	})
}

// Polls that are answered early are spaced out: those with events a little,
// those without more and more.
func TestPollsAreSpaced(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		most int64
	}{
		"events":    {"Event: Hangup\r\nPrivilege: call,all\r\n\r\n", 101},
		"no events": {"", 8},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, nil)
				client := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
					if asks(req, "WaitEvent") {
						id := actionID(req)
						return textResponse("Response: Success\r\nActionID: " + id + "\r\n\r\n" + c.body + "Event: WaitEventComplete\r\nActionID: " + id + "\r\n\r\n"), nil
					}
					return srv.HTTPClient().Transport.RoundTrip(req)
				})}, nil)
				before := client.Stats()
				<-time.After(time.Second)
				if n := client.Stats().Polls - before.Polls; n > c.most || n < c.most/2 {
					t.Errorf("%d polls in a second, want about %d at most", n, c.most)
				}
			})
		})
	}
}

func TestInFlightLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, nil)
		var now, most atomic.Int64
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if asks(req, "Ping") {
				most.Store(max(most.Load(), now.Add(1)))
				defer now.Add(-1)
				<-time.After(time.Second)
			}
			return srv.HTTPClient().Transport.RoundTrip(req)
		})}, func(c *ajam.Config) { c.MaxInFlight = 2 })
		var senders sync.WaitGroup
		for range 6 {
			// Ends with its action; the test waits for it.
			senders.Go(func() { mustDo(t, c, "Ping") })
		}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		synctest.Wait()
		_, err := c.Do(ctx, action.Ping{})
		wantError(t, "Do without its turn", err, ami.ErrNotSent, "deadline")
		senders.Wait()
		if most.Load() != 2 {
			t.Errorf("%d actions in flight, want 2", most.Load())
		}
	})
}

// own is an action of a user's own, whose Encode may do actions itself.
type own struct{ encode func() }

func (own) ActionName() string { return "Ping" }

func (o own) Encode(*transport.Builder) error {
	o.encode()
	return nil
}

func TestEncodeMayDoActions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connectTo(t, serve(t, nil), func(c *ajam.Config) { c.MaxInFlight = 1 })
		if _, err := c.Do(t.Context(), own{func() { mustDo(t, c, "Ping") }}); err != nil {
			t.Error(err)
		}
	})
}

// Actions that take long are no reason to call a server silent that answers.
func TestKeepAliveNeedsNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("Slow", func(p *amitest.Peer, a amitest.Action) {
				time.AfterFunc(5*time.Minute, func() { p.Success(a) })
			})
			p.Login()
			p.Serve()
		}), func(c *ajam.Config) { c.EventMask, c.MaxInFlight = "off", 1 })
		mustDo(t, c, "Slow")
		if n := c.Stats().Logins; n != 1 {
			t.Errorf("%d logins, want 1", n)
		}
	})
}

func TestCloseEndsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("Forever", func(*amitest.Peer, amitest.Action) {})
			p.Login()
			p.Serve()
		}), nil)
		sub := c.Subscribe(event.Filter{}, nil)
		failed := make(chan error, 1)
		go func() {
			_, err := c.Do(context.Background(), action.New("Forever"))
			failed <- err
		}()
		synctest.Wait()
		var closers sync.WaitGroup
		for range 4 {
			// Ends with Close; the test waits for it.
			closers.Go(func() { _ = c.Close() })
		}
		closers.Wait()
		err := <-failed
		wantError(t, "Do", err, ami.ErrOutcomeUnknown)
		if !errors.Is(err, ami.ErrClosed) || errors.Is(err, context.Canceled) {
			t.Errorf("Do = %v, want it because of %v alone", err, ami.ErrClosed)
		}
		_, err = c.Do(t.Context(), action.Ping{})
		wantError(t, "Do after Close", err, ami.ErrNotSent)
		for range sub.All(t.Context()) {
		}
		if sub.Err() != nil || !errors.Is(c.Err(), ami.ErrClosed) || !errors.Is(c.Ready(t.Context()), ami.ErrClosed) {
			t.Errorf("after Close: subscription %v, client %v", sub.Err(), c.Err())
		}
	})
}

func TestNoSecretIsPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := ajam.Config{Config: ami.Config{Username: "u", Secret: secret}}
		c := connectTo(t, serve(t, nil), nil)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			for _, value := range []any{config, &config, c} {
				if text := fmt.Sprintf(verb, value); strings.Contains(text, secret) {
					t.Errorf("%s prints %s", verb, text)
				}
			}
		}
		if text := config.LogValue().String(); strings.Contains(text, secret) {
			t.Errorf("LogValue = %s", text)
		}
	})
}
