package ami_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// What a command prints is what the console prints.
func TestLiveCommandOutput(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		conn := connect(t, s, "all", nil)
		for _, command := range []string{"dialplan show", "core show application Dial", "manager show settings", "core show codecs",
			"queue show empty", "pjsip show endpoint 100", "core show license"} {
			got, err := ami.Command(deadline(t, 10*time.Second), conn, command)
			if err != nil {
				t.Errorf("Command(%q) = %v", command, err)
				continue
			}
			printed, err := s.CLI(deadline(t, 10*time.Second), command)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%q: %d lines", command, len(got))
			want := consoleLines(printed)
			got = consoleLines(strings.Join(got, "\n"))
			for i := range max(len(got), len(want)) {
				if i >= len(got) || i >= len(want) || got[i] != want[i] {
					t.Errorf("Command(%q), from line %d:\n%q\nwant\n%q", command, i, got[min(i, len(got)):], want[min(i, len(want)):])
					break
				}
			}
		}
		out, err := ami.Command(deadline(t, 5*time.Second), conn, "no such command")
		if err == nil || len(out) == 0 || !strings.HasPrefix(out[0], "No such command") {
			t.Errorf("an unknown command = %q, %v, want an error and its text", out, err)
		}
	})
}

// consoleLines are the lines without what only a terminal gets, and without
// empty lines at the end.
func consoleLines(text string) []string {
	for {
		before, after, found := strings.Cut(text, "\x1b[")
		if !found {
			break
		}
		_, after, _ = strings.Cut(after, "m")
		text = before + after
	}
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

// An action as large as Asterisk takes is answered at once, with TLS too: 128
// lines, and lines of 1022 bytes. One more, and it is not sent.
func TestLiveLargestActions(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for name, secure := range map[string]*tls.Config{"TCP": nil, "TLS": {RootCAs: s.CA()}} {
			address := s.AMI()
			if secure != nil {
				address = s.AMITLS()
			}
			var written atomic.Int64
			conn, err := ami.Dial(deadline(t, 10*time.Second), address, configFor(s, "all", func(c *ami.Config) { c.TLS, c.Dial = secure, counting(&written) }))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			for _, c := range []struct{ fields, length int }{{125, 30}, {1, 1022}, {125, 1022}, {40, 100}} {
				sent := largeEvent(fmt.Sprint(name, c.fields, c.length), c.fields, c.length)
				sub := conn.Subscribe(event.And(event.Of[event.UserEvent](), event.Where("UserEvent", sent.UserEvent)), nil)
				start := time.Now()
				do(t, conn, sent)
				if took := time.Since(start); took > atOnce {
					t.Errorf("%s: %d fields of %d bytes: answered after %v, want at once", name, c.fields, c.length, took)
				}
				ev, err := sub.Next(deadline(t, 5*time.Second))
				if err != nil {
					t.Fatal(err)
				}
				for _, field := range sent.Fields {
					if got := ev.Fields().Get(field.Key); got != field.Value {
						t.Fatalf("%s: %s came as %d bytes %q, want %d", name, field.Key, len(got), got, len(field.Value))
					}
				}
				sub.Close()
			}
			before := written.Load()
			for _, a := range []action.Action{largeEvent("lines", 126, 30), largeEvent("long", 1, 1023)} {
				if _, err := conn.Do(deadline(t, 5*time.Second), a); !errors.Is(err, ami.ErrInvalid) {
					t.Errorf("%s: over the limit = %v, want ErrInvalid", name, err)
				}
			}
			if sent := written.Load() - before; sent != 0 {
				t.Errorf("%s: %d bytes were sent of what is over the limit", name, sent)
			}
		}
	})
}

// largeEvent has that many fields, each a line of that many bytes.
func largeEvent(name string, fields, length int) action.UserEvent {
	a := action.UserEvent{UserEvent: name}
	for n := range fields {
		key := fmt.Sprint("Key", n)
		value := fmt.Sprint(n, strings.Repeat("v", length))
		a.Fields = append(a.Fields, action.Field{Key: key, Value: value[:length-len(key)-len(": ")]})
	}
	return a
}

// What mask and filters let pass. Each case sends two UserEvents and sets a
// variable in between.
func TestLiveMaskAndFilters(t *testing.T) {
	filter := func(criteria, expression string) func(*ami.Config) {
		return func(c *ami.Config) { c.Filters = []ami.EventFilter{{Criteria: criteria, Expression: expression}} }
	}
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for _, c := range []struct {
			name   string
			mutate func(*ami.Config)
			only22 bool
			want   []string
		}{
			{"none", nil, false, []string{"UserEvent one", "UserEvent two", "VarSet"}},
			{"mask user", func(c *ami.Config) { c.EventMask = "user" }, false, []string{"UserEvent one", "UserEvent two"}},
			{"mask user and dialplan", func(c *ami.Config) { c.EventMask = "user,dialplan" }, false, []string{"UserEvent one", "UserEvent two", "VarSet"}},
			{"mask off", func(c *ami.Config) { c.EventMask = "off" }, false, nil},
			{"include", filter("", "Event: VarSet"), false, []string{"VarSet"}},
			{"exclude", filter("", "!Event: VarSet"), false, []string{"UserEvent one", "UserEvent two"}},
			{"name", filter("name(UserEvent)", ""), true, []string{"UserEvent one", "UserEvent two"}},
			{"header", filter("name(UserEvent),header(UserEvent),method(exact)", "two"), true, []string{"UserEvent two"}},
			{"exclude by name", filter("action(exclude),name(VarSet)", ""), true, []string{"UserEvent one", "UserEvent two"}},
		} {
			t.Run(c.name, func(t *testing.T) {
				if c.only22 && s.Version() < lab.V22 {
					_, err := ami.Dial(deadline(t, 10*time.Second), s.AMI(), configFor(s, "all", c.mutate))
					if err == nil || !strings.Contains(err.Error(), "22.1") {
						t.Errorf("Dial = %v, want an error that says which version is needed", err)
					}
					return
				}
				conn := connect(t, s, "all", c.mutate)
				if got := heard(t, conn, connect(t, s, "all", nil)); !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		}
		for user, says := range map[string]string{"crm": "write=system", "all": "Config.Filters"} {
			_, err := ami.Dial(deadline(t, 10*time.Second), s.AMI(), configFor(s, user, filter("", "(")))
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("Dial(%s) with a broken filter = %v, want an error that says %s", user, err, says)
			}
		}
	})
}

// heard is what comes of the events that it provokes, sorted: Asterisk keeps no
// order between their kinds. The witness hears all.
func heard(t *testing.T, conn, witness *ami.Conn) []string {
	t.Helper()
	name := fmt.Sprintf("HEARD_%d", time.Now().UnixNano())
	filter := event.Or(event.Where("Key", name), event.And(event.Of[event.VarSet](), event.Where("Variable", name)))
	sub, seen := conn.Subscribe(filter, nil), witness.Subscribe(filter, nil)
	say := func(word string) {
		do(t, conn, action.UserEvent{UserEvent: word, Fields: []action.Field{{Key: "Key", Value: name}}})
	}
	say("one")
	do(t, conn, action.Setvar{Variable: name, Value: "x"})
	say("two")
	for range 3 {
		if _, err := seen.Next(deadline(t, 5*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // what is queued comes before the answer to the second
		do(t, conn, action.Ping{})
	}
	var got []string
	for sub.Stats().Queued > 0 {
		switch e, _ := sub.Next(t.Context()); e := e.(type) {
		case event.UserEvent:
			got = append(got, "UserEvent "+e.UserEvent)
		case event.VarSet:
			got = append(got, "VarSet")
		}
	}
	slices.Sort(got)
	return got
}
