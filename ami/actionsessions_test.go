package ami_test

import (
	"context"
	"errors"
	"net"
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

// pair is two managers, of which a client with ActionSessions has one after
// the other.
type pair struct {
	mu    sync.Mutex // guards all below
	dead  map[string]bool
	peers map[string][]*amitest.Peer // that live, by "address events" or "address actions"
	did   map[string]int             // actions by the same
}

func (d *pair) serve(t *testing.T, address string) *amitest.Server {
	return serve(t, func(p *amitest.Peer) {
		p.Login()
		kind := address + " events"
		for _, a := range p.Received() {
			if a.Name() == "Login" && a.Get("Events") == "off" {
				kind = address + " actions"
			}
		}
		d.mu.Lock()
		d.peers[kind] = append(d.peers[kind], p)
		d.mu.Unlock()
		p.Handle("Where", func(p *amitest.Peer, a amitest.Action) {
			d.mu.Lock()
			d.did[kind]++
			d.mu.Unlock()
			p.Success(a, "Message", kind)
		})
		p.Handle("Slow", func(p *amitest.Peer, a amitest.Action) {
			<-time.After(time.Minute)
			p.Success(a, "Message", kind)
		})
		p.Serve()
		d.mu.Lock()
		d.peers[kind] = nil
		d.mu.Unlock()
	})
}

func (d *pair) connect(t *testing.T) *ami.Client {
	t.Helper()
	d.dead, d.peers, d.did = make(map[string]bool), make(map[string][]*amitest.Peer), make(map[string]int)
	servers := map[string]*amitest.Server{"a:5038": d.serve(t, "a"), "b:5038": d.serve(t, "b")}
	client, err := ami.Connect(t.Context(), "a", &ami.Config{
		Username: "u", Secret: secret, ActionSessions: 2, Standby: []string{"b"},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			d.mu.Lock()
			dead := d.dead[address]
			d.mu.Unlock()
			if dead {
				return nil, net.ErrClosed
			}
			return servers[address].Dial(ctx, network, address)
		},
	})
	if err != nil {
		t.Fatalf("Connect = %v", err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// kill ends the manager's connections, and takes no new ones.
func (d *pair) kill(address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead[address+":5038"] = true
	for kind, peers := range d.peers {
		if strings.HasPrefix(kind, address) {
			for _, p := range peers {
				p.Cut()
			}
		}
	}
}

func (d *pair) emit(kind, name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range d.peers[kind] {
		p.Emit("Event", name, "Privilege", "user,all")
	}
}

// Events and answers come apart: a slow action holds up neither.
func TestActionSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d pair
		client := d.connect(t)
		sub := client.Subscribe(event.Named("Tick"), nil)
		slow := doing(t.Context(), client, action.New("Slow"))
		synctest.Wait()
		start := time.Now()
		for range 3 { // on the other session: it has less to do
			if got := mustDo(t, client, "Where").Message(); got != "a actions" {
				t.Errorf("an action ran on %q", got)
			}
		}
		d.emit("a events", "Tick")
		next(t, sub)
		if took := time.Since(start); took > time.Second {
			t.Errorf("the slow action held all up for %v", took)
		}
		if a := <-slow; a.err != nil || a.response.Message() != "a actions" {
			t.Errorf("Do(Slow) = %v, %v", a.response, a.err)
		}
		if s := client.Stats(); s.Logins != 3 {
			t.Errorf("Logins = %d, want 3", s.Logins)
		}
	})
}

// The action sessions follow the events to the standby.
func TestActionSessionsFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d pair
		client := d.connect(t)
		sub := client.Subscribe(event.Named("Tick"), nil)
		slow := doing(t.Context(), client, action.New("Slow"))
		synctest.Wait()
		d.kill("a")
		wantError(t, "Do(Slow)", (<-slow).err, ami.ErrOutcomeUnknown)
		if err := client.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := names(t, sub, 2); got != "Gap Connected" {
			t.Errorf("events %s, want one Gap and Connected", got)
		}
		<-time.After(time.Minute)
		if got := mustDo(t, client, "Where").Message(); got != "b actions" {
			t.Errorf("an action ran on %q, want the standby", got)
		}
		d.emit("b events", "Tick")
		next(t, sub)
	})
}

// first is a script that hands over the first connection, and serves all that
// more does not end.
func first(peers chan<- *amitest.Peer, more amitest.Script) amitest.Script {
	return func(p *amitest.Peer) {
		if p.Number() == 1 {
			peers <- p
		} else {
			more(p)
		}
		p.Login()
		p.Handle("Slow", func(p *amitest.Peer, _ amitest.Action) { p.Stall() })
		p.Serve()
	}
}

// When the session of the events is lost, actions fail for that reason, and not
// because this program had closed anything.
func TestActionSessionsSayWhyTheyEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := make(chan *amitest.Peer, 1)
		client := connectTo(t, serve(t, first(events, func(*amitest.Peer) {})), func(c *ami.Config) { c.ActionSessions = 1 })
		slow := doing(t.Context(), client, action.New("Slow"))
		synctest.Wait()
		(<-events).Cut()
		synctest.Wait()
		_, unsent := client.Do(t.Context(), action.Ping{})
		for want, err := range map[error]error{ami.ErrOutcomeUnknown: (<-slow).err, ami.ErrNotSent: unsent} {
			wantError(t, "Do", err, want, "closed by the peer")
			if errors.Is(err, ami.ErrClosed) {
				t.Errorf("Do = %v, but nobody has called Close", err)
			}
		}
	})
}

// When the login is refused for good, actions are told so, even if their own
// session was about to be tried again.
func TestActionSessionsLearnOfTheRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := make(chan *amitest.Peer, 1)
		var refuse atomic.Bool
		srv := serve(t, first(events, func(p *amitest.Peer) {
			switch {
			case refuse.Load():
				refusing(p)
			case p.Number() == 2:
				time.AfterFunc(time.Second, p.Cut)
			default:
				p.Cut()
			}
		}))
		client := connectTo(t, srv, func(c *ami.Config) { c.ActionSessions, c.RetryMax = 1, time.Hour })
		<-time.After(10 * time.Minute) // the pauses between attempts grow to minutes
		refuse.Store(true)
		(<-events).Cut()
		<-time.After(time.Second)
		wantError(t, "Err", client.Err(), ami.ErrLoginRefused)
		_, err := client.Do(t.Context(), action.Ping{})
		wantError(t, "Do", err, ami.ErrLoginRefused, "Authentication failed")
	})
}

// An action session that is lost alone comes back, and no event is missed.
func TestActionSessionComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d pair
		client := d.connect(t)
		sub := client.Subscribe(event.Named("Tick"), nil)
		d.mu.Lock()
		for _, p := range d.peers["a actions"] {
			p.Cut()
		}
		d.mu.Unlock()
		synctest.Wait()
		_, err := client.Do(t.Context(), action.New("Where"))
		wantError(t, "Do", err, ami.ErrNotSent)
		if err := client.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := mustDo(t, client, "Where").Message(); got != "a actions" {
			t.Errorf("an action ran on %q", got)
		}
		d.emit("a events", "Tick")
		if got := names(t, sub, 1); got != "Tick" {
			t.Errorf("event %s, want Tick without a gap", got)
		}
	})
}

// A login that may be used once only cannot have action sessions: Connect says
// so.
func TestActionSessionsAreRefused(t *testing.T) {
	for subject, test := range map[string]struct {
		manager amitest.Script
		is      error
	}{
		"login in use": {behindLogin2(inUse), ami.ErrLoginInUse},
		"refused":      {refusing, ami.ErrLoginRefused},
	} {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, func(p *amitest.Peer) {
					if p.Number() > 1 {
						test.manager(p)
						return
					}
					p.Login()
					p.Serve()
				})
				_, err := ami.Connect(t.Context(), srv.Addr(), configOf(srv, func(c *ami.Config) { c.ActionSessions = 1 }))
				wantError(t, "Connect", err, test.is, "Config.ActionSessions")
			})
		})
	}
}
