// Package agirun is what the AGI servers share: how many handlers run at once, how one runs, what is made of its end, and
// what is logged of its call.
package agirun

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

var errExited = errors.New("agi: the handler ended its goroutine")

// Serve is [agi.Serve] for a handler that may end its goroutine, as t.Fatal does by [runtime.Goexit]: Serve does not return
// then. So end is always given the error.
func Serve(ctx context.Context, conn agi.Conn, env *agi.Env, handler agi.Handler, config *agi.Config, end func(error)) {
	err := errExited // stays if nothing returns
	defer func() { end(err) }()
	err = agi.Serve(ctx, conn, *env, handler, config)
}

// Settings are what the user of a server says.
type Settings struct {
	Server      string // name of its package, which begins each line of the log
	Handler     agi.Handler
	HangupGrace time.Duration // that of agi.Config
	MaxSessions int           // handlers at once; 0 and less mean any number
	MaxWait     time.Duration // for one of them to return; 0 not at all, less than 0 without end
}

// Runner runs the handlers of a server. It is safe for concurrent use.
type Runner struct {
	server  string
	handler agi.Handler
	config  agi.Config
	places  places
}

// New returns the runner of a server.
func New(s Settings) *Runner {
	return &Runner{server: s.Server, handler: s.Handler, config: agi.Config{HangupGrace: s.HangupGrace}, places: newPlaces(s.MaxSessions, s.MaxWait)}
}

// Call is one call of a server.
type Call interface {
	// Begin makes the context of the handler of ctx, right before the handler begins.
	Begin(ctx context.Context) context.Context
	// Logger says which call it is about, by the keys channel and uniqueid at least.
	Logger() *slog.Logger
	// End is given the handler's error, and tells the dialplan what [agi.Failed] says of that.
	End(err error)
}

// Enter takes one of MaxSessions for a handler. If it has to wait it calls waits before, unless that is nil. The error is
// [ErrFull], or the cause of the end of ctx.
func (r *Runner) Enter(ctx context.Context, waits func()) error { return r.places.take(ctx, waits) }

// Leave gives back the place of a call that has entered, whose handler does not run.
func (r *Runner) Leave() { r.places.leave() }

// Run runs the handler for a call that has entered. What becomes of it is logged if it is a failure, and then told to the
// call, whose place is free by then.
func (r *Runner) Run(ctx context.Context, call Call, conn agi.Conn, env *agi.Env) {
	err := errExited // stays if nothing returns
	defer func() {
		r.places.leave()
		r.report(call, err)
		call.End(err)
	}()
	err = agi.Serve(call.Begin(ctx), conn, *env, r.handler, &r.config)
}

// Refuse logs why a call gets no handler, unless the hangup explains it.
func (r *Runner) Refuse(call Call, why error) {
	if agi.Failed(why) {
		call.Logger().Warn(r.server+": call refused", "error", why)
	}
}

// report logs a failure. A panic is a mistake in the program; any other error may be a call like many.
func (r *Runner) report(call Call, err error) {
	if !agi.Failed(err) {
		return
	}
	var panicked *agi.PanicError
	if errors.As(err, &panicked) {
		call.Logger().Error(r.server+": handler panicked", "panic", panicked.Value, "stack", string(panicked.Stack))
		return
	}
	call.Logger().Warn(r.server+": handler failed", "error", err)
}
