package agitest

import (
	"context"
	"errors"

	"github.com/asterisk-go/asterisk-go/agi"
)

// ended checks what the handler sees of a session that ended without a hangup.
func (x *trial) ended(ctx context.Context, s *agi.Session) {
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, agi.ErrClosed) || errors.Is(cause, agi.ErrHangup) {
		x.t.Errorf("the context ended with %v, want %v and no hangup", cause, agi.ErrClosed)
	}
	_, err := s.Do(context.WithoutCancel(ctx), "NOOP")
	if !errors.Is(err, agi.ErrClosed) {
		x.t.Errorf("NOOP after the end: %v, want %v", err, agi.ErrClosed)
	}
	if !agi.Failed(err) {
		x.t.Errorf("Failed(%v) = false", err)
	}
}

// endBetweenCommands ends the handler's context.
func endBetweenCommands(x *trial) {
	x.open(func(ctx context.Context, s *agi.Session) error {
		if _, err := s.Do(ctx, "NOOP"); err != nil {
			return err
		}
		x.ended(ctx, s)
		return nil
	})
	x.receive("NOOP")
	x.reply("200 result=0")
	x.end()
	x.succeed()
}

// endDuringCommand fails that command.
func endDuringCommand(x *trial) {
	x.open(func(ctx context.Context, s *agi.Session) error {
		if _, err := s.Do(ctx, "STREAM FILE", "hello", ""); !errors.Is(err, agi.ErrClosed) {
			x.t.Errorf("STREAM FILE = %v, want %v", err, agi.ErrClosed)
		}
		x.ended(ctx, s)
		return nil
	})
	x.receive("STREAM", "FILE", "hello", "")
	x.end()
	x.succeed()
}

// cancelDuringCommand ends the session: its reply would come later, and belong
// to no command.
func cancelDuringCommand(x *trial) {
	running, cancelled, late := make(chan struct{}), make(chan struct{}), make(chan struct{})
	x.open(func(ctx context.Context, s *agi.Session) error {
		mine, cancel := context.WithCancel(ctx)
		defer cancel()
		// Ends when the command has arrived.
		go func() {
			<-running
			cancel()
		}()
		_, err := s.Do(mine, "WAIT FOR DIGIT", "-1")
		if !errors.Is(err, context.Canceled) || !errors.Is(err, agi.ErrClosed) {
			x.t.Errorf("cancelled WAIT FOR DIGIT = %v, want %v and %v", err, context.Canceled, agi.ErrClosed)
		}
		close(cancelled)
		<-late
		if _, err := s.Do(context.WithoutCancel(ctx), "NOOP"); !errors.Is(err, agi.ErrClosed) {
			x.t.Errorf("NOOP after a cancelled command: %v, want %v", err, agi.ErrClosed)
		}
		return nil
	})
	x.receive("WAIT", "FOR", "DIGIT", "-1")
	close(running)
	x.within("cancel", func() { <-cancelled })
	x.reply("200 result=53")
	close(late)
	x.succeed()
	x.noMore()
}

// cancelBeforeCommand costs that command alone.
func cancelBeforeCommand(x *trial) {
	x.open(func(ctx context.Context, s *agi.Session) error {
		mine, cancel := context.WithCancel(ctx)
		cancel()
		_, err := s.Do(mine, "NOOP", "cancelled")
		if !errors.Is(err, agi.ErrNotSent) || !errors.Is(err, context.Canceled) {
			x.t.Errorf("NOOP with an ended context: %v, want %v", err, agi.ErrNotSent)
		}
		_, err = s.Do(ctx, "NOOP", "mine")
		return err
	})
	x.receive("NOOP", "mine")
	x.reply("200 result=0")
	x.succeed()
	x.noMore()
}
