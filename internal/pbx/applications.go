package pbx

import (
	"strconv"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

func noopApp(*thread, *channel, string) bool { return true }

func answerApp(_ *thread, c *channel, _ string) bool {
	c.answer()
	return true
}

func hangupApp(_ *thread, c *channel, data string) bool {
	if cause, err := strconv.Atoi(data); err == nil {
		c.cause = asterisk.Cause(cause)
	}
	return false
}

// setApp is Set(NAME=value).
func setApp(_ *thread, c *channel, data string) bool {
	name, value, found := strings.Cut(data, "=")
	if found {
		c.set(name, value)
	}
	return true
}

// waitApp is Wait(1.5).
func waitApp(t *thread, c *channel, data string) bool {
	if until := t.machine.inSeconds(data); !until.IsZero() {
		t.wait(until, c.leaves)
	}
	return !c.hungUp
}

// ringingApp is Ringing(): the caller hears that it rings.
func ringingApp(_ *thread, c *channel, _ string) bool {
	if c.state != asterisk.ChannelUp {
		c.indicateRinging()
	}
	return true
}

// busyApp is Busy(): the phone that calls hears that who it called is busy, and ends the call.
func busyApp(t *thread, c *channel, _ string) bool { return c.reject(t, asterisk.CauseUserBusy) }

func congestionApp(t *thread, c *channel, _ string) bool {
	return c.reject(t, asterisk.CauseCongestion)
}

// roundTrip is how long it takes until a phone has answered a message.
const roundTrip = 2 * deviceDelay

// reject refuses a call that came in. One that was answered hears a tone for as long as it wants to.
func (c *channel) reject(t *thread, cause asterisk.Cause) bool {
	if c.cause = cause; c.state != asterisk.ChannelUp && c.phone != nil {
		c.setState(asterisk.ChannelBusy)
		c.machine.after(roundTrip, func() { c.hangupRequest(cause, c.machine.rules.byeCause, statusOfCause(cause)) })
	}
	t.wait(time.Time{}, c.leaves)
	return false
}

// fallThrough ends a channel that has run out of dialplan: if it was not answered, its phone hears what became of the last Dial.
func (c *channel) fallThrough(t *thread) {
	if c.hungUp || c.state == asterisk.ChannelUp || c.phone == nil {
		return
	}
	switch asterisk.DialStatus(c.plainValue("DIALSTATUS")) {
	case asterisk.DialBusy:
		c.reject(t, asterisk.CauseUserBusy)
	case asterisk.DialUnavailable, asterisk.DialCongestion:
		c.reject(t, asterisk.CauseCongestion)
	}
}

// gotoApp is Goto(context,extension,priority), of which the first two may be left out; the priority may be a label.
func gotoApp(_ *thread, c *channel, data string) bool {
	parts := strings.Split(data, ",")
	at := place{c.at.context, c.at.exten, 0}
	if len(parts) > 2 {
		at.context, parts = parts[0], parts[1:]
	}
	if len(parts) > 1 {
		at.exten, parts = parts[0], parts[1:]
	}
	at.priority = c.machine.plan.priority(at, parts[0])
	if c.machine.plan.find(at) == nil {
		return false
	}
	c.next = &at
	return true
}

// userEventApp is UserEvent(name,Key: value,...).
func userEventApp(_ *thread, c *channel, data string) bool {
	name, rest, _ := strings.Cut(data, ",")
	w := c.machine.begin("UserEvent", "user").channel("", c).add("UserEvent", name)
	for _, line := range strings.Split(rest, ",") {
		if key, value, found := strings.Cut(line, ":"); found {
			w.add(strings.TrimSpace(key), strings.TrimSpace(value))
		}
	}
	w.send()
	return true
}
