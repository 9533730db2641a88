package ami_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// user is a manager that lets its client do the named actions.
type user struct {
	actions string   // of ListCommands
	cli     []string // what manager show user prints; nil for a refusal
	hears   string   // classes of events that come when provoked
}

func (u user) play(p *amitest.Peer) {
	p.Handle("ListCommands", func(p *amitest.Peer, a amitest.Action) {
		fields := []string{}
		for name := range strings.FieldsSeq(u.actions) {
			fields = append(fields, name, "Does it (Priv: <none>)")
		}
		p.Success(a, fields...)
	})
	p.Handle("Command", func(p *amitest.Peer, a amitest.Action) {
		if u.cli == nil || a.Get("Command") != "manager show user u" {
			p.Error(a, "Command output follows")
			return
		}
		fields := []string{"Message", "Command output follows"}
		for _, line := range u.cli {
			fields = append(fields, "Output", line)
		}
		p.Success(a, fields...)
	})
	provoked := func(class, name string) func(*amitest.Peer, amitest.Action) {
		return func(p *amitest.Peer, a amitest.Action) {
			p.Success(a)
			if strings.Contains(u.hears, class) {
				p.Emit("Event", name, "Privilege", class+",all", "ActionID", a.ID())
			}
		}
	}
	p.Handle("UserEvent", provoked("user", "UserEvent"))
	p.Handle("Setvar", provoked("dialplan", "VarSet"))
	p.Login()
	p.Serve()
}

const everyAction = "Originate CoreSettings CoreShowChannels Status Hangup Redirect Command UserEvent AGI Setvar Events Ping"

func readable(r *ami.Report, class action.Class) ami.ClassReport {
	i := slices.IndexFunc(r.Events, func(c ami.ClassReport) bool { return c.Class == class })
	return r.Events[i]
}

func wantReadable(t *testing.T, r *ami.Report, class action.Class, want ami.Readable, evidence string) {
	t.Helper()
	got := readable(r, class)
	if got.Readable != want || !strings.Contains(got.Evidence, evidence) {
		t.Errorf("class %s: %s (%s), want %s (%s)", class, got.Readable, got.Evidence, want, evidence)
	}
	if r.Reads(class) != (want == ami.ReadableYes) {
		t.Errorf("Reads(%s) = %v", class, r.Reads(class))
	}
}

func check(t *testing.T, u user, mutate func(*ami.Config)) *ami.Report {
	t.Helper()
	client := connectTo(t, serve(t, u.play), mutate)
	report, err := ami.Check(t.Context(), client)
	if err != nil {
		t.Fatalf("Check = %v", err)
	}
	if report.User != "u" || report.Version.Major != 22 || len(report.Events) != len(action.ClassAll.Classes()) {
		t.Errorf("report %+v", report)
	}
	return report
}

// The user's rights by the CLI: that is the surest evidence, and nothing is
// provoked.
func TestCheckByTheCLI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := check(t, user{actions: everyAction, cli: []string{
			"", "       username: u", "         secret: <Set>", "      read perm: system,call,cdr", "     write perm: all"}}, nil)
		wantReadable(t, r, action.ClassCall, ami.ReadableYes, "CLI")
		wantReadable(t, r, action.ClassUser, ami.ReadableNo, "CLI")
		if got := strings.Join(r.Problems, "\n"); !strings.Contains(got, "without read=user no UserEvent comes") ||
			strings.Contains(got, "write=") || strings.Contains(got, "read=call ") {
			t.Errorf("Problems: %s", got)
		}
		if !r.May("originate") || r.May("Reload") {
			t.Error("May(originate) and not May(Reload) is what ListCommands said")
		}
		r = check(t, user{actions: everyAction, cli: []string{"read perm: all"}}, nil)
		if len(r.Problems) != 0 || !r.Reads(action.ClassSecurity) {
			t.Errorf("Problems of a user who may do all: %q", r.Problems)
		}
	})
}

// Without the CLI, events are provoked, and what passes by is noted.
func TestCheckByProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := check(t, user{actions: "CoreSettings UserEvent Setvar Events Ping", hears: "user"}, nil)
		wantReadable(t, r, action.ClassUser, ami.ReadableYes, "UserEvent passed by")
		wantReadable(t, r, action.ClassDialplan, ami.ReadableNo, "provoked")
		wantReadable(t, r, action.ClassSystem, ami.ReadableYes, "FullyBooted")
		wantReadable(t, r, action.ClassCall, ami.ReadableUnknown, "nothing")
		problems := strings.Join(r.Problems, "\n")
		for _, want := range []string{
			"without read=dialplan no variable",
			"without write=originate no call can be begun (action Originate)",
			"without write=system or call no call can be ended (action Hangup)",
			"without write=command no command",
		} {
			if !strings.Contains(problems, want) {
				t.Errorf("Problems lack %q: %s", want, problems)
			}
		}
		for _, not := range []string{"read=call", "read=user", "UserEvent can be sent", "version"} {
			if strings.Contains(problems, not) {
				t.Errorf("Problems have %q: %s", not, problems)
			}
		}
		text := r.String()
		for _, want := range []string{"Asterisk 22.10.1, user u: 5 actions", "class user:", "problem: without write=originate"} {
			if !strings.Contains(text, want) {
				t.Errorf("String() lacks %q: %s", want, text)
			}
		}
	})
}

// What EventMask leaves out does not come, whatever the user may read.
func TestCheckKnowsTheEventMask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mask := func(c *ami.Config) { c.EventMask = "user" }
		for _, u := range []user{
			{actions: everyAction, cli: []string{"read perm: all"}},
			{actions: everyAction, hears: "user"},
		} {
			r := check(t, u, mask)
			wantReadable(t, r, action.ClassCall, ami.ReadableNo, "Config.EventMask")
			wantReadable(t, r, action.ClassUser, ami.ReadableYes, "")
		}
	})
}

func TestCheckFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := scripted(t, func(p *amitest.Peer) { p.Error(p.Expect("ListCommands"), "Asterisk is shutting down") })
		_, err := ami.Check(t.Context(), conn)
		wantError(t, "Check", err, ami.ErrShuttingDown, "ami: check")
	})
}

// A user's wrapper of a session loses nothing of what it knows.
func TestCheckOfAWrapper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := dialTo(t, serve(t, user{actions: everyAction, hears: "user,dialplan"}.play), nil)
		r, err := ami.Check(t.Context(), plain{conn})
		if err != nil || r.User != "u" || r.Version.Major != 22 {
			t.Fatalf("Check = %+v, %v", r, err)
		}
		wantReadable(t, r, action.ClassSystem, ami.ReadableYes, "FullyBooted")
		wantReadable(t, r, action.ClassDialplan, ami.ReadableYes, "VarSet")
	})
}

// hubbed is a session whose events come by another way.
type hubbed struct {
	ami.Session
	hub event.Hub
}

func (h *hubbed) Subscribe(filter event.Filter, _ *ami.SubscribeConfig) *event.Subscription {
	return h.hub.Subscribe(filter, nil)
}

// A session of another kind tells no name, and is checked all the same.
func TestCheckAnySession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := dialTo(t, serve(t, user{actions: everyAction, hears: "user,dialplan"}.play), nil)
		s := &hubbed{Session: conn}
		defer s.hub.Close(nil)
		r, err := ami.Check(t.Context(), s)
		if err != nil || r.User != "" || r.Version.Major != 22 {
			t.Fatalf("Check = %+v, %v", r, err)
		}
		wantReadable(t, r, action.ClassSystem, ami.ReadableUnknown, "")
		if err := ami.Refresh(s.Subscribe(event.Filter{}, nil), action.CoreShowChannels{}); err == nil {
			t.Error("Refresh of a subscription that is no session's has no error")
		}
	})
}
