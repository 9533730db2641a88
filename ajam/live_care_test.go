package ajam_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// credentials are both ways to prove who asks.
var credentials = map[string]func(*ajam.Config){"cookie": func(*ajam.Config) {}, "digest": useDigest}

// watcher is a client that watches its server, by one of the credentials.
type watcher struct {
	*ajam.Client
	name string
	sub  *event.Subscription
	spy  *spy
}

// watched runs a test on a server of its own of each version, which clients
// with either credential watch, each on every way.
func watched(t *testing.T, config *lab.Config, mutate func(*ajam.Config), test func(t *testing.T, s *lab.Server, watchers []watcher)) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, config)
			test(t, s, watchersOf(t, s, mutate))
		})
	}
}

// watchersOf makes them. What mutate gets has an HTTP client of its own.
func watchersOf(t *testing.T, s *lab.Server, mutate func(*ajam.Config)) []watcher {
	var watchers []watcher
	for _, way := range ways(t, s) {
		for name, credential := range credentials {
			var spy *spy
			c := connectOn(t, way, s, "all", func(c *ajam.Config) {
				mutate(c)
				credential(c)
				spy = spyOn(c)
			})
			watchers = append(watchers, watcher{c, way.name + name, watch(t, c), spy})
		}
	}
	return watchers
}

// quick has a client notice soon, and come back soon.
func quick(c *ajam.Config) {
	c.PingTimeout, c.RetryMin, c.RetryMax = 3*time.Second, 100*time.Millisecond, time.Second
}

// nextMarker is the next event that the hub has put in.
func nextMarker(t *testing.T, ctx context.Context, sub *event.Subscription) event.Event {
	t.Helper()
	for {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("Next = %v", err)
		}
		switch ev.(type) {
		case event.Gap, event.Connected, event.Synced:
			return ev
		}
	}
}

// recovers checks that the stream tells of a loss, and that the client works. On
// a busy machine a session that comes too early may be lost again.
func recovers(t *testing.T, c *ajam.Client, sub *event.Subscription, epoch uint64) event.Gap {
	t.Helper()
	gap := loses(t, sub, epoch)
	returns(t, c, sub, gap)
	return gap
}

// loses waits until the stream tells of a loss. Only then is the session over:
// what becomes of an action tells nothing of the poll, whose loss ends it.
func loses(t *testing.T, sub *event.Subscription, epoch uint64) event.Gap {
	t.Helper()
	gap, ok := nextMarker(t, deadline(t, 60*time.Second), sub).(event.Gap)
	if !ok || gap.Reason != event.GapDisconnected || gap.Missed != -1 || gap.Err == nil || gap.Epoch() != epoch {
		t.Errorf("the first marker is %v: %+v; want a Gap of epoch %d", gap.EventName(), gap, epoch)
	}
	return gap
}

// returns checks that behind the loss the stream is whole again, and that the
// client works.
func returns(t *testing.T, c *ajam.Client, sub *event.Subscription, gap event.Gap) {
	t.Helper()
	ctx := deadline(t, 60*time.Second)
	for synced, last := false, event.Event(gap); !synced; {
		ev := nextMarker(t, ctx, sub)
		order := last.EventName() + " " + ev.EventName()
		switch {
		case order == "Gap Connected" && ev.Epoch() > last.Epoch(), order == "Connected Gap" && ev.Epoch() == last.Epoch():
		case order == "Connected Synced" && ev.(event.Synced).Err == nil:
			synced = true
		default:
			t.Fatalf("behind %s of epoch %d stands %s of epoch %d: %+v", last.EventName(), last.Epoch(), ev.EventName(), ev.Epoch(), ev)
		}
		last = ev
	}
	if err := c.Ready(ctx); err != nil {
		t.Fatalf("Ready = %v", err)
	}
	if _, err := c.Do(ctx, action.UserEvent{UserEvent: "Back"}); err != nil {
		t.Fatalf("Do = %v", err)
	}
	for {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("Next = %v", err)
		}
		if _, ok := ev.(event.UserEvent); ok {
			return
		}
	}
}

// watch subscribes with a snapshot and waits until it is there.
func watch(t *testing.T, c *ajam.Client) *event.Subscription {
	t.Helper()
	sub := c.Subscribe(event.Of[event.UserEvent](), &ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}})
	t.Cleanup(sub.Close)
	if ev, ok := nextMarker(t, deadline(t, 10*time.Second), sub).(event.Synced); !ok {
		t.Fatalf("the first marker is %v, want Synced", ev)
	}
	return sub
}

// A restart is a Gap, a Connected and a snapshot anew.
func TestLiveRestart(t *testing.T) {
	watched(t, nil, quick, func(t *testing.T, s *lab.Server, watchers []watcher) {
		for epoch := range uint64(2) {
			if err := s.Restart(); err != nil {
				t.Fatal(err)
			}
			for _, w := range watchers {
				gap := recovers(t, w.Client, w.sub, epoch+1)
				t.Logf("%s: %v", w.name, gap.Err)
			}
		}
	})
}

// While Asterisk is stopped, actions fail at once and few requests are made.
func TestLiveStopped(t *testing.T) {
	away := 2 * time.Second
	if lab.Soak() > 0 {
		away = 30 * time.Second
	}
	watched(t, nil, func(*ajam.Config) {}, func(t *testing.T, s *lab.Server, watchers []watcher) {
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		before := make(map[string]int64)
		start := time.Now()
		for _, w := range watchers {
			before[w.name] = w.Stats().Requests
			for sent := error(nil); !errors.Is(sent, ami.ErrNotSent); {
				if _, sent = w.Do(deadline(t, 20*time.Second), action.Ping{}); errors.Is(sent, context.Canceled) {
					t.Errorf("%s: Do = %v", w.name, sent)
				}
			}
		}
		pass(away - time.Since(start))
		for _, w := range watchers {
			away := time.Since(start)
			if n, most := w.Stats().Requests-before[w.name], int64(8+away/time.Second); n > most {
				t.Errorf("%s: %d requests in %v without a server, want %d at most", w.name, n, away, most)
			} else {
				t.Logf("%s: %d requests in %v", w.name, n, away)
			}
		}
		if err := s.Restart(); err != nil {
			t.Fatal(err)
		}
		for _, w := range watchers {
			recovers(t, w.Client, w.sub, 1)
		}
	})
}

// A server that stands still is noticed, with what is in flight.
func TestLiveStandsStill(t *testing.T) {
	watched(t, nil, quick, func(t *testing.T, s *lab.Server, watchers []watcher) {
		if err := s.Pause(); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for _, w := range watchers {
			err := error(nil)
			for err == nil { // a thread of Asterisk may run for a moment longer
				_, err = w.Do(deadline(t, 20*time.Second), action.Getvar{Variable: "X"})
			}
			if !errors.Is(err, ami.ErrSilent) || errors.Is(err, context.Canceled) {
				t.Errorf("%s: Do = %v, want %v", w.name, err, ami.ErrSilent)
			}
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("noticed after %v", took)
		}
		if err := s.Resume(); err != nil {
			t.Fatal(err)
		}
		for _, w := range watchers {
			if gap := recovers(t, w.Client, w.sub, 1); !errors.Is(gap.Err, ami.ErrSilent) {
				t.Errorf("%s: the Gap says %v", w.name, gap.Err)
			}
		}
	})
}

// The HTTP server is turned off and on again. It goes on with the connections
// that there are, so these clients make a new one each time.
func TestLiveHTTPOff(t *testing.T) {
	anew := func(c *ajam.Config) { quick(c); c.HTTPClient.Transport.(*http.Transport).DisableKeepAlives = true }
	watched(t, nil, anew, func(t *testing.T, s *lab.Server, watchers []watcher) {
		ctx := deadline(t, 60*time.Second)
		host, port, _ := strings.Cut(s.HTTP(), ":")
		set := func(enabled string) {
			if err := s.Reconfigure("http.conf", "[general]\nenabled = "+enabled+"\nbindaddr = "+host+"\nbindport = "+port+"\n"); err != nil {
				t.Fatal(err)
			}
			if out, err := s.CLI(ctx, "module reload http"); err != nil {
				t.Fatalf("module reload http = %q, %v", out, err)
			}
		}
		set("no")
		gaps := make(map[string]event.Gap)
		for _, w := range watchers {
			gaps[w.name] = loses(t, w.sub, 1)
			before := w.Stats().Polls
			if _, err := w.Do(ctx, action.Ping{}); !errors.Is(err, ami.ErrNotSent) {
				t.Errorf("%s: Do = %v without an HTTP server, want %v", w.name, err, ami.ErrNotSent)
			}
			if n := w.Stats().Polls - before; n > 0 {
				t.Errorf("%s: %d polls without a server", w.name, n)
			}
		}
		set("yes")
		for _, w := range watchers {
			returns(t, w.Client, w.sub, gaps[w.name])
			t.Logf("%s: HTTP off: %v", w.name, gaps[w.name].Err)
		}
	})
}

// spy is a transport that knows the session's cookie, and holds requests up.
type spy struct {
	http.RoundTripper
	cookie atomic.Pointer[string]
	held   atomic.Pointer[chan struct{}] // requests wait until it is closed
	count  atomic.Int64
}

func (s *spy) RoundTrip(req *http.Request) (*http.Response, error) {
	s.count.Add(1)
	if held := s.held.Load(); held != nil {
		select {
		case <-*held:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	if cookie := req.Header.Get("Cookie"); cookie != "" {
		s.cookie.Store(&cookie)
	}
	return s.RoundTripper.RoundTrip(req)
}

// spyOn has a spy between a client and its transport.
func spyOn(c *ajam.Config) *spy {
	spy := &spy{RoundTripper: c.HTTPClient.Transport}
	c.HTTPClient = &http.Client{Transport: spy}
	return spy
}

// A session that Asterisk does not know any more is told by its answer.
func TestLiveSessionEnded(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for _, way := range ways(t, s) {
			var spy *spy
			c := connectOn(t, way, s, "all", func(c *ajam.Config) { quick(c); spy = spyOn(c) })
			sub := watch(t, c)
			req, err := http.NewRequestWithContext(deadline(t, 5*time.Second), http.MethodPost, way.url+"/rawman", strings.NewReader("Action=Logoff"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Cookie", *spy.cookie.Load())
			response, err := spy.RoundTripper.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			gap := recovers(t, c, sub, 1)
			if !strings.Contains(gap.Err.Error(), "httptimeout") {
				t.Errorf("%sthe Gap says %v", way.name, gap.Err)
			}
		}
	})
}

// A client that sleeps longer than httptimeout finds its session gone.
func TestLiveExpired(t *testing.T) {
	if lab.Soak() == 0 {
		t.Skip("takes a minute; make soak runs it")
	}
	patient := func(c *ajam.Config) { c.PingTimeout = 2 * time.Minute }
	watched(t, &lab.Config{Manager: "httptimeout = 11"}, patient, func(t *testing.T, s *lab.Server, watchers []watcher) {
		held := make(chan struct{})
		for _, w := range watchers {
			w.spy.held.Store(&held)
		}
		pass(time.Minute) // every 5 s Asterisk ends one session that has expired
		for _, w := range watchers {
			w.spy.held.Store(nil)
		}
		close(held)
		for _, w := range watchers {
			if gap := recovers(t, w.Client, w.sub, 1); !strings.Contains(gap.Err.Error(), "httptimeout") {
				t.Errorf("%s: the Gap says %v", w.name, gap.Err)
			}
		}
	})
}

// A session without events stays, and few requests are made for any.
func TestLiveIdle(t *testing.T) {
	idle := 3 * time.Second
	if lab.Soak() > 0 {
		idle = max(90*time.Second, lab.Soak()) // longer than a nonce is good for
	}
	kinds := []struct {
		name      string
		timeout   string
		mutate    func(*ajam.Config)
		perSecond float64
	}{
		{"events", "httptimeout = 11", func(*ajam.Config) {}, 1.2},
		{"no events", "httptimeout = 11", func(c *ajam.Config) { c.EventMask = "off" }, 0.5},
		{"digest", "httptimeout = 11", useDigest, 1.2},
		{"no time to wait", "httptimeout = 10", func(*ajam.Config) {}, 5},
	}
	type sleeper struct {
		*ajam.Client
		name      string
		before    ami.Stats
		since     time.Time
		perSecond float64 // requests while it sleeps, at most
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			servers := make(map[string]*lab.Server)
			var sleepers []sleeper
			for _, kind := range kinds {
				if servers[kind.timeout] == nil {
					servers[kind.timeout] = lab.Start(t, v, &lab.Config{Manager: kind.timeout})
				}
				s := servers[kind.timeout]
				for _, way := range ways(t, s) {
					c := connectOn(t, way, s, "all", kind.mutate)
					sleepers = append(sleepers, sleeper{c, way.name + kind.name, c.Stats(), time.Now(), kind.perSecond})
				}
			}
			pass(idle)
			for _, c := range sleepers {
				after := c.Stats()
				idle := time.Since(c.since)
				n, most := after.Requests-c.before.Requests, 6+int64(c.perSecond*idle.Seconds())
				if n > most {
					t.Errorf("%s: %d requests in %v, want %d at most", c.name, n, idle, most)
				}
				if _, err := c.Do(deadline(t, 5*time.Second), action.Ping{}); err != nil || after.Logins != 1 {
					t.Errorf("%s: Do = %v after %d logins, want none and 1", c.name, err, after.Logins)
				}
				t.Logf("%s: %d requests in %v", c.name, n, idle)
			}
		})
	}
}
