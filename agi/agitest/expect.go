package agitest

import (
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/agipeer"
)

// Expect waits for the next command, which the caller answers. It is to be
// this one, with these arguments, or with any if none are given; anything else
// ends the test. In an automatic call other commands are answered until it
// comes.
func (c *Call) Expect(command string, arguments ...string) *Command {
	c.t.Helper()
	for {
		got, ok := c.next(describe(command, arguments))
		switch {
		case !ok:
			c.t.Fatalf("agitest: the session has ended%s, want command %s", c.reason(), describe(command, arguments))
			return nil
		case got.is(command, arguments):
			return got
		case !c.config.Automatic:
			c.t.Fatalf("agitest: command = %s, want %s", got.Line, describe(command, arguments))
			return nil
		}
		c.answer(got)
	}
}

// Next waits for the next command, whatever it is, which the caller answers. It
// returns nil when the program has ended the session.
func (c *Call) Next() *Command {
	c.t.Helper()
	got, _ := c.next("a command")
	return got
}

// Wait waits until the program has ended the session. It returns the error of
// the handler that [Start] was given, [ErrFailure] for a server that reports a
// failure, nil for one that does not. A command that still comes ends the test,
// unless the call is automatic.
func (c *Call) Wait() error {
	c.t.Helper()
	for {
		got, ok := c.next("the end of the session")
		if !ok {
			if !c.over() {
				c.t.Fatalf("agitest: the session has ended, and the handler has not returned for %v", c.config.Patience)
			}
			return c.result()
		}
		if !c.config.Automatic {
			c.t.Fatalf("agitest: command = %s, want the end of the session", got.Line)
			return nil
		}
		c.answer(got)
	}
}

// Commands returns all commands that have come so far.
func (c *Call) Commands() []*Command { return append([]*Command(nil), c.seen...) }

// next waits for a command, or returns false at the session's end.
func (c *Call) next(want string) (*Command, bool) {
	c.t.Helper()
	late, stop := c.late()
	defer stop()
	select {
	case line, ok := <-c.lines:
		if ok && agipeer.IsFailure(line) {
			c.failed = true
			line, ok = <-c.lines
		}
		if !ok {
			return nil, false
		}
		command := newCommand(line, c)
		c.seen = append(c.seen, command)
		return command, true
	case <-late:
		c.t.Fatalf("agitest: nothing came for %v, want %s", c.config.Patience, want)
		return nil, false
	}
}

// late is ready when the test has waited long enough.
func (c *Call) late() (<-chan time.Time, func() bool) {
	if c.config.Patience < 0 {
		return nil, func() bool { return false }
	}
	timer := time.NewTimer(c.config.Patience)
	return timer.C, timer.Stop
}

// over waits until nothing of the program runs any more, and reports whether
// that came in time.
func (c *Call) over() bool {
	late, stop := c.late()
	defer stop()
	select {
	case <-c.ended:
		return true
	case <-late:
		return false
	}
}

// result is what the session has come to, once it is over.
func (c *Call) result() error {
	if c.err == nil && c.failed {
		return ErrFailure
	}
	return c.err
}

func (c *Call) reason() string {
	if !c.over() {
		return fmt.Sprintf(" (the handler has not returned for %v)", c.config.Patience)
	}
	if err := c.result(); err != nil {
		return " (" + err.Error() + ")"
	}
	return ""
}
