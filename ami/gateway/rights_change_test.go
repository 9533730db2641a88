package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

func jsonOf(data []byte, into any) error { return json.Unmarshal(data, into) }

// Rights that change move a connection: what may be seen comes and what may not goes, in the middle of a call.
func TestReconsider(t *testing.T) {
	eachTransport(t, func(t *testing.T, connect func(*edge, http.Header, message.Hello) *visitor) {
		var more, fail atomic.Bool
		e := newEdge(t, func(c *Config) {
			c.Policy = func(_ context.Context, user User) (Rights, error) {
				if fail.Load() {
					return Rights{}, errors.New("no database")
				}
				rights := Rights{Own: []Ref{{Name: "PJSIP/100"}}}
				if more.Load() {
					rights.Devices = []Ref{{Name: "PJSIP/101"}}
				}
				return rights, nil
			}
		})
		b := connect(e, e.header("100"), hello())
		welcome, _ := b.welcomed()
		e.ring("101", "1", "5550001")
		e.ring("100", "2", "5550002")
		if m := b.until(func(m received) bool { return len(m.Put) > 0 }); has(m, message.KindParty, "PJSIP/101") {
			t.Errorf("without the right it sees %+v", m)
		}
		change := func(to bool) received {
			t.Helper()
			more.Store(to)
			if err := e.g.Reconsider(t.Context(), User{ID: "100"}); err != nil {
				t.Fatal(err)
			}
			if m := b.read(); m.Type != "reset" || m.Instance == "" || m.Instance == welcome.Instance == to {
				t.Fatalf("rights that change begin with %+v", m)
			}
			m := b.read()
			if !has(m, message.KindParty, "PJSIP/100") || m.More {
				t.Errorf("the snapshot is %+v", m)
			}
			return m
		}
		if m := change(true); !has(m, message.KindParty, "PJSIP/101") {
			t.Errorf("with the right it sees %+v", m)
		}
		if m := change(false); has(m, message.KindParty, "PJSIP/101") {
			t.Errorf("when the right has gone it sees %+v", m)
		}
		if err := e.g.Reconsider(t.Context(), User{ID: "100"}); err != nil {
			t.Error(err)
		}
		if err := e.g.Reconsider(t.Context(), User{ID: "nobody"}); err != nil {
			t.Error(err)
		}
		fail.Store(true)
		if err := e.g.Reconsider(t.Context(), User{ID: "100"}); err == nil {
			t.Error("a Policy that fails is no error")
		}
		b.closed(message.CodeRevoked)
	})
}

// Revoke ends all connections of a user, and nobody else's, and those that are being signed in.
func TestRevoke(t *testing.T) {
	signing, sign := make(chan struct{}), make(chan struct{})
	e := newEdge(t, func(c *Config) {
		c.Authenticate = func(r *http.Request) (User, error) {
			if r.Header.Get("Slow") != "" {
				close(signing)
				<-sign
			}
			return byHeader(r)
		}
	})
	var all []*visitor
	for range 3 {
		b := e.socket(e.header("100"))
		b.send(hello())
		b.welcomed()
		all = append(all, b)
	}
	stream := e.stream(e.header("100"), hello())
	welcome, _ := stream.welcomed()
	other := e.socket(e.header("101"))
	other.send(hello())
	other.welcomed()
	late := e.socket(e.header("100", "Slow", "yes"))
	late.send(hello())
	<-signing
	e.g.Revoke("100")
	close(sign)
	for _, b := range append(all, stream) {
		b.closed(message.CodeRevoked)
	}
	late.closed(message.CodeExpired)
	if got := e.post("/action", e.header("", "Authorization", "Bearer "+welcome.Token), message.Action{Type: "action", ID: "12345678"}).StatusCode; got != http.StatusUnauthorized {
		t.Errorf("the token of a stream that was ended is answered with %d", got)
	}
	e.ring("101", "1", "5550001")
	other.until(func(m received) bool { return has(m, message.KindParty, "PJSIP/101") })
	again := e.socket(e.header("100"))
	again.send(hello())
	again.welcomed() // the application lets the user in
}

// A user has so many connections; the ones that there are stay.
func TestMaxConnections(t *testing.T) {
	e := newEdge(t, func(c *Config) { c.MaxConnections = 2 })
	first := e.socket(e.header("100"))
	first.send(hello())
	first.welcomed()
	e.stream(e.header("100"), hello()).welcomed()
	third := e.socket(e.header("100"))
	third.send(hello())
	third.closed(message.CodeTooMany)
	other := e.socket(e.header("101"))
	other.send(hello())
	other.welcomed()
	_ = first.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Time{})
	_, _ = io.Copy(io.Discard, first.conn.NetConn()) // its end comes after the user has one less
	fourth := e.socket(e.header("100"))
	fourth.send(hello())
	fourth.welcomed()
}

// Close tells browsers that the gateway stops, and leaves nothing.
func TestClose(t *testing.T) {
	e := newEdge(t, nil)
	socket := e.socket(e.header("100"))
	socket.send(hello())
	socket.welcomed()
	stream := e.stream(e.header("101"), hello())
	stream.welcomed()
	silent := e.socket(e.header("102")) // has not said hello
	done := make(chan struct{})
	go func() { defer close(done); e.g.Close() }()
	socket.closed(message.CodeGoingAway)
	stream.closed(message.CodeGoingAway)
	silent.closed(message.CodeGoingAway)
	<-done
	e.g.Close()
	if _, status := e.dial(e.header("100")); status != http.StatusServiceUnavailable {
		t.Errorf("after Close an upgrade is answered with %d", status)
	}
	if got := e.post("/stream", e.header("100"), hello()).StatusCode; got != http.StatusServiceUnavailable {
		t.Errorf("after Close a stream is answered with %d", got)
	}
}

// Close ends the context of the application's functions, and so does not wait for them.
func TestCloseEndsFunctions(t *testing.T) {
	asked := make(chan struct{}, 3)
	wait := func(ctx context.Context) error {
		asked <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	e := newEdge(t, func(c *Config) {
		c.Authenticate = func(r *http.Request) (User, error) {
			if r.Header.Get("User") == "1" {
				return User{}, wait(r.Context())
			}
			return byHeader(r)
		}
		c.Policy = func(ctx context.Context, _ User) (Rights, error) { return Rights{}, wait(ctx) }
	})
	status := make(chan int, 1)
	go func() { status <- e.post("/stream", e.header("1"), hello()).StatusCode }()
	authenticating, deciding := e.socket(e.header("1")), e.socket(e.header("2"))
	authenticating.send(hello())
	deciding.send(hello())
	for range 3 {
		<-asked
	}
	e.g.Close()
	authenticating.closed(message.CodeGoingAway)
	deciding.closed(message.CodeGoingAway)
	if got := <-status; got != http.StatusServiceUnavailable {
		t.Errorf("the stream is answered with %d", got)
	}
}

// What happens after rights have gone is not sent, also to a client that has not read what was sent before.
func TestSlowClientLosesRights(t *testing.T) {
	for name, take := range map[string]func(g *Gateway) error{
		"Reconsider": func(g *Gateway) error { return g.Reconsider(context.Background(), User{ID: "100"}) },
		"Revoke":     func(g *Gateway) error { g.Revoke("100"); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 { // it is by chance which of several things a connection does first
				var none atomic.Bool
				policy := func(_ context.Context, user User) (Rights, error) {
					if none.Load() {
						return Rights{}, nil
					}
					return Rights{Own: []Ref{{Name: "PJSIP/" + user.ID}}}, nil
				}
				timed(t, 64, func(c *Config) { c.Policy = policy }, func(t *testing.T, e *edge, m *memory) {
					b := m.socket(t, e, "100")
					b.send(hello())
					b.welcomed()
					e.ring("100", "1", "5550001")
					synctest.Wait() // it is being written
					none.Store(true)
					if err := take(e.g); err != nil {
						t.Fatal(err)
					}
					e.ring("100", "2", "5550002")
					synctest.Wait()
					for {
						_, data, err := b.conn.ReadMessage()
						if err != nil || strings.Contains(string(data), `"closing"`) {
							break
						}
						if strings.Contains(string(data), "party::1.2") {
							t.Errorf("after its rights have gone it receives %s", data)
						}
						if strings.Contains(string(data), `"reset"`) {
							break
						}
					}
				})
			}
		})
	}
}
