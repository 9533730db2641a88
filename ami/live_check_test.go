package ami_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// What the doctor says of each user of the lab.
func TestLiveCheck(t *testing.T) {
	for _, c := range []struct {
		user     string
		readable string // classes said to be readable; "all"
		not      string // classes said not to be
		may      []string
		mayNot   []string
		problems []string // what some problem must say
	}{
		{user: "all", readable: "all", may: []string{"Originate", "Command", "UserEvent"}},
		{user: "impatient", readable: "all", may: []string{"Originate"}},
		{user: "nosystem", readable: "call,user,dialplan,security", not: "system", may: []string{"Originate"}, problems: []string{"read=system"}},
		{user: "nocall", readable: "system,user", not: "call,dialplan,agent,cdr", may: []string{"Originate"},
			problems: []string{"read=call no call is seen", "read=dialplan", "read=agent"}},
		{user: "noread", not: "system,call,user,dialplan", may: []string{"Originate"}, problems: []string{"read=system", "read=call", "read=user"}},
		{user: "readonly", readable: "system", may: []string{"QueueStatus"}, mayNot: []string{"Originate", "Command", "Setvar"},
			problems: []string{"write=originate", "write=command", "write=system or call", "write=system or reporting"}},
		{user: "crm", not: "system,dialplan", may: []string{"Originate", "Hangup", "Getvar", "CoreShowChannels"}, mayNot: []string{"Command", "UserEvent", "DBPut"},
			problems: []string{"read=system", "read=dialplan", "write=command", "write=user", "write=agi"}},
	} {
		t.Run(c.user, func(t *testing.T) {
			lab.Each(t, func(t *testing.T, s *lab.Server) {
				s.RequireOwn(t)
				conn := connect(t, s, c.user, nil)
				start := time.Now()
				report, err := ami.Check(deadline(t, 10*time.Second), conn)
				if err != nil {
					t.Fatalf("Check = %v", err)
				}
				if took := time.Since(start); took > atOnce {
					t.Errorf("Check took %v, want a second or two", took)
				}
				t.Log(report)
				if report.User != c.user || report.Version.Major < int(s.Version()) {
					t.Errorf("Check = user %q, version %v", report.User, report.Version)
				}
				expectClasses(t, report, c.readable, ami.ReadableYes)
				expectClasses(t, report, c.not, ami.ReadableNo)
				for _, name := range c.may {
					if !report.May(name) {
						t.Errorf("May(%s) = false", name)
					}
				}
				for _, name := range c.mayNot {
					if report.May(name) {
						t.Errorf("May(%s) = true", name)
					}
				}
				for _, problem := range c.problems {
					if !slices.ContainsFunc(report.Problems, func(p string) bool { return strings.Contains(p, problem) }) {
						t.Errorf("Problems = %q, want one that says %q", report.Problems, problem)
					}
				}
				if c.problems == nil && len(report.Problems) > 0 {
					t.Errorf("Problems = %q, want none", report.Problems)
				}
				inStep(t, connect(t, s, "all", nil), "Check", 0)
			})
		})
	}
}

func expectClasses(t *testing.T, report *ami.Report, classes string, want ami.Readable) {
	t.Helper()
	if classes == "all" {
		classes = action.ClassAll.String()
	}
	for name := range strings.SplitSeq(classes, ",") {
		for _, c := range report.Events {
			if c.Class.String() == name && c.Readable != want {
				t.Errorf("events of class %s: %s (%s), want %s", name, c.Readable, c.Evidence, want)
			}
		}
	}
}

// A Client has the doctor see the same, and a mask is seen too.
func TestLiveCheckOfAClient(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		client, err := ami.Connect(deadline(t, 10*time.Second), s.AMI(), configFor(s, "all", func(c *ami.Config) { c.EventMask = "call,user" }))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		report, err := ami.Check(deadline(t, 10*time.Second), client)
		if err != nil {
			t.Fatalf("Check = %v", err)
		}
		expectClasses(t, report, "call,user", ami.ReadableYes)
		expectClasses(t, report, "system,dialplan,cdr", ami.ReadableNo)
		response, err := client.Do(deadline(t, 5*time.Second), action.Getvar{Variable: "ASTERISK_GO_CHECK"})
		if err == nil && response.Get("Value") != "" {
			t.Errorf("Check left the variable ASTERISK_GO_CHECK = %q", response.Get("Value"))
		}
	})
}
