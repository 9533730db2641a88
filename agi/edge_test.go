package agi_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/agi"
)

// The lines of a real FastAGI session, and what others have met.
func TestEnv(t *testing.T) {
	env := agi.ParseEnv("agi_network: yes\nagi_network_script: ivr/de?from=1&x=%20\nagi_request: agi://h:4573/ivr/de?from=1\n" +
		"agi_channel: PJSIP/100-1\nagi_callerid: unknown\nagi_calleridname: A: B\nagi_callingpres: x\nagi_dnid:\nagi_priority: 7\n" +
		"agi_enhanced: 1.0\nogi_channel: no\nno colon\nagi_accountcode: " + strings.Repeat("x", 8190) + "\nagi_arg_1: a\nagi_arg_2:\n")
	for name, ok := range map[string]bool{
		"network": env.Network && env.Path() == "ivr/de" && env.Query().Get("from") == "1" && env.Query().Get("x") == " ",
		"request": env.Request == "agi://h:4573/ivr/de?from=1", "channel": env.Channel == "PJSIP/100-1", "unknown": env.CallerID == "",
		"colon": env.CallerIDName == "A: B", "bad number": env.CallingPres == 0, "empty": env.DNID == "", "number": env.Priority == 7,
		"enhanced": env.Enhanced, "arguments": slices.Equal(env.Arguments, []string{"a", ""}), "long": len(env.AccountCode) == 8190,
		"no doubt": env.Doubtful() == nil,
	} {
		if !ok {
			t.Errorf("%s: %q", name, env.Doubtful())
		}
	}
	if env := agi.ParseEnv("agi_network: yes\nagi_network_script: ?a=%zz&b=1\n"); env.Path() != "" || env.Query().Get("b") != "1" {
		t.Errorf("query without a path: %q, %v", env.Path(), env.Query())
	}
}

func TestReadEnv(t *testing.T) {
	long := strings.Repeat("x", 8190)
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"usual":          {"agi_request: x\n\n", nil},
		"empty lines":    {"\n\nagi_request: x\n\n", nil},
		"long line":      {"agi_request: x\nagi_accountcode: " + long + "\n\n", nil},
		"nothing":        {"", io.EOF},
		"no end":         {"agi_request: x\n", io.ErrUnexpectedEOF},
		"too many lines": {strings.Repeat("a: b\n", 600) + "\n", agi.ErrTooLong},
		"too long":       {strings.Repeat("a: "+long+"\n", 10) + "\n", agi.ErrTooLong},
		"endless line":   {strings.Repeat(long, 200), agi.ErrTooLong},
	} {
		env, err := agi.NewStream(strings.NewReader(c.text), io.Discard).ReadTrustedEnv()
		if !errors.Is(err, c.want) || err == nil && env.Request != "x" {
			t.Errorf("%s: %q, %v, want %v", name, env.Request, err, c.want)
		}
	}
}

// Where HANGUP may stand, no reply is lost or given to another command.
func TestHangupNotices(t *testing.T) {
	for name, script := range map[string][]string{
		"before a command":   {"HANGUP\n", `?SET VARIABLE "A" "1"`, "200 result=1\n", `?GET VARIABLE "A"`, "200 result=1 (1)\n"},
		"before the reply":   {`?SET VARIABLE "A" "1"`, "HANGUP\n200 result=1\n", `?GET VARIABLE "A"`, "200 result=1 (1)\n"},
		"glued to the reply": {`?SET VARIABLE "A" "1"`, "HANGUP200 result=1\n", `?GET VARIABLE "A"`, "200 result=1 (1)\n"},
		"twice":              {`?SET VARIABLE "A" "1"`, "HANGUPHANGUP\nHANGUP200 result=1\n", `?GET VARIABLE "A"`, "200 result=1 (1)\n"},
		"behind the reply":   {`?SET VARIABLE "A" "1"`, "200 result=1\nHANGUP\n", `?GET VARIABLE "A"`, "200 result=1 (1)\n"},
		"behind a value":     {`?SET VARIABLE "A" "1"`, "200 result=1\n", `?GET VARIABLE "A"`, "200 result=1 (1)\nHANGUP\n"},
		"behind Trying":      {`?SET VARIABLE "A" "1"`, "100 result=0 Trying...\nHANGUP\n200 result=1\n", `?GET VARIABLE "A"`, "200 result=1 (1)\n"},
		"stray lines":        {`?SET VARIABLE "A" "1"`, "\n\nx: y\n200 result=1\n\n", `?GET VARIABLE "A"`, "200 result=1 (1)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := play(t, func(ctx context.Context, s *agi.Session) error {
					if err := s.SetVariable(ctx, "A", "1"); err != nil {
						return err
					}
					got, ok, err := s.GetVariable(ctx, "A")
					if got != "1" || !ok {
						t.Errorf("A = %q, %t", got, ok)
					}
					return err
				}, script...)
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A reply that nobody waits for ends the session: no later one could be
// trusted.
func TestReplyWithoutACommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_ = play(t, func(ctx context.Context, s *agi.Session) error {
			if err := s.NoOp(ctx); err != nil {
				t.Error(err)
			}
			<-ctx.Done()
			if err := s.NoOp(ctx); !errors.Is(err, agi.ErrOutOfStep) {
				t.Errorf("NoOp = %v, want %v", err, agi.ErrOutOfStep)
			}
			return nil
		}, "?NOOP", "200 result=0\n", "200 result=0\n")
	})
}

// Commands of several goroutines never overlap: Asterisk would drop a reply.
func TestNeverTwoCommandsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var script []string
		for range 20 {
			script = append(script, "?NOOP", "200 result=0\n")
		}
		_ = play(t, func(ctx context.Context, s *agi.Session) error {
			var all sync.WaitGroup
			for range 20 {
				// Ends with its command.
				all.Go(func() {
					if err := s.NoOp(ctx); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			return nil
		}, script...)
	})
}

func TestPanicOfAHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panicked *agi.PanicError
		err := play(t, func(context.Context, *agi.Session) error { panic("oops") })
		if !errors.As(err, &panicked) || panicked.Value != "oops" || !strings.Contains(string(panicked.Stack), "TestPanicOfAHandler") || !agi.Failed(err) {
			t.Errorf("Serve = %v", err)
		}
	})
}

func TestUsageInEveryForm(t *testing.T) {
	for _, usage := range []string{
		"520 Invalid command syntax.  Proper usage not available.\n",
		"520-Invalid command syntax.  Proper usage follows:\nUsage: SET VARIABLE <name>\n\n 200 result=1\n520 End of proper usage.\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			_ = play(t, func(ctx context.Context, s *agi.Session) error {
				var refused *agi.Error
				if _, err := s.Do(ctx, "SET VARIABLE"); !errors.As(err, &refused) || refused.Reply.Code != 520 {
					t.Errorf("%v", err)
				}
				return s.NoOp(ctx)
			}, "?SET VARIABLE", usage, "?NOOP", "200 result=0\n")
		})
	}
}
