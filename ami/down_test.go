package ami_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// Do while the client is down fails at once, and says why.
func TestDoWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, cutting)
		client := connectTo(t, srv, nil)
		_, _ = client.Do(t.Context(), action.New("Cut"))
		start := time.Now()
		_, err := client.Do(t.Context(), action.Ping{})
		wantError(t, "Do", err, ami.ErrNotSent, "not connected", "closed by the peer")
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("Do = %q, want one line", err)
		}
		for _, err := range client.Stream(t.Context(), action.Ping{}) {
			wantError(t, "Stream", err, ami.ErrNotSent)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		defer cancel()
		wantError(t, "Ready", client.Ready(ctx), context.DeadlineExceeded, "not connected")
		if took := time.Since(start); took > time.Millisecond {
			t.Errorf("that took %v, want it at once", took)
		}
		if err := client.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		mustPing(t, client)
	})
}

// What became of the login is not what became of an action: that was not sent,
// and no call was begun.
func TestDoWhileTheLoginFails(t *testing.T) {
	for subject, test := range map[string]struct {
		manager amitest.Script // of all connections but the first
		is      error
		says    string
	}{
		"challenge stands still": {stalling("Challenge"), context.DeadlineExceeded, "Challenge: "},
		"login stands still":     {stalling("Login"), context.DeadlineExceeded, "Login: "},
		"login without answer":   {skipping("Filter"), nil, "Filter: no answer"},
		"refused":                {refusing, ami.ErrLoginRefused, "Authentication failed"},
		"in use":                 {behindLogin2(inUse), ami.ErrLoginInUse, "Login Already In Use"},
		"no right to Filter":     {behindLogin2(noRightToFilter), nil, "Config.Filters"},
	} {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := connectTo(t, serve(t, func(p *amitest.Peer) {
					if p.Number() > 1 {
						test.manager(p)
						return
					}
					cutting(p)
				}), func(c *ami.Config) {
					c.RetryMin, c.RetryMax, c.RetryRefused = time.Minute, time.Minute, true
					c.LoginTimeout, c.PingInterval = time.Second, time.Second
					c.Filters = []ami.EventFilter{{Expression: "x"}}
				})
				_, _ = client.Do(t.Context(), action.New("Cut"))
				<-time.After(90 * time.Second)
				_, err := client.Do(t.Context(), action.Ping{})
				wantError(t, "Do", err, ami.ErrNotSent, "not connected: ", test.says)
				if test.is != nil {
					wantError(t, "Do", err, test.is)
				}
				for _, wrong := range []error{ami.ErrOutcomeUnknown, ami.ErrNoAnswer, ami.ErrPermissionDenied} {
					if errors.Is(err, wrong) || strings.Contains(err.Error(), ami.ErrOutcomeUnknown.Error()) {
						t.Errorf("Do = %v, which is also %v", err, wrong)
					}
				}
				var refusal *ami.Error
				if errors.As(err, &refusal) {
					t.Errorf("Do = %v, which is also a refusal", err)
				}
				if call, err := ami.Originate(t.Context(), client, action.Originate{Channel: "c"}); call != nil || err == nil {
					t.Errorf("Originate = %v, %v, want no call", call, err)
				}
			})
		})
	}
}

// stalling is a manager that does not go on after the named action.
func stalling(name string) amitest.Script {
	return func(p *amitest.Peer) {
		p.Handle(name, func(p *amitest.Peer, _ amitest.Action) { p.Stall() })
		p.Login()
		p.Serve()
	}
}

// skipping is a manager that goes on to the next action without an answer to
// the named one.
func skipping(name string) amitest.Script {
	return func(p *amitest.Peer) {
		p.Handle(name, func(*amitest.Peer, amitest.Action) {})
		p.Login()
		p.Serve()
	}
}

func noRightToFilter(p *amitest.Peer) {
	p.Handle("Filter", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
}
