package ajam_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// Asterisk keeps a session for five seconds before its login: a slower one is
// begun again, and no reason to say that the secret is wrong.
func TestSlowLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) {
			p.LoginAs("u", secret)
			p.Serve()
		})
		var slow atomic.Bool
		slow.Store(true)
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if asks(req, "Login") && slow.Swap(false) {
				<-time.After(6 * time.Second)
			}
			return srv.HTTPClient().Transport.RoundTrip(req)
		})}, nil)
		mustDo(t, c, "Ping")
	})
}

func TestRefusedLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) { p.LoginAs("u", "another") })
		config := &ajam.Config{Config: ami.Config{Username: "u", Secret: secret}, HTTPClient: srv.HTTPClient()}
		_, err := ajam.Connect(t.Context(), "http://pbx", config)
		wantError(t, "Connect", err, ami.ErrLoginRefused, "Authentication failed", "manager.conf")
		if errors.Is(err, ami.ErrNotSent) || errors.Is(err, ami.ErrOutcomeUnknown) {
			t.Errorf("Connect = %v, which tells the outcome of an action", err)
		}
		patient := *config
		patient.RetryRefused = true
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		tried := srv.Connections()
		_, err = ajam.Connect(ctx, "http://pbx", &patient)
		wantError(t, "Connect", err, context.DeadlineExceeded, "Authentication failed")
		if n := srv.Connections() - tried; n < 4 || n > 12 {
			t.Errorf("%d logins in 20 s", n)
		}
	})
}

// What became of an action of the login is not taken for what became of another.
func TestFailedPreparation(t *testing.T) {
	for step, gaps := range map[string]int{"CoreSettings": 1, "ModuleCheck": 2, "Command": 2} { // the first is before Connected
		t.Run(step, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				peers := make(chan *amitest.Peer, 20)
				srv := serve(t, func(p *amitest.Peer) {
					p.Handle("ModuleCheck", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
					p.Login()
					peers <- p
					p.Serve()
				})
				var broken atomic.Bool
				c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
					if broken.Load() && asks(req, step) {
						return respond(http.StatusBadGateway, strings.NewReader("")), nil
					}
					return srv.HTTPClient().Transport.RoundTrip(req)
				})}, func(c *ajam.Config) { c.EventMask = "call" })
				sub := c.Subscribe(ofNothing, nil)
				broken.Store(true)
				(<-peers).Cut()
				for n := 0; n < gaps; {
					if gap, ok := next(t, sub).(event.Gap); ok {
						n++
						wantError(t, "the cause of the Gap", gap.Err, nil)
						if errors.Is(gap.Err, ami.ErrOutcomeUnknown) {
							t.Errorf("the Gap is because of %v, which tells the outcome of an action", gap.Err)
						}
					}
				}
				<-time.After(time.Second)
				_, err := c.Do(t.Context(), action.Ping{})
				wantError(t, "Do", err, ami.ErrNotSent, "502")
				if errors.Is(err, ami.ErrOutcomeUnknown) {
					t.Errorf("Do = %v, which is %v, too", err, ami.ErrOutcomeUnknown)
				}
			})
		})
	}
}

func TestKeepTrying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, nil)
		var up atomic.Bool
		flaky := &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if !up.Load() {
				return nil, errors.New("nobody is there")
			}
			return srv.HTTPClient().Transport.RoundTrip(req)
		})}
		_, err := ajam.Connect(t.Context(), "http://pbx", &ajam.Config{Config: ami.Config{Username: "u"}, HTTPClient: flaky})
		wantError(t, "Connect", err, nil, "nobody is there")
		time.AfterFunc(10*time.Second, func() { up.Store(true) })
		c := connectBy(t, flaky, func(c *ajam.Config) { c.KeepTrying = true })
		mustDo(t, c, "Ping")
	})
}
