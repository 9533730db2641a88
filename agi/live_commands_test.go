package agi_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// liveCase is a method on a real server: what comes of it, and what the error
// says.
type liveCase struct {
	name  string
	call  func(ctx context.Context, s *agi.Session) (any, error)
	want  any
	fails string
}

// anything is the want of what is not the same each time.
type anything struct{}

// liveCases are several calls: the cases of one run one after the other.
var liveCases = map[string][]liveCase{
	"channel": {
		{"ANSWER", func(c ctxt, s sess) (any, error) { return none(s.Answer(c)) }, nil, ""},
		{"CHANNEL STATUS", func(c ctxt, s sess) (any, error) { return one(s.ChannelStatus(c, "")) }, agi.StateUp, ""},
		{"CHANNEL STATUS", func(c ctxt, s sess) (any, error) { return one(s.ChannelStatus(c, s.Env.Channel)) }, agi.StateUp, ""},
		{"CHANNEL STATUS", func(c ctxt, s sess) (any, error) { return one(s.ChannelStatus(c, "nobody")) }, nil, "no such channel"},
		{"HANGUP", func(c ctxt, s sess) (any, error) { return none(s.HangupChannel(c, "nobody")) }, nil, "no such channel"},
		{"SET AUTOHANGUP", func(c ctxt, s sess) (any, error) { return none(s.SetAutoHangup(c, 90500*time.Millisecond)) }, nil, ""},
		{"SET AUTOHANGUP", func(c ctxt, s sess) (any, error) { return none(s.SetAutoHangup(c, 0)) }, nil, ""},
		{"SET CALLERID", func(c ctxt, s sess) (any, error) { return none(s.SetCallerID(c, `Zoë "Z" \o/`, "0301")) }, nil, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "CALLERID(name)")) }, found{`Zoë "Z" \o/`, true}, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "CALLERID(num)")) }, found{"0301", true}, ""},
		{"SET MUSIC", func(c ctxt, s sess) (any, error) { return none(s.StartMusic(c, "")) }, nil, ""},
		{"SET MUSIC", func(c ctxt, s sess) (any, error) { return none(s.StartMusic(c, "nothing")) }, nil, ""},
		{"SET MUSIC", func(c ctxt, s sess) (any, error) { return none(s.StopMusic(c)) }, nil, ""},
		{"TDD MODE", func(c ctxt, s sess) (any, error) { return none(s.SetTDDMode(c, agi.TDDOn)) }, nil, "no TDD"},
		{"NOOP", func(c ctxt, s sess) (any, error) { return none(s.NoOp(c, "a b")) }, nil, ""},
		{"VERBOSE", func(c ctxt, s sess) (any, error) { return none(s.Verbose(c, "a b", 1)) }, nil, ""},
		{"ASYNCAGI BREAK", func(c ctxt, s sess) (any, error) { return none(s.AsyncBreak(c)) }, nil, ""},
		{"SEND TEXT", func(c ctxt, s sess) (any, error) { return none(s.SendText(c, `a "b"`)) }, nil, ""},
		{"SEND IMAGE", func(c ctxt, s sess) (any, error) { return none(s.SendImage(c, "nothing")) }, nil, ""},
		{"RECEIVE CHAR", func(c ctxt, s sess) (any, error) { return char(s.ReceiveChar(c, time.Millisecond)) }, found{"\x00", false}, ""},
		{"RECEIVE TEXT", func(c ctxt, s sess) (any, error) { return value(s.ReceiveText(c, time.Millisecond)) }, found{"", false}, ""},
		{"NO SUCH", func(c ctxt, s sess) (any, error) { return one(s.Do(c, "NO SUCH")) }, nil, "does not know the command"},
		{"SET VARIABLE", func(c ctxt, s sess) (any, error) { return one(s.Do(c, "GET VARIABLE")) }, nil, "arguments do not fit"},
	},
	"data": {
		{"DATABASE PUT", func(c ctxt, s sess) (any, error) { return none(s.DatabasePut(c, "agi/live", "k", `a (b) "c" )`)) }, nil, ""},
		{"DATABASE GET", func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "agi/live", "k")) }, found{`a (b) "c" )`, true}, ""},
		{"DATABASE PUT", func(c ctxt, s sess) (any, error) { return none(s.DatabasePut(c, "agi/live", "empty", "")) }, nil, ""},
		{"DATABASE GET", func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "agi/live", "empty")) }, found{"", true}, ""},
		{"DATABASE GET", func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "agi/live", "nothing")) }, found{"", false}, ""},
		{"DATABASE DEL", func(c ctxt, s sess) (any, error) { return none(s.DatabaseDel(c, "agi/live", "k")) }, nil, ""},
		{"DATABASE DEL", func(c ctxt, s sess) (any, error) { return none(s.DatabaseDel(c, "agi/live", "k")) }, nil, ""},
		{"DATABASE GET", func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "agi/live", "k")) }, found{"", false}, ""},
		{"DATABASE DELTREE", func(c ctxt, s sess) (any, error) { return one(s.DatabaseDelTree(c, "agi", "live")) }, true, ""},
		{"DATABASE DELTREE", func(c ctxt, s sess) (any, error) { return one(s.DatabaseDelTree(c, "agi", "")) }, false, ""},
		{"SET VARIABLE", func(c ctxt, s sess) (any, error) {
			return none(s.SetVariables(c, agi.Variable{Name: "A", Value: "x)y"}, agi.Variable{Name: "B", Value: ""}))
		}, nil, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "A")) }, found{"x)y", true}, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "B")) }, found{"", true}, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "C")) }, found{"", false}, ""},
		{"GET FULL VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetFullVariable(c, "${A}-${B}-${C}", "")) }, found{"x)y--", true}, ""},
		{"GET FULL VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetFullVariable(c, "${A}", "nobody")) }, found{"", false}, ""},
		{"EXEC", func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "Set", "E=a", "b")) }, 0, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "E")) }, found{"a,b", true}, ""},
		{"EXEC", func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "NoSuchApplication")) }, nil, "does not know the application"},
		{"EXEC", func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "Goto", "nowhere,1,1")) }, 0, ""},
		{"GOSUB", func(c ctxt, s sess) (any, error) { return none(s.Gosub(c, "nowhere", "s", "1")) }, nil, "no such place"},
		{"SET CONTEXT", func(c ctxt, s sess) (any, error) { return none(s.SetContext(c, "outcome")) }, nil, ""},
		{"SET EXTENSION", func(c ctxt, s sess) (any, error) { return none(s.SetExtension(c, "busy")) }, nil, ""},
		{"SET PRIORITY", func(c ctxt, s sess) (any, error) { return none(s.SetPriority(c, "no label")) }, nil, "arguments do not fit"},
		{"SET PRIORITY", func(c ctxt, s sess) (any, error) { return none(s.SetPriority(c, "1")) }, nil, ""},
	},
	"play": {
		{"STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "beep", "")) }, agi.Played{Samples: 3520}, ""},
		{"STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.StreamFileFrom(c, "beep", "", 3200)) }, agi.Played{Samples: 3520}, ""},
		{"STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "nothing", "")) }, nil, "check that it exists"},
		{"CONTROL STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.ControlStreamFile(c, "beep", "", nil)) }, agi.Controlled{Position: -1}, ""},
		{"CONTROL STREAM FILE", func(c ctxt, s sess) (any, error) {
			return one(s.ControlStreamFile(c, "beep", "", &agi.Control{Start: 400 * time.Millisecond}))
		}, agi.Controlled{Position: -1}, ""},
		{"CONTROL STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.ControlStreamFile(c, "nothing", "", nil)) }, nil, "check that it exists"},
		{"GET OPTION", func(c ctxt, s sess) (any, error) { return one(s.GetOption(c, "beep", "1", time.Millisecond)) }, agi.Played{Samples: 3520}, ""},
		{"GET OPTION", func(c ctxt, s sess) (any, error) { return one(s.GetOption(c, "nothing", "1", 0)) }, nil, "check that it exists"},
		{"GET DATA", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "beep", 10*time.Millisecond, 4)) }, agi.Input{TimedOut: true}, ""},
		{"GET DATA", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "nothing", 10*time.Millisecond, 4)) }, nil, "check that it exists"},
		{"WAIT FOR DIGIT", func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, time.Millisecond)) }, "", ""},
		{"RECORD FILE", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/tmp/agi-live", "gsm", &agi.Recording{Limit: 50 * time.Millisecond}))
		}, agi.Recorded{End: agi.RecordTime, Begun: true}, ""},
		{"RECORD FILE", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/tmp/agi-live", "gsm", &agi.Recording{Limit: 50 * time.Millisecond, Beep: true, Silence: time.Second}))
		}, agi.Recorded{End: agi.RecordTime, Begun: true}, ""},
		{"RECORD FILE", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/proc/nowhere/x", "gsm", &agi.Recording{Limit: time.Second}))
		}, nil, "could not be written"},
		{"RECORD FILE", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/tmp/agi-live", "noformat", &agi.Recording{Limit: time.Second}))
		}, nil, "could not be written"},
	},
	"say": {
		{"SAY NUMBER", func(c ctxt, s sess) (any, error) { return one(s.SayNumber(c, 1, "", "")) }, "", ""},
		{"SAY DIGITS", func(c ctxt, s sess) (any, error) { return one(s.SayDigits(c, "01", "")) }, "", ""},
		{"SAY DIGITS", func(c ctxt, s sess) (any, error) { return one(s.SayDigits(c, "*1", "")) }, nil, "arguments do not fit"},
		{"SAY ALPHA", func(c ctxt, s sess) (any, error) { return one(s.SayAlpha(c, "a", "")) }, "", ""},
		{"SAY PHONETIC", func(c ctxt, s sess) (any, error) { return one(s.SayPhonetic(c, "a", "")) }, "", ""},
		{"SAY DATETIME", func(c ctxt, s sess) (any, error) { return one(s.SayDateTime(c, noon, "", "H", "Europe/Berlin")) }, "", ""},
	},
	"say a date": {
		{"SAY DATE", func(c ctxt, s sess) (any, error) { return one(s.SayDate(c, noon, "")) }, "", ""},
		{"SAY TIME", func(c ctxt, s sess) (any, error) { return one(s.SayTime(c, noon, "")) }, "", ""},
	},
	"speech": { // no engine here: these are the failures; see commandCases for the rest
		{"SPEECH CREATE", func(c ctxt, s sess) (any, error) { return none(s.SpeechCreate(c, "")) }, nil, "no such speech engine"},
		{"SPEECH SET", func(c ctxt, s sess) (any, error) { return none(s.SpeechSet(c, "a", "b")) }, nil, "no speech object"},
		{"SPEECH LOAD GRAMMAR", func(c ctxt, s sess) (any, error) { return none(s.SpeechLoadGrammar(c, "a", "b")) }, nil, "no speech object"},
		{"SPEECH UNLOAD GRAMMAR", func(c ctxt, s sess) (any, error) { return none(s.SpeechUnloadGrammar(c, "a")) }, nil, "no speech object"},
		{"SPEECH ACTIVATE GRAMMAR", func(c ctxt, s sess) (any, error) { return none(s.SpeechActivateGrammar(c, "a")) }, nil, "no speech object"},
		{"SPEECH DEACTIVATE GRAMMAR", func(c ctxt, s sess) (any, error) { return none(s.SpeechDeactivateGrammar(c, "a")) }, nil, "no speech object"},
		{"SPEECH RECOGNIZE", func(c ctxt, s sess) (any, error) { return one(s.SpeechRecognize(c, "beep", time.Second, 0)) }, nil, "no speech object"},
		{"SPEECH DESTROY", func(c ctxt, s sess) (any, error) { return none(s.SpeechDestroy(c)) }, nil, "no speech object"},
	},
}

func TestLiveEveryCommand(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		var calls sync.WaitGroup
		for name, cases := range liveCases {
			// Ends with its call; the test waits for it.
			calls.Go(func() {
				err := p.call(t, func(ctx context.Context, s *agi.Session) error {
					for _, c := range cases {
						checkLive(t, name, c, ctx, s)
					}
					return nil
				})
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		calls.Wait()
	})
}

func checkLive(t *testing.T, group string, c liveCase, ctx context.Context, s *agi.Session) {
	t.Helper()
	got, err := c.call(ctx, s)
	switch {
	case c.fails != "":
		if err == nil || !strings.Contains(err.Error(), c.fails) || errors.Is(err, agi.ErrHangup) {
			t.Errorf("%s: %s: %+v, %v, want an error that says %q", group, c.name, got, err, c.fails)
		}
	case err != nil:
		t.Errorf("%s: %s: %v", group, c.name, err)
	case c.want != anything{} && !reflect.DeepEqual(got, c.want):
		t.Errorf("%s: %s: %+v, want %+v", group, c.name, got, c.want)
	}
}

// After the hangup each command does as the list in dead.go has it, and no
// reply is off by one.
func TestLiveEveryCommandAfterTheHangup(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		err := p.call(t, func(ctx context.Context, s *agi.Session) error {
			if err := s.Hangup(ctx); err != nil {
				return err
			}
			<-ctx.Done()
			for _, name := range allCommands {
				if !slices.ContainsFunc(whenDead, func(d string) bool { return strings.HasPrefix(name, d) }) {
					if r, err := s.Do(ctx, name); !errors.Is(err, agi.ErrHangup) || r.Code != 0 {
						t.Errorf("%s is sent: %v, %v", name, r, err)
					}
				}
			}
			for group, cases := range liveCases {
				for _, c := range cases {
					if slices.ContainsFunc(whenDead, func(d string) bool { return strings.HasPrefix(c.name, d) }) && !strings.HasPrefix(c.name, "SET CALLERID") {
						if _, err := c.call(ctx, s); errors.Is(err, agi.ErrHangup) && c.name != "EXEC" {
							t.Errorf("%s: %s: %v", group, c.name, err)
						}
					}
				}
			}
			if err := s.SetVariable(ctx, "LAST", "x"); err != nil {
				return err
			}
			if got, _, err := s.GetVariable(ctx, "LAST"); got != "x" || err != nil {
				t.Errorf("variable set after the hangup: %q, %v", got, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Asterisk itself agrees with the list in dead.go: what the session does not
// send would have been refused.
func TestLiveDeadCommands(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		list, err := s.CLI(t.Context(), "agi show commands")
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for line := range strings.Lines(list) {
			fields := strings.Fields(line)
			if len(fields) == 0 || fields[0] != "Yes" && fields[0] != "No" {
				continue
			}
			count++
			text := strings.ToUpper(strings.Join(fields[1:], " "))
			runs := slices.ContainsFunc(whenDead, func(d string) bool { return strings.HasPrefix(text, d) })
			if runs != (fields[0] == "Yes") {
				t.Errorf("runs when dead: %t, Asterisk: %s", runs, line)
			}
		}
		if count != len(allCommands) {
			t.Errorf("%d commands, want %d", count, len(allCommands))
		}
	})
}

// A hangup in the middle of a command is what its error says.
func TestLiveHangupDuringACommand(t *testing.T) {
	cases := []liveCase{
		{"WAIT FOR DIGIT", func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, -1)) }, nil, ""},
		{"STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "demo-congrats", "")) }, nil, ""},
		{"CONTROL STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.ControlStreamFile(c, "demo-congrats", "", nil)) }, nil, ""},
		{"GET DATA", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "demo-congrats", 0, 4)) }, nil, ""},
		{"GET OPTION", func(c ctxt, s sess) (any, error) { return one(s.GetOption(c, "demo-congrats", "", 0)) }, nil, ""},
		{"SAY DIGITS", func(c ctxt, s sess) (any, error) { return one(s.SayDigits(c, "1234567890", "")) }, nil, ""},
		{"RECEIVE TEXT", func(c ctxt, s sess) (any, error) { return value(s.ReceiveText(c, -1)) }, nil, ""},
		{"RECEIVE CHAR", func(c ctxt, s sess) (any, error) { return char(s.ReceiveChar(c, -1)) }, nil, ""},
		{"EXEC", func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "Wait", "60")) }, nil, ""},
		{"EXEC Dial", func(c ctxt, s sess) (any, error) { return one(s.Dial(c, "Local/answer@outcome", 0, "")) }, nil, ""},
		{"EXEC Conference", func(c ctxt, s sess) (any, error) { return one(s.Conference(c, "7")) }, nil, ""},
	}
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		var calls sync.WaitGroup
		for _, c := range cases {
			// Ends with its call; the test waits for it.
			calls.Go(func() {
				err := p.call(t, func(ctx context.Context, s *agi.Session) error {
					defer p.hangUp(t, s)()
					_, err := c.call(ctx, s)
					if !errors.Is(err, agi.ErrHangup) {
						t.Errorf("%s: %v, want %v", c.name, err, agi.ErrHangup)
					}
					return s.SetVariable(ctx, "BILLED", "yes")
				})
				if err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			})
		}
		calls.Wait()
	})
}

// A recording that the hangup ends is a recording.
func TestLiveHangupDuringARecording(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		err := p.call(t, func(ctx context.Context, s *agi.Session) error {
			defer p.hangUp(t, s)()
			got, err := s.RecordFile(ctx, "/tmp/agi-live-hangup", "gsm", nil)
			if err != nil || got.End != agi.RecordHangup || !got.Begun {
				t.Errorf("RecordFile = %+v, %v", got, err)
			}
			_, err = s.StreamFile(ctx, "beep", "")
			return err
		})
		if agi.Failed(err) || err == nil {
			t.Errorf("Serve = %v, want a hangup", err)
		}
	})
}
