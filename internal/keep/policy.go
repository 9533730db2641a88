package keep

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Policy says how a [Keeper] goes about it.
type Policy struct {
	Package     string        // begins the lines of the log
	Logger      *slog.Logger  // must not be nil
	RetryMin    time.Duration // first pause before trying again
	RetryMax    time.Duration // longest pause
	StableAfter time.Duration // a life this long starts again at RetryMin
	Closed      error         // is final when the program itself ends it

	// Hopeless reports whether trying again would only fail again.
	Hopeless func(error) bool
	// Patient reports whether even a first failure like that is tried again.
	Patient func(error) bool
}

func (p *Policy) backoff() Backoff { return Backoff{Least: p.RetryMin, Most: p.RetryMax} }

func (p *Policy) warn(text string, keyValues ...any) {
	p.Logger.Warn(p.Package+": "+text, keyValues...)
}

var errNotConnected = errors.New("not connected")

// ended is why ctx is over, with the cause that its owner gave it.
func ended(ctx context.Context) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), cause)
	}
	return ctx.Err()
}
