package pbx

import (
	"slices"
	"strings"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// pickupChanApp is PickupChan(PJSIP/101&PJSIP/102,p): it answers a call that rings at one of these devices. With p their names may be incomplete.
func pickupChanApp(t *thread, c *channel, data string) bool {
	names, _, _ := strings.Cut(data, ",")
	for name := range strings.SplitSeq(names, "&") {
		for target := range c.machine.channels.all() {
			if target != c && strings.HasPrefix(target.name, name) && target.canBePickedUp() {
				return c.pickUp(t, target)
			}
		}
	}
	return pickupFails(c)
}

// pickupApp is Pickup(101&102@default), or Pickup() for a call to a phone of the same group.
func pickupApp(t *thread, c *channel, data string) bool {
	for target := range c.machine.channels.all() {
		if target != c && target.canBePickedUp() && (data == "" && c.mayPickUp(target) || data != "" && isDialled(target, data)) {
			return c.pickUp(t, target)
		}
	}
	return pickupFails(c)
}

func pickupFails(c *channel) bool {
	c.cause = asterisk.CauseNormalClearing
	return !c.hungUp
}

// isDialled reports whether a channel was called for one of the extensions of Pickup.
func isDialled(c *channel, data string) bool {
	for one := range strings.SplitSeq(data, "&") {
		exten, context, given := strings.Cut(one, "@")
		if c.at.exten == exten && (!given || c.at.context == context) {
			return true
		}
	}
	return false
}

// mayPickUp reports whether a phone's pickup group is the call group of another.
func (c *channel) mayPickUp(target *channel) bool {
	if c.phone == nil || target.phone == nil {
		return false
	}
	group := c.phone.config.PickupGroup
	return group != "" && group == target.phone.config.CallGroup
}

func (c *channel) canBePickedUp() bool {
	return c.outgoing && c.state == asterisk.ChannelRinging && !c.hungUp && c.picker == nil && c.awaited()
}

// pickUp answers a call that rings elsewhere. Who dials that takes the channel over, which then is out of its dialplan.
func (c *channel) pickUp(t *thread, target *channel) bool {
	m := c.machine
	c.connect(target.connected)
	c.answer()
	before := c.at
	from, application, data := target.at, target.application, target.data
	c.at.exten = from.exten
	c.application, c.data = application, data
	c.publish()
	picker := c.snapshotAt(before)
	target.picker, target.cause = c, asterisk.CauseAnsweredElsewhere
	m.begin("Pickup", "call").as("", c, picker).told("Target", target).send()
	target.at = before
	target.wake()
	c.thread, c.outgoing = nil, true
	c.taken = true
	_ = t
	return false
}

// pickedUp has Dial or Queue take over who has picked up a call of theirs. The channel that rang ends.
func (out *outgoing) pickedUp(caller *channel, t *thread) {
	target, picker := out.channel, out.picker
	out.channel = picker
	out.picked = true
	picker.thread = t
	caller.connect(picker.caller)
	if target.machine.rules.pickupUnanswered {
		caller.recordResult(target, asterisk.DialNoAnswer)
	}
	target.outgoing = false // it has a record of its own
	target.softHangup(asterisk.CauseNormalClearing)
	target.end()
}

// takeOver is pickedUp for a call of one who has stopped waiting, if somebody has just picked it up.
func (out *outgoing) takeOver(caller *channel, t *thread) {
	if out.picker != nil && out.channel != out.picker && !out.picked {
		out.pickedUp(caller, t)
	}
}

// awaited reports whether Dial or Queue waits for a channel.
func (c *channel) awaited() bool {
	return c.dialler != nil && slices.ContainsFunc(c.dialler.calls, func(out *outgoing) bool { return out.channel == c && !out.done })
}
