package live

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// The captures in testdata are what Asterisk 16 and 22 sent of the calls of docs/calls.md, which real SIP phones made: from
// a snapshot before to one after. VarSet, CEL and what tells nothing of calls is left out.

var start = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

var unlimited = limits{channels: 1e6, bridges: 1e6, calls: 1e6, finished: 1e6, finishedBytes: 1e9}

// capture returns the events of a capture, 10 ms apart.
func capture(t testing.TB, name string) (all []event.Event) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".log"))
	if err != nil {
		t.Fatal(err)
	}
	for i, block := range strings.Split(string(text), "\r\n\r\n") {
		fields := transport.ParseFields(strings.TrimSuffix(block, "\r\n") + "\r\n")
		all = append(all, decoded(fields, start.Add(time.Duration(i)*10*time.Millisecond)))
	}
	return all
}

func decoded(fields transport.Fields, at time.Time) event.Event {
	base := event.NewBase(fields, at)
	if base.EventName() == "Synced" {
		return synced(at)
	}
	return event.Raw{Base: base}.Decode()
}

// synced ends the lists of a model, all of them complete.
func synced(at time.Time) event.Synced {
	return event.Synced{Base: event.NewBase(transport.ParseFields("Event: Synced\r\n"), at), Lists: []event.ListResult{{Action: "BridgeList"}, {Action: "Status"}}}
}

// follower is a state, and who listens to it.
type follower struct {
	*state
	t       testing.TB
	changes []Change
	asked   []string // names
	answer  func(question) answer
	odd     bool // events come in an order that no Asterisk has, so a Call may be shown, and found by what has ended, later than it is so
}

func follow(t testing.TB) *follower {
	f := &follower{state: newState(unlimited), t: t}
	f.answer = func(question) answer { return answer{failed: true} }
	return f
}

func (f *follower) takes(events ...event.Event) {
	f.t.Helper()
	for _, ev := range events {
		f.take(ev)
		f.drain()
	}
}

// drain answers questions and collects changes.
func (f *follower) drain() {
	f.t.Helper()
	for rounds := 0; ; rounds++ {
		if rounds > 100 {
			f.t.Fatalf("it asks without end, last for %q", f.asked[len(f.asked)-3:])
		}
		for _, c := range f.state.changes {
			f.changes = append(f.changes, c.after.changed(&c))
		}
		f.state.changes = nil
		all := f.takeQuestions()
		if len(all) == 0 {
			f.check()
			return
		}
		for _, q := range all {
			f.asked = append(f.asked, q.name)
			f.answered(q, f.answer(q), f.at)
		}
	}
}

// check wants what must be true after every event.
func (f *follower) check() {
	f.t.Helper()
	if len(f.legs) != f.channels.size {
		f.t.Errorf("%d legs, and %d channels", len(f.legs), f.channels.size)
	}
	for c := range f.channels.all() {
		l := f.legs[c.UniqueID]
		if l == nil || l.shown != c || l.draft != nil || l.over {
			f.t.Errorf("%v has the leg %+v", c, l)
			continue
		}
		if r := f.rooms[c.BridgeID]; c.BridgeID != "" && (r == nil || !slices.Contains(r.members, l)) {
			f.t.Errorf("%v is not in its bridge", c)
		}
		if call, ok := f.calls.get(c.CallID); c.CallID != "" && (!ok || !slices.Contains(call.Channels, c.UniqueID)) {
			f.t.Errorf("%v is not in its call %v", c, call)
		}
	}
	for _, r := range f.rooms {
		for _, l := range r.members {
			if l.shown.BridgeID != r.id || l.over {
				f.t.Errorf("%v is a member of bridge %s", l.shown, r.id)
			}
		}
	}
	for c := range f.calls.all() {
		if c.Ended.IsZero() != (len(c.Channels) > 0) {
			f.t.Errorf("%v has the channels %q", c, c.Channels)
		}
	}
	if f.odd {
		return
	}
	ended := make(map[string]bool)
	for _, c := range f.distinctCalls() {
		for _, l := range c.legs {
			if l.over {
				ended[l.id] = true
			}
			if last := f.past[l.id]; l.over && (last == nil || last.call == nil) {
				f.t.Errorf("of what has ended %v can't be found", l.shown)
			}
		}
		f.touchCall(c)
	}
	if len(ended) != len(f.past) {
		f.t.Errorf("%d channels that have ended can be found, %d have a Call", len(f.past), len(ended))
	}
	f.commit()
	for _, c := range f.state.changes {
		f.t.Errorf("it was not shown when it happened: %v", c.after.changed(&c))
	}
	f.state.changes = nil
}

func (f *follower) distinctCalls() []*call {
	all := make(map[*call]bool)
	for _, c := range f.threads {
		all[c] = true
	}
	return slices.Collect(maps.Keys(all))
}

// oracle answers from what a whole capture says: the Linkedid that a name has in its later events.
func oracle(events []event.Event) func(question) answer {
	known := make(map[string]answer)
	for _, ev := range events {
		name, _ := ev.Fields().Lookup("Channel")
		id, _ := ev.Fields().Lookup("Uniqueid")
		linked, _ := ev.Fields().Lookup("Linkedid")
		if name != "" && id != "" && linked != "" {
			known[name] = answer{there: true, uniqueID: id, linkedID: linked} // the last counts
		}
	}
	return func(q question) answer { return known[q.name] }
}

// story tells the calls as people would: who talks to whom, what joins another Call, and how each ends.
func story(changes []Change) string {
	var b strings.Builder
	for _, change := range changes {
		c, ok := change.(Changed[Call])
		if !ok || c.Kind == KindRemoved && c.After.Merged == nil {
			continue
		}
		now, before := tell(c.After), ""
		if c.Before != nil {
			before = tell(c.Before)
		}
		_, talks, _ := strings.Cut(now, "; ")
		if _, talked, _ := strings.Cut(before, "; "); talks != talked && talks != "" {
			b.WriteString(now + "\n")
		}
		b.WriteString(happened(c))
	}
	return b.String()
}

// happened tells of transfers and of queues, as far as a change has more of them.
func happened(c Changed[Call]) string {
	var b strings.Builder
	if c.After.Merged != nil || c.Kind == KindRemoved {
		return ""
	}
	before := c.Before
	if before == nil {
		before = new(Call)
	}
	for _, t := range c.After.Transfers {
		if !slices.Contains(before.Transfers, t) {
			fmt.Fprintf(&b, "  %s transfer by %s of %s to %s: %s\n", t.Kind, device(c.After, t.By), device(c.After, t.Whom),
				cmp.Or(device(c.After, t.To), t.Exten, t.Application), t.Result)
		}
	}
	for _, v := range c.After.Queues {
		if slices.Contains(before.Queues, v) {
			continue
		}
		fmt.Fprintf(&b, "  %s in %s", device(c.After, v.Party), v.Queue)
		switch {
		case !v.Answered.IsZero():
			fmt.Fprintf(&b, " answered by %s, %s at %s", device(c.After, v.Member), v.MemberName, v.Interface)
		case v.Abandoned:
			b.WriteString(" abandoned")
		case !v.Left.IsZero():
			b.WriteString(" left")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// device is that of a Party.
func device(c *Call, id string) string {
	p, _ := c.Party(id)
	return strings.TrimPrefix(p.Device, "PJSIP/")
}

// tell is a Call by the devices of its Parties: what each does, and then who talks to whom, who holds, and how it ended. Local
// channels that lead to nobody so far are left out.
func tell(c *Call) string {
	var words, holds []string
	for _, p := range c.Parties {
		word := device(c, p.ID)
		if leadsNowhere(word) {
			continue
		}
		switch {
		case !p.Left.IsZero():
			word += fmt.Sprintf(" left(%d)", p.Cause)
		case !p.Answered.IsZero():
			word += " up"
		case !p.Ringing.IsZero():
			word += " rings"
		}
		if by := device(c, p.DialledBy); by != "" {
			word += " for " + by
		}
		if by := device(c, p.PickedUp); by != "" {
			word += " picked up " + by
		}
		if words = append(words, word); !p.Held.IsZero() && p.Left.IsZero() {
			holds = append(holds, "; "+device(c, p.ID)+" holds")
		}
	}
	text := strings.Join(words, ", ")
	for _, t := range c.Conversations {
		text += talks(c, t)
	}
	text += strings.Join(holds, "")
	if !c.Ended.IsZero() && c.Merged == nil {
		text += "; ended"
	}
	if c.Merged != nil {
		text += "; merged"
	}
	return text
}

func talks(c *Call, t Conversation) string {
	var names []string
	for _, id := range t.Parties {
		names = append(names, device(c, id))
	}
	slices.Sort(names)
	if slices.ContainsFunc(names, leadsNowhere) {
		return ""
	}
	text := "; " + strings.Join(names, "+")
	if t.Conference != "" {
		text += " in " + t.Conference
	}
	if n := len(t.Bridges); n > 1 {
		text += fmt.Sprintf(" (%d bridges)", n)
	}
	return text
}

func leadsNowhere(name string) bool { return strings.HasPrefix(name, "Local/") }
