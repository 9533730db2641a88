package agitest

import (
	"context"
	"errors"

	"github.com/asterisk-go/asterisk-go/agi"
)

// hungUp waits for the end of the handler's context, by the hangup.
func (x *trial) hungUp(ctx context.Context) {
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, agi.ErrHangup) {
		x.t.Errorf("the context ended with %v, want %v", cause, agi.ErrHangup)
	}
}

// hangupBetweenCommands ends the handler's context.
func hangupBetweenCommands(x *trial) {
	x.open(func(ctx context.Context, s *agi.Session) error {
		if _, err := s.Do(ctx, "ANSWER"); err != nil {
			return err
		}
		x.hungUp(ctx)
		_, err := s.Do(ctx, "STREAM FILE", "hello", "")
		if !errors.Is(err, agi.ErrHangup) {
			x.t.Errorf("STREAM FILE after the hangup: %v, want %v", err, agi.ErrHangup)
		}
		if agi.Failed(err) {
			x.t.Errorf("Failed(%v) = true", err)
		}
		return nil
	})
	x.receive("ANSWER")
	x.reply("200 result=0")
	x.hangup()
	x.succeed()
	x.noMore()
}

// hangupDuringCommand leaves it its reply, where there still is one.
func hangupDuringCommand(x *trial) {
	x.open(func(ctx context.Context, s *agi.Session) error {
		r, err := s.Do(ctx, "STREAM FILE", "hello", "")
		if x.traits.EndsAtHangup {
			if err != nil && !errors.Is(err, agi.ErrHangup) {
				x.t.Errorf("STREAM FILE during the hangup: %v, want %v", err, agi.ErrHangup)
			}
		} else if err != nil || r.Result != "-1" {
			x.t.Errorf("STREAM FILE during the hangup: %v, %v, want its reply", r, err)
		}
		x.hungUp(ctx)
		return nil
	})
	x.receive("STREAM", "FILE", "hello", "")
	x.hangup()
	if !x.traits.EndsAtHangup {
		x.reply("200 result=-1")
	}
	x.succeed()
}

// commandsAfterHangup run with the handler's own context.
func commandsAfterHangup(x *trial) {
	x.open(func(ctx context.Context, s *agi.Session) error {
		if _, err := s.Do(ctx, "NOOP"); err != nil {
			return err
		}
		x.hungUp(ctx)
		r, err := s.Do(ctx, "SET VARIABLE", "BILLED", "yes")
		if x.traits.EndsAtHangup {
			if !errors.Is(err, agi.ErrHangup) {
				x.t.Errorf("SET VARIABLE after the hangup: %v, want %v", err, agi.ErrHangup)
			}
			return nil
		}
		if err != nil || r.Result != "1" {
			x.t.Errorf("SET VARIABLE after the hangup: %v, %v", r, err)
		}
		_, err = s.Do(ctx, "VERBOSE", "billed")
		return err
	})
	x.receive("NOOP")
	x.reply("200 result=0")
	x.hangup()
	if !x.traits.EndsAtHangup {
		x.receive("SET", "VARIABLE", "BILLED", "yes")
		x.reply("200 result=1")
		x.receive("VERBOSE", "billed")
		x.reply("200 result=1")
	}
	x.succeed()
	x.noMore()
}

// endAfterHangup is still a hangup.
func endAfterHangup(x *trial) {
	x.open(func(ctx context.Context, s *agi.Session) error {
		_, err := s.Do(ctx, "WAIT FOR DIGIT", "-1")
		if !errors.Is(err, agi.ErrHangup) || !errors.Is(err, agi.ErrClosed) {
			x.t.Errorf("WAIT FOR DIGIT = %v, want %v and %v", err, agi.ErrHangup, agi.ErrClosed)
		}
		x.hungUp(ctx)
		return nil
	})
	x.receive("WAIT", "FOR", "DIGIT", "-1")
	x.hangup()
	x.end()
	x.succeed()
}
