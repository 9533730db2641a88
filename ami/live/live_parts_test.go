package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// partsDialplan is what the tests of extensions, agents and mailboxes call.
const partsDialplan = `
[pool]
exten => login,1,AgentLogin(1001,s)
exten => request,1,NoOp()
 same => n(again),AgentRequest(1001)
 same => n,Wait(0.2)
 same => n,Goto(again)
exten => speak,1,Answer()
 same => n,Playtones(440)
 same => n,Wait(2)
 same => n,Hangup()
`

// one watches a part alone, and mirrors its changes.
func one(t *testing.T, s *lab.Server, part live.PartName) (watched, *live.Subscription) {
	t.Helper()
	w := watchOver(t, s, &live.Config{Parts: []live.PartName{part}, Recheck: -1}, nil)
	m := mirrorOf(w.model)
	changes := w.model.Subscribe(nil)
	t.Cleanup(func() {
		changes.Close()
		m.compare(t, w.model)
	})
	return w, changes
}

// same waits until the model shows what lists on the other connection tell, and returns that.
func (w watched) same(what string, shown func(*live.View) []string, listed func(ctx context.Context) []string) []string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		want, got := listed(ctx), shown(w.model.View())
		slices.Sort(want)
		slices.Sort(got)
		if slices.Equal(want, got) {
			return got
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			w.t.Fatalf("%s: the model has\n%s\nand the list\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// items is what a list tells on the other connection, by line.
func items[T event.Event](w watched, ctx context.Context, list action.Lister[T], line func(T) string) (lines []string) {
	w.t.Helper()
	all, err := ami.List(ctx, w.other, list)
	if err != nil {
		w.fatal(err)
	}
	for _, item := range all {
		lines = append(lines, line(item))
	}
	return lines
}

// becomes waits for a change of an object of some kind that is so.
func becomes[T live.Object](t *testing.T, changes *live.Subscription, what string, so func(live.Changed[T]) bool) live.Changed[T] {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), rechecked)
	defer cancel()
	var log []string
	for change := range changes.All(ctx) {
		log = append(log, change.String())
		if c, ok := change.(live.Changed[T]); ok && so(c) {
			return c
		}
	}
	t.Fatalf("%s did not come: %v\n%s", what, context.Cause(ctx), strings.Join(log, "\n"))
	panic("unreachable")
}

func (w watched) do(a action.Action) {
	w.t.Helper()
	if _, err := w.other.Do(w.t.Context(), a); err != nil {
		w.fatal(a.ActionName(), ": ", err)
	}
}

func (w watched) refresh() {
	w.t.Helper()
	if err := w.model.Refresh(w.t.Context()); err != nil {
		w.fatal(err)
	}
}

func (w watched) set(device, state string) {
	w.t.Helper()
	w.do(action.Setvar{Variable: "DEVICE_STATE(Custom:" + device + ")", Value: state})
}

// reconfigured has a file of a server's etc with a text at its end.
func reconfigured(t *testing.T, s *lab.Server, file, was, text string) {
	t.Helper()
	if err := s.Reconfigure(file, was+text); err != nil {
		t.Fatal(err)
	}
}

func contentOf(t *testing.T, s *lab.Server, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Dir(), "etc", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The parts of one kind of objects each, alone: events keep them as lists on another connection tell, and what no event tells is right after a
// refresh.
func TestLiveParts(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel() // they mostly wait
			trunk := openPhone(t)
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": partsDialplan, "pjsip.conf": phonesConfig(trunk)}})
			t.Run("extensions", func(t *testing.T) { liveExtensions(t, s) })
			t.Run("presences", func(t *testing.T) { livePresences(t, s) })
			t.Run("contacts", func(t *testing.T) { liveContacts(t, s, trunk) })
			t.Run("agents", func(t *testing.T) { liveAgents(t, s) })
			t.Run("mailboxes", func(t *testing.T) { liveMailboxes(t, s) })
			t.Run("reloads", func(t *testing.T) { liveReloads(t, s) })
			t.Run("without read=system", func(t *testing.T) { liveWithoutSystem(t, s) })
			t.Run("cuts", func(t *testing.T) { livePartsOverCuts(t, s) })
		})
	}
}

func extensionLine(exten, hint string, status event.ExtensionState, text string) string {
	return fmt.Sprint(exten, " ", hint, " ", status, " ", text)
}

func liveExtensions(t *testing.T, s *lab.Server) {
	w, changes := one(t, s, live.PartExtensions)
	shown := func(v *live.View) (lines []string) {
		for x := range v.Extensions() {
			lines = append(lines, extensionLine(x.Exten+"@"+x.Context, x.Hint, x.Status, x.StatusText))
		}
		return lines
	}
	listed := func(ctx context.Context) []string {
		return items(w, ctx, action.ExtensionStateList{}, func(e event.ExtensionStatus) string {
			return extensionLine(e.Exten+"@"+e.Context, e.Hint, e.Status, e.StatusText)
		})
	}
	was := contentOf(t, s, "extensions.conf")
	t.Cleanup(func() { reconfigured(t, s, "extensions.conf", was, "") })
	reloads := func(hints string) {
		t.Helper()
		reconfigured(t, s, "extensions.conf", was, "\n[hints]\n"+hints)
		if _, err := ami.Command(t.Context(), w.other, "dialplan reload"); err != nil {
			t.Fatal(err)
		}
	}
	w.set("a", "NOT_INUSE")
	w.set("b", "NOT_INUSE")
	reloads("exten => 700,hint,Custom:a\nexten => 701,hint,Custom:b,CustomPresence:b\n")
	if got := w.same("after a reload that nobody told of", shown, listed); len(got) != 2 {
		t.Errorf("there are %q", got)
	}
	for _, state := range []string{"INUSE", "RINGING", "RINGINUSE", "ONHOLD", "BUSY", "UNAVAILABLE", "NOT_INUSE"} {
		w.set("a", state)
		becomes(t, changes, state, func(c live.Changed[live.Extension]) bool { return c.After.Exten == "700" && !c.Synthetic })
		w.same(state, shown, listed)
	}
	w.do(action.ExtensionState{Exten: "100", Context: "default"}) // of a pattern
	becomes(t, changes, "the extension of a pattern", func(c live.Changed[live.Extension]) bool {
		return c.Kind == live.KindAdded && c.After.Hint == "PJSIP/100" && !c.Synthetic
	})
	w.same("with that of a pattern", shown, listed)
	reloads("exten => 701,hint,Custom:a&Custom:b\nexten => 702,hint,Custom:b\n")
	if got := w.same("after another", shown, listed); len(got) != 2 {
		t.Errorf("there are %q", got)
	}
	w.do(action.DialplanExtensionRemove{Context: "hints", Extension: "702"})
	w.refresh()
	if got, want := shown(w.model.View()), listed(t.Context()); !slices.Equal(got, want) || len(got) != 1 {
		t.Errorf("after the silent end of a hint and a refresh there are %q, want %q", got, want)
	}
}

func livePresences(t *testing.T, s *lab.Server) {
	w, changes := one(t, s, live.PartPresences)
	line := func(v any) string { text, _ := json.Marshal(v); return string(text) }
	shown := func(v *live.View) (lines []string) {
		for p := range v.Presences() {
			lines = append(lines, line(p))
		}
		return lines
	}
	listed := func(ctx context.Context) []string {
		return items(w, ctx, action.PresenceStateList{}, func(e event.PresenceStateChange) string {
			return line(live.Presence{Presentity: e.Presentity, Status: e.Status, Subtype: e.Subtype, Message: e.Message})
		})
	}
	for _, value := range []string{"away,lunch,back at \"two\"?", "dnd", "not_set"} {
		w.do(action.Setvar{Variable: "PRESENCE_STATE(CustomPresence:a)", Value: value})
		becomes(t, changes, value, func(c live.Changed[live.Presence]) bool {
			return strings.HasPrefix(value, c.After.Status) && !c.Synthetic
		})
		w.same(value, shown, listed)
	}
}

func agentLine(id, status, channel, uniqueID string) string {
	return strings.Join([]string{id, status, channel, uniqueID}, " ")
}

func liveAgents(t *testing.T, s *lab.Server) {
	w, changes := one(t, s, live.PartAgents)
	ctx := t.Context()
	shown := func(v *live.View) (lines []string) {
		for a := range v.Agents() {
			lines = append(lines, agentLine(a.Agent, a.Status, a.Channel, a.UniqueID))
		}
		return lines
	}
	listed := func(ctx context.Context) []string {
		return items(w, ctx, action.Agents{}, func(e event.Agents) string { return agentLine(e.Agent, e.Status, e.Channel, e.UniqueID) })
	}
	becomesOf := func(status string) *live.Agent {
		t.Helper()
		c := becomes(t, changes, status, func(c live.Changed[live.Agent]) bool { return c.After.Status == status && !c.Synthetic })
		w.same(status, shown, listed)
		return c.After
	}
	channel := w.originate(ctx, "login")
	if a := becomesOf("AGENT_IDLE"); a.UniqueID != channel || a.LoggedInTime.IsZero() {
		t.Errorf("the agent is %+v, want one on %s", a, channel)
	}
	for range 2 {
		caller := w.originate(ctx, "request")
		if a := becomesOf("AGENT_ONCALL"); a.CallStarted.IsZero() {
			t.Errorf("the agent is %+v", a)
		}
		w.refresh()
		var want string
		for _, e := range items(w, ctx, action.Agents{}, func(e event.Agents) string {
			return fmt.Sprint(e.TalkingToChan, e.CallStarted.Unix(), e.LoggedInTime.Unix())
		}) {
			want = e
		}
		a, _ := w.model.View().Agent("1001")
		if got := fmt.Sprint(a.TalkingToChan, a.CallStarted.Unix(), a.LoggedInTime.Unix()); got != want || a.TalkingToChan == "" {
			t.Errorf("after a refresh the agent is %s, want %s", got, want)
		}
		w.do(action.Hangup{Channel: caller})
		becomesOf("AGENT_IDLE")
	}
	w.do(action.Hangup{Channel: channel})
	becomesOf("AGENT_LOGGEDOFF")
	was := contentOf(t, s, "agents.conf")
	for _, text := range []string{"\n[1002]\nfullname = Agent 1002\n", ""} {
		reconfigured(t, s, "agents.conf", was, text)
		w.do(action.Reload{Module: "app_agent_pool"})
		becomes(t, changes, "1002", func(c live.Changed[live.Agent]) bool {
			return c.After.Agent == "1002" && (c.Kind == live.KindRemoved) == (text == "")
		})
		w.same("after a reload", shown, listed)
	}
}

func liveMailboxes(t *testing.T, s *lab.Server) {
	if s.Version().String() == "16" { // of which the lab has no voicemail
		client := connectTo(t, s, nil)
		m, err := live.Watch(t.Context(), client, &live.Config{Parts: []live.PartName{live.PartMailboxes}})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		if p := m.Parts()[0]; !p.Absent || !strings.Contains(p.String(), "app_voicemail") {
			t.Errorf("Parts: %v", p)
		}
		return
	}
	w, changes := one(t, s, live.PartMailboxes)
	shown := func(v *live.View) (lines []string) {
		for b := range v.Mailboxes() {
			lines = append(lines, b.String())
		}
		return lines
	}
	listed := func(ctx context.Context) []string {
		return items(w, ctx, action.VoicemailUsersList{}, func(e event.VoicemailUserEntry) string {
			b := live.Mailbox{Mailbox: e.VoiceMailbox + "@" + e.VMContext, FullName: e.FullName, NewMessages: e.NewMessageCount, OldMessages: e.OldMessageCount}
			return b.String()
		})
	}
	if got := w.same("at first", shown, listed); len(got) != 2 {
		t.Errorf("there are %q", got)
	}
	w.do(action.Originate{Channel: "Local/voicemail@app", Context: "pool", Exten: "speak", Priority: 1, Async: true})
	becomes(t, changes, "a message", func(c live.Changed[live.Mailbox]) bool {
		return c.After.Mailbox == "100@default" && c.After.NewMessages == 1 && !c.Synthetic
	})
	w.same("with a message", shown, listed)
	was := contentOf(t, s, "voicemail.conf")
	reconfigured(t, s, "voicemail.conf", was, "103 => 1003,Phone 103\n")
	if _, err := ami.Command(t.Context(), w.other, "voicemail reload"); err != nil {
		t.Fatal(err)
	}
	becomes(t, changes, "another mailbox", func(c live.Changed[live.Mailbox]) bool {
		return c.After.Mailbox == "103@default" && c.After.FullName != ""
	})
	w.same("after a reload that nobody told of", shown, listed)
	reconfigured(t, s, "voicemail.conf", was, "")
	w.do(action.Reload{Module: "app_voicemail"})
	becomes(t, changes, "its end", func(c live.Changed[live.Mailbox]) bool {
		return c.After.Mailbox == "103@default" && c.Kind == live.KindRemoved
	})
	w.same("after a Reload", shown, listed)
}
