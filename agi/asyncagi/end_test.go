package asyncagi_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
)

// endOf serves one call whose handler waits for its end, and returns that once
// play has brought it about.
func endOf(t *testing.T, pbx *pbx, play func(c *channel)) ended {
	t.Helper()
	report := make(chan ended, 1)
	pbx.serve(t, &asyncagi.Server{Handler: lasting(report)}, pbx.connect(t))
	c := pbx.start("1.1")
	synctest.Wait()
	play(c)
	got := <-report
	synctest.Wait()
	if n := len(c.commands); n > 0 {
		t.Errorf("%d commands were sent after the end, which run if the channel comes back", n)
	}
	return got
}

func (e ended) isHangup() bool {
	return errors.Is(e.cause, agi.ErrHangup) && errors.Is(e.err, agi.ErrHangup) && errors.Is(e.err, agi.ErrClosed)
}

func TestHangup(t *testing.T) {
	for name, play := range map[string]func(c *channel){
		"end of a dead channel": func(c *channel) { c.Hangup() },
		// A channel that AMI's Bridge takes away has no AsyncAGIEnd.
		"hangup without an end": func(c *channel) {
			c.mu.Lock()
			c.dead = true
			c.mu.Unlock()
			c.emit("Hangup", "Cause", "16")
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := endOf(t, newPBX(t), play); !got.isHangup() {
					t.Errorf("the handler saw %v, %v, want a hangup", got.cause, got.err)
				}
			})
		})
	}
}

// Who may not ask for the reason takes every end for a hangup, and asks once.
func TestEndWithoutRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.refuses["Getvar"] = "Permission denied"
		report := make(chan ended, 1)
		pbx.serve(t, &asyncagi.Server{Handler: lasting(report)}, pbx.connect(t))
		for _, id := range []string{"1.1", "1.2"} {
			c := pbx.start(id)
			synctest.Wait()
			c.End()
			if got := <-report; !got.isHangup() {
				t.Errorf("the handler saw %v, %v, want a hangup", got.cause, got.err)
			}
		}
		if pbx.asked > 1 {
			t.Errorf("asked %d times", pbx.asked)
		}
	})
}

func TestLeftWithoutHangup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := endOf(t, newPBX(t), (*channel).End)
		if errors.Is(got.cause, agi.ErrHangup) || !errors.Is(got.err, agi.ErrClosed) || !strings.Contains(got.err.Error(), "Redirect") {
			t.Errorf("the handler saw %v, %v, want an end that is no hangup", got.cause, got.err)
		}
	})
}

// A command that fails ends AsyncAGI, behind its reply. Nothing is sent then,
// though the handler returns before the end is known.
func TestFailedCommand(t *testing.T) {
	for _, again := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			pbx := newPBX(t)
			returned := make(chan error, 1)
			pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) (err error) {
				defer func() { returned <- err }()
				r, err := s.Do(ctx, "STREAM FILE", "missing", "")
				if err != nil || r.Result != "-1" {
					t.Errorf("STREAM FILE = %v, %v", r, err)
				}
				if !again {
					return errors.New("no file")
				}
				<-ctx.Done()
				_, err = s.Do(ctx, "NOOP")
				return err
			})}, pbx.connect(t))
			c := pbx.start("1.1")
			if _, err := c.Receive(); err != nil {
				t.Error(err)
			}
			c.Reply("200 result=-1 endpos=0")
			synctest.Wait()
			c.End()
			err := <-returned
			if again && (!errors.Is(err, agi.ErrClosed) || !strings.Contains(err.Error(), "STREAM FILE has failed")) {
				t.Errorf("NOOP = %v", err)
			}
			<-time.After(time.Second)
			if len(c.commands) > 0 {
				t.Error("commands were sent after the end")
			}
		})
	}
}

// A handler that goes on after a failed command does not send the next one to
// a channel that is leaving: it would run when the channel comes back.
func TestNextAfterFailedCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, returned := newPBX(t), make(chan error, 1)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, _ = s.Do(ctx, "GET DATA", "missing")
			_, _ = s.Do(ctx, "STREAM FILE", "missing", "")
			_, err := s.Do(ctx, "NOOP")
			returned <- err
			return err
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		for _, want := range []string{"GET DATA", "STREAM FILE"} { // the first leaves the channel where it is
			if line, err := c.Receive(); err != nil || !strings.HasPrefix(line, want) {
				t.Errorf("Receive() = %q, %v, want %s", line, err, want)
			}
			c.Reply("200 result=-1")
		}
		synctest.Wait()
		c.End()
		if err := <-returned; !errors.Is(err, agi.ErrClosed) || !strings.Contains(err.Error(), "STREAM FILE has failed") {
			t.Errorf("NOOP = %v", err)
		}
		if len(c.commands) > 0 {
			t.Error("a command was sent to a channel that had left")
		}
	})
}

// A handler that breaks AsyncAGI itself is taken at its word.
func TestOwnBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, returned := newPBX(t), make(chan error, 1)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, err := s.Do(ctx, "ASYNCAGI BREAK")
			returned <- err
			return err
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		if _, err := c.Receive(); !errors.Is(err, errEnded) {
			t.Error(err)
		}
		if err := <-returned; err != nil {
			t.Errorf("ASYNCAGI BREAK = %v", err)
		}
		<-time.After(time.Second)
		if c.status != "" || len(c.commands) > 0 {
			t.Errorf("status %q, %d commands behind the break", c.status, len(c.commands))
		}
	})
}

// Results of another manager's commands, and of those of an earlier session,
// belong to nobody.
func TestResultsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			r, err := s.Do(ctx, "NOOP", "mine")
			if err != nil || r.Result != "42" {
				t.Errorf("NOOP = %v, %v, want 42", r, err)
			}
			return err
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		if _, err := c.Receive(); err != nil {
			t.Error(err)
		}
		c.emit("AsyncAGIExec", "Result", encode("200 result=0\n"))
		c.emit("AsyncAGIExec", "Result", encode("200 result=1\n"), "CommandId", "theirs")
		c.emit("AGIExecEnd", "CommandId", c.last.Get("CommandID"), "ResultCode", "200", "Result", "Success")
		c.Reply("200 result=42")
		if _, err := c.Receive(); !errors.Is(err, errEnded) || c.status != "SUCCESS" {
			t.Errorf("%v, status %s", err, c.status)
		}
	})
}

// A reply that is not one ends the session: whose it is can't be known.
func TestMixedReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			if _, err := s.Do(ctx, "NOOP"); !errors.Is(err, agi.ErrClosed) {
				t.Errorf("NOOP = %v, want %v", err, agi.ErrClosed)
			}
			return nil
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		if _, err := c.Receive(); err != nil {
			t.Error(err)
		}
		c.Reply("the rest of something)\n200 result=0")
		if _, err := c.Receive(); !errors.Is(err, errEnded) {
			t.Error(err)
		}
	})
}

// A command such as EXEC Pickup gives the channel's identity to another, and
// AsyncAGI ends under that one's.
func TestIdentitySwapped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan error, 1)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			if _, err := s.Do(ctx, "EXEC", "PickupChan", "PJSIP/1"); err != nil {
				t.Errorf("EXEC = %v", err)
			}
			<-ctx.Done()
			_, err := s.Do(ctx, "NOOP")
			report <- err
			return err
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		if _, err := c.Receive(); err != nil {
			t.Error(err)
		}
		c.become("2.2", "PJSIP/1-2")
		c.Reply("200 result=-1")
		c.End()
		if err := <-report; !errors.Is(err, agi.ErrClosed) || errors.Is(err, agi.ErrHangup) || !strings.Contains(err.Error(), "EXEC has put another channel") {
			t.Errorf("NOOP = %v", err)
		}
	})
}

// A channel that is gone when a command is sent has hung up.
func TestGoneBeforeCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, dead := newPBX(t), make(chan struct{})
		returned := make(chan error, 1)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			<-dead
			_, err := s.Do(ctx, "ANSWER")
			if !errors.Is(context.Cause(ctx), agi.ErrHangup) {
				t.Errorf("cause %v, want %v", context.Cause(ctx), agi.ErrHangup)
			}
			returned <- err
			return err
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		synctest.Wait()
		c.dead = true
		close(dead)
		if err := <-returned; !errors.Is(err, agi.ErrHangup) {
			t.Errorf("ANSWER = %v, want %v", err, agi.ErrHangup)
		}
	})
}

// The same channel enters AsyncAGI again, for a new session.
func TestEntersAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan ended, 2)
		pbx.serve(t, &asyncagi.Server{Handler: lasting(report)}, pbx.connect(t))
		c := pbx.start("1.1")
		synctest.Wait()
		c.End()
		c.again()
		if got := <-report; !errors.Is(got.err, agi.ErrClosed) || errors.Is(got.cause, agi.ErrHangup) {
			t.Errorf("the first handler saw %v, %v", got.cause, got.err)
		}
		synctest.Wait()
		c.Hangup()
		if got := <-report; !got.isHangup() {
			t.Errorf("the second handler saw %v, %v", got.cause, got.err)
		}
	})
}
