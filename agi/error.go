package agi

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// States of a session. Test for these with errors.Is.
var (
	// ErrHangup: the channel has hung up. It is the cause of the end of a
	// handler's context, and the error of a command that Asterisk does not run
	// on a dead channel, whether it was sent or not.
	ErrHangup = errors.New("agi: channel has hung up")
	// ErrNotSent: Asterisk did not get the command, because its context had ended
	// or the way to Asterisk was not open; the session goes on. The same command
	// can be tried again, with a context that lives.
	ErrNotSent = errors.New("not sent")
	// ErrInvalid: the command can never be sent as it is, and nothing was: an
	// argument holds a line feed or NUL, the line is longer than this Asterisk
	// reads, a name means something else. The session goes on.
	ErrInvalid = errors.New("can't be sent")
	// ErrClosed: the session has ended, with the cause that is wrapped too.
	ErrClosed = errors.New("agi: session ended")
	// ErrOutOfStep: Asterisk sent a reply that no command was waiting for, so
	// that no later one could be trusted.
	ErrOutOfStep = errors.New("agi: reply without a command")
)

// Error is a refusal: Asterisk answered, and did not do what it was asked.
type Error struct {
	Command string // its words, without arguments
	Reply   Reply  // the whole answer
	file    string // that the command is about, if it is
	reason  string // what the command's result means
	hungUp  bool   // the channel has, which explains it
}

// Error names the command, the file that it is about, and what Asterisk said.
func (e *Error) Error() string {
	command := e.Command
	if e.file != "" {
		command += " " + strconv.Quote(e.file)
	}
	return "agi: " + command + ": " + e.meaning()
}

// about adds the file to a refusal.
func about(file string, err error) error {
	if refused, ok := err.(*Error); ok {
		refused.file = file
	}
	return err
}

// Is reports whether the channel's end is the reason, when target is [ErrHangup].
func (e *Error) Is(target error) bool {
	return target == ErrHangup && (e.hungUp || e.Reply.Code == codeDead)
}

func (e *Error) meaning() string {
	switch {
	case e.hungUp:
		return "the channel has hung up"
	case e.reason != "":
		return e.reason
	case e.Reply.Code == codeInvalid:
		return "Asterisk does not know the command (is its module loaded? has the program written to stdout?)"
	case e.Reply.Code == codeDead:
		return "not permitted on a channel that has hung up, or in an intercept routine"
	case e.Reply.Code == codeUsage:
		return "the arguments do not fit the command: " + e.Reply.usage()
	}
	line, _, _ := strings.Cut(e.Reply.String(), "\n")
	return fmt.Sprintf("failed: %q", line)
}

// sessionError is a command that the session could not carry out.
type sessionError struct {
	command string
	state   error // ErrNotSent, ErrInvalid, ErrHangup or ErrClosed
	cause   error
}

func (e *sessionError) Error() string {
	text := "agi: " + e.command + ": " + strings.TrimPrefix(e.state.Error(), "agi: ")
	if e.cause != nil {
		text += ": " + strings.TrimPrefix(e.cause.Error(), "agi: ")
	}
	return text
}

func (e *sessionError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.state}
	}
	return []error{e.state, e.cause}
}

// PanicError is what [Serve] returns for a handler that panicked.
type PanicError struct {
	Value any    // that the handler panicked with
	Stack []byte // of its goroutine
}

// Error has the value, not the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("agi: handler panicked: %v", e.Value) }
