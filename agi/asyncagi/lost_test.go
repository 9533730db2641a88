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
	"github.com/asterisk-go/asterisk-go/ami"
)

// A lost connection ends the sessions. When it is back, their channels are let
// go on, and new calls are served.
func TestConnectionLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan ended, 2)
		client, err := ami.Connect(t.Context(), pbx.Addr(), &ami.Config{Dial: pbx.Dial, Username: "u", Secret: "s"})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		server := &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, err := s.Do(ctx, "WAIT FOR DIGIT", "-1")
			<-ctx.Done()
			report <- ended{context.Cause(ctx), err}
			return err
		})}
		pbx.serve(t, server, client)
		c := pbx.start("1.1")
		if _, err := c.Receive(); err != nil {
			t.Error(err)
		}
		pbx.peers[0].Cut()
		got := <-report
		if !errors.Is(got.cause, agi.ErrClosed) || errors.Is(got.cause, agi.ErrHangup) || !errors.Is(got.err, agi.ErrClosed) || !strings.Contains(got.err.Error(), "connection to Asterisk lost") {
			t.Errorf("the handler saw %v, %v", got.cause, got.err)
		}
		if _, err := c.Receive(); !errors.Is(err, errEnded) || c.status != "FAILURE" {
			t.Errorf("the lost call: %v, status %s, want FAILURE", err, c.status)
		}
		c = pbx.start("1.2")
		if line, err := c.Receive(); err != nil || line != `WAIT FOR DIGIT "-1"` {
			t.Errorf("the call after the reconnect: %q, %v", line, err)
		}
		c.Hangup()
		if got := <-report; !errors.Is(got.err, agi.ErrHangup) {
			t.Errorf("the handler saw %v", got.err)
		}
	})
}

// An event that was too long to read may have been anybody's reply.
func TestMissedEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan ended, 1)
		pbx.serve(t, &asyncagi.Server{Handler: lasting(report)}, pbx.connect(t))
		c := pbx.start("1.1")
		synctest.Wait()
		c.emit("AsyncAGIExec", "Result", strings.Repeat("x", 8<<20))
		if got := <-report; !errors.Is(got.cause, agi.ErrClosed) || !strings.Contains(got.err.Error(), "missed 1 events") {
			t.Errorf("the handler saw %v, %v", got.cause, got.err)
		}
		if _, err := c.Receive(); !errors.Is(err, errEnded) {
			t.Error(err)
		}
	})
}

// The same in the middle of a Shutdown.
func TestSessionClosedWhileDraining(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan error, 1)
		conn := pbx.connect(t)
		server := &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, err := s.Do(ctx, "WAIT FOR DIGIT", "-1")
			report <- err
			return err
		})}
		served := make(chan error, 1)
		// Ends with the session.
		go func() { served <- server.Serve(t.Context(), conn) }()
		<-pbx.listed
		pbx.start("1.1")
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown() = %v", err)
		}
		_ = conn.Close()
		if err := <-report; !errors.Is(err, agi.ErrClosed) {
			t.Errorf("WAIT FOR DIGIT = %v", err)
		}
		if err := <-served; !errors.Is(err, asyncagi.ErrServerClosed) {
			t.Errorf("Serve() = %v", err)
		}
	})
}

// A session that is closed ends Serve.
func TestSessionClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan ended, 1)
		conn := pbx.connect(t)
		served := make(chan error, 1)
		// Ends with the session.
		go func() { served <- (&asyncagi.Server{Handler: lasting(report)}).Serve(t.Context(), conn) }()
		<-pbx.listed
		pbx.start("1.1")
		synctest.Wait()
		_ = conn.Close()
		if got := <-report; !errors.Is(got.cause, agi.ErrClosed) {
			t.Errorf("cause %v", got.cause)
		}
		if err := <-served; err == nil {
			t.Error("Serve() = nil")
		}
	})
}
