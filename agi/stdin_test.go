package agi_test

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// pipes are what Asterisk holds of a script that it has started.
type pipes struct {
	io.Reader
	io.WriteCloser
}

// script is a peer that hangs up by a signal.
type script struct {
	agitest.Peer
	hangup chan<- os.Signal
}

func (s script) Hangup() { s.hangup <- syscall.SIGHUP }

func TestStdin(t *testing.T) {
	agitest.TestConn(t, func(t *testing.T, handler agi.Handler) agitest.Peer {
		stdin, toScript, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		fromScript, stdout, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		hangup := make(chan os.Signal, 1)
		done := make(chan struct{})
		// Ends when handler has returned.
		go func() {
			defer close(done)
			_ = agi.RunOver(context.Background(), stdin, stdout, hangup, handler) // the handler knows what it expects
			_ = stdout.Close()
			_ = stdin.Close()
		}()
		t.Cleanup(func() {
			<-done
			_ = fromScript.Close()
		})
		if _, err := io.WriteString(toScript, "agi_request: test\nagi_version: 22.10.1\n\n"); err != nil && !errors.Is(err, syscall.EPIPE) {
			t.Fatal(err)
		}
		return script{agitest.NewPeer(pipes{fromScript, toScript}), hangup}
	}, nil)
}
