package agi_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// unanswered is a Conn that answers nothing, and hangs up when it is told to.
type unanswered struct {
	to   agi.Receiver
	sent chan string
}

func (u *unanswered) Start(to agi.Receiver) { u.to = to }

func (u *unanswered) Send(_ context.Context, c agi.Command) error {
	u.sent <- c.Line
	return nil
}

// serveUnanswered runs handler in a bubble of its own.
func serveUnanswered(t *testing.T, handler func(ctx context.Context, s *agi.Session, conn *unanswered)) {
	synctest.Test(t, func(t *testing.T) {
		conn := &unanswered{sent: make(chan string, 9)}
		_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			handler(ctx, s, conn)
			return nil
		}), &agi.Config{HangupGrace: 5 * time.Second})
	})
}

// A command waits no longer than the grace for one before it that nothing
// bounds.
func TestTurnAfterHangup(t *testing.T) {
	serveUnanswered(t, func(ctx context.Context, s *agi.Session, conn *unanswered) {
		endless, cancel := context.WithCancel(context.WithoutCancel(ctx))
		var first sync.WaitGroup
		// Ends with cancel.
		first.Go(func() {
			if err := s.NoOp(endless); !errors.Is(err, context.Canceled) {
				t.Errorf("the first command: %v", err)
			}
		})
		<-conn.sent
		conn.to.Hangup()
		began := time.Now()
		err := s.SetVariable(ctx, "BILLED", "yes")
		if took := time.Since(began); !errors.Is(err, agi.ErrNotSent) || took != 5*time.Second {
			t.Errorf("SetVariable = %v after %v, want %v after the grace", err, took, agi.ErrNotSent)
		}
		cancel()
		first.Wait()
	})
}

// A deadline counts although the hangup has ended its context before.
func TestDeadlineAfterHangup(t *testing.T) {
	for name, hungUpFirst := range map[string]bool{"made before": false, "made after": true} {
		t.Run(name, func(t *testing.T) {
			serveUnanswered(t, func(ctx context.Context, s *agi.Session, conn *unanswered) {
				if hungUpFirst {
					conn.to.Hangup()
				}
				short, cancel := context.WithTimeout(ctx, 2*time.Second)
				defer cancel()
				if !hungUpFirst {
					conn.to.Hangup()
				}
				began := time.Now()
				var waiting sync.WaitGroup
				// Ends with its deadline.
				waiting.Go(func() {
					<-conn.sent
					shorter, cancel := context.WithTimeout(ctx, time.Second)
					defer cancel()
					err := s.NoOp(shorter, "waits for its turn")
					if took := time.Since(began); !errors.Is(err, agi.ErrNotSent) || !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
						t.Errorf("a command that waits: %v after %v, want %v after a second", err, took, context.DeadlineExceeded)
					}
				})
				err := s.SetVariable(short, "BILLED", "yes")
				took := time.Since(began)
				if !errors.Is(err, agi.ErrClosed) || !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, agi.ErrHangup) || took != 2*time.Second {
					t.Errorf("a command that runs: %v after %v, want %v after two seconds", err, took, context.DeadlineExceeded)
				}
				waiting.Wait()
				if err := s.NoOp(short); !errors.Is(err, agi.ErrNotSent) || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("a command after its deadline: %v, want %v", err, agi.ErrNotSent)
				}
			})
		})
	}
}
