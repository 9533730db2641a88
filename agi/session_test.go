package agi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// play runs handler against script, which plays Asterisk: each element is what
// it writes, "?LINE" a command that it expects, or a time that passes.
func play(t *testing.T, handler agi.HandlerFunc, script ...string) error {
	t.Helper()
	return playOver(t, func(r io.Reader) io.Reader { return r }, handler, script...)
}

// playOver is play over a network, which may take apart what Asterisk wrote in
// one piece.
func playOver(t *testing.T, network func(io.Reader) io.Reader, handler agi.HandlerFunc, script ...string) error {
	t.Helper()
	ours, asterisk := net.Pipe()
	stream := agi.NewStream(network(ours), ours)
	commands := make(chan string, 64)
	var reading sync.WaitGroup
	// Ends with the pipe. As an Asterisk has, it has room for a command while its
	// script writes.
	reading.Go(func() {
		defer close(commands)
		for peer := agitest.NewPeer(asterisk); ; {
			line, err := peer.Receive()
			if err != nil {
				return
			}
			commands <- line
		}
	})
	played := make(chan error, 1)
	// Ends with the script.
	go func() {
		for _, step := range append([]string{"agi_request: test\nagi_version: 22.10.1\n\n"}, script...) {
			if pause, ok := strings.CutPrefix(step, paused); ok {
				d, _ := time.ParseDuration(pause)
				<-time.After(d)
				continue
			}
			if step[0] != '?' {
				if _, err := asterisk.Write([]byte(step)); err != nil {
					played <- fmt.Errorf("write %q: %w", step, err)
					return
				}
				continue
			}
			if line := <-commands; line != step[1:] {
				played <- fmt.Errorf("got command %q, want %q", line, step[1:])
				return
			}
		}
		played <- nil
	}()
	env, err := stream.ReadEnv()
	if err == nil {
		err = agi.Serve(t.Context(), stream, env, handler, nil)
		defer stream.Wait()
	} else {
		t.Error(err)
	}
	if err := <-played; err != nil {
		t.Error(err)
	}
	ours.Close()
	asterisk.Close()
	reading.Wait()
	return err
}

const paused = "after "

// after is a step of a script: so much time passes.
func after(d time.Duration) string { return paused + d.String() }

func TestCommandsAfterHangup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := play(t, func(ctx context.Context, s *agi.Session) error {
			if _, err := s.Do(ctx, "ANSWER"); err != nil {
				return err
			}
			if _, err := s.Do(ctx, "GET DATA", "enter-pin"); err != nil { // the hangup comes in the middle
				return err
			}
			<-ctx.Done()
			if cause := context.Cause(ctx); cause != agi.ErrHangup {
				t.Errorf("cause = %v, want %v", cause, agi.ErrHangup)
			}
			if _, err := s.Do(ctx, "STREAM FILE", "bye", ""); !errors.Is(err, agi.ErrHangup) || errors.Is(err, agi.ErrNotSent) {
				t.Errorf("STREAM FILE after the hangup: %v", err)
			}
			_, err := s.Do(ctx, "SET VARIABLE", "BILLED", "yes")
			return err
		},
			"?ANSWER", "200 result=0\n",
			`?GET DATA "enter-pin"`, "HANGUP\n", "200 result=-1\n",
			`?SET VARIABLE "BILLED" "yes"`, "200 result=1\n")
		if err != nil {
			t.Errorf("Serve() = %v", err)
		}
	})
}

func TestCancelEndsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := play(t, func(ctx context.Context, s *agi.Session) error {
			short, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_, err := s.Do(short, "WAIT FOR DIGIT", "-1")
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, agi.ErrClosed) {
				t.Errorf("cancelled command: %v", err)
			}
			_, err = s.Do(ctx, "NOOP")
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, agi.ErrClosed) {
				t.Errorf("command after it: %v", err)
			}
			return err
		}, `?WAIT FOR DIGIT "-1"`)
		if !agi.Failed(err) {
			t.Errorf("Serve() = %v, want a failure", err)
		}
	})
}

func TestReplyForms(t *testing.T) {
	const usage = "520-Invalid command syntax.  Proper usage follows:\nUsage: X\n\n more\n520 End of proper usage.\n"
	synctest.Test(t, func(t *testing.T) {
		err := play(t, func(ctx context.Context, s *agi.Session) error {
			for _, test := range []struct{ command, result, data string }{
				{"GOSUB", "0", ""},
				{"GET VARIABLE", "1", "a)\nb"},
				{"EXEC", "1", ""},
				{"GET DATA", "", "timeout"},
			} {
				r, err := s.Do(ctx, test.command)
				if err != nil || r.Result != test.result || r.Data != test.data {
					t.Errorf("%s: %+v, %v", test.command, r, err)
				}
			}
			_, err := s.Do(ctx, "SET VARIABLE")
			var refused *agi.Error
			if !errors.As(err, &refused) || refused.Reply.Code != 520 {
				t.Errorf("usage: %v", err)
			}
			return nil
		},
			"?GOSUB", "100 result=0 Trying...\n200 result=0 Gosub complete\n",
			"?GET VARIABLE", "200 result=1 (a)\nb)\n",
			"?EXEC", "200 result=1\n"+usage,
			"?GET DATA", "200 result= (timeout)\n",
			"?SET VARIABLE", usage)
		if err != nil {
			t.Error(err)
		}
	})
}
