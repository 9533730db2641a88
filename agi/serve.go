package agi

import (
	"context"
	"errors"
	"runtime/debug"
	"time"
)

var errExited = errors.New("agi: the handler ended its goroutine")

// DefaultHangupGrace is how long a reply is awaited after the hangup, unless
// Config says otherwise.
const DefaultHangupGrace = 5 * time.Second

// Config adjusts a session. The zero value and nil have the defaults.
type Config struct {
	// HangupGrace bounds the wait for each reply once the context of its
	// command has ended by the hangup; 0 and less mean [DefaultHangupGrace].
	HangupGrace time.Duration
}

// Serve runs handler for the call behind conn, and returns its error: a
// [*PanicError] if it panicked. Env is what was read at the start of the
// session. Nil config has the defaults. Without a handler, nil, the call fails.
// The session ends with the handler; conn is the caller's to close. If the handler
// ends its goroutine by [runtime.Goexit], Serve does not return, and the session
// ends all the same.
//
// Only a program with a [Conn] of its own needs Serve. Others use [Main], or the
// servers of packages fastagi and agi/asyncagi.
func Serve(ctx context.Context, conn Conn, env Env, handler Handler, config *Config) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	s := newSession(conn, &env, config.hangupGrace(), cancel)
	conn.Start((*receiver)(s))
	defer s.end(errReturned)
	if handler == nil {
		return errNoHandler
	}
	err = errExited // stays after a panic(nil) with GODEBUG=panicnil=1
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{value, debug.Stack()}
		}
	}()
	return s.outcome(ctx, handler.ServeAGI(ctx, s))
}

func (c *Config) hangupGrace() time.Duration {
	if c == nil || c.HangupGrace <= 0 {
		return DefaultHangupGrace
	}
	return c.HangupGrace
}
