package agi_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// A time that is longer than Asterisk's int of milliseconds is the longest that
// it takes, never one that is over at once or without end.
func TestLongestTimes(t *testing.T) {
	for _, long := range []time.Duration{math.MaxInt64, math.MaxInt64 - 1, 300 * 24 * time.Hour, math.MaxInt32*time.Millisecond + 1} {
		for want, call := range map[string]func(c ctxt, s sess) error{
			`GET DATA "p" "2147483647" "4"`:      func(c ctxt, s sess) error { _, err := s.GetData(c, "p", long, 4); return err },
			`GET OPTION "p" "" "2147483647"`:     func(c ctxt, s sess) error { _, err := s.GetOption(c, "p", "", long); return err },
			`WAIT FOR DIGIT "2147483647"`:        func(c ctxt, s sess) error { _, err := s.WaitForDigit(c, long); return err },
			`RECEIVE CHAR "2147483647"`:          func(c ctxt, s sess) error { _, _, err := s.ReceiveChar(c, long); return err },
			`RECEIVE TEXT "2147483647"`:          func(c ctxt, s sess) error { _, _, err := s.ReceiveText(c, long); return err },
			`SPEECH RECOGNIZE "p" "2147483" "0"`: func(c ctxt, s sess) error { _, err := s.SpeechRecognize(c, "p", long, 0); return err },
			`EXEC "Dial" "PJSIP/1,2147483,"`:     func(c ctxt, s sess) error { _, err := s.Dial(c, "PJSIP/1", long, ""); return err },
			`RECORD FILE "f" "wav" "" "2147483647" "0" "s=2147483"`: func(c ctxt, s sess) error {
				_, err := s.RecordFile(c, "f", "wav", &agi.Recording{Limit: long, Silence: long})
				return err
			},
			`CONTROL STREAM FILE "f" "" "2147483647" "" "" "" "2147483647"`: func(c ctxt, s sess) error {
				_, err := s.ControlStreamFile(c, "f", "", &agi.Control{Skip: long, Start: long})
				return err
			},
			`SET AUTOHANGUP "2147483.647"`: func(c ctxt, s sess) error { return s.SetAutoHangup(c, long) },
		} {
			conn := &echoing{reply: "200 result=0"}
			_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
				_ = call(ctx, s)
				return nil
			}), nil)
			if sent := strings.Join(conn.lines, "\n"); !strings.Contains("\n"+sent+"\n", "\n"+want+"\n") {
				t.Errorf("%v: sent %s, want %s", long, sent, want)
			}
		}
	}
}

func TestTimesAreRoundedUp(t *testing.T) {
	for given, want := range map[time.Duration]string{
		-1: "-1", math.MinInt64: "-1", 0: "0", 1: "1", time.Millisecond: "1", time.Millisecond + 1: "2", math.MaxInt32*time.Millisecond - 1: "2147483647",
	} {
		conn := &echoing{reply: "200 result=0"}
		_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, err := s.WaitForDigit(ctx, given)
			return err
		}), nil)
		if line := `WAIT FOR DIGIT "` + want + `"`; len(conn.lines) != 1 || conn.lines[0] != line {
			t.Errorf("%d ns: sent %q, want %s", given, conn.lines, line)
		}
	}
}
