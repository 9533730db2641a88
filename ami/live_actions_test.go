package ami_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Every action that the server has, without parameters: those that need some
// refuse, the others run. After each the connection must still be in step.
func TestLiveEveryAction(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			conn := connect(t, s, "all", nil)
			report := runEveryAction(t, conn, actionsOf(t, conn))
			if outcome := run(t, connect(t, s, "all", nil), "Logoff"); outcome != "Goodbye" {
				t.Errorf("Logoff = %s, want Goodbye", outcome)
			}
			t.Log(report)
			if out, err := s.CLI(deadline(t, 5*time.Second), "core show uptime"); err != nil || !strings.Contains(out, "System uptime") {
				t.Errorf("core show uptime after all actions = %q, %v", out, err)
			}
		})
	}
}

// actionsOf is what ListCommands lists, sorted.
func actionsOf(t *testing.T, s ami.Session) []string {
	t.Helper()
	list, err := s.Do(deadline(t, 5*time.Second), action.New("ListCommands"))
	if err != nil {
		t.Fatalf("ListCommands = %v", err)
	}
	var names []string
	for key := range list.Fields.All() {
		if key != "Response" && key != "ActionID" {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	return names
}

// runEveryAction runs the actions one by one and returns what became of each.
func runEveryAction(t *testing.T, conn *ami.Conn, names []string) string {
	var report strings.Builder
	counts := make(map[string]int)
	for i, name := range names {
		switch name {
		case "Login", "Logoff", "Challenge", "WaitEvent":
			counts["left out"]++
			continue
		}
		before, start := conn.Stats(), time.Now()
		outcome := run(t, conn, name)
		took := time.Since(start)
		inStep(t, conn, name, i)
		after := conn.Stats()
		kind, _, _ := strings.Cut(outcome, ":")
		counts[kind]++
		fmt.Fprintf(&report, "%-45s %6.0f ms  %s", name, took.Seconds()*1000, outcome)
		if orphans, late := after.Orphans-before.Orphans, after.Late-before.Late; orphans+late > 0 {
			fmt.Fprintf(&report, "  (%d orphans, %d late)", orphans, late)
		}
		report.WriteByte('\n')
	}
	return fmt.Sprintf("%d actions: %v\n%s", len(names), counts, report.String())
}

// run does an action without parameters and says what became of it.
func run(t *testing.T, conn *ami.Conn, name string) string {
	t.Helper()
	response, err := conn.Do(deadline(t, 20*time.Second), action.New(name))
	var refusal *ami.Error
	switch {
	case err == nil && (response.Events != nil || response.End != nil):
		return fmt.Sprintf("list: %d items", len(response.Events))
	case err == nil && response.Get("Response") == "":
		if name != "IAXnetstats" {
			t.Errorf("%s = %q without a Response", name, response.Fields.String())
		}
		return "no response"
	case err == nil && response.Get("Response") == "Goodbye":
		return "Goodbye"
	case err == nil:
		return "success: " + response.Message()
	case errors.As(err, &refusal):
		return "error: " + strings.TrimSpace(refusal.Response.Message())
	}
	t.Errorf("%s = %v, want a response or an *Error", name, err)
	return err.Error()
}

// The table of action says which class an action needs; ListCommands says so too.
func TestLiveClassesOfActions(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		list, err := connect(t, s, "all", nil).Do(deadline(t, 5*time.Second), action.New("ListCommands"))
		if err != nil {
			t.Fatalf("ListCommands = %v", err)
		}
		for name, synopsis := range list.Fields.All() {
			_, classes, found := strings.Cut(synopsis, "(Priv: ")
			if !found {
				continue // Response and ActionID
			}
			classes = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(classes), ")"), ",all")
			spec, known := action.Lookup(name)
			got := spec.Class.String()
			if got == "" {
				got = "<none>"
			}
			if !known || got != classes {
				t.Errorf("Lookup(%q) = class %q, known %t; the server says %q", name, got, known, classes)
			}
		}
	})
}

// inStep proves that an answer still goes to its question.
func inStep(t *testing.T, s ami.Session, after string, i int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	variable, value := fmt.Sprintf("IN_STEP_%d", i), fmt.Sprintf("%s %d", after, i)
	if _, err := s.Do(ctx, action.Setvar{Variable: variable, Value: value}); err != nil {
		t.Fatalf("Setvar after %s = %v", after, err)
	}
	response, err := s.Do(ctx, action.Getvar{Variable: variable})
	if err != nil || response.Get("Value") != value || response.Get("Variable") != variable {
		t.Fatalf("Getvar after %s = %+v, %v, want %q", after, response, err, value)
	}
}
