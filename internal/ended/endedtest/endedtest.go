// Package endedtest checks that a function whose context ends says so as package
// ended has it.
package endedtest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// ErrReason is the cause with which the contexts of Ways end.
var ErrReason = errors.New("my reason")

// Ways are the ways in which a context can end while something waits with it: each
// makes one of ctx, and what ends it. They are for a bubble of synctest.
var Ways = map[string]func(ctx context.Context) (ending context.Context, end func()){
	"before": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(ErrReason)
		return ctx, func() {}
	},
	"cancelled": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		return ctx, func() { synctest.Wait(); cancel(ErrReason) }
	},
	"deadline": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithTimeoutCause(ctx, time.Second, ErrReason)
		return ctx, func() { <-ctx.Done(); cancel() }
	},
}

// Want fails unless what a function waits for, returned by prepare, ends for each of
// Ways with an error that is why the context has ended, and what it is. Prepare
// runs in a bubble of its own each time.
func Want(t *testing.T, name string, prepare func(t *testing.T) func(ctx context.Context) error) {
	t.Helper()
	for how, way := range Ways {
		synctest.Test(t, func(t *testing.T) {
			wait := prepare(t)
			ctx, end := way(t.Context())
			Check(t, name+", "+how, ctx, end, wait)
		})
	}
}

// Check runs wait with ctx, ends that, and fails unless the error of wait is why the
// context has ended, and what it is. It returns the error.
func Check(t *testing.T, name string, ctx context.Context, end func(), wait func(ctx context.Context) error) error {
	t.Helper()
	over := make(chan error, 1)
	go func() { over <- wait(ctx) }() // ends with ctx, which end ends
	end()
	err := <-over
	if !errors.Is(err, ErrReason) || !errors.Is(err, ctx.Err()) {
		t.Errorf("%s: %v, want %v and %v", name, err, ErrReason, ctx.Err())
	}
	return err
}
