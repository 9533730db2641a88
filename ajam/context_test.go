package ajam_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/ended/endedtest"
)

// errors.Is finds both why a context has ended and what it is, while a login is made.
func TestContextEndsALogin(t *testing.T) {
	endedtest.Want(t, "Connect", func(t *testing.T) func(context.Context) error {
		config := &ajam.Config{Config: ami.Config{Username: "u", Secret: secret, KeepTrying: true}, HTTPClient: &http.Client{
			Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
				<-req.Context().Done()
				return nil, errors.New("cut off")
			}),
		}}
		return func(ctx context.Context) error {
			_, err := ajam.Connect(ctx, "http://pbx/asterisk", config)
			return err
		}
	})
}

// errors.Is finds both why a context has ended and what it is, over everything
// that waits for an answer.
func TestContextEnds(t *testing.T) {
	calls := map[string]func(ctx context.Context, c *ajam.Client) error{
		"Client.Do": func(ctx context.Context, c *ajam.Client) error { _, err := c.Do(ctx, action.New("Silent")); return err },
		"Client.Stream": func(ctx context.Context, c *ajam.Client) (last error) {
			for _, err := range c.Stream(ctx, action.New("Silent")) {
				last = err
			}
			return last
		},
		"Command": func(ctx context.Context, c *ajam.Client) error {
			_, err := ami.Command(ctx, c, "core show uptime")
			return err
		},
		"Check": func(ctx context.Context, c *ajam.Client) error { _, err := ami.Check(ctx, c); return err },
	}
	quiet := func(p *amitest.Peer) {
		for _, name := range []string{"Silent", "Command", "ListCommands"} {
			p.Handle(name, func(p *amitest.Peer, _ amitest.Action) { <-p.Context().Done() })
		}
		p.LoginAs("u", secret)
		p.Serve()
	}
	for name, call := range calls {
		endedtest.Want(t, name, func(t *testing.T) func(context.Context) error {
			c := connectTo(t, serve(t, quiet), func(c *ajam.Config) { c.EventMask, c.AcceptBooting = "off", true })
			return func(ctx context.Context) error { return call(ctx, c) }
		})
	}
	for _, name := range []string{"Client.Do", "Client.Stream"} { // those that wait for their turn
		endedtest.Want(t, "a second "+name, func(t *testing.T) func(context.Context) error {
			c := connectTo(t, serve(t, quiet), func(c *ajam.Config) { c.EventMask, c.AcceptBooting, c.MaxInFlight = "off", true, 1 })
			first := make(chan struct{})
			go func() { defer close(first); _, _ = c.Do(t.Context(), action.New("Silent")) }()
			t.Cleanup(func() { _ = c.Close(); <-first })
			synctest.Wait()
			return func(ctx context.Context) error { return calls[name](ctx, c) }
		})
	}
}

// Ready waits for a session that does not come.
func TestContextEndsReady(t *testing.T) {
	endedtest.Want(t, "Client.Ready", func(t *testing.T) func(context.Context) error {
		var down atomic.Bool
		srv := serve(t, func(p *amitest.Peer) { p.LoginAs("u", secret); p.Serve() })
		real := srv.HTTPClient().Transport
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if down.Load() {
				<-req.Context().Done()
				return nil, errors.New("cut off")
			}
			return real.RoundTrip(req)
		})}, nil)
		down.Store(true)
		<-time.After(time.Minute) // the next poll finds out
		return c.Ready
	})
}
