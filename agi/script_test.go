package agi_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// scriptVariable makes this test binary a script instead of its tests: one of
// scripts.
const scriptVariable = "AGI_TEST_SCRIPT"

var scripts = map[string]func(){
	"audio":     runAudioScript,
	"interrupt": runInterruptedAudio,
	"success": func() {
		defer fmt.Fprintln(os.Stderr, "deferred")
		agi.Main(agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error { return s.NoOp(ctx) }))
	},
	"failure": func() {
		agi.Main(agi.HandlerFunc(func(context.Context, *agi.Session) error {
			return errors.Join(errors.New(`no "tariff"`), errors.New("no\x1b[31m route"))
		}))
	},
	"long": func() {
		agi.Main(agi.HandlerFunc(func(context.Context, *agi.Session) error { return errors.New(strings.Repeat(`"ü`, 5000)) }))
	},
	"panic": func() {
		agi.Main(agi.HandlerFunc(func(context.Context, *agi.Session) error { panic("at the disco") }))
	},
	"print": func() {
		agi.Main(agi.HandlerFunc(func(context.Context, *agi.Session) error { fmt.Println("stray"); return nil }))
	},
	"print before": func() {
		fmt.Println("stray")
		agi.Main(agi.HandlerFunc(func(context.Context, *agi.Session) error { return nil }))
	},
	"trusting": func() {
		fmt.Println("stray")
		(&agi.Script{TrustEnv: true}).Main(agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error { return s.Answer(ctx) }))
	},
	"hangup": func() {
		agi.Main(agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			if err := s.NoOp(ctx, "ready"); err != nil {
				return err
			}
			<-ctx.Done()
			if err := s.SetVariable(ctx, "TOLD", "hangup"); err != nil {
				return err
			}
			return context.Cause(ctx)
		}))
	},
	"unbilled": func() {
		agi.Main(agi.HandlerFunc(func(context.Context, *agi.Session) error {
			return errors.Join(errors.New("no bill"), agi.ErrHangup)
		}))
	},
	"none": func() { agi.Main(nil) },
	"run": func() {
		err := agi.Run(context.Background(), agi.HandlerFunc(func(context.Context, *agi.Session) error { return errors.New("no tariff") }))
		fmt.Println("returned:", err) // stdout is stdout again
		os.Exit(0)
	},
}

// ran is what has become of a script.
type ranScript struct {
	exit   int
	lines  []string // of stdout, without the mark
	stderr string
}

// runProgram plays Asterisk to a script: it answers each command, and calls
// heard with it.
func runProgram(t *testing.T, name, env string, heard func(script *os.Process, line string)) ranScript {
	t.Helper()
	script := exec.CommandContext(t.Context(), os.Args[0])
	script.Env = append(os.Environ(), scriptVariable+"="+name, "GORACE=atexit_sleep_ms=0")
	var stderr bytes.Buffer
	script.Stderr = &stderr
	in, err := script.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := script.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := script.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(in, env)
	if env == "" {
		in.Close()
	}
	var ran ranScript
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		reply, isMark := agitest.MarkReply(line)
		if !isMark {
			ran.lines = append(ran.lines, line)
			reply = answerTo(line)
		}
		_, _ = io.WriteString(in, reply)
		if isMark {
			_, _ = io.WriteString(in, "\n")
		}
		if heard != nil {
			heard(script.Process, line)
		}
	}
	_ = script.Wait() // the exit code tells
	in.Close()
	ran.exit, ran.stderr = script.ProcessState.ExitCode(), stderr.String()
	return ran
}

func answerTo(line string) string {
	words := agitest.Tokens(line)
	switch {
	case slices.Contains([]string{"VERBOSE", "SET"}, words[0]):
		return "200 result=1\n"
	case slices.Contains([]string{"NOOP", "ANSWER"}, words[0]):
		return "200 result=0\n"
	case words[0] == "failure":
		return ""
	}
	return "510 Invalid or unknown command\n"
}

const scriptEnv = "agi_request: test\nagi_channel: X/1\nagi_uniqueid: 1.1\nagi_version: 16.28.0\nagi_enhanced: 0.0\nagi_threadid: 1\n\n"

func TestMainEndsTheProgram(t *testing.T) {
	cut := `VERBOSE ` + agi.Quote(strings.Repeat(`"ü`, 332)+`"...`) + ` 0`
	for _, c := range []struct {
		script string
		env    string
		exit   int
		lines  []string
		stderr string
	}{
		{"success", scriptEnv, 0, []string{"NOOP"}, ""},
		{"failure", scriptEnv, 1, []string{`VERBOSE "no \"tariff\"; no [31m route" 0`, "failure"}, "no \"tariff\"\nno\x1b[31m route"},
		{"long", scriptEnv, 1, []string{cut, "failure"}, `"ü"ü`},
		{"panic", scriptEnv, 1, []string{`VERBOSE "agi: handler panicked: at the disco" 0`, "failure"}, "script_test.go"},
		{"unbilled", scriptEnv, 1, []string{`VERBOSE "no bill; agi: channel has hung up" 0`, "failure"}, "no bill"},
		{"print", scriptEnv, 0, nil, "stray"},
		{"run", scriptEnv, 0, []string{`VERBOSE "no tariff" 0`, "failure", "returned: no tariff"}, ""},
		{"success", "", 1, nil, "is this program run by Asterisk?"},
	} {
		t.Run(c.script, func(t *testing.T) {
			got := runProgram(t, c.script, c.env, nil)
			if got.exit != c.exit || !slices.Equal(got.lines, c.lines) || !strings.Contains(got.stderr, c.stderr) || c.stderr == "" && got.stderr != "" {
				t.Errorf("exit %d, lines %q, stderr %q; want %d, %q, %q in it", got.exit, got.lines, got.stderr, c.exit, c.lines, c.stderr)
			}
		})
	}
}

// What was written before Main is an answer too many: the error says where it
// comes from.
func TestMainAfterOutput(t *testing.T) {
	for script, want := range map[string]string{"print before": "was anything written before it?", "trusting": "has the program written to stdout?"} {
		got := runProgram(t, script, scriptEnv, nil)
		if got.exit != 1 || len(got.lines) == 0 || got.lines[0] != "stray" || got.lines[len(got.lines)-1] != "failure" {
			t.Errorf("%s: exit %d, lines %q", script, got.exit, got.lines)
		}
		if told := got.lines[len(got.lines)-2]; !strings.HasPrefix(told, "VERBOSE ") || !strings.Contains(told, want) || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: told %q, stderr %q, want %q in both", script, told, got.stderr, want)
		}
	}
}

func TestMainAtHangup(t *testing.T) {
	got := runProgram(t, "hangup", scriptEnv, func(script *os.Process, line string) {
		if line == `NOOP "ready"` {
			if err := script.Signal(syscall.SIGHUP); err != nil {
				t.Error(err)
			}
		}
	})
	if want := []string{`NOOP "ready"`, `SET VARIABLE "TOLD" "hangup"`}; got.exit != 0 || !slices.Equal(got.lines, want) || got.stderr != "" {
		t.Errorf("exit %d, lines %q, stderr %q, want 0, %q and nothing", got.exit, got.lines, got.stderr, want)
	}
}
