package live

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// followQueues is a state with queues, which lists have shown, and two callers in the first of two.
func followQueues(t testing.TB) *follower {
	f := follow(t)
	f.keep(&queuesDesign, 1e6)
	f.takes(queueItems("support", []string{"PJSIP/101", "PJSIP/102"})...)
	f.takes(queueItems("sales", []string{"PJSIP/101"})...)
	f.takes(queuesSynced(start), victim.event("Newchannel"), attacker.event("Newchannel"))
	f.changes = nil
	return f
}

// queuesSynced ends the lists of a model with queues.
func queuesSynced(at time.Time) event.Synced {
	e := synced(at)
	e.Lists = append(e.Lists, event.ListResult{Action: "QueueStatus"})
	return e
}

// callers are the Uniqueids of those who wait, by the View.
func (f *follower) callers(queue string) string {
	var ids []string
	for c := range f.view().Callers(queue) {
		ids = append(ids, c.UniqueID)
	}
	q, _ := f.view().Queue(queue)
	if !slices.Equal(ids, q.Callers) {
		f.t.Errorf("%v has the callers %q, and the view %q", q, q.Callers, ids)
	}
	return strings.Join(ids, " ")
}

func (f *follower) member(queue, iface string) QueueMember {
	f.t.Helper()
	m, ok := f.view().QueueMember(queue, iface)
	if !ok {
		f.t.Fatalf("no member %s of %s", iface, queue)
	}
	return *m
}

func (f *follower) counts(queue string) QueueCounts {
	q, _ := f.view().Queue(queue)
	counts := q.Counts
	counts.Since = time.Time{}
	return counts
}

// A call waits, rings at a member, is taken and ends; each step shows at the member of that queue alone.
func TestQueueCall(t *testing.T) {
	f := followQueues(t)
	f.takes(victim.joins("support", 1, 1))
	if got := f.callers("support"); got != "1.1" {
		t.Errorf("%q wait", got)
	}
	f.takes(agent101.event("Newchannel"), victim.with("AgentCalled", "support", "PJSIP/101", agent101))
	if m := f.member("support", "PJSIP/101"); !slices.Equal(m.RingingFor, []string{"1.1"}) || m.InCall || m.Free(start) {
		t.Errorf("a member who is called is %+v", m)
	}
	if m := f.member("sales", "PJSIP/101"); len(m.RingingFor) != 0 || !m.Free(start) {
		t.Errorf("the member of the other queue is %+v", m)
	}
	f.takes(victim.with("DialEnd", "", "", agent101, "DialStatus: ANSWER"))
	if m := f.member("support", "PJSIP/101"); len(m.RingingFor) != 0 {
		t.Errorf("a member who has answered is %+v", m)
	}
	f.takes(victim.leaves("support", 1, 0), victim.with("AgentConnect", "support", "PJSIP/101", agent101, "HoldTime: 4", "RingTime: 2"))
	if m := f.member("support", "PJSIP/101"); !m.InCall || !slices.Equal(m.TalkingTo, []string{"1.1"}) || m.Free(start) || f.callers("support") != "" {
		t.Errorf("a member who talks is %+v, and there wait %q", m, f.callers("support"))
	}
	f.takes(victim.with("AgentComplete", "support", "PJSIP/101", agent101, "HoldTime: 4", "TalkTime: 9", "Reason: agent"))
	if m := f.member("support", "PJSIP/101"); m.InCall || len(m.TalkingTo) != 0 || !m.Free(start) || !m.LastCall.Equal(start) {
		t.Errorf("a member who has talked is %+v", m)
	}
	want := QueueCounts{Joined: 1, Answered: 1, Completed: 1, HoldTime: 4 * time.Second, TalkTime: 9 * time.Second}
	if got := f.counts("support"); got != want {
		t.Errorf("counts %+v, want %+v", got, want)
	}
	f.callersEnd()
}

// A member is called until the channel that was called ends, whatever ends it.
func TestQueueRingingEnds(t *testing.T) {
	for name, ends := range map[string][]event.Event{
		"no answer":    {victim.with("AgentRingNoAnswer", "support", "PJSIP/101", agent101, "RingTime: 2000")},
		"dumped":       {victim.with("AgentDump", "support", "PJSIP/101", agent101)},
		"dial end":     {victim.with("DialEnd", "", "", agent101, "DialStatus: BUSY")},
		"hangup":       {agent101.event("Hangup")},
		"gives up":     {victim.abandons("support"), victim.leaves("support", 1, 0)},
		"caller's end": {victim.event("Hangup")},
		"removed":      {memberEvent("QueueMemberRemoved", "support", "PJSIP/101"), memberEvent("QueueMemberAdded", "support", "PJSIP/101")},
		"lists":        append([]event.Event{gap(start)}, append(queueItems("support", []string{"PJSIP/101"}), queuesSynced(start))...),
	} {
		f := followQueues(t)
		f.takes(victim.joins("support", 1, 1), agent101.event("Newchannel"), victim.with("AgentCalled", "support", "PJSIP/101", agent101))
		f.takes(ends...)
		if m := f.member("support", "PJSIP/101"); len(m.RingingFor) != 0 {
			t.Errorf("%s: the member is %+v", name, m)
		}
		q := f.queuesKeeper()
		if len(q.rings) != 0 || len(q.waiting) > 0 && len(q.waiting["1.1"].rings) != 0 {
			t.Errorf("%s: there are left %v", name, q.rings)
		}
		f.callersEnd()
	}
}

func (f *follower) queuesKeeper() *queues { return f.kept[0].keeper.(*queues) }

// callersEnd wants one beginning and at most one end of each caller.
func (f *follower) callersEnd() {
	f.t.Helper()
	lives := make(map[string]bool)
	for _, change := range f.changes {
		c, ok := change.(Changed[QueueCaller])
		if !ok {
			continue
		}
		key := c.After.Queue + " " + c.After.UniqueID
		if was, known := lives[key]; known && was == (c.Kind == KindAdded) {
			f.t.Errorf("%v, and it waits: %t", c, lives[key])
		}
		if lives[key] = c.Kind != KindRemoved; !lives[key] && c.After.Left.IsZero() {
			f.t.Errorf("%v has not left", c)
		}
	}
}

// Callers have the order that events say, and the order of a list where that differs.
func TestQueueOrder(t *testing.T) {
	f := followQueues(t)
	third := of{name: "PJSIP/300-00000003", id: "1.3", linked: "1.3"}
	f.takes(third.event("Newchannel"), victim.joins("support", 1, 1), attacker.joins("support", 2, 2), third.joins("support", 1, 3))
	if got := f.callers("support"); got != "1.3 1.1 1.2" {
		t.Errorf("%q wait", got)
	}
	f.takes(victim.leaves("support", 2, 2), victim.joins("support", 3, 3))
	if got := f.callers("support"); got != "1.3 1.2 1.1" {
		t.Errorf("%q wait", got)
	}
	if len(f.wants()) != 0 {
		t.Errorf("it wants lists of %q", f.wants())
	}
	f.renew()
	f.takes(queueItems("support", nil)...)
	f.takes(callerItem("support", victim, 1, 5), callerItem("support", third, 2, 0), callerItem("support", attacker, 3, 0))
	f.takes(onlyQueuesSynced)
	if got := f.callers("support"); got != "1.1 1.3 1.2" {
		t.Errorf("after a list %q wait", got)
	}
	q, _ := f.view().Queue("support")
	if q.Position("1.2") != 3 || q.Position("9") != 0 || q.Strategy != "ringall" || q.ServiceLevelPerf2 != 40 {
		t.Errorf("%+v", q)
	}
	f.takes(third.leaves("support", 3, 1)) // somebody else must have left, unseen
	if !slices.Equal(f.wants(), []PartName{PartQueues}) {
		t.Errorf("after a wrong count it wants lists of %q", f.wants())
	}
	f.callersEnd()
}

// renew begins lists of queues alone, which end with onlyQueuesSynced.
func (f *follower) renew() {
	f.generation++
	for _, k := range f.kept {
		k.begin(f.state)
	}
}

var onlyQueuesSynced = event.Synced{Base: synced(start).Base, Lists: []event.ListResult{{Action: "QueueStatus"}}}

// After a loss of events nobody waits who does not, and no talk goes on that does not.
func TestQueueAfterGap(t *testing.T) {
	f := followQueues(t)
	f.takes(victim.joins("support", 1, 1), attacker.joins("support", 2, 2))
	f.takes(agent101.event("Newchannel"), victim.leaves("support", 1, 1), victim.with("AgentConnect", "support", "PJSIP/101", agent101, "HoldTime: 4", "RingTime: 2"))
	f.takes(gap(start), bridgeless(victim), bridgeless(attacker), bridgeless(agent101))
	f.takes(queueItems("support", []string{"PJSIP/101"}, "InCall", "1")...)
	f.takes(queuesSynced(start))
	if m := f.member("support", "PJSIP/101"); !slices.Equal(m.TalkingTo, []string{"1.1"}) {
		t.Errorf("a member who goes on to talk is %+v", m)
	}
	if f.callers("support") != "" || f.view().queues.size != 1 || f.view().members.size != 1 || f.view().rosters.size != 1 {
		t.Errorf("there wait %q, and there are %d queues, %d members", f.callers("support"), f.view().queues.size, f.view().members.size)
	}
	if got := f.counts("support"); !got.Incomplete || got.Joined != 2 {
		t.Errorf("counts %+v", got)
	}
	f.takes(gap(start), bridgeless(victim), bridgeless(agent101))
	f.takes(queueItems("support", []string{"PJSIP/101"})...)
	f.takes(queuesSynced(start))
	if m := f.member("support", "PJSIP/101"); m.InCall || len(m.TalkingTo) != 0 {
		t.Errorf("a member who does not talk any more is %+v", m)
	}
	f.takes(gap(start), queuesSynced(start))
	q := f.queuesKeeper()
	if v := f.view(); v.queues.size+v.members.size+v.callers.size+v.rosters.size+len(q.records)+len(q.waiting)+len(q.rings)+len(q.talks)+len(q.talkers) > 0 {
		t.Errorf("after empty lists there are left %+v", q)
	}
	f.callersEnd()
}

// bridgeless is what Status says of a channel.
func bridgeless(c of) event.Event {
	return decoded(block("Event", "Status", "Privilege", "Call", "Channel", c.name, "ChannelState", "6", "ChannelStateDesc", "Up", "CallerIDNum", "1",
		"CallerIDName", "<unknown>", "ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>", "Language", "en", "AccountCode", "",
		"Context", "default", "Exten", "", "Priority", "1", "Uniqueid", c.id, "Linkedid", c.linked, "Type", "PJSIP", "DNID", "",
		"EffectiveConnectedLineNum", "", "EffectiveConnectedLineName", "", "TimeToHangup", "0", "BridgeID", "", "Application", "Queue", "Data", "",
		"Nativeformats", "", "Readformat", "", "Readtrans", "", "Writeformat", "", "Writetrans", "", "Callgroup", "0", "Pickupgroup", "0", "Seconds", "1"), start)
}

// What no event tells is asked for once a device state names it; what an event tells at once is not.
func TestQueueOfWhichOnlyADeviceTells(t *testing.T) {
	device := func(name string) event.Event {
		return decoded(block("Event", "DeviceStateChange", "Privilege", "call,all", "Device", name, "State", "INUSE"), start)
	}
	f := followQueues(t)
	f.takes(device("Queue:support_avail"), device("Queue:support"), device("Queue:support_pause_PJSIP/101"), device("PJSIP/999"),
		item("DeviceStateChange", "Device", "Queue:old_avail", "State", "INUSE"))
	if len(f.wants()) != 0 {
		t.Errorf("it wants lists of %q", f.wants())
	}
	f.takes(device("Queue:support_pause_PJSIP/103"))
	if !slices.Equal(f.wants(), []PartName{PartQueues}) {
		t.Errorf("of an unknown member it wants %q", f.wants())
	}
	f.takes(memberEvent("QueueMemberAdded", "support", "PJSIP/103"))
	if len(f.wants()) != 0 {
		t.Errorf("of a member who is added it wants %q", f.wants())
	}
	f.takes(memberEvent("QueueMemberRemoved", "support", "PJSIP/103"),
		decoded(block("Event", "DeviceStateChange", "Privilege", "call,all", "Device", "Queue:support_pause_PJSIP/103", "State", "NOT_INUSE"), start))
	if len(f.wants()) != 0 {
		t.Errorf("of a member who was removed it wants %q", f.wants())
	}
	f.takes(device("Queue:new_avail"))
	if !slices.Equal(f.wants(), []PartName{PartQueues}) {
		t.Errorf("of an unknown queue it wants %q", f.wants())
	}
}

// The wrap-up is the member's own, or the queue's where that is known.
func TestQueueWrapup(t *testing.T) {
	f := followQueues(t)
	ended := start.Add(-5 * time.Second)
	f.takes(memberEvent("QueueMemberStatus", "support", "PJSIP/101", "LastCall", fmt.Sprint(ended.Unix()), "CallsTaken", "1"),
		memberEvent("QueueMemberStatus", "support", "PJSIP/102", "LastCall", fmt.Sprint(ended.Unix()), "Wrapuptime", "20"))
	m, own := f.member("support", "PJSIP/101"), f.member("support", "PJSIP/102")
	if until, known := m.WrapupUntil(); known || !until.IsZero() || !m.Free(start) || m.CallsTaken != 1 || !m.RingInUseKnown {
		t.Errorf("%+v: until %v, %t", m, until, known)
	}
	if until, known := own.WrapupUntil(); !known || !until.Equal(ended.Add(20*time.Second)) || own.Free(start) || !own.Free(until) {
		t.Errorf("%+v: until %v, %t", own, until, known)
	}
	f.setWrapup(func(queue string) (time.Duration, bool) { return 7 * time.Second, queue == "support" })
	m, own = f.member("support", "PJSIP/101"), f.member("support", "PJSIP/102")
	if until, known := m.WrapupUntil(); !known || !until.Equal(ended.Add(7*time.Second)) || own.WrapupTime != 20*time.Second {
		t.Errorf("%+v: until %v, %t", m, until, known)
	}
	if m := f.member("sales", "PJSIP/101"); m.WrapupTimeKnown {
		t.Errorf("%+v", m)
	}
}

// The reason of a pause ends with it, though the event that ends it may have one.
func TestQueuePausedReason(t *testing.T) {
	f := followQueues(t)
	f.takes(memberEvent("QueueMemberPause", "support", "PJSIP/101", "Paused", "1", "PausedReason", "lunch"))
	if m := f.member("support", "PJSIP/101"); !m.Paused || m.PausedReason != "lunch" || m.Free(start) {
		t.Errorf("a member who is paused is %+v", m)
	}
	f.takes(memberEvent("QueueMemberPause", "support", "PJSIP/101", "PausedReason", "back"))
	if m := f.member("support", "PJSIP/101"); m.Paused || m.PausedReason != "" || !m.Free(start) {
		t.Errorf("a member whose pause has ended is %+v", m)
	}
}

// Lists call realtime members static. Events tell which they are, and the next list does not take it back.
func TestQueueRealtimeMember(t *testing.T) {
	f := followQueues(t)
	told := memberEvent("QueueMemberStatus", "support", "PJSIP/101").Fields().String()
	f.takes(decoded(transport.ParseFields(strings.Replace(told, "Membership: dynamic", "Membership: realtime", 1)), start))
	for range 2 {
		if m := f.member("support", "PJSIP/101"); m.Membership != "realtime" {
			t.Errorf("%+v, want a realtime member", m)
		}
		f.renewParts(slices.Clone(queuesDesign.lists), false)
		f.takes(queueItems("support", []string{"PJSIP/101", "PJSIP/102"})...)
		f.takes(queuesSynced(start))
	}
	f.takes(memberEvent("QueueMemberRemoved", "support", "PJSIP/101"), memberItem("support", "PJSIP/101"))
	f.takes(memberEvent("QueueMemberAdded", "support", "PJSIP/101"))
	if m := f.member("support", "PJSIP/101"); m.Membership != "dynamic" {
		t.Errorf("%+v, want a dynamic member", m)
	}
}

// Members of one queue are found without going through those of 50,000.
func TestManyQueues(t *testing.T) {
	f := follow(t)
	f.keep(&queuesDesign, 1e6)
	const n = 50_000
	params := strings.SplitN(queueItems("queue-0", nil)[0].Fields().String(), "queue-0", 2)
	for i := range n {
		name := fmt.Sprint("queue-", i)
		f.state.take(decoded(transport.ParseFields(params[0]+name+params[1]), start))
		if i%100 == 11 {
			f.state.take(memberItem(name, "PJSIP/101"))
			f.state.take(memberItem(name, fmt.Sprint("PJSIP/", i)))
		}
	}
	f.state.changes = nil
	f.takes(queuesSynced(start))
	v := f.view()
	if v.queues.size != n {
		t.Fatalf("%d queues", v.queues.size)
	}
	var found []string
	if allocs := testing.AllocsPerRun(10, func() {
		found = found[:0]
		for m := range v.Members("queue-4711") {
			found = append(found, m.Interface)
		}
		for range v.Callers("queue-4711") {
			t.Error("a caller")
		}
	}); allocs > 10 || !slices.Equal(found, []string{"PJSIP/101", "PJSIP/4711"}) {
		t.Errorf("members %q, with %v allocations", found, allocs)
	}
	for range v.Members("none") {
		t.Error("a member of no queue")
	}
}

// An object is the same only if each of its fields is.
func TestQueuesAreComparedWhole(t *testing.T) {
	differ(t, (*Queue).same)
	differ(t, (*QueueMember).same)
}

func differ[T any](t *testing.T, same func(a, b *T) bool) {
	t.Helper()
	for i := range reflect.TypeFor[T]().NumField() {
		if !reflect.TypeFor[T]().Field(i).IsExported() {
			continue // a key, which Queue and Interface tell
		}
		var a, b T
		if !same(&a, &b) {
			t.Fatalf("%T: two of nothing differ", a)
		}
		switch f := reflect.ValueOf(&b).Elem().Field(i); f.Interface().(type) {
		case time.Time:
			f.Set(reflect.ValueOf(start))
		case QueueCounts:
			f.Set(reflect.ValueOf(QueueCounts{Joined: 1}))
		case []string:
			f.Set(reflect.ValueOf([]string{"1"}))
		case bool:
			f.SetBool(true)
		case string:
			f.SetString("1")
		case float64:
			f.SetFloat(1)
		case asterisk.DeviceState, int, time.Duration:
			f.SetInt(1)
		default:
			t.Fatalf("a field of type %v", f.Type())
		}
		if same(&a, &b) {
			t.Errorf("%T: %s is not compared", a, reflect.TypeFor[T]().Field(i).Name)
		}
	}
}
