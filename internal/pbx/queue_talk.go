package pbx

import (
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// talk connects a caller with the member who has answered, until one of them leaves. It reports whether the dialplan goes on.
func (caller *queueCaller) talk(winner *outgoing) bool {
	m, c, who := caller.machine, caller.channel, winner.member
	winner.done = true
	m.tellDialEnd(c, winner, asterisk.DialAnswer)
	others := caller.others()
	for _, out := range others {
		m.tellDialEnd(c, out, asterisk.DialCancel)
	}
	c.connect(winner.caller)
	for _, out := range others {
		out.takeOver(c, caller.thread)
		out.done, out.cause = true, asterisk.CauseAnsweredElsewhere
		m.tellDialEnd(c, out, asterisk.DialCancel)
		out.end()
	}
	c.stopMusic()
	waited := m.now.Sub(caller.joined)
	caller.leave()
	if m.rules.queueTimes {
		caller.setTime("QUEUEWAIT", waited)
	}
	m.agentEvent("AgentConnect", caller, winner).number("HoldTime", int(waited/time.Second)).number("RingTime", int(m.now.Sub(winner.began)/time.Second)).send()
	c.answer()
	winner.features.add(caller.options, 't', 'k')
	c.features.add(caller.options, 'T', 'K')
	talk := &queueTalk{caller: caller, member: who, out: winner, waited: waited, answered: m.now}
	who.talks++
	c.queueTalk, winner.queueTalk = talk, talk
	b := m.newBridge(basicBridge, "simple_bridge", "", "")
	b.impart(winner.channel)
	b.enter(c)
	c.stay(caller.thread)
	caller.setTalked()
	return c.next != nil || !c.hungUp && caller.options.has('c')
}

// others are those who ring, too.
func (caller *queueCaller) others() (others []*outgoing) {
	for _, out := range caller.calls {
		if !out.done {
			others = append(others, out)
		}
	}
	return others
}

// queueTalk is a call of a queue that was answered.
type queueTalk struct {
	caller   *queueCaller
	member   *member
	out      *outgoing
	waited   time.Duration
	answered time.Time
	over     bool
}

// left ends the call of a member once the first of the two leaves.
func (talk *queueTalk) left(c *channel) {
	switch {
	case talk == nil:
	case c == talk.caller.channel:
		talk.end("caller")
	default:
		talk.end("agent")
	}
}

// end tells that the call of a member is over, and why: by caller, agent or transfer.
func (talk *queueTalk) end(reason string) {
	if talk.over {
		return
	}
	talk.over = true
	caller, who, q, m := talk.caller, talk.member, talk.caller.queue, talk.caller.machine
	who.talks--
	who.calls++
	who.lastCall = m.now
	if q.config.WrapUp > 0 {
		who.rests = m.now.Add(q.config.WrapUp)
		m.after(q.config.WrapUp, q.changed)
	}
	q.completed++
	talked := m.now.Sub(talk.answered)
	q.holdTime, q.talkTime = average(q.holdTime, talk.waited), average(q.talkTime, talked)
	m.agentEvent("AgentComplete", caller, talk.out).number("HoldTime", int(talk.waited/time.Second)).
		number("TalkTime", int(talked/time.Second)).add("Reason", reason).send()
	q.changed()
}

// average moves a mean a quarter of the way to what came last.
func average(mean, last time.Duration) time.Duration { return mean + (last-mean)/4 }
