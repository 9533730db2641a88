package agi

import (
	"context"
	"errors"
)

var errNoHandler = errors.New("agi: no handler")

// Conn carries the commands of one session to Asterisk. There is one for stdin,
// one for TCP and one for AMI, and [Serve] makes a [Session] of any. To add
// another transport, implement Conn, which only passes lines on, and run the
// conformance suite of agi/agitest.
type Conn interface {
	// Start says whom to report to. Serve calls it once, before anything else.
	Start(Receiver)
	// Send passes one command on. No other is sent before its reply was
	// reported, or the session has ended. An error that is [ErrNotSent] or
	// [ErrInvalid] leaves the session usable; any other ends it.
	Send(ctx context.Context, command Command) error
}

// Receiver takes what a [Conn] gets from Asterisk. Its methods never
// block and may be called from any goroutine.
type Receiver interface {
	// Reply is given the whole reply to the command that was sent last, all
	// its lines, without the ending of the last one.
	Reply(text string)
	// Hangup says that the channel has hung up. More replies may come.
	Hangup()
	// End says that nothing will come any more, and why.
	End(cause error)
}

// Command is one line of AGI on its way to a [Conn].
type Command struct {
	// Line is the command without its line ending, quoted and checked.
	Line string
	// Tail ends the value in the reply, if it is not empty. The session has
	// asked for it in the line: by it a value that holds line breaks ends
	// where it should.
	Tail string
}

// Handler serves calls. ctx ends with the cause [ErrHangup] when the channel
// hangs up, and with another if the connection to Asterisk is lost. Commands
// are accepted after a hangup as Asterisk accepts them: see [Session].
//
// A nil error is success to the dialplan; an error, a panic or a [runtime.Goexit]
// is failure: AGISTATUS says so. ErrHangup is no failure, unless another error is
// joined with it: see [Failed].
type Handler interface {
	ServeAGI(ctx context.Context, s *Session) error
}

// HandlerFunc is a function that is a [Handler].
type HandlerFunc func(ctx context.Context, s *Session) error

// ServeAGI calls f. With a nil f every call fails.
func (f HandlerFunc) ServeAGI(ctx context.Context, s *Session) error {
	if f == nil {
		return errNoHandler
	}
	return f(ctx, s)
}
