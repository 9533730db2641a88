package pbx

import (
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// try calls members until one answers, all have refused, or the time of the queue is over. It returns who has answered.
func (caller *queueCaller) try() (winner *outgoing) {
	q := caller.queue
	waiting := q.order(caller.last)
	until := earlier(caller.until, caller.machine.now.Add(q.config.Timeout))
	caller.calls = nil
	for winner == nil && caller.ringNext(&waiting) {
		inTime := caller.thread.wait(until, func() bool {
			winner = caller.look()
			return caller.stops() || winner != nil || caller.ringing() == 0
		})
		if !inTime {
			caller.endCalls(asterisk.DialNoAnswer)
			return nil
		}
		if caller.stops() && winner == nil {
			return nil // stop ends the calls
		}
	}
	return winner
}

// ringNext calls who is next: one member, or with ringall all of the lowest penalty.
func (caller *queueCaller) ringNext(waiting *[]*member) bool {
	all := caller.queue.config.Strategy == "ringall"
	for len(*waiting) > 0 {
		who := (*waiting)[0]
		if all && caller.ringing() > 0 && who.penalty != caller.last.penalty {
			break
		}
		*waiting = (*waiting)[1:]
		if caller.ring(who, !all) && !all {
			break
		}
	}
	return caller.ringing() > 0
}

// ring calls a member.
func (caller *queueCaller) ring(who *member, one bool) bool {
	m, c, q := caller.machine, caller.channel, caller.queue
	caller.last = who
	q.served = indexOf(q.members, who)
	out, err := m.request(who.interfaceName, c.linkedID)
	if err != nil {
		return false
	}
	out.thread, out.member = caller.thread, who
	out.inherit(c)
	out.set("DIALEDPEERNUMBER", out.dialled)
	out.connected, out.dialler = c.caller, c
	out.application, out.data = "AppQueue", "(Outgoing Line)"
	out.at.exten = c.at.exten
	m.agentEvent("AgentCalled", caller, out).send()
	c.recordDial(out.channel)
	m.dialEvent("DialBegin", c, out.channel, true).add("DialString", who.interfaceName).send()
	out.call()
	if c.local != nil && c.local.updates {
		out.publish()
	}
	if one {
		c.connect(out.caller)
	}
	caller.calls = append(caller.calls, out)
	c.calls = caller.calls
	return true
}

func indexOf(all []*member, who *member) int {
	for i, other := range all {
		if other == who {
			return i
		}
	}
	return -1
}

// agentEvent begins an event of a caller and a member.
func (m *Machine) agentEvent(name string, caller *queueCaller, out *outgoing) *writing {
	return m.begin(name, "agent").channel("", caller.channel).channel("Dest", out.channel).
		add("Queue", caller.queue.config.Name).add("Interface", out.member.interfaceName).add("MemberName", out.member.name)
}

// ringing is how many are called.
func (caller *queueCaller) ringing() (count int) {
	for _, out := range caller.calls {
		if !out.done {
			count++
		}
	}
	return count
}

// look tells what has become of those that are called, and returns who has answered.
func (caller *queueCaller) look() *outgoing {
	for _, out := range caller.calls {
		switch {
		case out.done:
		case out.picker != nil:
			out.pickedUp(caller.channel, caller.thread)
			return out
		case out.answered():
			return out
		case out.hungUp:
			caller.refused(out)
		case out.state == asterisk.ChannelRinging && !out.rings:
			out.rings = true
			caller.machine.dialEvent("DialState", caller.channel, out.channel, false).add("DialStatus", "RINGING").send()
		}
	}
	return nil
}

// refused ends the call of a member who has refused it.
func (caller *queueCaller) refused(out *outgoing) {
	out.done = true
	caller.machine.tellDialEnd(caller.channel, out, asterisk.DialNoAnswer)
	caller.tellNoAnswer(out)
	out.end()
}

func (caller *queueCaller) tellNoAnswer(out *outgoing) {
	m := caller.machine
	took := 0
	if out.rings {
		took = int(m.now.Sub(out.began) / time.Millisecond)
	}
	m.agentEvent("AgentRingNoAnswer", caller, out).number("RingTime", took).send()
}

// endCalls ends all calls. Those that were not answered in time are told as such first, and then as cancelled.
func (caller *queueCaller) endCalls(status asterisk.DialStatus) {
	for _, out := range caller.calls {
		if !out.done {
			out.takeOver(caller.channel, caller.thread)
		}
	}
	if status == asterisk.DialNoAnswer {
		for _, out := range caller.calls {
			if !out.done {
				caller.tellNoAnswer(out)
				caller.machine.tellDialEnd(caller.channel, out, asterisk.DialNoAnswer)
			}
		}
	}
	for _, out := range caller.calls {
		if !out.done {
			out.done = true
			caller.machine.tellDialEnd(caller.channel, out, asterisk.DialCancel)
			out.end()
		}
	}
	caller.calls = nil
}

// cancel ends all calls of a caller that leaves. Asterisk tells each twice.
func (caller *queueCaller) cancel() {
	for _, out := range caller.calls {
		if !out.done {
			caller.machine.tellDialEnd(caller.channel, out, asterisk.DialCancel)
		}
	}
	caller.endCalls(asterisk.DialCancel)
}
