package agi_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Digits are exact strings, by every command that takes some.
func TestLiveDigits(t *testing.T) {
	cases := []struct {
		name, press string
		call        func(ctx context.Context, s *agi.Session) (any, error)
		want        any
	}{
		{"GET DATA", "0042", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "demo-congrats", 3*time.Second, 4)) }, agi.Input{Digits: "0042"}},
		{"GET DATA *", "*1A#", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "demo-congrats", 3*time.Second, 0)) }, agi.Input{Digits: "*1A"}},
		{"GET DATA #", "#", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "beep", 3*time.Second, 4)) }, agi.Input{}},
		{"GET DATA timeout", "007", func(c ctxt, s sess) (any, error) {
			return one(s.GetData(c, "beep", 2*time.Second, 0))
		}, agi.Input{Digits: "007", TimedOut: true}},
		{"GET DATA 12", "098765432101", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "beep", 3*time.Second, 12)) }, agi.Input{Digits: "098765432101"}},
		{"WAIT FOR DIGIT", "*", func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, -1)) }, "*"},
		{"WAIT FOR DIGIT D", "D", func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, 5*time.Second)) }, "D"},
		{"STREAM FILE", "9#", func(c ctxt, s sess) (any, error) { return digitOf(s.StreamFile(c, "demo-congrats", "#")) }, "#"},
		{"CONTROL STREAM FILE", "5", func(c ctxt, s sess) (any, error) {
			played, err := s.ControlStreamFile(c, "demo-congrats", "5", nil)
			if played.Position <= 0 || played.Position > 10*time.Second || played.Ended {
				return played, err
			}
			return played.Digit, err
		}, "5"},
		{"GET OPTION", "0", func(c ctxt, s sess) (any, error) { return digitOf(s.GetOption(c, "demo-congrats", "0", 0)) }, "0"},
		{"GET OPTION later", "2", func(c ctxt, s sess) (any, error) { return digitOf(s.GetOption(c, "beep", "2", 5*time.Second)) }, "2"},
		{"SAY NUMBER", "1", func(c ctxt, s sess) (any, error) { return one(s.SayNumber(c, 123456789, "1", "")) }, "1"},
		{"SAY DIGITS", "*", func(c ctxt, s sess) (any, error) { return one(s.SayDigits(c, "1234567890", "*")) }, "*"},
		{"SAY ALPHA", "3", func(c ctxt, s sess) (any, error) { return one(s.SayAlpha(c, "abcdefgh", "3")) }, "3"},
		{"SAY PHONETIC", "4", func(c ctxt, s sess) (any, error) { return one(s.SayPhonetic(c, "abcdefgh", "4")) }, "4"},
		{"SAY DATE", "5", func(c ctxt, s sess) (any, error) { return one(s.SayDate(c, noon, "5")) }, "5"},
		{"SAY TIME", "6", func(c ctxt, s sess) (any, error) { return one(s.SayTime(c, noon, "6")) }, "6"},
		{"SAY DATETIME", "7", func(c ctxt, s sess) (any, error) { return one(s.SayDateTime(c, noon, "7", nil)) }, "7"},
		{"RECORD FILE", "12", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/tmp/agi-live-digit", "gsm", &agi.Recording{Stop: "2"}))
		}, agi.Recorded{End: agi.RecordDigit, Digit: "2", Begun: true}},
		{"Choose", "7", func(c ctxt, s sess) (any, error) {
			return one(s.Choose(c, agi.Menu{Prompt: "beep", Choices: []string{"1", "7"}, Timeout: 3 * time.Second}))
		}, "7"},
	}
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		var calls sync.WaitGroup
		for _, c := range cases {
			// Ends with its call; the test waits for it.
			calls.Go(func() {
				p := newPBX(t, server) // one each: Asterisk reads no further action while PlayDTMF sounds
				err := p.call(t, func(ctx context.Context, s *agi.Session) error {
					defer p.press(t, s, c.press)()
					got, err := c.call(ctx, s)
					if got != c.want || err != nil {
						t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, c.want)
					}
					return nil
				})
				if err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			})
		}
		calls.Wait()
	})
}

func digitOf(played agi.Played, err error) (any, error) { return played.Digit, err }
