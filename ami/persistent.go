package ami

import (
	"context"

	"github.com/asterisk-go/asterisk-go"
)

// Persistent is a [Session] that comes back after a loss: [*Client], and
// ajam.Client over HTTP. A program that takes one, for its readiness and its metrics,
// runs over either by changing the call of Connect alone.
type Persistent interface {
	Session
	// Ready waits until the session can do actions. It returns an error if ctx
	// ends first, or if the session has ended for good. It may be called at any
	// time, as by the readiness probe of a program.
	Ready(ctx context.Context) error
	// Done is closed when the session has ended for good, by Close or by a login
	// that was refused. A loss does not close it.
	Done() <-chan struct{}
	// Err is nil until Done is closed, then why that was: [ErrClosed] after Close.
	Err() error
	// Version is which Asterisk the latest login found.
	Version() asterisk.Version
	// Stats returns the counters since Connect.
	Stats() Stats
}
