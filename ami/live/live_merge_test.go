package live_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// meeting is a model that has its first lists, of a server where calls can be made to meet.
type meeting struct {
	watched
	ctx     context.Context
	changes *live.Subscription
}

// meet runs a test on a server of each version, and wants that the model ran no list after its first.
func meet(t *testing.T, test func(m meeting)) {
	t.Parallel()
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			meetOn(t, lab.Start(t, v, stormPlan), test)
		})
	}
}

func meetOn(t *testing.T, server server, test func(m meeting)) {
	wire := newWire(server)
	w := watchOver(t, server, nil, wire.dial)
	all := mirrorOf(w.model)
	first := wire.lists()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m := meeting{w, ctx, w.model.Subscribe(nil)}
	defer m.changes.Close()
	test(m)
	hangUpAll(t, ctx, w)
	w.agrees("after", 0)
	if now := wire.lists(); !maps.Equal(now, first) {
		t.Errorf("the model ran lists: %v, and at the start %v", now, first)
	}
	all.compare(t, w.model)
}

// begin has a Local channel that answers run an extension, and returns it.
func (m meeting) begin(exten string) *live.Channel {
	m.t.Helper()
	call, err := ami.Originate(m.ctx, m.other, action.Originate{Channel: "Local/answer@outcome/n", Context: "storm-app", Exten: exten})
	if err != nil {
		m.t.Fatal(err)
	}
	return awaitChange(m.ctx, m.t, m.changes, "the call", func(c live.Changed[live.Channel]) bool {
		return c.After.UniqueID == call.ChannelID() && c.After.Exten == exten
	})
}

// rings waits until somebody rings for a caller.
func (m meeting) rings(caller *live.Channel) *live.Channel {
	m.t.Helper()
	return awaitChange(m.ctx, m.t, m.changes, "ringing", func(c live.Changed[live.Channel]) bool {
		return c.After.DialledBy == caller.UniqueID && c.After.State == asterisk.ChannelRinging
	})
}

// talks waits until two channels are in a bridge.
func (m meeting) talks(one, two *live.Channel) {
	m.t.Helper()
	awaitChange(m.ctx, m.t, m.changes, "the talk", func(c live.Changed[live.Bridge]) bool {
		return slices.Contains(c.After.Channels, one.UniqueID) && slices.Contains(c.After.Channels, two.UniqueID)
	})
}

// isOne wants that the lists agree with the model, that channels have the Linkedid and the Call of the older one, and that what has one
// Linkedid in the list is in one Call.
func (m meeting) isOne(older *live.Channel, others ...*live.Channel) {
	m.t.Helper()
	m.agrees("together", -1)
	calls := make(map[string]string) // by Linkedid
	for _, e := range m.channels() {
		c, ok := m.model.Channel(e.UniqueID)
		if !ok {
			m.t.Errorf("no channel %s", e.UniqueID)
			continue
		}
		if id, known := calls[e.LinkedID]; c.CallID == "" || known && id != c.CallID {
			m.t.Errorf("%v has the Linkedid %s, as a channel of the call %q", c, e.LinkedID, id)
		}
		calls[e.LinkedID] = c.CallID
	}
	for _, c := range append(others, older) {
		if now, ok := m.model.Channel(c.UniqueID); !ok || now.LinkedID != older.UniqueID || now.CallID != older.UniqueID || now.Doubtful {
			m.t.Errorf("%v is %v with the Linkedid %s, want the Call and the Linkedid %s", c, now, now.LinkedID, older.UniqueID)
		}
	}
}

func (m meeting) channels() []event.CoreShowChannel {
	m.t.Helper()
	all, err := ami.List(m.ctx, m.other, action.CoreShowChannels{})
	if err != nil {
		m.t.Fatal(err)
	}
	return all
}

// setTarget names the channel that an extension of stormPlan is about, for a channel that runs it later.
func (m meeting) setTarget(c, target *live.Channel) {
	m.t.Helper()
	m.do(action.Setvar{Channel: c.Name, Variable: "TARGET", Value: target.Name})
}

// A channel takes a call that rings at another one: with a call of its own that is younger than the one that it takes, or older. Linkedids,
// Calls and bridges are those of the lists at once, though no event tells that the Linkedid of the older one is the other's now, too.
func TestLivePickupAgainstLists(t *testing.T) {
	meet(t, meeting.pickUp)
}

func (m meeting) pickUp() {
	caller := m.begin("ring")
	target := m.rings(caller)
	m.do(action.Originate{Channel: "Local/answer@outcome/n", Context: "storm-app", Exten: "pick", Priority: 1, Async: true, ChannelID: "picker",
		OtherChannelID: "picker;2", Variables: []asterisk.Variable{{Name: "TARGET", Value: target.Name}}})
	picker := awaitChange(m.ctx, m.t, m.changes, "the picker", func(c live.Changed[live.Channel]) bool { return c.After.UniqueID == "picker" })
	m.talks(caller, picker)
	m.isOne(caller, picker)
	c, _ := m.model.Call(caller.UniqueID)
	if p, ok := c.Party(picker.UniqueID); !ok || p.PickedUp == "" || p.Answered.IsZero() {
		m.t.Errorf("the call is %v with %+v", c, c.Parties)
	}
}

func TestLivePickupByOlderCallAgainstLists(t *testing.T) {
	meet(t, meeting.pickUpByOlder)
}

func (m meeting) pickUpByOlder() {
	picker := m.begin("wait")
	caller := m.begin("ring")
	m.setTarget(picker, m.rings(caller))
	m.do(action.Redirect{Channel: picker.Name, Context: "storm-app", Exten: "pick", Priority: 1})
	m.talks(caller, picker)
	m.isOne(picker, caller)
	m.wasMerged(caller, picker)
}

// wasMerged wants that the Call of a channel went on as part of an older one.
func (m meeting) wasMerged(younger, older *live.Channel) {
	m.t.Helper()
	if c, ok := m.model.View().Call(younger.UniqueID); ok {
		m.t.Errorf("the younger call is still there: %v", c)
	}
	if c, ok := m.model.Call(younger.UniqueID); !ok || c.ID != older.UniqueID || len(c.Parties) < 2 || len(c.Conversations) != 1 {
		m.t.Errorf("the older call is %v with %+v", c, c.Parties)
	}
}

// An older call joins a newer one in a basic bridge: by the action Bridge in either order, or by an application to which it was redirected.
// All who were there have its Linkedid, of which no event of theirs tells.
func TestLiveOlderCallJoinsAgainstLists(t *testing.T) {
	meet(t, meeting.join)
}

func (m meeting) join() {
	for what, join := range map[string]func(older, newer *live.Channel){
		"Bridge, the newer one first": func(older, newer *live.Channel) { m.do(action.Bridge{Channel1: newer.Name, Channel2: older.Name}) },
		"Bridge, the older one first": func(older, newer *live.Channel) { m.do(action.Bridge{Channel1: older.Name, Channel2: newer.Name}) },
		"Redirect": func(older, newer *live.Channel) {
			m.setTarget(older, newer)
			m.do(action.Redirect{Channel: older.Name, Context: "storm-app", Exten: "join", Priority: 1})
		},
	} {
		older, newer := m.begin("wait"), m.begin("talk")
		awaitChange(m.ctx, m.t, m.changes, what, func(c live.Changed[live.Bridge]) bool {
			return len(c.After.Channels) == 2 && slices.Contains(c.After.Channels, newer.UniqueID)
		})
		m.agrees(what+": apart", -1)
		join(older, newer)
		m.talks(older, newer)
		m.isOne(older, newer)
		m.wasMerged(newer, older)
		hangUpAll(m.t, m.ctx, m.watched)
		m.agrees(what+": over", 0)
	}
}
