package agirun

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/semaphore"
)

// ErrFull is why a call beyond MaxSessions is refused.
var ErrFull = errors.New("the server is full: MaxSessions handlers are running")

// places are those of the handlers that run at once.
type places struct {
	free *semaphore.Weighted // nil for any number
	wait time.Duration       // for one; less than 0 without end
}

func newPlaces(number int, wait time.Duration) places {
	p := places{wait: wait}
	if number > 0 {
		p.free = semaphore.NewWeighted(int64(number))
	}
	return p
}

// take takes one. Who has waited longest is first. No place is given once ctx has ended.
func (p *places) take(ctx context.Context, waits func()) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case p.free == nil, p.free.TryAcquire(1):
		return nil
	case p.wait == 0:
		return ErrFull
	}
	if waits != nil {
		waits()
	}
	limited := ctx
	if p.wait > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, p.wait, ErrFull)
		defer cancel()
	}
	if p.free.Acquire(limited, 1) != nil {
		return context.Cause(limited)
	}
	if ctx.Err() != nil { // what ended it may have freed the place, too: Acquire takes either
		p.leave()
		return context.Cause(ctx)
	}
	return nil
}

func (p *places) leave() {
	if p.free != nil {
		p.free.Release(1)
	}
}
