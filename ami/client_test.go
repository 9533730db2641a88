package ami_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// cutting is a manager whose nth connection ends with the action Cut.
func cutting(p *amitest.Peer) {
	p.Handle("Cut", func(p *amitest.Peer, _ amitest.Action) { p.Cut() })
	p.Login()
	p.Emit("Event", "Hello", "Privilege", "user,all")
	p.Serve()
}

// Server restarted: subscriptions see Gap, Connected and the news, in this
// order and with the new epoch; what was in flight is unknown, and is not sent
// again.
func TestReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, cutting)
		client := connectTo(t, srv, nil)
		sub := client.Subscribe(event.Named("Hello"), nil)
		synctest.Wait()
		for round := range uint64(3) {
			_, err := client.Do(t.Context(), action.New("Cut"))
			wantError(t, "Do(Cut)", err, ami.ErrOutcomeUnknown)
			gap, connected, hello := next(t, sub), next(t, sub), next(t, sub)
			if g, ok := gap.(event.Gap); !ok || g.Reason != event.GapDisconnected || g.Missed != -1 || g.Err == nil || g.Epoch() != round+1 {
				t.Errorf("round %d: first %+v, want a Gap of epoch %d", round, gap, round+1)
			}
			if c, ok := connected.(event.Connected); !ok || c.Epoch() != round+2 || c.Address != srv.Addr() {
				t.Errorf("round %d: second %+v, want Connected of epoch %d", round, connected, round+2)
			}
			if hello.EventName() != "Hello" || hello.Epoch() != round+2 {
				t.Errorf("round %d: third %+v, want Hello of epoch %d", round, hello, round+2)
			}
			if err := client.Ready(t.Context()); err != nil {
				t.Error(err)
			}
			mustPing(t, client)
		}
		if s := client.Stats(); s.Connections != 4 || s.Logins != 4 {
			t.Errorf("Stats() = %+v, want 4 connections and logins", s)
		}
		if client.Err() != nil || client.Version().Major != 22 {
			t.Errorf("Err() = %v, Version() = %v", client.Err(), client.Version())
		}
	})
}

// What comes before the answer to the login is not heard: it would stand
// between Gap and Connected, with the epoch of the connection that was lost.
func TestEventsBeforeTheLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := connectTo(t, serve(t, func(p *amitest.Peer) {
			if p.Number() > 1 {
				early := "Event: Early\r\nPrivilege: user,all\r\n"
				p.Banner("")
				p.Write(early + "\r\n" + early + "Text: " + long + "\r\n\r\n" + "Event: Early\r\nText: " + long + "\r\n\r\n")
			}
			cutting(p)
		}), small)
		sub := client.Subscribe(event.Named("Early", "Hello"), nil)
		_, _ = client.Do(t.Context(), action.New("Cut"))
		if got := names(t, sub, 3); got != "Gap Connected Hello" {
			t.Errorf("events %s, want Gap, Connected and Hello", got)
		}
	})
}

// Login, Logoff, Challenge, Events, Filter and WaitEvent are refused by name of
// the field of Config that does it.
func TestSessionActionsAreRefused(t *testing.T) {
	client := connectTo(t, serve(t, nil), nil)
	sent := client.Stats().Actions
	for name, says := range map[string]string{
		"Login": "Config.Username", "login": "Config.Username", "Challenge": "Config.Username", "Logoff": "Close",
		"Events": "Config.EventMask", "FILTER": "Config.Filters", "WaitEvent": "Subscribe",
	} {
		_, err := client.Do(t.Context(), action.New(name))
		wantError(t, "Do("+name+")", err, ami.ErrInvalid, says)
	}
	if got := client.Stats().Actions - sent; got != 0 {
		t.Errorf("%d of them were sent", got)
	}
}

// Auth failure after reconnect ends the client, and its subscriptions learn
// the cause; with RetryRefused it goes on.
func TestRefusedLogin(t *testing.T) {
	for _, retry := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			srv := serve(t, func(p *amitest.Peer) {
				if p.Number() == 2 || p.Number() == 3 {
					p.LoginAs("nobody", "")
				}
				cutting(p)
			})
			client := connectTo(t, srv, func(c *ami.Config) { c.RetryRefused = retry })
			sub := client.Subscribe(event.Named("None"), nil)
			_, _ = client.Do(t.Context(), action.New("Cut"))
			err := client.Ready(t.Context())
			if retry {
				if err != nil || srv.Connections() != 4 {
					t.Errorf("Ready = %v after %d connections, want success with the fourth", err, srv.Connections())
				}
				return
			}
			wantError(t, "Ready", err, ami.ErrLoginRefused)
			wantError(t, "Err", client.Err(), ami.ErrLoginRefused)
			if got := names(t, sub, 1); got != "Gap" {
				t.Errorf("event %s, want Gap", got)
			}
			_, err = sub.Next(t.Context())
			wantError(t, "Next", err, ami.ErrLoginRefused)
			wantError(t, "subscription's Err", sub.Err(), ami.ErrLoginRefused)
			_, err = client.Do(t.Context(), action.Ping{})
			wantError(t, "Do", err, ami.ErrNotSent, "Authentication failed")
			wantError(t, "Do", err, ami.ErrLoginRefused)
		})
	}
}

// What Connect does about a first login that fails.
func TestConnectFails(t *testing.T) {
	for subject, test := range map[string]struct {
		manager amitest.Script // of the first connection
		mutate  func(*ami.Config)
		fails   error // nil for a client that comes in the end
	}{
		"refused":                  {refusing, nil, ami.ErrLoginRefused},
		"refused, KeepTrying":      {refusing, func(c *ami.Config) { c.KeepTrying = true }, ami.ErrLoginRefused},
		"refused, RetryRefused":    {refusing, func(c *ami.Config) { c.RetryRefused = true }, nil},
		"login in use":             {behindLogin2(inUse), nil, ami.ErrLoginInUse},
		"login in use, KeepTrying": {behindLogin2(inUse), func(c *ami.Config) { c.KeepTrying = true }, nil},
		"in use, RetryRefused":     {behindLogin2(inUse), func(c *ami.Config) { c.RetryRefused = true }, nil},
		"cut off":                  {func(p *amitest.Peer) {}, nil, errSome},
		"cut off, KeepTrying":      {func(p *amitest.Peer) {}, func(c *ami.Config) { c.KeepTrying = true }, nil},
		"cut off, RetryRefused":    {func(p *amitest.Peer) {}, func(c *ami.Config) { c.RetryRefused = true }, errSome},
		"a bad Config.Filters":     {behindLogin2(noFilter), func(c *ami.Config) { c.Filters = []ami.EventFilter{{}} }, errSome},
	} {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, func(p *amitest.Peer) {
					if p.Number() > 1 {
						p.Login()
						p.Serve()
						return
					}
					test.manager(p)
				})
				client, err := ami.Connect(t.Context(), srv.Addr(), configOf(srv, test.mutate))
				switch {
				case test.fails == nil && err != nil:
					t.Errorf("Connect = %v", err)
				case test.fails == errSome && err == nil, test.fails != nil && test.fails != errSome && !errors.Is(err, test.fails):
					t.Errorf("Connect = %v, want %v", err, test.fails)
				}
				if err == nil {
					_ = client.Close()
				}
			})
		})
	}
}

func refusing(p *amitest.Peer) { p.LoginAs("nobody", "") }

func noFilter(p *amitest.Peer) {
	p.Handle("Filter", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Filter did not compile") })
}

// A login in use is retried after a loss: it may be the connection just lost.
func TestLoginInUseAfterALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) {
			if p.Number() == 2 {
				inUse(p)
			}
			cutting(p)
		})
		client := connectTo(t, srv, nil)
		_, _ = client.Do(t.Context(), action.New("Cut"))
		if err := client.Ready(t.Context()); err != nil || srv.Connections() != 3 {
			t.Errorf("Ready = %v with %d connections, want the third to do", err, srv.Connections())
		}
	})
}

// `Shutdown` event → reconnect; `Reload` must not; "Asterisk is shutting down"
// is an error of its own.
func TestShutdownAndReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) {
			p.Login()
			p.Handle("End", func(p *amitest.Peer, a amitest.Action) {
				p.Emit("Event", "Shutdown", "Privilege", "system,all", "Shutdown", "Cleanly", "Restart", "True")
				p.Error(a, "Asterisk is shutting down")
				p.Cut()
			})
			if p.Number() == 1 {
				cue(p)
				p.Emit("Event", "Reload", "Privilege", "system,all", "Module", "All", "Status", "0")
			}
			p.Serve()
		})
		client := connectTo(t, srv, nil)
		sub := client.Subscribe(event.Named("Reload", "Shutdown"), nil)
		mustDo(t, client, "Cue")
		mustPing(t, client)
		if got := srv.Connections(); got != 1 || names(t, sub, 1) != "Reload" {
			t.Errorf("%d connections after Reload, want 1", got)
		}
		_, err := client.Do(t.Context(), action.New("End"))
		wantError(t, "Do", err, ami.ErrShuttingDown)
		if e, ok := next(t, sub).(event.Shutdown); !ok || !e.Restart {
			t.Errorf("event %+v, want Shutdown with Restart", e)
		}
		gap := next(t, sub).(event.Gap)
		wantError(t, "Gap.Err", gap.Err, ami.ErrShuttingDown)
		if err := client.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Shutdown requested during connect, login, back-off or in use, by several at
// once: Close returns soon, and all goroutines have ended.
func TestCloseAtAnyTime(t *testing.T) {
	forever := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for phase, test := range map[string]struct {
		script amitest.Script
		dial   func(context.Context, string, string) (net.Conn, error)
	}{
		"connect":  {nil, forever},
		"banner":   {func(p *amitest.Peer) { <-p.Context().Done() }, nil},
		"login":    {func(p *amitest.Peer) { p.Banner(""); p.Expect("Challenge"); <-p.Context().Done() }, nil},
		"boot":     {behindLogin2(func(p *amitest.Peer) { p.Handle("CoreSettings", func(p *amitest.Peer, _ amitest.Action) { p.Stall() }) }), nil},
		"back-off": {func(p *amitest.Peer) {}, nil},
	} {
		t.Run(phase, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// The first connection is good, and ends.
				srv := serve(t, func(p *amitest.Peer) {
					if p.Number() == 1 {
						cutting(p)
						return
					}
					test.script(p)
				})
				config := configOf(srv, func(c *ami.Config) { c.RetryMin, c.RetryMax = time.Hour, time.Hour })
				config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					if srv.Connections() == 0 || test.dial == nil {
						return srv.Dial(ctx, network, address)
					}
					return test.dial(ctx, network, address)
				}
				config.KeepTrying, config.LoginTimeout, config.DialTimeout = true, 5*time.Hour, 5*time.Hour
				client, err := ami.Connect(t.Context(), "pbx", config)
				if err != nil {
					t.Fatal(err)
				}
				sub := client.Subscribe(event.Named("None"), nil)
				_, _ = client.Do(t.Context(), action.New("Cut"))
				<-time.After(70 * time.Minute)
				start := time.Now()
				var closing sync.WaitGroup
				for range 3 {
					closing.Go(func() { _ = client.Close() })
				}
				closing.Wait()
				if took := time.Since(start); took > time.Second {
					t.Errorf("Close took %v", took)
				}
				for range sub.All(t.Context()) {
				}
				if sub.Err() != nil || !errors.Is(client.Err(), ami.ErrClosed) {
					t.Errorf("Err() = %v and %v, want nil and ErrClosed", sub.Err(), client.Err())
				}
				wantError(t, "Ready", client.Ready(t.Context()), ami.ErrClosed)
				_, err = client.Do(t.Context(), action.Ping{})
				wantError(t, "Do", err, ami.ErrNotSent)
			})
		})
	}
}

// The end of the caller's ctx ends Connect, and leaves nothing behind.
func TestConnectIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) {})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := ami.Connect(ctx, srv.Addr(), configOf(srv, func(c *ami.Config) { c.KeepTrying = true }))
		wantError(t, "Connect", err, context.DeadlineExceeded, "before the banner")
		if srv.Connections() < 3 {
			t.Errorf("%d attempts in a minute, want more", srv.Connections())
		}
	})
}

// Close may be called from the loop of a consumer.
func TestClientCloseFromTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := connectTo(t, serve(t, cutting), nil)
		sub := client.Subscribe(all, &ami.SubscribeConfig{Snapshot: []action.Action{action.Ping{}}})
		for range sub.All(t.Context()) {
			_ = client.Close()
		}
		if sub.Err() != nil {
			t.Errorf("Err() = %v, want nil", sub.Err())
		}
	})
}
