package pbx

import (
	"strconv"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// dialApp is Dial(PJSIP/101&PJSIP/102,20): it calls phones, and connects the first that answers.
func dialApp(t *thread, c *channel, data string) bool {
	d := newDial(t, c, data)
	d.clearVariables()
	d.call()
	winner := d.await()
	if winner != nil && len(d.calls) > 1 && winner.phone != nil {
		c.connect(winner.caller)
	}
	d.endOthers(winner)
	c.set("DIALSTATUS", string(d.status))
	if winner == nil {
		return !c.hungUp
	}
	d.connect(winner)
	return c.afterTalk(t, func() bool {
		d.tellTimes()
		return c.next != nil || !c.hungUp && d.options.has('g')
	})
}

// dial is one run of Dial.
type dial struct {
	thread  *thread
	caller  *channel
	targets []string // as PJSIP/101
	until   time.Time
	options options
	began   time.Time
	status  asterisk.DialStatus
	rings   bool
	calls   []*outgoing
}

// options are the letters that Dial and Queue know, without what is in parentheses behind them.
type options string

func (o options) has(letter byte) bool {
	depth := 0
	for i := range len(o) {
		switch {
		case o[i] == '(':
			depth++
		case o[i] == ')':
			depth--
		case o[i] == letter && depth == 0:
			return true
		}
	}
	return false
}

func newDial(t *thread, c *channel, data string) *dial {
	arguments := strings.SplitN(data, ",", 4)
	d := &dial{thread: t, caller: c, targets: strings.Split(arguments[0], "&"), began: t.machine.now}
	if len(arguments) > 1 {
		d.until = t.machine.inSeconds(arguments[1])
	}
	if len(arguments) > 2 {
		d.options = options(arguments[2])
	}
	return d
}

// inSeconds is when so many seconds, as "1.5", will have passed; zero if text says nothing.
func (m *Machine) inSeconds(text string) time.Time {
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || seconds <= 0 || seconds > 1e9 {
		return time.Time{}
	}
	return m.now.Add(time.Duration(seconds * float64(time.Second)))
}

func (d *dial) clearVariables() {
	for _, name := range d.caller.machine.rules.dialVariables {
		d.caller.set(name, "")
	}
}

// call calls all targets.
func (d *dial) call() {
	m, c := d.caller.machine, d.caller
	for _, target := range d.targets {
		out, err := m.request(target, c.linkedID)
		if err != nil {
			continue // it can't be reached
		}
		out.thread = d.thread
		out.inherit(c)
		out.set("DIALEDPEERNUMBER", out.dialled)
		out.connected, out.dialler = c.caller, c
		if out.caller.number == "" {
			out.caller.number = c.at.exten
		}
		out.application, out.data = "AppDial", "(Outgoing Line)"
		out.at.exten = c.at.exten
		out.publish()
		d.calls = append(d.calls, out)
	}
	c.calls = d.calls
	for _, out := range d.calls {
		c.recordDial(out.channel)
		m.dialEvent("DialBegin", c, out.channel, false).add("DialString", out.dialled).send()
		out.call()
	}
	if len(d.calls) == 1 && d.calls[0].phone != nil {
		c.connect(d.calls[0].caller)
	}
}

// await waits until one answers, all have refused, the time is over, or the caller has gone. It returns who has answered.
func (d *dial) await() (winner *outgoing) {
	if len(d.calls) == 0 {
		d.status = asterisk.DialUnavailable
		d.caller.records[len(d.caller.records)-1].locked = true // it stays a record of this Dial
		return nil
	}
	inTime := d.thread.wait(d.until, func() bool {
		if d.caller.leaves() {
			return true
		}
		left := 0
		for _, out := range d.calls {
			d.look(out)
			if winner == nil && out.answered() {
				winner = out
			}
			if !out.done {
				left++
			}
		}
		return winner != nil || left == 0
	})
	switch {
	case winner != nil:
		d.status = asterisk.DialAnswer
	case d.caller.leaves():
		d.status = asterisk.DialCancel
	case !inTime:
		d.status = asterisk.DialNoAnswer
	default:
		d.status = d.refusal()
	}
	return winner
}

// look tells what has become of one that is called.
func (d *dial) look(out *outgoing) {
	switch {
	case out.done:
	case out.picker != nil:
		out.pickedUp(d.caller, d.thread)
	case out.hungUp:
		d.caller.cause, d.caller.sipStatus = out.cause, 0
		d.finish(out, endStatus(out.cause))
	case out.state == asterisk.ChannelRinging && !out.rings:
		out.rings = true
		d.setRingTime()
		d.caller.machine.dialEvent("DialState", d.caller, out.channel, false).add("DialStatus", "RINGING").send()
		d.caller.indicateRinging()
	}
}

// setRingTime sets after how long the first phone rings.
func (d *dial) setRingTime() {
	if d.rings {
		return
	}
	d.rings = true
	d.caller.setTime("RINGTIME", d.caller.machine.now.Sub(d.began))
}

// finish ends a call that was not answered.
func (d *dial) finish(out *outgoing, status asterisk.DialStatus) {
	out.done = true
	d.caller.machine.tellDialEnd(d.caller, out, status)
	out.end()
}

// endOthers ends all calls but the winner's.
func (d *dial) endOthers(winner *outgoing) {
	for _, out := range d.calls {
		if out == winner || out.done {
			continue
		}
		out.takeOver(d.caller, d.thread)
		status := d.status
		switch {
		case winner != nil:
			out.cause, status = asterisk.CauseAnsweredElsewhere, asterisk.DialCancel
		case d.caller.hungUp:
			if out.cause = d.caller.cause; out.cause == asterisk.CauseUnset {
				out.cause = asterisk.CauseNormalClearing
			}
		}
		d.finish(out, status)
	}
}

// refusal is the status of a Dial whose every call was refused.
func (d *dial) refusal() asterisk.DialStatus {
	var busy, congested, unavailable int
	for _, out := range d.calls {
		switch out.cause {
		case asterisk.CauseUserBusy:
			busy++
		case asterisk.CauseCongestion:
			congested++
		case asterisk.CauseNoAnswer, asterisk.CauseNormalClearing:
		default:
			unavailable++
		}
	}
	switch {
	case busy+congested+unavailable < len(d.calls):
		return asterisk.DialNoAnswer
	case busy > 0:
		return asterisk.DialBusy
	case congested > 0:
		return asterisk.DialCongestion
	}
	return asterisk.DialUnavailable
}

// connect has caller and winner talk.
func (d *dial) connect(winner *outgoing) {
	m, c := d.caller.machine, d.caller
	c.set("DIALEDPEERNAME", winner.name)
	c.set("DIALEDPEERNUMBER", winner.dialled)
	winner.at.exten = ""
	if winner.done = true; !winner.picked && winner.cause == asterisk.CauseUnset {
		c.cause, winner.cause = asterisk.CauseNormalClearing, asterisk.CauseNormalClearing
	}
	c.publish()
	m.tellDialEnd(c, winner, asterisk.DialAnswer)
	c.answer()
	winner.features.add(d.options, 't', 'k')
	c.features.add(d.options, 'T', 'K')
	b := m.newBridge(basicBridge, "simple_bridge", "", "")
	b.impart(winner.channel)
	b.enter(c)
}

// tellTimes sets what is told of a call that has ended.
func (d *dial) tellTimes() {
	m, c := d.caller.machine, d.caller
	if c.next == nil {
		c.setTime("ANSWEREDTIME", m.now.Sub(c.up))
		c.setTime("DIALEDTIME", m.now.Sub(c.began))
	}
	c.tellReplaced()
	c.set("DIALSTATUS", string(d.status))
}

// setTime sets two variables to a time, in seconds and in milliseconds.
func (c *channel) setTime(name string, d time.Duration) {
	c.set(name, strconv.Itoa(int(d/time.Second)))
	c.set(name+"_MS", strconv.Itoa(int(d/time.Millisecond)))
}
