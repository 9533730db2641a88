package agirun_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/agirun"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m, nil) }

// No place is given once the context has ended, free or not, and a wait in vain
// takes none.
func TestEnter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("going home")
		ended, end := context.WithCancelCause(t.Context())
		end(why)
		for _, number := range []int{0, 1} {
			r := agirun.New(agirun.Settings{MaxSessions: number})
			if err := r.Enter(ended, nil); err != why {
				t.Errorf("Enter() = %v with %d places, want %v", err, number, why)
			}
		}

		waits := 0
		r := agirun.New(agirun.Settings{MaxSessions: 2, MaxWait: time.Minute})
		for range 2 {
			if err := r.Enter(t.Context(), func() { waits++ }); err != nil || waits > 0 {
				t.Errorf("Enter() = %v, waited %d times", err, waits)
			}
		}
		if err := r.Enter(t.Context(), func() { waits++ }); err != agirun.ErrFull || waits != 1 {
			t.Errorf("Enter() = %v after MaxWait, waited %d times, want %v", err, waits, agirun.ErrFull)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(why) })
		if err := r.Enter(ctx, nil); err != why {
			t.Errorf("Enter() = %v after a cancel, want %v", err, why)
		}
		time.AfterFunc(time.Second, func() { r.Run(t.Context(), new(silent), new(silent), new(agi.Env)) })
		if err := r.Enter(t.Context(), nil); err != nil {
			t.Errorf("Enter() = %v when a handler has returned", err)
		}
		if err := r.Enter(t.Context(), nil); err != agirun.ErrFull {
			t.Errorf("Enter() = %v with all places taken, want %v", err, agirun.ErrFull)
		}
	})
}
