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
)

var errReason = errors.New("my reason")

// ends are the ways in which a context can end while something waits with it.
var ends = map[string]func(context.Context) (context.Context, func()){
	"before": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errReason)
		return ctx, func() {}
	},
	"cancelled": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		return ctx, func() { synctest.Wait(); cancel(errReason) }
	},
	"deadline": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithTimeoutCause(ctx, time.Second, errReason)
		return ctx, func() { <-ctx.Done(); cancel() }
	},
}

// wantEnded fails unless what a function waits for, returned by prepare, ends for
// each end of a context with an error that is why that has ended, and what it is.
func wantEnded(t *testing.T, name string, prepare func(t *testing.T) func(ctx context.Context) error) {
	t.Helper()
	for how, end := range ends {
		synctest.Test(t, func(t *testing.T) {
			wait := prepare(t)
			ctx, finish := end(t.Context())
			over := make(chan error, 1)
			go func() { over <- wait(ctx) }()
			finish()
			if err := <-over; !errors.Is(err, errReason) || !errors.Is(err, ctx.Err()) {
				t.Errorf("%s, %s: %v, want %v and %v", name, how, err, errReason, ctx.Err())
			}
		})
	}
}

// errors.Is finds both why a context has ended and what it is, while a login is made.
func TestContextEndsALogin(t *testing.T) {
	wantEnded(t, "Connect", func(t *testing.T) func(context.Context) error {
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
		wantEnded(t, name, func(t *testing.T) func(context.Context) error {
			c := connectTo(t, serve(t, quiet), func(c *ajam.Config) { c.EventMask, c.AcceptBooting = "off", true })
			return func(ctx context.Context) error { return call(ctx, c) }
		})
	}
	for _, name := range []string{"Client.Do", "Client.Stream"} { // those that wait for their turn
		wantEnded(t, "a second "+name, func(t *testing.T) func(context.Context) error {
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
	wantEnded(t, "Client.Ready", func(t *testing.T) func(context.Context) error {
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
