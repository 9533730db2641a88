package pbx

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// queueCaller waits in a queue.
type queueCaller struct {
	*channel
	queue    *queue
	thread   *thread
	options  options
	joined   time.Time
	until    time.Time // when it gives up; zero for never
	priority int       // those with the highest one are first
	entered  int       // its place when it came
	last     *member   // who rang for it last
	calls    []*outgoing
}

// queueApp is Queue(name,options,,,timeout).
func queueApp(t *thread, c *channel, data string) bool {
	arguments := strings.Split(data, ",")
	q := c.machine.queue(arguments[0])
	if q == nil {
		return true // Asterisk goes on, and warns in its log
	}
	caller := &queueCaller{channel: c, queue: q, thread: t, joined: c.machine.now}
	if len(arguments) > 1 {
		caller.options = options(arguments[1])
	}
	if len(arguments) > 4 {
		caller.until = c.machine.inSeconds(arguments[4])
	}
	if q.config.MaxLen > 0 && len(q.callers) >= q.config.MaxLen {
		c.set("QUEUESTATUS", "FULL")
		return !c.hungUp
	}
	caller.clearTimes()
	caller.join()
	return caller.run()
}

func (caller *queueCaller) join() {
	q, c := caller.queue, caller.channel
	place := len(q.callers)
	for place > 0 && q.callers[place-1].priority < 0 {
		place--
	}
	q.callers = slices.Insert(q.callers, place, caller)
	caller.entered = place + 1
	c.machine.begin("QueueCallerJoin", "agent").channel("", c).add("Queue", q.config.Name).
		number("Position", caller.entered).number("Count", len(q.callers)).send()
	q.changed()
	c.startMusic()
}

// run has a caller wait until somebody answers, or the caller leaves. It reports whether the dialplan goes on.
func (caller *queueCaller) run() bool {
	for {
		if !caller.thread.wait(caller.until, func() bool { return caller.stops() || caller.position() <= caller.queue.free() }) {
			return caller.timeOut()
		}
		if caller.stops() {
			return caller.stop()
		}
		if winner := caller.try(); winner != nil {
			return caller.talk(winner)
		}
		if caller.stops() {
			return caller.stop()
		}
		if caller.expired() {
			return caller.timeOut()
		}
		if caller.thread.wait(earlier(caller.until, caller.machine.now.Add(caller.queue.config.Retry)), caller.stops) {
			return caller.stop()
		}
	}
}

func (caller *queueCaller) expired() bool {
	return !caller.until.IsZero() && !caller.machine.now.Before(caller.until)
}

// earlier is the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// position is a caller's place in the queue; the first is 1.
func (caller *queueCaller) position() int {
	for i, other := range caller.queue.callers {
		if other == caller {
			return i + 1
		}
	}
	return 0
}

// free is how many members may be called.
func (q *queue) free() (count int) {
	for _, who := range q.members {
		if who.available() {
			count++
		}
	}
	return count
}

// stops reports whether a caller has to leave: it has hung up, goes elsewhere, or has pressed a key that leads somewhere.
func (caller *queueCaller) stops() bool { return caller.leaves() || caller.exit() != nil }

// exit is where a key leads that a caller has pressed, or nil. What leads nowhere is forgotten.
func (caller *queueCaller) exit() *place {
	for caller.keys != "" {
		at := place{caller.queue.config.Context, caller.keys[:1], 1}
		if caller.queue.config.Context != "" && caller.machine.plan.find(at) != nil {
			return &at
		}
		caller.keys = caller.keys[1:]
	}
	return nil
}

// stop ends the waiting of a caller that stops. It reports whether the dialplan goes on.
func (caller *queueCaller) stop() bool {
	c := caller.channel
	if c.leaves() {
		c.stopMusic()
		caller.cancel()
		caller.setUnanswered()
		caller.abandon()
		caller.leave()
		return !c.hungUp
	}
	at := caller.exit()
	c.keys = c.keys[1:]
	c.at = place{at.context, at.exten, 0}
	caller.cancel()
	caller.setUnanswered()
	c.stopMusic()
	caller.leave()
	c.next = at
	return true
}

// timeOut ends the waiting of a caller for whom the time is over.
func (caller *queueCaller) timeOut() bool {
	caller.abandon()
	caller.setUnanswered()
	caller.stopMusic()
	caller.leave()
	caller.set("QUEUESTATUS", "TIMEOUT")
	return !caller.hungUp
}

// abandon tells that a caller has waited in vain.
func (caller *queueCaller) abandon() {
	caller.set("ABANDONED", "TRUE")
	caller.queue.abandoned++
	caller.machine.begin("QueueCallerAbandon", "agent").channel("", caller.channel).add("Queue", caller.queue.config.Name).
		number("Position", caller.position()).number("OriginalPosition", caller.entered).
		number("HoldTime", int(caller.machine.now.Sub(caller.joined)/time.Second)).send()
}

// leave takes a caller out of its queue.
func (caller *queueCaller) leave() {
	q, at := caller.queue, caller.position()
	if at == 0 {
		return
	}
	q.callers = append(q.callers[:at-1:at-1], q.callers[at:]...)
	caller.machine.begin("QueueCallerLeave", "agent").told("", caller.channel).add("Queue", q.config.Name).
		number("Position", at).number("Count", len(q.callers)).send()
	q.changed()
	q.bury()
	caller.set("QUEUEPOSITION", strconv.Itoa(at))
}
