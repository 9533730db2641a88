package fastagi_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
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

// errors.Is finds both why a context has ended and what it is. "PathValue" does not
// wait, and "NotFound" runs commands of package agi.
func TestContextEnds(t *testing.T) {
	wantEnded(t, "Server.Shutdown", func(t *testing.T) func(context.Context) error {
		server := &fastagi.Server{Handler: agi.HandlerFunc(parked)}
		call := agitest.New(t, serve(t, server).dial(t), &agitest.Config{Patience: -1})
		t.Cleanup(func() { _ = server.Close(); _ = call.Wait() })
		synctest.Wait()
		return server.Shutdown
	})
}
