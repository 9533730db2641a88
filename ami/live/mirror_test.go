package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
)

// mirror is what a consumer makes of the changes.
type mirror struct {
	changes  *live.Subscription
	objects  map[string]string
	channels map[string]int             // all that were shown, and how many ends each has had
	calls    map[string]map[string]bool // the channels of each Call that lives
	merged   map[string]string
	states   map[string]int // how often an event changed a device, a hint, or an agent to a Status
	faults   []string
	done     chan struct{}
	returns  bool // channels may end because they can't be seen any more, and come again
}

// mirrorOf follows a model until it is compared.
func mirrorOf(model *live.Model) *mirror { return followed(model, false) }

// followed is mirrorOf; if returns is set, channels may be shown again.
func followed(model *live.Model, returns bool) *mirror {
	m := &mirror{changes: model.Subscribe(&live.SubscribeConfig{Limit: 1 << 20}), objects: make(map[string]string), channels: make(map[string]int),
		calls: make(map[string]map[string]bool), merged: make(map[string]string), states: make(map[string]int), done: make(chan struct{}), returns: returns}
	// ends with the subscription; compare waits for it
	go func() {
		defer close(m.done)
		for change := range m.changes.All(context.Background()) {
			m.take(change)
		}
	}()
	return m
}

func (m *mirror) take(change live.Change) {
	switch c := change.(type) {
	case live.Reset:
		m.objects = objects(c.View)
	case live.Changed[live.Channel]:
		m.note("channel "+c.After.UniqueID, c.Kind, c.Before != nil, c.After.String())
		if !m.returns {
			m.noteChannel(c)
		}
	case live.Changed[live.Bridge]:
		m.note("bridge "+c.After.ID, c.Kind, c.Before != nil, c.After.String())
	case live.Changed[live.Call]:
		m.note("call "+c.After.ID, c.Kind, c.Before != nil, c.After.String())
		if !m.returns {
			m.noteCall(c)
		}
	case live.Changed[live.Device]:
		m.moves("device", c.Synthetic)
		m.note("device "+c.After.Name, c.Kind, c.Before != nil, c.After.String())
	case live.Changed[live.Conference]:
		m.note("conference "+c.After.Name, c.Kind, c.Before != nil, c.After.String())
	case live.Changed[live.Participant]:
		m.note("participant "+c.After.UniqueID, c.Kind, c.Before != nil, c.After.String())
	case live.Changed[live.ParkingLot]:
		m.note("parking lot "+c.After.Name, c.Kind, c.Before != nil, c.After.String())
	case live.Changed[live.ParkedCall]:
		m.note("parked call "+c.After.UniqueID, c.Kind, c.Before != nil, c.After.String())
	case live.Changed[live.Extension]:
		m.moves("extension", c.Synthetic)
		m.note("extension "+c.After.Exten+"@"+c.After.Context, c.Kind, c.Before != nil, whole(c.After))
	case live.Changed[live.Presence]:
		m.note("presence "+c.After.Presentity, c.Kind, c.Before != nil, whole(c.After))
	case live.Changed[live.Contact]:
		m.note("contact "+c.After.AOR+"/"+c.After.URI, c.Kind, c.Before != nil, whole(c.After))
	case live.Changed[live.Agent]:
		m.moves(c.After.Status, c.Synthetic)
		m.note("agent "+c.After.Agent, c.Kind, c.Before != nil, whole(c.After))
	case live.Changed[live.Mailbox]:
		m.note("mailbox "+c.After.Mailbox, c.Kind, c.Before != nil, whole(c.After))
	case live.Changed[live.Queue]:
		m.note("queue "+c.After.Name, c.Kind, c.Before != nil, whole(c.After))
	case live.Changed[live.QueueMember]:
		m.note("member "+c.After.Queue+" "+c.After.Interface, c.Kind, c.Before != nil, whole(c.After))
	case live.Changed[live.QueueCaller]:
		m.note("caller "+c.After.Queue+" "+c.After.UniqueID, c.Kind, c.Before != nil, whole(c.After))
	}
}

func (m *mirror) moves(what string, synthetic bool) {
	if !synthetic {
		m.states[what]++
	}
}

// noteChannel wants a beginning and an end of each channel.
func (m *mirror) noteChannel(c live.Changed[live.Channel]) {
	ends, before := m.channels[c.After.UniqueID]
	if c.Kind == live.KindAdded == before || ends > 0 {
		m.faults = append(m.faults, fmt.Sprintf("after %d ends: %v", ends, c))
	}
	if c.Kind == live.KindRemoved {
		ends++
	}
	m.channels[c.After.UniqueID] = ends
}

// noteCall wants of a Call that its channels stay in it as long as they live, or go on in another one with all the others.
func (m *mirror) noteCall(c live.Changed[live.Call]) {
	now := make(map[string]bool)
	for _, id := range c.After.Channels {
		now[id] = true
	}
	switch merged := c.After.Merged; {
	case merged != nil:
		m.merged[c.After.ID] = merged.Into
	case logsIn(c.Event): // an agent's channel is in no Call
	default:
		for id := range m.calls[c.After.ID] {
			if ends := m.channels[id]; !now[id] && ends == 0 {
				m.faults = append(m.faults, fmt.Sprintf("channel %s lives, and is not in its Call any more: %v", id, c))
			}
		}
	}
	m.calls[c.After.ID] = now
}

// logsIn reports whether an event is one of an agent who begins to wait for callers.
func logsIn(ev event.Event) bool {
	switch e := ev.(type) {
	case event.AgentLogin:
		return true
	case event.BridgeEnter:
		return e.BridgeType == "agent_hold"
	case event.Status:
		return e.Application == "AgentLogin"
	}
	return false
}

// note takes a change, which must follow from the one before.
func (m *mirror) note(key string, kind live.Kind, before bool, after string) {
	_, there := m.objects[key]
	if there == (kind == live.KindAdded) || before != there {
		m.faults = append(m.faults, kind.String()+" "+after)
	}
	if m.objects[key] = after; kind == live.KindRemoved {
		delete(m.objects, key)
	}
}

// objects is a view as a mirror has it.
func objects(v *live.View) map[string]string {
	all := make(map[string]string)
	for c := range v.Channels() {
		all["channel "+c.UniqueID] = c.String()
	}
	for b := range v.Bridges() {
		all["bridge "+b.ID] = b.String()
	}
	for c := range v.Calls() {
		all["call "+c.ID] = c.String()
	}
	for d := range v.Devices() {
		all["device "+d.Name] = d.String()
	}
	for c := range v.Conferences() {
		all["conference "+c.Name] = c.String()
	}
	for p := range v.Participants() {
		all["participant "+p.UniqueID] = p.String()
	}
	for p := range v.ParkingLots() {
		all["parking lot "+p.Name] = p.String()
	}
	for p := range v.ParkedCalls() {
		all["parked call "+p.UniqueID] = p.String()
	}
	for x := range v.Extensions() {
		all["extension "+x.Exten+"@"+x.Context] = whole(x)
	}
	for p := range v.Presences() {
		all["presence "+p.Presentity] = whole(p)
	}
	for c := range v.Contacts() {
		all["contact "+c.AOR+"/"+c.URI] = whole(c)
	}
	for a := range v.Agents() {
		all["agent "+a.Agent] = whole(a)
	}
	for b := range v.Mailboxes() {
		all["mailbox "+b.Mailbox] = whole(b)
	}
	for q := range v.Queues() {
		all["queue "+q.Name] = whole(q)
		for m := range v.Members(q.Name) {
			all["member "+m.Queue+" "+m.Interface] = whole(m)
		}
		for c := range v.Callers(q.Name) {
			all["caller "+c.Queue+" "+c.UniqueID] = whole(c)
		}
	}
	return all
}

// whole is all of an object.
func whole(object any) string {
	text, err := json.Marshal(object)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// compare ends the model: all changes together must have made its last view.
func (m *mirror) compare(t *testing.T, model *live.Model) {
	t.Helper()
	_ = model.Close()
	<-m.done
	for _, fault := range m.faults {
		t.Errorf("the change does not follow: %s", fault)
	}
	if want := objects(model.View()); !maps.Equal(m.objects, want) {
		for key, object := range m.objects {
			if want[key] != object {
				t.Errorf("the changes make %q %q, and the view has %q", key, object, want[key])
			}
		}
		for key, object := range want {
			if _, ok := m.objects[key]; !ok {
				t.Errorf("no change has made %q %q, which the view has", key, object)
			}
		}
	}
}
