package event_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// ringNoAnswer has a queue whose timeout is 2 s: the wire says 2000.
func (u *unitsLab) ringNoAnswer(t *testing.T) {
	sub := u.listen(t, event.Of[event.AgentRingNoAnswer]())
	u.call(t, "q-unanswered", "wait", "unanswered")
	e := await(t, sub, func(e event.AgentRingNoAnswer) bool { return e.Queue == "unanswered" })
	exactly(t, "RingTime on the wire", e.Fields().Get("RingTime"), "2000")
	exactly(t, "AgentRingNoAnswer.RingTime", e.RingTime, 2*time.Second)
	u.do(t, action.Hangup{Channel: e.Channel})
}

// served has a member who answers after 2 s, and hangs up after 3 s more.
func (u *unitsLab) served(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Or(event.Of[event.AgentConnect](), event.Of[event.AgentComplete](), event.Of[event.QueueCallerJoin]()))
	u.call(t, "q-served", "wait", "served")
	joined := await(t, sub, func(e event.QueueCallerJoin) bool { return e.Queue == "served" })
	exactly(t, "QueueCallerJoin.Position", joined.Position, 1)
	exactly(t, "QueueCallerJoin.Count", joined.Count, 1)
	connect := await(t, sub, func(e event.AgentConnect) bool { return e.Queue == "served" })
	lasts(t, "AgentConnect.RingTime", connect.RingTime, time.Second, began)
	lasts(t, "AgentConnect.HoldTime", connect.HoldTime, time.Second, began)
	talk := time.Now()
	complete := await(t, sub, func(e event.AgentComplete) bool { return e.Queue == "served" })
	lasts(t, "AgentComplete.TalkTime", complete.TalkTime, 2*time.Second, talk)
	exactly(t, "AgentComplete.HoldTime", complete.HoldTime, connect.HoldTime)
	exactly(t, "AgentComplete.Reason", complete.Reason, "agent")

	queue := u.queue(t, "served")
	p := queue.Params
	lasts(t, "QueueParams.HoldTime", p.HoldTime, time.Second, began)
	lasts(t, "QueueParams.TalkTime", p.TalkTime, 2*time.Second, talk)
	exactly(t, "QueueParams.ServiceLevel", p.ServiceLevel, 30*time.Second)
	exactly(t, "QueueParams.ServicelevelPerf", p.ServiceLevelPerf, 100)
	exactly(t, "QueueParams.ServicelevelPerf2", p.ServiceLevelPerf2, 100)
	exactly(t, "QueueParams.Completed", p.Completed, 1)
	exactly(t, "QueueParams.Abandoned", p.Abandoned, 0)
	exactly(t, "QueueParams.Weight", p.Weight, 5)
	exactly(t, "QueueParams.Max", p.Max, 9)
	member := queue.Members[0]
	within(t, "QueueMember.LastCall", member.LastCall, talk)
	exactly(t, "QueueMember.Wrapuptime", member.WrapupTime, 7*time.Second)
	exactly(t, "QueueMember.CallsTaken", member.CallsTaken, 1)
	exactly(t, "QueueMember.Penalty", member.Penalty, 3)
	summary := u.summary(t, "served")
	exactly(t, "QueueSummary.HoldTime", summary.HoldTime, p.HoldTime)
	exactly(t, "QueueSummary.TalkTime", summary.TalkTime, p.TalkTime)
	exactly(t, "QueueSummary.LongestHoldTime", summary.LongestHoldTime, 0)
	exactly(t, "QueueSummary.LoggedIn", summary.LoggedIn, 1)
}

// givenUp has a caller who waits for 2 s and hangs up.
func (u *unitsLab) givenUp(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Or(event.Of[event.QueueCallerAbandon](), event.Of[event.QueueCallerJoin](), event.Of[event.QueueCallerLeave]()))
	u.call(t, "q-given-up", "wait", "given-up")
	joined := await(t, sub, func(e event.QueueCallerJoin) bool { return e.Queue == "given-up" })
	until(t, "a Wait of 2 s", func() bool {
		queue := u.queue(t, "given-up")
		entry := queue.Entries[0]
		lasts(t, "QueueEntry.Wait", entry.Wait, 0, began)
		exactly(t, "QueueEntry.Priority", entry.Priority, 4)
		exactly(t, "QueueEntry.Position", entry.Position, 1)
		exactly(t, "QueueParams.Calls", queue.Params.Calls, 1)
		return entry.Wait >= 2*time.Second
	})
	summary := u.summary(t, "given-up")
	lasts(t, "QueueSummary.LongestHoldTime", summary.LongestHoldTime, 2*time.Second, began)
	exactly(t, "QueueSummary.Callers", summary.Callers, 1)
	u.do(t, action.Hangup{Channel: joined.Channel})
	e := await(t, sub, func(e event.QueueCallerAbandon) bool { return e.Queue == "given-up" })
	lasts(t, "QueueCallerAbandon.HoldTime", e.HoldTime, 2*time.Second, began)
	exactly(t, "QueueCallerAbandon.Position", e.Position, 1)
	exactly(t, "QueueCallerAbandon.OriginalPosition", e.OriginalPosition, 1)
	exactly(t, "QueueParams.Abandoned", u.queue(t, "given-up").Params.Abandoned, 1)
}

// member is added now, and paused now.
func (u *unitsLab) member(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Or(event.Of[event.QueueMemberAdded](), event.Of[event.QueueMemberPause](), event.Of[event.QueueMemberRemoved]()))
	u.do(t, action.QueueAdd{Queue: "empty", Interface: "Local/never@units", Penalty: 8})
	added := await(t, sub, func(e event.QueueMemberAdded) bool { return e.Queue == "empty" })
	within(t, "QueueMemberAdded.LoginTime", added.LoginTime, began)
	exactly(t, "QueueMemberAdded.LastCall", added.LastCall.IsZero(), true)
	exactly(t, "QueueMemberAdded.Penalty", added.Penalty, 8)
	exactly(t, "QueueMemberAdded.Paused", added.Paused, false)
	u.do(t, action.QueuePause{Queue: "empty", Interface: "Local/never@units", Paused: true, Reason: "lunch"})
	paused := await(t, sub, func(e event.QueueMemberPause) bool { return e.Queue == "empty" })
	within(t, "QueueMemberPause.LastPause", paused.LastPause, began)
	exactly(t, "QueueMemberPause.Paused", paused.Paused, true)
	u.do(t, action.QueueRemove{Queue: "empty", Interface: "Local/never@units"})
	removed := await(t, sub, func(e event.QueueMemberRemoved) bool { return e.Queue == "empty" })
	exactly(t, "QueueMemberRemoved.LoginTime", removed.LoginTime.Equal(added.LoginTime), true)
}

// agent logs in, talks, and logs off.
func (u *unitsLab) agent(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Or(event.Of[event.AgentLogin](), event.Of[event.AgentLogoff]()))
	u.call(t, "agent", "wait", "agent")
	await[event.AgentLogin](t, sub, nil)
	logged := u.agents(t)
	exactly(t, "Agents.Status", logged.Status, "AGENT_IDLE")
	within(t, "Agents.LoggedInTime", logged.LoggedInTime, began)
	exactly(t, "Agents.CallStarted of an idle one", logged.CallStarted.IsZero(), true)
	requested := time.Now()
	u.call(t, "request", "wait", "request")
	until(t, "an agent on a call", func() bool { logged = u.agents(t); return logged.Status == "AGENT_ONCALL" })
	within(t, "Agents.CallStarted", logged.CallStarted, requested)
	until(t, "2 s of being logged in", func() bool { return time.Since(began) > 2500*time.Millisecond })
	u.do(t, action.AgentLogoff{Agent: "1001"})
	lasts(t, "AgentLogoff.LoginTime", await[event.AgentLogoff](t, sub, nil).LoginTime, 2*time.Second, began)
}

func (u *unitsLab) agents(t *testing.T) event.Agents {
	t.Helper()
	all, err := ami.List(t.Context(), u, action.Agents{})
	if err != nil || len(all) != 1 {
		t.Fatalf("Agents = %v, %v", all, err)
	}
	exactly(t, "Doubt of Agents, whose CallStarted ends in a line feed alone", all[0].Doubt(), 0)
	return all[0]
}

func (u *unitsLab) queue(t *testing.T, name string) ami.Queue {
	t.Helper()
	all, err := ami.Queues(t.Context(), u, action.QueueStatus{Queue: name})
	if err != nil || len(all) != 1 {
		t.Fatalf("Queues(%s) = %v, %v", name, all, err)
	}
	return all[0]
}

func (u *unitsLab) summary(t *testing.T, name string) event.QueueSummary {
	t.Helper()
	all, err := ami.List(t.Context(), u, action.QueueSummary{Queue: name})
	if err != nil || len(all) != 1 {
		t.Fatalf("QueueSummary(%s) = %v, %v", name, all, err)
	}
	return all[0]
}
