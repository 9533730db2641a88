package agi_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// A HangupGrace of zero or less is the default.
func TestNegativeSettings(t *testing.T) {
	for _, config := range []*agi.Config{nil, {}, {HangupGrace: -1}} {
		synctest.Test(t, func(t *testing.T) {
			conn := &unanswered{sent: make(chan string, 9)}
			_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
				conn.to.Hangup()
				began := time.Now()
				err := s.SetVariable(ctx, "BILLED", "yes")
				if took := time.Since(began); !errors.Is(err, agi.ErrClosed) || took != agi.DefaultHangupGrace {
					t.Errorf("%+v: SetVariable = %v after %v, want %v after %v", config, err, took, agi.ErrClosed, agi.DefaultHangupGrace)
				}
				return nil
			}), config)
		})
	}
}
