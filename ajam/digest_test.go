package ajam_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/icholy/digest"
)

// nonces is a server that takes a nonce for a session as Asterisk does, and
// nothing else: it answers every action alike.
type nonces struct {
	t *testing.T

	mu       sync.Mutex     // guards all below
	counts   map[string]int // of the sessions, by nonce
	serving  map[string]bool
	polled   map[string]bool // sessions that WaitEvent was asked of
	given    int
	stale    int
	sessions int
}

func newNonces(t *testing.T) *nonces {
	return &nonces{t: t, counts: make(map[string]int), serving: make(map[string]bool), polled: make(map[string]bool)}
}

func (n *nonces) RoundTrip(req *http.Request) (*http.Response, error) {
	nonce, refusal := n.admit(req)
	if refusal != nil {
		return refusal, nil
	}
	if asks(req, "WaitEvent") && !strings.HasSuffix(form(req), "Timeout=0") {
		select {
		case <-time.After(time.Second):
		case <-req.Context().Done():
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.serving, nonce)
	_, id, _ := strings.Cut(form(req), "ActionID=")
	id, _, _ = strings.Cut(id, "&")
	end := ""
	if asks(req, "WaitEvent") {
		end = "Event: WaitEventComplete\r\nActionID: " + id + "\r\n\r\n"
	}
	return textResponse("Response: Success\r\nActionID: " + id + "\r\n\r\n" + end), nil
}

// admit checks a proof, and that its nonce serves nothing else now.
func (n *nonces) admit(req *http.Request) (nonce string, refusal *http.Response) {
	n.mu.Lock()
	defer n.mu.Unlock()
	proof, err := digest.ParseCredentials(req.Header.Get("Authorization"))
	if err != nil {
		return "", n.challenge(false)
	}
	count, known := n.counts[proof.Nonce]
	switch {
	case n.serving[proof.Nonce]:
		n.t.Errorf("nonce %s serves two requests at once", proof.Nonce)
	case proof.URI != "/asterisk/arawman" || proof.Username != "u":
		n.t.Errorf("the proof is for %q of %q", proof.URI, proof.Username)
	case known && proof.Nc <= count:
		n.stale++
		delete(n.counts, proof.Nonce)
		return "", n.challenge(true)
	}
	if !known {
		n.sessions++
	}
	n.serving[proof.Nonce] = true
	n.counts[proof.Nonce] = 0 // a session's first count is not remembered
	if known {
		n.counts[proof.Nonce] = proof.Nc
	}
	if asks(req, "WaitEvent") {
		n.polled[proof.Nonce] = true
	}
	return proof.Nonce, nil
}

func (n *nonces) challenge(stale bool) *http.Response {
	n.given++
	return respond(http.StatusUnauthorized, strings.NewReader(""), "Www-Authenticate",
		fmt.Sprintf(`Digest algorithm=MD5, realm="asterisk", nonce="%08x", qop="auth", opaque="%08x", stale=%t`, n.given, n.given, stale))
}

// forget drops all sessions, as a restart does.
func (n *nonces) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.counts)
}

// renew makes all nonces stale, as time does.
func (n *nonces) renew() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for nonce := range n.counts {
		n.counts[nonce] = 1 << 30
	}
}

// A nonce serves one request at a time, with a rising count; those of actions
// are no more than actions are in flight, and are used again.
func TestNonces(t *testing.T) {
	server := newNonces(t)
	c := connectBy(t, &http.Client{Transport: server}, func(c *ajam.Config) { c.Digest, c.AcceptBooting, c.MaxInFlight = true, true, 8 })
	var senders sync.WaitGroup
	for range 32 {
		// Ends with its actions; the test waits for it.
		senders.Go(func() {
			for i := range 20 {
				if i == 10 {
					server.renew()
				}
				mustDo(t, c, "Ping")
			}
		})
	}
	senders.Wait()
	server.mu.Lock()
	defer server.mu.Unlock()
	if len(server.polled) == 0 || server.given > 400 {
		t.Errorf("%d nonces given, %d polled", server.given, len(server.polled))
	}
	t.Logf("%d nonces given, %d sessions, %d stale", server.given, server.sessions, server.stale)
}

// What is stale is repeated, and no loss.
func TestStaleNonceIsNoLoss(t *testing.T) {
	server := newNonces(t)
	c := connectBy(t, &http.Client{Transport: server}, func(c *ajam.Config) { c.Digest, c.AcceptBooting = true, true })
	sub := c.Subscribe(ofNothing, &ami.SubscribeConfig{Snapshot: []action.Action{action.Ping{}}})
	defer sub.Close()
	server.renew()
	mustDo(t, c, "Ping")
	if ev, ok := next(t, sub).(event.Synced); !ok {
		t.Errorf("the stream has %v, want Synced alone", ev)
	}
	if stats := c.Stats(); stats.Logins != 1 || stats.Repeats < 2 {
		t.Errorf("Stats = %+v, want one login, and repeats", stats)
	}
}

// A session that was forgotten while the program slept is found out, although
// Asterisk takes its nonce for a new one.
func TestForgottenNonce(t *testing.T) {
	for name, forget := range map[string]bool{"forgotten": true, "kept": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newNonces(t)
				var asleep atomic.Bool
				c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
					if asks(req, "WaitEvent") && asleep.Swap(false) {
						<-time.After(9 * time.Second)
						if forget {
							server.forget()
						}
					}
					return server.RoundTrip(req)
				})}, func(c *ajam.Config) { c.Digest, c.AcceptBooting = true, true })
				sub := c.Subscribe(ofNothing, nil)
				<-time.After(5 * time.Second)
				asleep.Store(true)
				<-time.After(20 * time.Second)
				sub.Close()
				want := int64(1)
				if forget {
					want = 2
				}
				if got := c.Stats().Logins; got != want {
					t.Errorf("%d logins, want %d", got, want)
				}
			})
		})
	}
}
