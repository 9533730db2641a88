package session

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/ended"
)

// Policy says how a [Reconnector] goes about it.
type Policy struct {
	Package     string        // begins the lines of the log
	Logger      *slog.Logger  // must not be nil
	RetryMin    time.Duration // first pause before trying again
	RetryMax    time.Duration // longest pause
	StableAfter time.Duration // a login this long starts again at RetryMin
	Closed      error         // is final when the program itself ends it

	Refused error // what a login that was refused is
	InUse   error // what a login is that somebody else has, or had until just now

	RetryRefused bool // try again after a refused login
	KeepTrying   bool // try again after any other first failure
}

// hopeless reports whether trying again would only fail again. A login in use
// may be the one that was just lost.
func (p *Policy) hopeless(err error) bool {
	return errors.Is(err, p.Refused) && !p.RetryRefused || errors.Is(err, ErrInvalid)
}

// patient reports whether even a first failure like that is tried again.
func (p *Policy) patient(err error) bool {
	switch {
	case errors.Is(err, p.Refused):
		return p.RetryRefused
	case errors.Is(err, p.InUse): // a refusal, too, and one that may pass
		return p.RetryRefused || p.KeepTrying
	}
	return p.KeepTrying
}

func (p *Policy) backoff() Backoff { return Backoff{Least: p.RetryMin, Most: p.RetryMax} }

func (p *Policy) warn(text string, keyValues ...any) {
	p.Logger.Warn(p.Package+": "+text, keyValues...)
}

var errNotConnected = errors.New("not connected")

// OurEnd is the cause of a context that a session has ended, and not its caller.
type OurEnd struct{ Cause error }

func (e OurEnd) Error() string { return e.Cause.Error() }

// Ended is why ctx is over: a session's own cause, or that of its owner.
func Ended(ctx context.Context) error {
	if ours, ok := context.Cause(ctx).(OurEnd); ok {
		return ours.Cause
	}
	return ended.Error(ctx)
}
