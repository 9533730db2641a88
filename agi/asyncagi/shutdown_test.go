package asyncagi_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
)

func TestShutdownDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, release := newPBX(t), make(chan struct{})
		server := &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			<-release
			_, err := s.Do(ctx, "NOOP")
			return err
		})}
		pbx.serve(t, server, pbx.connect(t))
		first := pbx.start("1.1")
		synctest.Wait()
		stopped := make(chan error, 1)
		// Ends with the handler.
		go func() { stopped <- server.Shutdown(t.Context()) }()
		synctest.Wait()
		late := pbx.start("1.2")
		if _, err := late.Receive(); !errors.Is(err, errEnded) || late.status != "UNAVAILABLE" {
			t.Errorf("call during Shutdown: %v, status %s, want UNAVAILABLE", err, late.status)
		}
		close(release)
		if line, err := first.Receive(); line != "NOOP" || err != nil {
			t.Errorf("Receive() = %q, %v", line, err)
		}
		first.Reply("200 result=0")
		if err := <-stopped; err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		if _, err := first.Receive(); !errors.Is(err, errEnded) || first.status != "SUCCESS" {
			t.Errorf("%v, status %s", err, first.status)
		}
		if err := server.Serve(t.Context(), pbx.connect(t)); !errors.Is(err, asyncagi.ErrServerClosed) {
			t.Errorf("Serve() after Shutdown = %v", err)
		}
	})
}

// A Shutdown that gives up has stopped admission at every Asterisk.
func TestShutdownOfSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := make(chan ended, 2)
		server := &asyncagi.Server{Handler: lasting(report)}
		one, two := newPBX(t), newPBX(t)
		var running []*channel
		for _, pbx := range []*pbx{one, two} {
			pbx.serve(t, server, pbx.connect(t))
			running = append(running, pbx.start("1.1"))
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown() = %v", err)
		}
		for _, pbx := range []*pbx{one, two} {
			late := pbx.start("1.2")
			if _, err := late.Receive(); !errors.Is(err, errEnded) || late.status != "UNAVAILABLE" {
				t.Errorf("call after Shutdown: %v, status %s, want UNAVAILABLE", err, late.status)
			}
		}
		for _, c := range running {
			c.Hangup()
			<-report
		}
	})
}

// Close ends the wait at every Asterisk before a handler's end can free a place
// at another.
func TestCloseOfSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun atomic.Int32
		server := &asyncagi.Server{MaxSessions: 1, MaxWait: -1, Handler: agi.HandlerFunc(func(ctx context.Context, _ *agi.Session) error {
			begun.Add(1)
			<-ctx.Done()
			return context.Cause(ctx)
		})}
		var waiting []*channel
		for range 40 {
			pbx := newPBX(t)
			pbx.serve(t, server, pbx.connect(t))
			waiting = append(waiting, pbx.start("1.1"))
			synctest.Wait()
		}
		if err := server.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
		for i, c := range waiting {
			want := "UNAVAILABLE"
			if i == 0 {
				want = "FAILURE" // its handler ran
			}
			if _, err := c.Receive(); !errors.Is(err, errEnded) || c.status != want {
				t.Errorf("%v, status %s, want %s", err, c.status, want)
			}
		}
		if n := begun.Load(); n != 1 {
			t.Errorf("%d handlers have begun, want 1", n)
		}
	})
}

// Close and the end of Serve's context end the handlers' contexts with their
// cause, and let the channels go on.
func TestCancel(t *testing.T) {
	why := errors.New("going home")
	for _, test := range []struct {
		name  string
		cause error
		stop  func(*asyncagi.Server, context.CancelCauseFunc)
	}{
		{"Close", asyncagi.ErrServerClosed, func(s *asyncagi.Server, _ context.CancelCauseFunc) { _ = s.Close() }},
		{"context", why, func(_ *asyncagi.Server, cancel context.CancelCauseFunc) { cancel(why) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pbx, report := newPBX(t), make(chan ended, 1)
				server := &asyncagi.Server{Handler: lasting(report)}
				ctx, cancel := context.WithCancelCause(t.Context())
				served := make(chan error, 1)
				// Ends with the server.
				go func() { served <- server.Serve(ctx, pbx.connect(t)) }()
				<-pbx.listed
				c := pbx.start("1.1")
				synctest.Wait()
				test.stop(server, cancel)
				// The handler's last command still runs: its own context has not ended.
				if line, err := c.Receive(); err != nil || line != `SET VARIABLE "BILLED" "yes"` {
					t.Errorf("Receive() = %q, %v", line, err)
				}
				c.Reply("200 result=1")
				if got := <-report; !errors.Is(got.cause, test.cause) || got.err != nil {
					t.Errorf("the handler saw %v, %v, want %v", got.cause, got.err, test.cause)
				}
				if _, err := c.Receive(); !errors.Is(err, errEnded) || c.status != "SUCCESS" {
					t.Errorf("%v, status %s", err, c.status)
				}
				if err := <-served; !errors.Is(err, test.cause) {
					t.Errorf("Serve() = %v, want %v", err, test.cause)
				}
			})
		})
	}
}
