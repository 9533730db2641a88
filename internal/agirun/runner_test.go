package agirun_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/agirun"
)

// silent is a call and its connection, of which nothing comes.
type silent struct {
	log    bytes.Buffer
	events []string
}

func (s *silent) Start(agi.Receiver)                      {}
func (s *silent) Send(context.Context, agi.Command) error { return nil }
func (s *silent) Begin(ctx context.Context) context.Context {
	s.events = append(s.events, "begin")
	return ctx
}
func (s *silent) Logger() *slog.Logger { return slog.New(slog.NewTextHandler(&s.log, nil)) }
func (s *silent) End(err error) {
	s.events = append(s.events, fmt.Sprintf("end: %v, logged: %t", err, s.log.Len() > 0))
}
func (s *silent) ServeAGI(context.Context, *agi.Session) error {
	s.events = append(s.events, "handler")
	return nil
}

// The steps of a call, in their order.
func TestRun(t *testing.T) {
	call := new(silent)
	agirun.New(agirun.Settings{Handler: call}).Run(t.Context(), call, call, new(agi.Env))
	if want := []string{"begin", "handler", "end: <nil>, logged: false"}; !slices.Equal(call.events, want) {
		t.Errorf("%q, want %q", call.events, want)
	}
}

// A handler that ends its goroutine is logged, and then told.
func TestRunExits(t *testing.T) {
	call := new(silent)
	done := make(chan struct{})
	// Ends with the handler.
	go func() {
		defer close(done)
		exit := agi.HandlerFunc(func(context.Context, *agi.Session) error { runtime.Goexit(); return nil })
		agirun.New(agirun.Settings{Server: "x", Handler: exit}).Run(t.Context(), call, call, new(agi.Env))
		t.Error("Run has returned")
	}()
	<-done
	if want := []string{"begin", "end: agi: the handler ended its goroutine, logged: true"}; !slices.Equal(call.events, want) {
		t.Errorf("%q, want %q", call.events, want)
	}
}

// A hangup is no reason to log that a call was refused.
func TestRefuse(t *testing.T) {
	for why, logged := range map[error]bool{agirun.ErrFull: true, agi.ErrHangup: false} {
		call := new(silent)
		agirun.New(agirun.Settings{Server: "x"}).Refuse(call, why)
		if got := call.log.Len() > 0; got != logged {
			t.Errorf("Refuse(%v) logged %q", why, call.log.String())
		}
	}
}
