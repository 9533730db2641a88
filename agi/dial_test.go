package agi_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
)

// A caller whose channel is up gives no talk time unless the dialplan has noted
// the far end's answer; never the age of the channel.
func TestDialTalkTime(t *testing.T) {
	const talk, unknown = "gU(agi-talk)", -1
	up := []string{"?CHANNEL STATUS", alive}
	note := []string{`?SET VARIABLE "__AGI_CALLER" ""`, "200 result=1\n", `?SET VARIABLE "SHARED(AGI_ANSWERED)" ""`, "200 result=1\n"}
	status := func(status string) []string {
		return []string{`?GET VARIABLE "DIALSTATUS"`, "200 result=1 (" + status + ")\n", `?GET VARIABLE "HANGUPCAUSE"`, "200 result=1 (16)\n"}
	}
	age := []string{`?GET VARIABLE "ANSWEREDTIME_MS"`, "200 result=1 (60000)\n"}
	never := []string{`?GET VARIABLE "ANSWEREDTIME_MS"`, "200 result=1 ()\n", `?GET VARIABLE "ANSWEREDTIME"`, "200 result=1 ()\n"}
	old := []string{`?GET VARIABLE "ANSWEREDTIME_MS"`, "200 result=0\n", `?GET VARIABLE "ANSWEREDTIME"`, "200 result=1 (3)\n"}
	noted := func(times string) []string {
		return []string{`?GET FULL VARIABLE "${SHARED(AGI_ANSWERED)} ${STRFTIME(,,%s.%3q)}"`, "200 result=1 (" + times + ")\n"}
	}
	for _, c := range []struct {
		name    string
		options string
		before  []string
		after   [][]string
		want    asterisk.DialStatus
		talked  time.Duration
	}{
		{"not noted", "g", up, [][]string{status("ANSWER"), age}, asterisk.DialAnswer, unknown},
		{"noted", talk, slices.Concat(up, note), [][]string{status("ANSWER"), age, noted("1795964973.724 1795964974.940")}, asterisk.DialAnswer, 1216 * time.Millisecond},
		{"the subroutine did nothing", talk, slices.Concat(up, note), [][]string{status("ANSWER"), age, noted(" 1795964974.940")}, asterisk.DialAnswer, unknown},
		{"the clock was set back", talk, slices.Concat(up, note), [][]string{status("ANSWER"), age, noted("1795964975.000 1795964974.940")}, asterisk.DialAnswer, unknown},
		{"the clock was put forward", talk, slices.Concat(up, note), [][]string{status("ANSWER"), age, noted("1795964973.000 1799999999.000")}, asterisk.DialAnswer, 5 * time.Second},
		{"no times", talk, slices.Concat(up, note), [][]string{status("ANSWER"), age, noted("NaN Inf")}, asterisk.DialAnswer, unknown},
		{"hung up before the bridge", "", up, [][]string{status("ANSWER"), never}, asterisk.DialAnswer, 0},
		{"nobody answered", talk, slices.Concat(up, note), [][]string{status("NOANSWER")}, asterisk.DialNoAnswer, 0},
		{"not up, whole seconds", "g", []string{"?CHANNEL STATUS", "200 result=5\n"}, [][]string{status("ANSWER"), old}, asterisk.DialAnswer, 3 * time.Second},
		{"on a dead channel", "g", []string{"?CHANNEL STATUS", "511 Command Not Permitted on a dead channel or intercept routine\n"}, [][]string{status("")}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				script := slices.Concat(c.before, []string{`?EXEC "Dial" "PJSIP/1,,` + c.options + `"`, after(5 * time.Second), "200 result=0\n"}, slices.Concat(c.after...))
				_ = play(t, func(ctx context.Context, s *agi.Session) error {
					want := agi.Dialed{Status: c.want, Total: 5 * time.Second, Talked: max(c.talked, 0), TalkUnknown: c.talked == unknown, Cause: 16}
					if got, err := s.Dial(ctx, "PJSIP/1", 0, c.options); got != want || err != nil {
						t.Errorf("Dial = %+v, %v, want %+v", got, err, want)
					}
					return nil
				}, script...)
			})
		})
	}
}

func TestDialOfAnEndedSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_ = play(t, func(ctx context.Context, s *agi.Session) error {
			if got, err := s.Dial(ctx, "PJSIP/1", 0, ""); got != (agi.Dialed{}) || !errors.Is(err, agi.ErrOutOfStep) {
				t.Errorf("Dial = %+v, %v, want %v", got, err, agi.ErrOutOfStep)
			}
			return nil
		}, "?CHANNEL STATUS", "200 result=6\n200 result=0\n")
	})
}
