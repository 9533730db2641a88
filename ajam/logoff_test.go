package ajam_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// breaking is a way to a server that gives one action a trouble, and notes what
// comes after that.
type breaking struct {
	next    http.RoundTripper
	action  string
	trouble func(*http.Request) (*http.Response, error)
	armed   atomic.Bool // once

	mu     sync.Mutex // guards asked
	noting bool
	asked  []string
}

func (b *breaking) RoundTrip(req *http.Request) (*http.Response, error) {
	name, _, _ := strings.Cut(strings.TrimPrefix(form(req), "Action="), "&")
	b.mu.Lock()
	if b.noting && name != "WaitEvent" {
		b.asked = append(b.asked, name)
	}
	hit := name == b.action && b.armed.Swap(false)
	b.noting = b.noting || hit
	b.mu.Unlock()
	if hit {
		return b.trouble(req)
	}
	return b.next.RoundTrip(req)
}

// after is the first actions behind the trouble, polls left out.
func (b *breaking) after(n int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.asked[:min(n, len(b.asked))], " ")
}

func badGateway(*http.Request) (*http.Response, error) {
	return respond(http.StatusBadGateway, strings.NewReader("")), nil
}

// A session that we end is ended in Asterisk before the next login, which
// allowmultiplelogin=no would refuse otherwise.
func TestLogoffBeforeNextLogin(t *testing.T) {
	for _, action := range []string{"WaitEvent", "Challenge", "Login", "CoreSettings", "ModuleCheck"} {
		t.Run(action, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				way := &breaking{next: serve(t, nil).HTTPClient().Transport, action: action, trouble: badGateway}
				way.armed.Store(action != "WaitEvent")
				c := connectBy(t, &http.Client{Transport: way}, func(c *ajam.Config) { c.KeepTrying, c.EventMask = true, "call" })
				sub := c.Subscribe(ofNothing, nil)
				if action == "WaitEvent" {
					way.armed.Store(true)
					if got := names(t, sub, 2); got != "Gap Connected" {
						t.Errorf("the stream has %s", got)
					}
				}
				want := "Logoff Challenge Login"
				if action == "Challenge" { // without a cookie there is nothing to end
					want = "Challenge Login CoreSettings"
				}
				if got := way.after(3); got != want {
					t.Errorf("behind the trouble came %s, want %s", got, want)
				}
			})
		})
	}
}

// One that Asterisk has ended is not.
func TestNoLogoffWithoutSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 2)
		way := &breaking{next: serve(t, func(p *amitest.Peer) {
			p.Login()
			peers <- p
			p.Serve()
		}).HTTPClient().Transport, noting: true}
		c := connectBy(t, &http.Client{Transport: way}, nil)
		sub := c.Subscribe(ofNothing, nil)
		(<-peers).Cut()
		if got := names(t, sub, 2); got != "Gap Connected" {
			t.Errorf("the stream has %s", got)
		}
		if got := way.after(100); strings.Contains(got, "Logoff") {
			t.Errorf("a session that was gone had a Logoff: %s", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		way := &breaking{next: serve(t, func(p *amitest.Peer) { p.LoginAs("u", "another") }).HTTPClient().Transport, noting: true}
		_, err := ajam.Connect(t.Context(), "http://pbx", &ajam.Config{Config: ami.Config{Username: "u", Secret: secret}, HTTPClient: &http.Client{Transport: way}})
		wantError(t, "Connect", err, ami.ErrLoginRefused)
		if got := way.after(100); got != "Challenge Login" {
			t.Errorf("a refused login is %s", got)
		}
	})
}

// A server that says nothing to the Logoff either holds up the next login for a
// moment only.
func TestSilentLogoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		way := &breaking{next: answeringNoLogoff(t), action: "WaitEvent", trouble: badGateway}
		c := connectBy(t, &http.Client{Transport: way}, nil)
		sub := c.Subscribe(ofNothing, nil)
		way.armed.Store(true)
		next(t, sub)
		start := time.Now()
		if got := names(t, sub, 1); got != "Connected" {
			t.Errorf("behind the Gap is %s", got)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("logged in again after %v", took)
		}
	})
}

func answeringNoLogoff(t *testing.T) http.RoundTripper {
	return answering(t, "Logoff", func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}).Transport
}
