package agi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/agi"
)

// hangupLike is an error of somebody else that stands for the hangup.
type hangupLike struct{}

func (hangupLike) Error() string        { return "the caller has gone" }
func (hangupLike) Is(target error) bool { return target == agi.ErrHangup }

func TestFailed(t *testing.T) {
	db := errors.New("database is down")
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nil":                       {nil, false},
		"a hangup":                  {agi.ErrHangup, false},
		"a wrapped hangup":          {fmt.Errorf("menu: %w", agi.ErrHangup), false},
		"joined hangups":            {errors.Join(agi.ErrHangup, nil, fmt.Errorf("menu: %w", agi.ErrHangup)), false},
		"somebody else's hangup":    {hangupLike{}, false},
		"an error":                  {db, true},
		"an error and a hangup":     {errors.Join(db, agi.ErrHangup), true},
		"a hangup and an error":     {errors.Join(agi.ErrHangup, db), true},
		"an error within a hangup":  {fmt.Errorf("%w: bill: %w", agi.ErrHangup, db), true},
		"deep":                      {fmt.Errorf("call: %w", errors.Join(agi.ErrHangup, fmt.Errorf("bill: %w", errors.Join(agi.ErrHangup, db)))), true},
		"a cancel":                  {context.Canceled, true},
		"a cancel and a hangup":     {errors.Join(context.Canceled, agi.ErrHangup), true},
		"a deadline and a hangup":   {errors.Join(context.DeadlineExceeded, agi.ErrHangup), true},
		"the end of the connection": {fmt.Errorf("%w: %w", agi.ErrClosed, io.EOF), true},
		"joined nothing":            {errors.Join(errors.Join(nil, agi.ErrHangup), agi.ErrHangup), false},
		"a refusal":                 {&agi.Error{Command: "EXEC"}, true},
		"a refusal and a hangup":    {errors.Join(&agi.Error{Command: "EXEC"}, agi.ErrHangup), true},
		"a refusal by the hangup":   {&agi.Error{Reply: agi.ParseReply("511 Command Not Permitted")}, false},
		"a panic":                   {&agi.PanicError{Value: agi.ErrHangup}, true},
	} {
		if got := agi.Failed(c.err); got != c.want {
			t.Errorf("%s: Failed(%v) = %t, want %t", name, c.err, got, c.want)
		}
	}
}

// What a handler does after a hangup that it knows of can fail.
func TestFailureAfterHangup(t *testing.T) {
	db := errors.New("database is down")
	// insert is what a database does with a context that has ended.
	insert := func(ctx context.Context) error { return ctx.Err() }
	wait := []string{`?WAIT FOR DIGIT "-1"`, "HANGUP\n", "200 result=-1\n"}
	record := []string{`?RECORD FILE "f" "wav" "" "-1" "0"`, "HANGUP\n", "200 result=-1 (hangup) endpos=10\n"}
	for _, c := range []struct {
		name   string
		script []string
		serve  func(ctx context.Context, s *agi.Session) error
		failed bool
	}{
		{"the bill fails", wait, func(ctx context.Context, s *agi.Session) error {
			_, err := s.WaitForDigit(ctx, -1)
			return errors.Join(db, err)
		}, true},
		{"the bill fails, and the hangup is forgotten", wait, func(ctx context.Context, s *agi.Session) error {
			_, _ = s.WaitForDigit(ctx, -1)
			return db
		}, true},
		{"the bill is written with the handler's context", wait, func(ctx context.Context, s *agi.Session) error {
			_, _ = s.WaitForDigit(ctx, -1)
			return insert(ctx)
		}, true},
		{"and joined with the hangup", wait, func(ctx context.Context, s *agi.Session) error {
			_, err := s.WaitForDigit(ctx, -1)
			return errors.Join(insert(ctx), err)
		}, true},
		{"after a recording that the hangup ended", record, func(ctx context.Context, s *agi.Session) error {
			_, err := s.RecordFile(ctx, "f", "wav", nil)
			return errors.Join(insert(ctx), err)
		}, true},
		{"the bill is written", wait, func(ctx context.Context, s *agi.Session) error {
			_, err := s.WaitForDigit(ctx, -1)
			return errors.Join(insert(context.WithoutCancel(ctx)), err)
		}, false},
		{"a lookup is interrupted", []string{"HANGUP\n"}, func(ctx context.Context, s *agi.Session) error {
			<-ctx.Done()
			return fmt.Errorf("look up: %w", ctx.Err())
		}, false},
		{"and another fails", []string{"HANGUP\n"}, func(ctx context.Context, s *agi.Session) error {
			<-ctx.Done()
			return errors.Join(ctx.Err(), db)
		}, true},
		{"the cause of the context", wait, func(ctx context.Context, s *agi.Session) error {
			_, _ = s.WaitForDigit(ctx, -1)
			return context.Cause(ctx)
		}, false},
		{"a cancel of its own", nil, func(ctx context.Context, s *agi.Session) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return insert(ctx)
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := play(t, c.serve, c.script...)
				if got := agi.Failed(err); got != c.failed {
					t.Errorf("Failed(%v) = %t, want %t", err, got, c.failed)
				}
				if hint := errors.Is(err, context.Canceled) && c.failed && len(c.script) > 1; hint != (err != nil && strings.Contains(err.Error(), "WithoutCancel")) {
					t.Errorf("Serve() = %v, with what to do: %t, want %t", err, !hint, hint)
				}
			})
		})
	}
}
