package live

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// waitingVictim is a state with two callers in support: first the victim, then the attacker. A member talks to a third.
func waitingVictim(t testing.TB) *follower {
	f := followQueues(t)
	third := of{name: "PJSIP/300-00000003", id: "1.3", linked: "1.3"}
	agent102 := of{name: "PJSIP/102-00000012", id: "1.12", linked: "1.3"}
	f.takes(third.event("Newchannel"), third.joins("support", 1, 1), agent102.event("Newchannel"), third.leaves("support", 1, 0),
		third.with("AgentConnect", "support", "PJSIP/102", agent102, "HoldTime: 4", "RingTime: 2"))
	f.takes(victim.joins("support", 1, 1), attacker.joins("support", 2, 2), agent101.event("Newchannel"),
		victim.with("AgentCalled", "support", "PJSIP/101", agent101))
	f.changes = nil
	f.untouched("before")
	return f
}

// untouched wants what is of the victim and of the members as it was.
func (f *follower) untouched(what string) {
	f.t.Helper()
	if got := f.callers("support"); got != "1.1 1.2" {
		f.t.Errorf("%s: there wait %q", what, got)
	}
	if m := f.member("support", "PJSIP/101"); !slices.Equal(m.RingingFor, []string{"1.1"}) || m.InCall || m.Paused {
		f.t.Errorf("%s: the member is %+v", what, m)
	}
	if m := f.member("support", "PJSIP/102"); !slices.Equal(m.TalkingTo, []string{"1.3"}) || !m.InCall {
		f.t.Errorf("%s: the member who talks is %+v", what, m)
	}
	for _, change := range f.changes {
		c, ok := change.(Changed[QueueCaller])
		if ok && c.After.UniqueID == "1.1" {
			f.t.Errorf("%s: the victim's caller changed: %v", what, c)
		}
	}
}

// forged is an event of the attacker's channel that ends in the number it dialled, with another's Uniqueid and more lines.
func forged(name, id string, more ...string) event.Event {
	o := attacker
	o.exten = tail(id, id) + strings.Join(append(more, ""), "\r\n")
	return o.event(name)
}

// An event of a queue ends and moves nobody but who its Channel names.
func TestForgedQueueEvents(t *testing.T) {
	dest := func(o of) (lines []string) {
		for line := range strings.SplitSeq(strings.TrimSuffix(o.text(), "\r\n"), "\r\n") {
			lines = append(lines, "Dest"+line)
		}
		return append(lines, "DestPriority: 1", "DestUniqueid: "+o.id, "DestLinkedid: "+o.linked)
	}
	member := []string{"Queue: support", "Interface: PJSIP/102", "MemberName: N PJSIP/102"}
	unknown := of{name: "PJSIP/102-00000099", id: "9.9", linked: "9.9"}
	for name, ev := range map[string]event.Event{
		"leave of another":       forged("QueueCallerLeave", "1.1", "Queue: support", "Count: 1", "Position: 1"),
		"abandon of another":     forged("QueueCallerAbandon", "1.1", "Queue: support", "Position: 1", "OriginalPosition: 1", "HoldTime: 3"),
		"join of another":        forged("QueueCallerJoin", "1.1", "Queue: sales", "Position: 1", "Count: 1"),
		"connect of another":     forged("AgentConnect", "1.1", append(append(dest(agent101), member...), "HoldTime: 1", "RingTime: 1")...),
		"complete of another":    forged("AgentComplete", "1.3", append(append(dest(of{name: "PJSIP/102-00000012", id: "1.12", linked: "1.3"}), member...), "HoldTime: 1", "TalkTime: 1", "Reason: agent")...),
		"complete by its own":    forged("AgentComplete", "1.2", append(append(dest(of{name: "PJSIP/102-00000012", id: "1.12", linked: "1.3"}), member...), "HoldTime: 1", "TalkTime: 1", "Reason: agent")...),
		"complete of no channel": forged("AgentComplete", "1.2", append(slices.Clone(member), "HoldTime: 1", "TalkTime: 1", "Reason: agent")...),
		"no answer of another":   forged("AgentRingNoAnswer", "1.1", append(append(dest(agent101), member...), "RingTime: 1")...),
		"dial end of another":    forged("DialEnd", "1.1", append(dest(of{name: "PJSIP/101-00000099", id: "1.11", linked: "1.1"}), "DialStatus: CANCEL")...),
		"called, unknown":        forged("AgentCalled", "1.1", append(dest(unknown), member...)...),
		"hangup of the member":   forged("Hangup", "1.11", "Cause: 16", "Cause-txt: Normal Clearing"),
		"hangup of the caller":   forged("Hangup", "1.1", "Cause: 16", "Cause-txt: Normal Clearing"),
	} {
		f := waitingVictim(t)
		f.takes(ev)
		f.untouched(name)
		f.answer = func(q question) answer { return answer{there: true, uniqueID: "1.2", linkedID: "1.2"} }
		f.takes(attacker.event("Newstate"))
		f.untouched(name + ", after the answer")
	}
}

// An event whose lines contradict each other is not applied; lists are asked for.
func TestDoubtfulQueueEvents(t *testing.T) {
	odd := func(name string, more ...string) event.Event {
		o := attacker.inQueue("support", append([]string{"Position: 2", "Count: 1"}, more...)...)
		o.linked += "\r\nQueue: sales"
		return o.event(name)
	}
	twice := decoded(transport.ParseFields(memberEvent("QueueMemberRemoved", "support", "PJSIP/101").Fields().String()+"Interface: PJSIP/102\r\n"), start)
	for name, ev := range map[string]event.Event{
		"leave":   odd("QueueCallerLeave"),
		"abandon": odd("QueueCallerAbandon", "OriginalPosition: 2", "HoldTime: 1"),
		"removed": twice,
	} {
		if ev.Doubt() == 0 {
			t.Fatalf("%s: no doubt", name)
		}
		f := waitingVictim(t)
		f.takes(ev)
		f.untouched(name)
		if !slices.Equal(f.wants(), []PartName{PartQueues}) {
			t.Errorf("%s: it wants lists of %q", name, f.wants())
		}
		f.takes(attacker.event("Hangup")) // what was not believed ends with the channel
		f.answer = func(q question) answer { return answer{} }
		f.takes(attacker.event("Newstate"))
		if f.callers("support") != "1.1" {
			t.Errorf("%s: after its end there wait %q", name, f.callers("support"))
		}
		f.callersEnd()
	}
}

// A list names channels before what strangers write: an item with another's Uniqueid is of the channel that has that name.
func TestForgedQueueItem(t *testing.T) {
	f := waitingVictim(t)
	f.renew()
	f.takes(queueItems("support", []string{"PJSIP/101"})...)
	wrong := attacker
	wrong.id = "1.1"
	f.takes(memberItem("support", "PJSIP/102", "InCall", "1"), callerItem("support", victim, 1, 0), callerItem("support", wrong, 2, 0), onlyQueuesSynced)
	f.untouched("a list")
}

// After an item that a stranger has cut, all that follows may be theirs: it moves nobody, and nobody ends for lack of an item. Who
// waits according to its channel, and is not known to, is shown.
func TestCutQueueItem(t *testing.T) {
	f := waitingVictim(t)
	f.renew()
	fourth := of{name: "PJSIP/400-00000004", id: "1.4", linked: "1.4"}
	f.takes(decoded(block("Event", "Status", "Privilege", "Call", "Channel", fourth.name, "ChannelState", "6", "ChannelStateDesc", "Up", "CallerIDNum", "1",
		"CallerIDName", "<unknown>", "ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>", "Language", "en", "AccountCode", "",
		"Context", "default", "Exten", "", "Priority", "1", "Uniqueid", fourth.id, "Linkedid", fourth.linked, "Type", "PJSIP", "DNID", "",
		"EffectiveConnectedLineNum", "", "EffectiveConnectedLineName", "", "TimeToHangup", "0", "BridgeID", "", "Application", "Queue", "Data", "support,,,,9",
		"Nativeformats", "", "Readformat", "", "Readtrans", "", "Writeformat", "", "Writetrans", "", "Callgroup", "0", "Pickupgroup", "0", "Seconds", "1"), start))
	cut := decoded(block("Event", "QueueEntry", "Queue", "sales", "Position", "1", "Channel", attackerName, "Uniqueid", "1.2", "CallerIDNum", "1"), start)
	f.takes(cut, item("QueueParams", "Queue", "none"), memberItem("support", "PJSIP/101", "InCall", "1", "Paused", "1"), memberItem("sales", "PJSIP/999"),
		callerItem("sales", victim, 1, 0), callerItem("support", attacker, 1, 0), callerItem("support", agent101, 1, 0))
	f.untouched("items after a cut one")
	f.takes(onlyQueuesSynced)
	f.untouched("the end of the list")
	if v := f.view(); v.queues.size != 2 || v.members.size != 3 {
		t.Errorf("there are %d queues and %d members", v.queues.size, v.members.size)
	}
	f.renew()
	f.takes(cut, callerItem("support", fourth, 1, 0), onlyQueuesSynced)
	if got := f.callers("support"); got != "1.1 1.2 1.4" {
		t.Errorf("there wait %q", got)
	}
}

// Whatever events a state has seen, after a gap and lists it shows what they say.
func TestQueueListsAreRight(t *testing.T) {
	var all []event.Event
	for i := range 6 {
		caller := of{name: fmt.Sprintf("PJSIP/caller-%08x", i), id: fmt.Sprint("2.", i), linked: fmt.Sprint("2.", i)}
		agent := of{name: fmt.Sprintf("PJSIP/101-%08x", i), id: fmt.Sprint("3.", i), linked: caller.id}
		queue, iface := []string{"support", "sales"}[i%2], []string{"PJSIP/101", "PJSIP/102"}[i%2]
		all = append(all, caller.event("Newchannel"), caller.joins(queue, 1, 1), agent.event("Newchannel"), caller.with("AgentCalled", queue, iface, agent),
			memberEvent("QueueMemberStatus", queue, iface, "Status", "6"), caller.with("DialEnd", "", "", agent, "DialStatus: ANSWER"),
			caller.leaves(queue, 1, 0), caller.with("AgentConnect", queue, iface, agent, "HoldTime: 4", "RingTime: 2"),
			memberEvent("QueueMemberRemoved", queue, iface), memberEvent("QueueMemberAdded", queue, iface), memberEvent("QueueMemberPause", queue, iface, "Paused", "1"),
			caller.with("AgentComplete", queue, iface, agent, "HoldTime: 4", "TalkTime: 1", "Reason: agent"), agent.event("Hangup"),
			caller.joins(queue, 1, 1), caller.abandons(queue), caller.leaves(queue, 1, 0), caller.event("Hangup"))
	}
	third := of{name: "PJSIP/300-00000003", id: "1.3", linked: "1.3"}
	for seed := range uint64(100) {
		f := followQueues(t)
		f.changes = nil
		f.takes(mangled(rand.New(rand.NewPCG(seed, 8)), all)...)
		f.takes(gap(start), bridgeless(victim), bridgeless(third))
		f.takes(queueItems("support", []string{"PJSIP/101", "PJSIP/105"})...)
		f.takes(callerItem("support", third, 1, 2), callerItem("support", victim, 2, 1), queuesSynced(start))
		v := f.view()
		if f.callers("support") != "1.3 1.1" || v.callers.size != 2 || v.queues.size != 1 || v.members.size != 2 || v.rosters.size != 1 {
			t.Fatalf("seed %d: there wait %q, of %d, in %d queues with %d members", seed, f.callers("support"), v.callers.size, v.queues.size, v.members.size)
		}
		for m := range v.Members("support") {
			if m.InCall || len(m.RingingFor)+len(m.TalkingTo) > 0 || m.Paused || m.Status != 1 {
				t.Errorf("seed %d: %+v", seed, m)
			}
		}
		f.callersEnd()
		f.takes(gap(start), queuesSynced(start))
		q := f.queuesKeeper()
		if n := f.view().callers.size + len(q.records) + len(q.waiting) + len(q.rings) + len(q.talks) + len(q.talkers); n > 0 {
			t.Fatalf("seed %d: after empty lists there are left %+v", seed, q)
		}
	}
}
