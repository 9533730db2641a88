package asyncagi_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
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

// errors.Is finds both why a context has ended and what it is.
func TestContextEnds(t *testing.T) {
	wantEnded(t, "Server.Serve", func(t *testing.T) func(context.Context) error {
		pbx := newPBX(t)
		conn := pbx.connect(t)
		return func(ctx context.Context) error {
			server := &asyncagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error { return nil })}
			return server.Serve(ctx, conn)
		}
	})
	wantEnded(t, "Server.Shutdown", func(t *testing.T) func(context.Context) error {
		pbx := newPBX(t)
		release := make(chan struct{})
		server := &asyncagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error { <-release; return nil })}
		pbx.serve(t, server, pbx.connect(t))
		pbx.start("1.1")
		synctest.Wait()
		t.Cleanup(func() { close(release) })
		return server.Shutdown
	})
}
