package agi_test

import (
	"context"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// pressIn sends a digit to the channel of s once that command runs. The events
// of earlier commands may come late.
func (p pbx) pressIn(t *testing.T, s *agi.Session, command, digit string) (wait func()) {
	t.Helper()
	ctx := deadline(t)
	begun := p.ami.Subscribe(event.And(event.Named("AGIExecStart"), event.Where("Channel", s.Env.Channel)), nil)
	var done sync.WaitGroup
	// Ends when the digit is sent; the caller waits for it.
	done.Go(func() {
		defer begun.Close()
		for e := range begun.All(ctx) {
			if start, ok := e.(event.AGIExecStart); !ok || !strings.HasPrefix(start.Command, command) {
				continue
			}
			if _, err := p.ami.Do(ctx, action.PlayDTMF{Channel: farHalf(s), Digit: digit}); err != nil {
				t.Error(err)
			}
			return
		}
		t.Errorf("no %s has begun", command)
	})
	return done.Wait
}

// The longest time is neither over at once nor refused.
func TestLiveLongestTimes(t *testing.T) {
	const long = math.MaxInt64
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		var calls sync.WaitGroup
		defer calls.Wait()
		for name, command := range map[string]func(context.Context, *agi.Session) (string, error){
			"WAIT FOR DIGIT": func(c ctxt, s sess) (string, error) { return s.WaitForDigit(c, long) },
			"GET DATA": func(c ctxt, s sess) (string, error) {
				got, err := s.GetData(c, "beep", long, 1)
				return got.Digits, err
			},
			"GET OPTION": func(c ctxt, s sess) (string, error) {
				got, err := s.GetOption(c, "beep", "5", long)
				return got.Digit, err
			},
			"RECORD FILE": func(c ctxt, s sess) (string, error) {
				got, err := s.RecordFile(c, "/tmp/agi-longest", "gsm", &agi.Recording{Stop: "5", Limit: long, Silence: long})
				return got.Digit, err
			},
		} {
			// Ends with its call; the test waits for it. A call has one digit: a
			// second one soon after the first would be lost.
			calls.Go(func() {
				_ = p.call(t, func(ctx context.Context, s *agi.Session) error {
					pressed := p.pressIn(t, s, name, "5")
					got, err := command(ctx, s)
					pressed()
					if got != "5" || err != nil {
						t.Errorf("%s = %q, %v, want 5", name, got, err)
					}
					return nil
				})
			})
		}
		err := p.call(t, func(ctx context.Context, s *agi.Session) error {
			if err := s.SetAutoHangup(ctx, long); err != nil {
				t.Error(err)
			}
			if got, err := s.Dial(ctx, "Local/answer-short@outcome", long, "g"); err != nil || !got.Answered() {
				t.Errorf("Dial = %+v, %v", got, err)
			}
			_, err := s.ControlStreamFile(ctx, "beep", "", &agi.Control{Skip: long})
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
