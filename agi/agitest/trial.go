package agitest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// trial is one test of a transport.
type trial struct {
	t         *testing.T
	transport Transport
	traits    Traits

	peer Peer
	done chan error // gets the handler's error
}

// open begins the session, with a handler that may fail the test.
func (x *trial) open(handler agi.HandlerFunc) {
	x.t.Helper()
	x.done = make(chan error, 1)
	x.peer = x.transport(x.t, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		err := handler(ctx, s)
		x.done <- err
		return err
	}))
	x.t.Cleanup(x.peer.End)
}

// within runs what may wait for the transport, but not forever.
func (x *trial) within(what string, run func()) {
	x.t.Helper()
	done := make(chan struct{})
	// Ends with run. If that waits for the transport forever, the test has failed.
	go func() {
		defer close(done)
		run()
	}()
	timer := time.NewTimer(defaultPatience)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		x.t.Fatalf("%s took more than %v", what, defaultPatience)
	}
}

// receive takes the next command, which is to be this one.
func (x *trial) receive(tokens ...string) {
	x.t.Helper()
	var line string
	var err error
	x.within("receive a command", func() { line, err = x.next() })
	if err != nil || len(tokens) > 0 && !slices.Equal(Tokens(line), tokens) {
		x.t.Fatalf("Receive() = %q, %v, want %q", line, err, tokens)
	}
}

// next is Receive of a peer that need not know what MarkReply is for.
func (x *trial) next() (string, error) {
	for {
		line, err := x.peer.Receive()
		reply, ok := MarkReply(line)
		if err != nil || !ok {
			return line, err
		}
		x.peer.Reply(reply)
	}
}

func (x *trial) reply(text string) {
	x.t.Helper()
	x.within("reply", func() { x.peer.Reply(text) })
}

func (x *trial) hangup() {
	x.t.Helper()
	x.within("hang up", x.peer.Hangup)
}

func (x *trial) end() {
	x.t.Helper()
	x.within("end the session", x.peer.End)
}

// wait returns the handler's error.
func (x *trial) wait() (err error) {
	x.t.Helper()
	x.within("wait for the handler", func() { err = <-x.done })
	return err
}

// succeed is wait for a handler that finds nothing wrong.
func (x *trial) succeed() {
	x.t.Helper()
	if err := x.wait(); err != nil {
		x.t.Errorf("the handler returned %v", err)
	}
}

// noMore checks that the session ends without another command.
func (x *trial) noMore() {
	x.t.Helper()
	x.within("wait for the end of the session", func() {
		if line, err := x.next(); err == nil {
			x.t.Errorf("Receive() = %q, want the end of the session", line)
		}
	})
}
