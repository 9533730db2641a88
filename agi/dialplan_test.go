package agi_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// helperCase is a helper and the conversation that it has.
type helperCase struct {
	name   string
	call   func(ctx context.Context, s *agi.Session) (any, error)
	script []string
	want   any
	fails  string // what the error says, "hung up" for a hangup
}

func TestHelpers(t *testing.T) {
	asked := []string{`?GET VARIABLE "DIALSTATUS"`, "200 result=1 (ANSWER)\n", `?GET VARIABLE "HANGUPCAUSE"`, "200 result=1 (16)\n",
		`?GET VARIABLE "ANSWEREDTIME_MS"`, "200 result=1 (9400)\n"}
	dial := append([]string{"?CHANNEL STATUS", "200 result=4\n", `?EXEC "Dial" "PJSIP/1&PJSIP/2,2,g"`, after(12 * time.Second), "200 result=0\n"}, asked...)
	answered := agi.Dialed{Status: asterisk.DialAnswer, Total: 12 * time.Second, Talked: 9400 * time.Millisecond, Cause: 16}
	hungUp := slices.Concat(dial[:4], []string{"200 result=-1\n", "?CHANNEL STATUS", dead}, asked)
	callDial := func(c ctxt, s sess) (any, error) {
		return one(s.Dial(c, "PJSIP/1&PJSIP/2", 1100*time.Millisecond, "g"))
	}
	beep := []string{`?GET DATA "menu" "1000" "2"`, "200 result=9\n", `?STREAM FILE "no" ""`, "200 result=0 endpos=1\n"}
	menu := agi.Menu{Prompt: "menu", Invalid: "no", Choices: []string{"1", "42"}, Timeout: time.Second, Tries: 2}
	choose := func(c ctxt, s sess) (any, error) { return one(s.Choose(c, menu)) }
	for _, c := range []helperCase{
		{"dial", callDial, dial, answered, ""},
		{"dial, the caller hangs up", callDial, hungUp, answered, "hung up"},
		{"dial, no application", callDial, []string{dial[0], dial[1], dial[2], "200 result=-2\n"}, agi.Dialed{}, "does not know"},
		{"playback", func(c ctxt, s sess) (any, error) { return none(s.Playback(c, "a", "skip")) },
			[]string{`?EXEC "Playback" "a,skip"`, "200 result=0\n", `?GET VARIABLE "PLAYBACKSTATUS"`, "200 result=1 (SUCCESS)\n"}, nil, ""},
		{"transfer", func(c ctxt, s sess) (any, error) { return none(s.Transfer(c, "PJSIP/1")) },
			[]string{`?EXEC "Transfer" "PJSIP/1"`, "200 result=0\n", `?GET VARIABLE "TRANSFERSTATUS"`, "200 result=1 (UNSUPPORTED)\n"}, nil, "Transfer PJSIP/1: UNSUPPORTED"},
		{"conference", func(c ctxt, s sess) (any, error) { return one(s.Conference(c, "7", "bridge", "user")) },
			[]string{`?EXEC "ConfBridge" "7,bridge,user"`, "200 result=0\n", `?GET VARIABLE "CONFBRIDGE_RESULT"`, "200 result=1 (KICKED)\n"}, agi.ConferenceKicked, ""},
		{"conference, the caller hangs up", func(c ctxt, s sess) (any, error) { return one(s.Conference(c, "7")) },
			[]string{`?EXEC "ConfBridge" "7"`, "200 result=0\n", `?GET VARIABLE "CONFBRIDGE_RESULT"`, "200 result=1 (HANGUP)\n"}, agi.ConferenceHangup, "hung up"},
		{"queue", func(c ctxt, s sess) (any, error) { return one(s.Queue(c, "q", "", "", "", "30")) },
			queued("q,,,,30", "TIMEOUT", "TRUE", "200 result=-1\n", "?CHANNEL STATUS", alive), agi.QueueTimeout, ""},
		{"queue, served", func(c ctxt, s sess) (any, error) { return one(s.Queue(c, "q")) },
			queued("q", "", "", "200 result=-1\n", "?CHANNEL STATUS", alive), agi.QueueServed, ""},
		{"queue, the caller hangs up while a member talks", func(c ctxt, s sess) (any, error) { return one(s.Queue(c, "q")) },
			queued("q", "", "", "200 result=-1\n", "?CHANNEL STATUS", dead), agi.QueueServed, "hung up"},
		{"queue, the caller hangs up before", func(c ctxt, s sess) (any, error) { return one(s.Queue(c, "q")) },
			queued("q", "", "TRUE", "200 result=-1\n", "?CHANNEL STATUS", dead), agi.QueueAbandoned, "hung up"},
		{"queue, the caller leaves by a key", func(c ctxt, s sess) (any, error) { return one(s.Queue(c, "q")) },
			queued("q", "", "", "200 result=0\n"), agi.QueueKey, ""},
		{"queue, no application", func(c ctxt, s sess) (any, error) { return one(s.Queue(c, "q")) },
			queued("q", "", "", "200 result=-2\n")[:6], agi.QueueEnd(""), "does not know"},
		{"menu, first", choose, []string{beep[0], "200 result=42\n"}, "42", ""},
		{"menu, second", choose, append(beep[:4:4], beep[0], "200 result=1 (timeout)\n"), "1", ""},
		{"menu, none", choose, append(beep[:4:4], beep[0], "200 result= (timeout)\n"), "", ""},
		{"ask", func(c ctxt, s sess) (any, error) {
			return value(s.Ask(c, agi.Question{Prompt: "p", Timeout: -1, Tries: 1}))
		},
			[]string{`?GET DATA "p" "-1"`, "200 result=*1\n"}, found{"*1", true}, ""},
		{"several variables", func(c ctxt, s sess) (any, error) {
			return none(s.SetVariables(c, agi.Variable{Name: "B", Value: "1"}, agi.Variable{Name: "A", Value: "\n"}, agi.Variable{Name: "C"}))
		}, []string{`?SET VARIABLE "B" "1"`, "200 result=1\n"}, nil, "variable A"},
	} {
		t.Run(c.name, func(t *testing.T) { synctest.Test(t, c.test) })
	}
}

// queued is the conversation of a Queue that leaves these variables.
func queued(arguments, status, abandoned string, executed ...string) []string {
	return slices.Concat([]string{`?SET VARIABLE "QUEUESTATUS" ""`, "200 result=1\n", `?SET VARIABLE "ABANDONED" ""`, "200 result=1\n",
		`?EXEC "Queue" "` + arguments + `"`}, executed,
		[]string{`?GET VARIABLE "QUEUESTATUS"`, "200 result=1 (" + status + ")\n", `?GET VARIABLE "ABANDONED"`, "200 result=1 (" + abandoned + ")\n"})
}

func (c helperCase) test(t *testing.T) {
	_ = play(t, func(ctx context.Context, s *agi.Session) error {
		got, err := c.call(ctx, s)
		if got != c.want {
			t.Errorf("got %+v, want %+v", got, c.want)
		}
		if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) || errors.Is(err, agi.ErrHangup) != (c.fails == "hung up") {
			t.Errorf("error %v, want one that says %q", err, c.fails)
		}
		return nil
	}, c.script...)
}

// dialplanConn answers GET FULL VARIABLE and GET VARIABLE as Asterisk does, for
// one variable.
type dialplanConn struct {
	to    agi.Receiver
	value string
	set   bool
	lines []string
}

func (d *dialplanConn) Start(to agi.Receiver) { d.to = to }

func (d *dialplanConn) Send(_ context.Context, c agi.Command) error {
	d.lines = append(d.lines, c.Line)
	var offset, size int
	words := agitest.Tokens(c.Line)
	switch {
	case words[1] == "FULL":
		expression := strings.Split(strings.TrimSuffix(words[3], "}"+c.Tail), ":")
		offset, size = number(expression[1]), number(expression[2])
		rest := d.value[min(offset, len(d.value)):]
		d.to.Reply("200 result=1 (" + rest[:min(size, len(rest))] + c.Tail + ")")
	case d.set:
		d.to.Reply("200 result=1 (" + d.value + ")")
	default:
		d.to.Reply("200 result=0")
	}
	return nil
}

func number(text string) (n int) {
	for _, c := range text {
		n = n*10 + int(c-'0')
	}
	return n
}

func TestVariableInPieces(t *testing.T) {
	for _, c := range []struct {
		value string
		set   bool
		lines int
	}{
		{"", false, 2}, {"", true, 2}, {"x", true, 1}, {"a\nb)\n200 result=1 (c)", true, 1},
		{strings.Repeat("x", 599), true, 1}, {strings.Repeat("x", 600), true, 2}, {strings.Repeat("é", 900), true, 4},
	} {
		conn := &dialplanConn{value: c.value, set: c.set}
		_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			if got, ok, err := s.Variable(ctx, "A"); got != c.value || ok != c.set || err != nil {
				t.Errorf("Variable = %q, %t, %v, want %q, %t", got, ok, err, c.value, c.set)
			}
			return nil
		}), nil)
		if len(conn.lines) != c.lines {
			t.Errorf("%d bytes in %d commands, want %d", len(c.value), len(conn.lines), c.lines)
		}
	}
}

func TestVariableRefusesExpressions(t *testing.T) {
	conn := new(dialplanConn)
	_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		for _, name := range []string{"", "${A}", "A}${B", "$[1]", "A:1", "F(a", "F(a))", "F(a)b", "F(a)(b)", "(a)", "a)b", "A\n", "A\x00"} {
			if _, _, err := s.Variable(ctx, name); !errors.Is(err, agi.ErrInvalid) {
				t.Errorf("Variable(%q) = %v", name, err)
			}
		}
		return nil
	}), nil)
	if len(conn.lines) > 0 {
		t.Errorf("sent %q", conn.lines)
	}
}

// echoing is a Conn that gives each command the same reply.
type echoing struct {
	to    agi.Receiver
	reply string
	first string   // to the first command, unless empty
	lines []string // that were sent
	quiet bool     // keeps no lines: costs nothing
}

func (e *echoing) Start(to agi.Receiver) { e.to = to }

func (e *echoing) Send(_ context.Context, c agi.Command) error {
	reply := e.reply
	if e.first != "" {
		reply, e.first = e.first, ""
	}
	if !e.quiet {
		e.lines = append(e.lines, c.Line)
	}
	e.to.Reply(reply)
	return nil
}

func TestAllocations(t *testing.T) {
	for name, c := range map[string]struct {
		reply string
		call  func(ctx context.Context, s *agi.Session) error
	}{
		"SetVariable": {"200 result=1", func(ctx ctxt, s sess) error { return s.SetVariable(ctx, "NAME", "some value") }},
		"GetVariable": {"200 result=1 (some value)", func(ctx ctxt, s sess) error { _, _, err := s.GetVariable(ctx, "NAME"); return err }},
		"StreamFile":  {"200 result=35 endpos=12345", func(ctx ctxt, s sess) error { _, err := s.StreamFile(ctx, "hello", "#"); return err }},
		"GetData":     {"200 result=0042", func(ctx ctxt, s sess) error { _, err := s.GetData(ctx, "pin", 5*time.Second, 4); return err }},
		"Exec":        {"200 result=0", func(ctx ctxt, s sess) error { _, err := s.Exec(ctx, "NoOp", "a", "b"); return err }},
	} {
		_ = agi.Serve(t.Context(), &echoing{reply: c.reply, quiet: true}, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			allocations := testing.AllocsPerRun(200, func() {
				if err := c.call(ctx, s); err != nil {
					t.Error(err)
				}
			})
			t.Logf("%s: %v allocations", name, allocations)
			if allocations > 2 { // and one of the stream for the reply
				t.Errorf("%s: %v allocations", name, allocations)
			}
			return nil
		}), nil)
	}
}
