package live_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

const everyClass = "system,call,log,verbose,command,agent,user,config,dtmf,reporting,cdr,dialplan,originate,agi,cc,aoc,test,security,message"

// without is all classes but one.
func without(class string) string { return strings.Replace(everyClass, class+",", "", 1) }

// limited are users who lack classes, and what their models are to say of channels and of calls. Both are absent, or the parts are
// complete unless something is missing, and what is late is named.
var limited = []struct {
	lab.User
	absent                   bool
	missing, late            string // of calls
	lateChannels, lateQueues string
}{
	{User: lab.User{Name: "everything", Read: "all", Write: "all"}},
	{User: lab.User{Name: "callalone", Read: "call"}, absent: true, missing: "write="},
	{User: lab.User{Name: "callreporting", Read: "call", Write: "reporting"}, // nobody tells this one what it may read
		late: "class agent", lateChannels: "class dialplan", lateQueues: "class agent"},
	{User: lab.User{Name: "noagent", Read: without("agent"), Write: "all"}, missing: "read=agent"},
	{User: lab.User{Name: "nodialplan", Read: without("dialplan"), Write: "all"}, late: "read=dialplan", lateChannels: "Variables"},
	{User: lab.User{Name: "nowrite", Read: "all"}, absent: true, missing: "write="},
}

// A user who lacks a class gets what the rest tells, right; and is told what lacks. A part that can't be kept true shows nothing.
func TestLiveRightsByClass(t *testing.T) {
	var users []lab.User
	for _, u := range limited {
		users = append(users, u.User)
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Users: users})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			w := watch(t, s)
			models := make(map[string]*live.Model)
			for _, u := range limited {
				models[u.Name] = watchAs(t, ctx, s, u.Name, false, &live.Config{Recheck: -1})
			}
			for _, to := range []string{"dial-answer", "queue", "conf-7", "park"} {
				if _, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/answer@outcome/n", Context: "app", Exten: to}); err != nil {
					t.Fatal(err)
				}
			}
			await := w.model.Subscribe(nil)
			awaitCall(t, ctx, await, func(c *live.Call) bool { return len(c.Queues) > 0 && !c.Queues[0].Answered.IsZero() })
			await.Close()
			for _, u := range limited {
				m := models[u.Name]
				t.Run(u.Name, func(t *testing.T) {
					parts := make(map[live.PartName]live.Part)
					for _, p := range m.Parts() {
						parts[p.Name] = p
						if p.Complete != (len(p.Missing) == 0) || p.Absent && p.Complete {
							t.Errorf("%+v", p)
						}
					}
					channels, calls := parts[live.PartChannels], parts[live.PartCalls]
					if channels.Absent != u.absent || calls.Absent != u.absent || channels.Complete == u.absent || calls.Complete != (u.missing == "") ||
						!strings.Contains(strings.Join(calls.Missing, ";"), u.missing) {
						t.Errorf("%v, and %v; want what is missing to be %q", channels, calls, u.missing)
					}
					says(t, calls, u.late)
					says(t, channels, u.lateChannels)
					if u.lateQueues != "" {
						says(t, parts[live.PartQueues], u.lateQueues)
					}
					showsNothingAbsent(t, m, parts)
					if u.absent {
						return
					}
					rightOf(watched{t: t, server: w.server, model: m, other: w.other}, ctx, u.lateChannels == "")
					if err := m.Refresh(ctx, live.PartChannels); err != nil {
						t.Fatal(err)
					}
					rightOf(watched{t: t, server: w.server, model: m, other: w.other}, ctx, true)
				})
			}
			hangUpAll(t, ctx, w)
			w.agrees("after", 0)
		})
	}
}

// says wants a part to say that something is late, or that nothing is.
func says(t *testing.T, p live.Part, late string) {
	t.Helper()
	if text := strings.Join(p.Late, ";"); !strings.Contains(text, late) || (text == "") != (late == "") {
		t.Errorf("%v, want what is late to be %q", p, late)
	}
}

// showsNothingAbsent wants no object of a part that is absent.
func showsNothingAbsent(t *testing.T, m *live.Model, parts map[live.PartName]live.Part) {
	t.Helper()
	text, err := json.Marshal(m.View())
	if err != nil {
		t.Fatal(err)
	}
	var view map[string]json.RawMessage
	if err := json.Unmarshal(text, &view); err != nil {
		t.Fatal(err)
	}
	for name, objects := range view {
		if p, ok := parts[live.PartName(strings.ToLower(name))]; ok && p.Absent && string(objects) != "[]" && string(objects) != "null" {
			t.Errorf("%v, and there are %s", p, objects)
		}
	}
}

// rightOf waits until what a model shows is what the other connection lists, apart from the place in the dialplan unless that is told.
func rightOf(w watched, ctx context.Context, place bool) {
	w.t.Helper()
	cut := func(lines []string) []string {
		for i, line := range lines {
			if at := strings.LastIndexByte(line, '|'); at >= 0 && !place {
				lines[i] = line[:at]
			}
		}
		return lines
	}
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		want, got := cut(w.listed(ctx)), cut(w.shown())
		if slices.Equal(want, got) {
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			w.t.Fatalf("the model has\n%s\nand the lists\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// awaitCall waits for a Call that is so.
func awaitCall(t *testing.T, ctx context.Context, changes *live.Subscription, so func(*live.Call) bool) {
	t.Helper()
	for change := range changes.All(ctx) {
		switch c := change.(type) {
		case live.Reset:
			for call := range c.View.Calls() {
				if so(call) {
					return
				}
			}
		case live.Changed[live.Call]:
			if so(c.After) {
				return
			}
		}
	}
	t.Fatalf("no such call: %v", context.Cause(ctx))
}
