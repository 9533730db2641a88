package agi_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// The talk time is that of the call, not the age of the caller's channel.
// Nothing here compares a time with a machine's haste: each bound follows from
// what the server waits for.
func TestLiveTalkTime(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		var calls sync.WaitGroup
		defer calls.Wait()
		// Each ends with its call; the test waits for it.
		calls.Go(func() {
			if err := p.call(t, func(ctx context.Context, s *agi.Session) error { checkTalk(ctx, t, s, "gU(agi-talk)"); return nil }); err != nil {
				t.Errorf("answered before: %v", err)
			}
		})
		calls.Go(func() {
			if err := p.callEarly(t, func(ctx context.Context, s *agi.Session) error { checkTalk(ctx, t, s, "g"); return nil }); err != nil {
				t.Errorf("not answered before: %v", err)
			}
		})
		calls.Go(func() {
			_ = p.call(t, func(ctx context.Context, s *agi.Session) error { checkHangupInTalk(ctx, t, p, s); return nil })
		})
	})
}

// checkTalk dials a phone that rings for a second and talks for another, on a
// channel that is three seconds old.
func checkTalk(ctx context.Context, t *testing.T, s *agi.Session, options string) {
	const before, ringing, talking = 2900 * time.Millisecond, 900 * time.Millisecond, 900 * time.Millisecond
	began := time.Now()
	if _, err := s.Exec(ctx, "Wait", "3"); err != nil {
		t.Error(err)
	}
	got, err := s.Dial(ctx, "Local/delayed@outcome", 10*time.Second, options)
	spent := time.Since(began)
	if err != nil || got.Status != asterisk.DialAnswer {
		t.Errorf("Dial = %+v, %v", got, err)
	}
	if got.Total > spent-before || got.Total < ringing+talking {
		t.Errorf("Total = %v in %v, of which %v were before and at least %v are Dial's", got.Total, spent, before, ringing+talking)
	}
	if got.Talked < talking || got.Talked > spent-before-ringing {
		t.Errorf("Talked = %v in %v, of which %v were before and %v ringing, and at least %v talk", got.Talked, spent, before, ringing, talking)
	}
	// Without the subroutine nobody knows, now that the channel is up.
	if got, err := s.Dial(ctx, "Local/answer-short@outcome", 10*time.Second, "g"); err != nil || !got.Answered() || !got.TalkUnknown || got.Talked != 0 {
		t.Errorf("Dial = %+v, %v, want talk of an unknown length", got, err)
	}
}

// checkHangupInTalk has the caller hang up once both are connected.
func checkHangupInTalk(ctx context.Context, t *testing.T, p pbx, s *agi.Session) {
	hungUp := p.hangUpAt(t, s, "BridgeEnter")
	got, err := s.Dial(ctx, "Local/answer@outcome", 10*time.Second, "gU(agi-talk)")
	hungUp()
	if !errors.Is(err, agi.ErrHangup) || got.Status != asterisk.DialAnswer || got.Talked < 0 || got.Talked > got.Total {
		t.Errorf("Dial = %+v, %v, want an answer, its talk time and a hangup", got, err)
	}
}

// callEarly is call for a channel that has not been answered.
func (p pbx) callEarly(t *testing.T, handler agi.HandlerFunc) error {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx := deadline(t)
	_, err = p.ami.Do(ctx, action.Originate{Channel: "Local/early@served", Application: "Wait", Data: "60", Async: true,
		Variables: []asterisk.Variable{{Name: "__TARGET", Value: "agi://" + listener.Addr().String() + "/test"}}})
	if err != nil {
		t.Fatal(err)
	}
	return p.serve(t, listener, handler)
}
