package sipua_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// teller reads the changes of a model while a story is played, and tells the Calls as people would: a line for whom each talks
// with, holds, joins or leaves.
type teller struct {
	t       *testing.T
	ctx     context.Context
	client  ami.Session
	model   *live.Model
	changes *live.Subscription
	pause   func(ctx context.Context) // before each action

	lines    []string
	channels map[string]bool // that live
	calls    map[string]bool
	last     []string // Calls as they were told last, for who looks for a fault
}

// listen begins a model, which has no list after its first.
func listen(t *testing.T, ctx context.Context, client ami.Session) *teller {
	m, err := live.Watch(ctx, client, &live.Config{Recheck: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	return &teller{t: t, ctx: ctx, client: client, model: m, pause: func(context.Context) {}, changes: m.Subscribe(nil), channels: make(map[string]bool), calls: make(map[string]bool)}
}

// until reads changes until a Call is told with that text.
func (l *teller) until(text string) {
	l.t.Helper()
	if l.tells(l.ctx, text) {
		return
	}
	l.t.Fatalf("it is never told %q: %v\n%s\n%s", text, context.Cause(l.ctx), strings.Join(l.lines, "\n"), strings.Join(l.last, "\n"))
}

// tells reads changes until a Call is told with that text, or ctx ends.
func (l *teller) tells(ctx context.Context, text string) bool {
	l.t.Helper()
	for change := range l.changes.All(ctx) {
		if strings.Contains(l.take(change), text) {
			return true
		}
	}
	return false
}

// over reads changes until no channel is left, of those of the model and of those that Asterisk lists.
func (l *teller) over() {
	l.t.Helper()
	for change := range l.changes.All(l.ctx) {
		if l.take(change); len(l.channels) > 0 || len(l.calls) > 0 || len(l.last) == 0 {
			continue
		}
		l.empty()
		return
	}
	l.t.Fatalf("the channels %v and the calls %v are left: %v\n%s\n%s", l.channels, l.calls, context.Cause(l.ctx), strings.Join(l.lines, "\n"), strings.Join(l.last, "\n"))
}

// empty waits until Asterisk lists no channel, which it may do after the Hangup for a moment.
func (l *teller) empty() {
	l.t.Helper()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		left, err := ami.List(l.ctx, l.client, action.CoreShowChannels{})
		switch {
		case err != nil:
			l.t.Fatal(err)
		case len(left) == 0:
			return
		}
		<-poll.C
	}
}

// take takes a change, and returns what it tells.
func (l *teller) take(change live.Change) string {
	switch c := change.(type) {
	case live.Changed[live.Channel]:
		if l.channels[c.After.UniqueID] = true; c.Kind == live.KindRemoved {
			delete(l.channels, c.After.UniqueID)
		}
		if c.After.Doubtful || c.Synthetic {
			l.t.Errorf("%v: nobody forges here, and no event is lost", c)
		}
	case live.Changed[live.Call]:
		return l.takeCall(c)
	}
	return ""
}

func (l *teller) takeCall(c live.Changed[live.Call]) string {
	if !c.After.Complete {
		l.t.Errorf("%v, want one that is complete", c)
	}
	if l.calls[c.After.ID] = true; !c.After.Live() {
		delete(l.calls, c.After.ID)
	}
	now, before := tell(c.After), ""
	if c.Before != nil {
		before = tell(c.Before)
	}
	if c.Kind == live.KindRemoved && c.After.Merged == nil { // it was an agent's login
		return ""
	}
	added := happened(c)
	l.lines = append(l.lines, added...)
	_, talks, _ := strings.Cut(now, "; ")
	if _, talked, _ := strings.Cut(before, "; "); talks != talked && talks != "" {
		l.lines = append(l.lines, now)
	}
	if l.last = append(l.last, fmt.Sprintf("%v %s %s", c.Kind, c.After.ID, now)); len(l.last) > 40 {
		l.last = l.last[1:]
	}
	return strings.Join(append(added, now), "\n")
}

// tell is a Call by the devices of its Parties: what each does, and then who talks to whom, who holds, and how it ended.
func tell(c *live.Call) string {
	var words, holds []string
	for _, p := range c.Parties {
		word := partyName(c, p.ID)
		if isLocal(word) {
			continue // it leads to nobody so far
		}
		switch {
		case !p.Left.IsZero():
			word += fmt.Sprintf(" left(%d)", p.Cause)
		case !p.Answered.IsZero():
			word += " up"
		case !p.Ringing.IsZero():
			word += " rings"
		}
		if by := partyName(c, p.DialledBy); by != "" {
			word += " for " + by
		}
		if by := partyName(c, p.PickedUp); by != "" {
			word += " picked up " + by
		}
		if words = append(words, word); !p.Held.IsZero() && p.Left.IsZero() {
			holds = append(holds, "; "+partyName(c, p.ID)+" holds")
		}
	}
	text := strings.Join(words, ", ")
	for _, t := range c.Conversations {
		var names []string
		for _, id := range t.Parties {
			names = append(names, partyName(c, id))
		}
		slices.Sort(names)
		if slices.ContainsFunc(names, isLocal) {
			continue
		}
		if text += "; " + strings.Join(names, "+"); t.Conference != "" {
			text += " in " + t.Conference
		}
		if n := len(t.Bridges); n > 1 {
			text += fmt.Sprintf(" (%d bridges)", n)
		}
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

func isLocal(name string) bool { return strings.HasPrefix(name, "Local/") }

// happened tells of transfers and of queues, as far as a change has more of them.
func happened(c live.Changed[live.Call]) (lines []string) {
	before := cmp.Or(c.Before, new(live.Call))
	if c.Kind == live.KindRemoved || len(before.Transfers) > len(c.After.Transfers) || len(before.Queues) > len(c.After.Queues) {
		return nil
	}
	told := make(map[string]bool)
	for _, t := range before.Transfers {
		told[transferred(before, t)] = true
	}
	for _, t := range c.After.Transfers {
		if text := transferred(c.After, t); !told[text] {
			lines = append(lines, text)
		}
	}
	for i, v := range c.After.Queues {
		if i >= len(before.Queues) || visited(c.After, v) != visited(before, before.Queues[i]) {
			lines = append(lines, visited(c.After, v))
		}
	}
	return lines
}

// transferred tells of a transfer.
func transferred(c *live.Call, t live.Transfer) string {
	return fmt.Sprintf("  %s transfer by %s of %s to %s: %s", t.Kind, partyName(c, t.By), cmp.Or(partyName(c, t.Whom), "nobody"),
		cmp.Or(partyName(c, t.To), t.Exten, t.Application, "nobody"), t.Result)
}

// visited tells of a wait in a queue.
func visited(c *live.Call, v live.QueueVisit) string {
	text := "  " + partyName(c, v.Party) + " in " + v.Queue
	switch {
	case !v.Answered.IsZero():
		text += " answered by " + partyName(c, v.Member) + ", " + v.MemberName
	case v.Abandoned:
		text += " abandoned"
	case !v.Left.IsZero():
		text += " left"
	}
	return text
}

// partyName is the number of a phone, or else the device.
func partyName(c *live.Call, id string) string {
	p, _ := c.Party(id)
	if p.Agent != "" {
		return "agent " + p.Agent
	}
	return strings.TrimPrefix(p.Device, "PJSIP/")
}

// untilAgent reads changes until an agent waits on a channel.
func (l *teller) untilAgent(agent string) {
	l.t.Helper()
	for change := range l.changes.All(l.ctx) {
		l.take(change)
		if c, ok := change.(live.Changed[live.Channel]); ok && c.After.Agent == agent && c.After.BridgeID != "" {
			return
		}
	}
	l.t.Fatalf("agent %s does not wait: %v", agent, context.Cause(l.ctx))
}

// untilShort reads changes until all talk in one bridge.
func (l *teller) untilShort() {
	l.t.Helper()
	for change := range l.changes.All(l.ctx) {
		l.take(change)
		if c, ok := change.(live.Changed[live.Call]); ok && len(c.After.Conversations) == 1 && len(c.After.Conversations[0].Bridges) == 1 {
			return
		}
	}
	l.t.Fatalf("the Local channels stay: %v", context.Cause(l.ctx))
}

// untilParked reads changes until a call is parked: the other end may be gone before that.
func (l *teller) untilParked() {
	l.t.Helper()
	for change := range l.changes.All(l.ctx) {
		l.take(change)
		if c, ok := change.(live.Changed[live.ParkedCall]); ok && c.Kind == live.KindAdded {
			return
		}
	}
	l.t.Fatalf("nobody is parked: %v", context.Cause(l.ctx))
}
