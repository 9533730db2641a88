package agitest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// The package's documentation says which commands the methods send.
func TestWhatMethodsSend(t *testing.T) {
	type call = func(context.Context, *agi.Session) (any, error)
	dial := func(options string) call {
		return func(ctx context.Context, s *agi.Session) (any, error) {
			got, err := s.Dial(ctx, "PJSIP/1", 0, options)
			got.Total = 0
			return got, err
		}
	}
	queue := func(ctx context.Context, s *agi.Session) (any, error) { return s.Queue(ctx, "q") }
	for name, c := range map[string]struct {
		call   call
		answer map[string]string // to commands, by their line without the arguments' quotes
		lines  []string
		want   any
	}{
		"Variable": {func(ctx context.Context, s *agi.Session) (any, error) {
			v, _, err := s.Variable(ctx, "A")
			return v, err
		},
			nil, []string{"GET FULL VARIABLE", "GET VARIABLE A"}, ""},
		"Dial, busy": {dial("g"), map[string]string{"GET VARIABLE DIALSTATUS": "1 (BUSY)", "CHANNEL STATUS": "6"},
			[]string{"CHANNEL STATUS", "EXEC Dial PJSIP/1,,g", "GET VARIABLE DIALSTATUS", "GET VARIABLE HANGUPCAUSE"}, agi.Dialed{Status: asterisk.DialBusy}},
		"Dial, answered": {dial("g"), map[string]string{"GET VARIABLE DIALSTATUS": "1 (ANSWER)", "GET VARIABLE ANSWEREDTIME_MS": "1 ()", "CHANNEL STATUS": "4"},
			[]string{"CHANNEL STATUS", "EXEC Dial PJSIP/1,,g", "GET VARIABLE DIALSTATUS", "GET VARIABLE HANGUPCAUSE",
				"GET VARIABLE ANSWEREDTIME_MS", "GET VARIABLE ANSWEREDTIME"}, agi.Dialed{Status: asterisk.DialAnswer}},
		"Dial, noted": {dial("U(agi-talk)"), map[string]string{"GET VARIABLE DIALSTATUS": "1 (ANSWER)", "GET VARIABLE ANSWEREDTIME_MS": "1 (7)", "CHANNEL STATUS": "6"},
			[]string{"CHANNEL STATUS", "SET VARIABLE __AGI_CALLER PJSIP/100-00000001", "SET VARIABLE SHARED(AGI_ANSWERED)", "EXEC Dial PJSIP/1,,U(agi-talk)",
				"GET VARIABLE DIALSTATUS", "GET VARIABLE HANGUPCAUSE", "GET VARIABLE ANSWEREDTIME_MS", "GET FULL VARIABLE"},
			agi.Dialed{Status: asterisk.DialAnswer, TalkUnknown: true}},
		"Queue": {queue, map[string]string{"GET VARIABLE QUEUESTATUS": "1 (FULL)"},
			[]string{"SET VARIABLE QUEUESTATUS", "SET VARIABLE ABANDONED", "EXEC Queue q", "GET VARIABLE QUEUESTATUS", "GET VARIABLE ABANDONED"}, agi.QueueFull},
		"Conference": {func(ctx context.Context, s *agi.Session) (any, error) { return s.Conference(ctx, "7") }, map[string]string{"GET VARIABLE CONFBRIDGE_RESULT": "1 (KICKED)"},
			[]string{"EXEC ConfBridge 7", "GET VARIABLE CONFBRIDGE_RESULT"}, agi.ConferenceKicked},
		"Playback": {func(ctx context.Context, s *agi.Session) (any, error) { return nil, s.Playback(ctx, "a", "") }, map[string]string{"GET VARIABLE PLAYBACKSTATUS": "1 (SUCCESS)"},
			[]string{"EXEC Playback a,", "GET VARIABLE PLAYBACKSTATUS"}, nil},
		"Transfer": {func(ctx context.Context, s *agi.Session) (any, error) { return nil, s.Transfer(ctx, "a") }, map[string]string{"GET VARIABLE TRANSFERSTATUS": "1 (SUCCESS)"},
			[]string{"EXEC Transfer a", "GET VARIABLE TRANSFERSTATUS"}, nil},
		"Ask": {func(ctx context.Context, s *agi.Session) (any, error) {
			got, _, err := s.Ask(ctx, agi.Question{Prompt: "p", Invalid: "no", Tries: 2})
			return got, err
		}, nil, []string{"GET DATA p 0", "STREAM FILE no ", "GET DATA p 0"}, ""},
	} {
		var got any
		call := agitest.Start(t, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) (err error) {
			got, err = c.call(ctx, s)
			return err
		}), nil)
		var lines []string
		for command := call.Next(); command != nil; command = call.Next() {
			line := strings.Join(append([]string{command.Name}, command.Arguments...), " ")
			if command.Name == "GET FULL VARIABLE" {
				line = command.Name
			}
			lines = append(lines, strings.TrimSuffix(line, " "))
			answer(command, c.answer[line])
		}
		if err := call.Wait(); err != nil || got != c.want {
			t.Errorf("%s = %+v, %v, want %+v", name, got, err, c.want)
		}
		for i := range c.lines {
			c.lines[i] = strings.TrimSuffix(c.lines[i], " ")
		}
		if !slices.Equal(lines, c.lines) {
			t.Errorf("%s sent %q, want %q", name, lines, c.lines)
		}
	}
}

func answer(command *agitest.Command, result string) {
	switch {
	case command.Name == "GET FULL VARIABLE":
		command.Value("")
	case result == "":
		command.Success()
	default:
		command.Result(result)
	}
}

// An application leaves its results in variables, while it runs.
func TestAutomaticApplication(t *testing.T) {
	var got agi.QueueEnd
	call := agitest.Start(t, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) (err error) {
		got, err = s.Queue(ctx, "q")
		return err
	}), &agitest.Config{Automatic: true})
	queue := call.Expect("EXEC", "Queue", "q")
	call.SetVariable("QUEUESTATUS", "JOINEMPTY")
	queue.Success()
	if err := call.Wait(); err != nil || got != agi.QueueJoinEmpty {
		t.Errorf("Queue = %q, %v", got, err)
	}
}

// Variable reads values of any length from an automatic call.
func TestAutomaticVariable(t *testing.T) {
	for _, value := range []string{"", "short", strings.Repeat("x", 599), strings.Repeat("0123456789", 60), strings.Repeat("0123456789", 200) + "end)"} {
		call := agitest.Start(t, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			if got, ok, err := s.Variable(ctx, "LONG"); got != value || !ok || err != nil {
				t.Errorf("Variable = %q, %t, %v, want %q", got, ok, err, value)
			}
			if got, ok, err := s.Variable(ctx, "NOTHING"); got != "" || ok || err != nil {
				t.Errorf("Variable of nothing = %q, %t, %v", got, ok, err)
			}
			return nil
		}), &agitest.Config{Automatic: true, Variables: map[string]string{"LONG": value}})
		if err := call.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// The two orders of a hangup and the reply that the documentation names.
func TestHangupAndReply(t *testing.T) {
	stream := agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		_, err := s.StreamFile(ctx, "hello", "")
		return err
	})
	for range 100 {
		call := agitest.Start(t, stream, nil)
		command := call.Expect("STREAM FILE")
		call.Hangup()
		command.Fail()
		if err := call.Wait(); !errors.Is(err, agi.ErrHangup) || call.Status() != "HANGUP" {
			t.Fatalf("Hangup, Fail: %v, %s", err, call.Status())
		}
		call = agitest.Start(t, stream, nil)
		call.Expect("STREAM FILE").Fail()
		status := call.Expect("CHANNEL STATUS")
		call.Hangup()
		status.Dead()
		if err := call.Wait(); !errors.Is(err, agi.ErrHangup) || agi.Failed(err) {
			t.Fatalf("Fail, Hangup: %v", err)
		}
	}
}

func TestNext(t *testing.T) {
	call := agitest.Start(t, do("ANSWER", "NOOP"), nil)
	for _, want := range []string{"ANSWER", "NOOP"} {
		command := call.Next()
		if command == nil || command.Name != want || command.Line != want || command.Argument(0) != "" || command.Argument(-1) != "" {
			t.Fatalf("Next() = %+v, want %s", command, want)
		}
		command.Success()
	}
	for range 2 {
		if command := call.Next(); command != nil {
			t.Errorf("Next() = %+v after the end", command)
		}
	}
	if commands := call.Commands(); len(commands) != 2 || commands[1].Name != "NOOP" {
		t.Errorf("Commands() = %v", commands)
	}
	if said := failing(t, func(r *recorder) {
		agitest.Start(r, agi.HandlerFunc(func(ctx context.Context, _ *agi.Session) error { <-ctx.Done(); return nil }),
			&agitest.Config{Patience: time.Millisecond}).Next()
	}); !strings.Contains(said, "nothing came for 1ms, want a command") {
		t.Errorf("Next() without a command: %q", said)
	}
}

// The caller presses what the test says, when it says so.
func TestPress(t *testing.T) {
	var pressed []string
	call := agitest.Start(t, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		for range 3 {
			digit, err := s.WaitForDigit(ctx, time.Second)
			if err != nil {
				return err
			}
			pressed = append(pressed, digit)
			if err := s.NoOp(ctx); err != nil {
				return err
			}
		}
		return nil
	}), &agitest.Config{Automatic: true, Digits: "1"})
	call.Expect("NOOP").Success()
	call.Press("#")
	call.Expect("NOOP").Success()
	if err := call.Wait(); err != nil || !slices.Equal(pressed, []string{"1", "#", ""}) {
		t.Errorf("pressed %q, %v, want 1, # and none", pressed, err)
	}
}
