package pbx

import (
	"fmt"
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
	d.endOthers(winner)
	c.set("DIALSTATUS", string(d.status))
	if winner == nil {
		return !c.hungUp
	}
	d.connect(winner)
	return !c.hungUp && strings.Contains(d.options, "g")
}

// dial is one run of Dial.
type dial struct {
	thread  *thread
	caller  *channel
	targets []string // as PJSIP/101
	until   time.Time
	options string
	began   time.Time
	status  asterisk.DialStatus
	calls   []*outgoing
}

// outgoing is a channel that Dial has made.
type outgoing struct {
	*channel
	dialled string // behind the technology
	rings   bool   // the caller was told
	done    bool   // its DialEnd was sent
}

func newDial(t *thread, c *channel, data string) *dial {
	arguments := strings.SplitN(data, ",", 4)
	d := &dial{thread: t, caller: c, targets: strings.Split(arguments[0], "&"), began: t.machine.now}
	if len(arguments) > 1 && arguments[1] != "" {
		if seconds, err := strconv.ParseFloat(arguments[1], 64); err == nil {
			d.until = t.machine.now.Add(time.Duration(seconds * float64(time.Second)))
		}
	}
	if len(arguments) > 2 {
		d.options = arguments[2]
	}
	return d
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
		technology, name, _ := strings.Cut(target, "/")
		p := m.phones[name]
		if technology != "PJSIP" || p == nil || p.config.Unreachable {
			continue
		}
		out := &outgoing{channel: m.newChannel(p, asterisk.ChannelDown, place{p.config.Context, "s", 1}, c.linkedID), dialled: name}
		out.outgoing, out.thread = true, d.thread
		out.set("DIALEDPEERNUMBER", name)
		out.connected = c.caller
		out.application, out.data = "AppDial", "(Outgoing Line)"
		out.at.exten = c.at.exten
		out.publish()
		c.record.dials(out.channel)
		d.event("DialBegin", out).add("DialString", name).send()
		d.calls = append(d.calls, out)
		p.called(out.channel)
	}
	if len(d.calls) == 1 {
		c.connected = d.calls[0].caller
		c.publish()
	}
}

func (d *dial) event(name string, out *outgoing) *writing {
	return d.caller.machine.begin(name, "call").channel("", d.caller).channel("Dest", out.channel)
}

// await waits until one answers, all have refused, the time is over, or the caller has gone. It returns who has answered.
func (d *dial) await() (winner *outgoing) {
	if len(d.calls) == 0 {
		d.status = asterisk.DialUnavailable
		return nil
	}
	inTime := d.thread.wait(d.until, func() bool {
		if d.caller.hungUp {
			return true
		}
		left := 0
		for _, out := range d.calls {
			d.look(out)
			if winner == nil && out.state == asterisk.ChannelUp && !out.hungUp {
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
	case d.caller.hungUp:
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
	case out.hungUp:
		d.finish(out, statusOf(out.cause))
	case out.state == asterisk.ChannelRinging && !out.rings:
		out.rings = true
		took := d.caller.machine.now.Sub(d.began)
		d.caller.set("RINGTIME", seconds(took))
		d.caller.set("RINGTIME_MS", milliseconds(took))
		d.event("DialState", out).add("DialStatus", "RINGING").send()
	}
}

// finish ends a call that was not answered.
func (d *dial) finish(out *outgoing, status asterisk.DialStatus) {
	out.done = true
	d.event("DialEnd", out).add("DialStatus", string(status)).send()
	if out.cause == asterisk.CauseUnset {
		out.cause = asterisk.CauseNormalClearing
	}
	if d.caller.cause == asterisk.CauseUnset {
		d.caller.cause, d.caller.sipStatus = out.cause, out.sipStatus
	}
	d.caller.record.dialled(out.channel, status)
	out.end()
}

// endOthers ends all calls but the winner's.
func (d *dial) endOthers(winner *outgoing) {
	for _, out := range d.calls {
		if out == winner || out.done {
			continue
		}
		switch {
		case winner != nil:
			out.cause = asterisk.CauseAnsweredElsewhere
		case d.caller.hungUp:
			out.cause, out.sipStatus = d.caller.cause, 500
		}
		d.finish(out, d.lost(winner))
	}
}

// lost is the status of those that were called in vain.
func (d *dial) lost(winner *outgoing) asterisk.DialStatus {
	if winner != nil {
		return asterisk.DialCancel
	}
	return d.status
}

// refusal is the status of a Dial whose every call was refused.
func (d *dial) refusal() asterisk.DialStatus {
	for _, out := range d.calls {
		if statusOf(out.cause) == asterisk.DialBusy {
			return asterisk.DialBusy
		}
	}
	return statusOf(d.calls[0].cause)
}

func statusOf(cause asterisk.Cause) asterisk.DialStatus {
	switch cause {
	case asterisk.CauseUserBusy:
		return asterisk.DialBusy
	case asterisk.CauseNoAnswer, asterisk.CauseNoUserResponse, asterisk.CauseNormalClearing:
		return asterisk.DialNoAnswer
	}
	return asterisk.DialUnavailable
}

// connect has caller and winner talk until one of them hangs up.
func (d *dial) connect(winner *outgoing) {
	m, c := d.caller.machine, d.caller
	c.set("DIALEDPEERNAME", winner.name)
	c.set("DIALEDPEERNUMBER", winner.dialled)
	winner.at.exten = ""
	winner.done = true
	d.event("DialEnd", winner).add("DialStatus", string(asterisk.DialAnswer)).send()
	c.setState(asterisk.ChannelUp)
	c.record.answered(winner.channel)
	answered := m.now
	b := m.newBridge("basic")
	b.enter(winner.channel)
	b.enter(c)
	b.tellPeers()
	d.thread.wait(time.Time{}, func() bool { return c.hungUp || winner.hungUp })
	first, second := c, winner.channel
	if winner.hungUp {
		first, second = second, first
	}
	for _, name := range []string{"BRIDGEPEER", "BRIDGEPVTCALLID"} {
		first.set(name, "")
		second.set(name, "")
	}
	b.leave(first)
	b.leave(second)
	if winner.cause == asterisk.CauseUnset {
		winner.cause = asterisk.CauseNormalClearing
	}
	if c.cause == asterisk.CauseUnset {
		c.cause = winner.cause
	}
	winner.end()
	b.destroy()
	c.set("ANSWEREDTIME", seconds(m.now.Sub(answered)))
	c.set("ANSWEREDTIME_MS", milliseconds(m.now.Sub(answered)))
	c.set("DIALEDTIME", seconds(m.now.Sub(d.began)))
	c.set("DIALEDTIME_MS", milliseconds(m.now.Sub(d.began)))
	c.set("DIALSTATUS", string(d.status))
}

func seconds(d time.Duration) string      { return strconv.Itoa(int(d / time.Second)) }
func milliseconds(d time.Duration) string { return strconv.Itoa(int(d / time.Millisecond)) }

// tellPeers sets who is at the other end, for each channel of a bridge of two.
func (b *bridge) tellPeers() {
	if len(b.channels) != 2 {
		return
	}
	for i, c := range b.channels {
		other := b.channels[1-i]
		c.set("BRIDGEPEER", other.name)
		c.set("BRIDGEPVTCALLID", fmt.Sprintf("%x", other.uniqueID))
	}
}
