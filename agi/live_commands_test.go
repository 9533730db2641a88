package agi_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/scene"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// Every command, with its success and its failure, through every transport. All
// calls run at once.
func TestLiveEveryCommand(t *testing.T) {
	eachTransport(t, func(t *testing.T, s *lab.Server, tr transport, target string) {
		calls := make(map[string]*visit.Visit)
		for _, part := range parts(tr) {
			calls[part] = visit.Enter(t, s, visit.Call{Target: target + ",commands," + part})
		}
		for part, call := range calls {
			if got := call.End(t).Result; got != scene.AsWanted && (tr.name != async || got != "") {
				t.Errorf("%s: %s", part, got)
			}
		}
	})
}

// parts are the calls that play all commands. Over AMI most failures end the
// session, so that each has a call of its own.
func parts(tr transport) []string {
	var all []string
	for group, cases := range scene.Commands {
		if tr.name != async {
			all = append(all, group+",all")
			continue
		}
		if slices.ContainsFunc(cases, func(c scene.Case) bool { return c.Fails == "" }) {
			all = append(all, group+",successes")
		}
		for i, c := range cases {
			if c.Fails != "" {
				all = append(all, group+","+strconv.Itoa(i))
			}
		}
	}
	return all
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
			for group, cases := range scene.Commands {
				for _, c := range cases {
					if slices.ContainsFunc(whenDead, func(d string) bool { return strings.HasPrefix(c.Name, d) }) && !strings.HasPrefix(c.Name, "SET CALLERID") {
						if _, err := c.Call(ctx, s); errors.Is(err, agi.ErrHangup) && c.Name != "EXEC" {
							t.Errorf("%s: %s: %v", group, c.Name, err)
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
	cases := []struct {
		name string
		call func(ctxt, sess) (any, error)
	}{
		{"WAIT FOR DIGIT", func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, -1)) }},
		{"STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "demo-congrats", "")) }},
		{"CONTROL STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.ControlStreamFile(c, "demo-congrats", "", nil)) }},
		{"GET DATA", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "demo-congrats", 0, 4)) }},
		{"GET OPTION", func(c ctxt, s sess) (any, error) { return one(s.GetOption(c, "demo-congrats", "", 0)) }},
		{"SAY DIGITS", func(c ctxt, s sess) (any, error) { return one(s.SayDigits(c, "1234567890", "")) }},
		{"RECEIVE TEXT", func(c ctxt, s sess) (any, error) { return value(s.ReceiveText(c, -1)) }},
		{"RECEIVE CHAR", func(c ctxt, s sess) (any, error) { return char(s.ReceiveChar(c, -1)) }},
		{"EXEC", func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "Wait", "60")) }},
		{"EXEC Dial", func(c ctxt, s sess) (any, error) { return one(s.Dial(c, "Local/answer@outcome", 0, "")) }},
		{"EXEC Conference", func(c ctxt, s sess) (any, error) { return one(s.Conference(c, "7")) }},
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

// exists waits for a file.
func exists(t *testing.T, ctx context.Context, file string) {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for {
		if _, err := os.Stat(file); err == nil {
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			t.Errorf("no %s came", file)
			return
		}
	}
}

// A digit ends a recording that is yet to begin. The beep is a long one, for a
// busy machine needs longer to press a digit than the usual one lasts.
func TestLiveDigitDuringTheBeep(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		server.RequireOwn(t)
		const sounds = "/usr/share/asterisk/sounds"
		long, err := os.ReadFile(filepath.Join(server.Root(), sounds, "en_US_f_Allison", "demo-congrats.gsm"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(server.Dir(), "beep.gsm"), long, 0o644); err != nil {
			t.Fatal(err)
		}
		language, err := filepath.Rel(sounds, strings.TrimPrefix(server.Dir(), server.Root()))
		if err != nil {
			t.Fatal(err)
		}
		p := newPBX(t, server)
		err = p.call(t, func(ctx context.Context, s *agi.Session) error {
			if err := s.SetVariable(ctx, "CHANNEL(language)", language); err != nil {
				return err
			}
			defer p.press(t, s, "1112")()
			got, err := s.RecordFile(ctx, "/tmp/agi-live-digit", "gsm", &agi.Recording{Stop: "2", Beep: true})
			if want := (agi.Recorded{End: agi.RecordDigit, Digit: "2"}); got != want || err != nil {
				t.Errorf("RecordFile = %+v, %v, want %+v", got, err, want)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A recording that the hangup ends is a recording.
func TestLiveHangupDuringARecording(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		server.RequireOwn(t)
		p := newPBX(t, server)
		err := p.call(t, func(ctx context.Context, s *agi.Session) error {
			file := filepath.Join(server.Dir(), "spool", "hangup-"+s.Env.UniqueID)
			defer p.once(t, s, func(ctx context.Context) error {
				exists(t, ctx, file+".gsm") // a hangup before that is no recording
				_, err := p.ami.Do(ctx, action.Hangup{Channel: s.Env.Channel})
				return err
			})()
			got, err := s.RecordFile(ctx, strings.TrimPrefix(file, server.Root()), "gsm", nil)
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
