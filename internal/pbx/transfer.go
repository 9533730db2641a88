package pbx

import (
	"fmt"
	"strings"
)

// goTo has a channel go on at a place in the dialplan, once what it does now has ended.
func (c *channel) goTo(at place) {
	c.at, c.next = at, &at
	c.wake()
}

// BlindTransfer sends whom a channel talks to on to an extension. The channel ends.
func (m *Machine) BlindTransfer(channel, context, exten string) error {
	c, err := m.channel(channel)
	if err != nil {
		return err
	}
	c.unhold()
	return c.blindTransfer(context, exten, true)
}

// blindTransfer sends whom a channel talks to on. External is what did not come by keys.
func (c *channel) blindTransfer(context, exten string, external bool) error {
	m, b := c.machine, c.bridge
	other := b.peer(c)
	if other == nil || b.kind != basicBridge {
		return ErrNotTalking
	}
	if context == "" {
		context = c.transferContext()
	}
	at := place{context, exten, 1}
	if m.plan.find(at) == nil {
		return fmt.Errorf("%w: %s in %s", ErrNoExtension, exten, context)
	}
	other.set("BLINDTRANSFER", c.name)
	c.set("BLINDTRANSFER", other.name)
	w := m.begin("BlindTransfer", "call").add("Result", "Success").channel("Transferer", c).channel("Transferee", other)
	b.lines(w, "").add("IsExternal", yesNo(external)).add("Context", context).add("Extension", exten).send()
	if c.queueTalk != nil {
		c.queueTalk.end("transfer")
	}
	c.clearPeer()
	b.move(c)
	c.sendAway()
	other.release()
	other.clearPeer()
	other.goTo(at)
	return nil
}

// transferContext is where the numbers count that a channel's phone dials to transfer a call.
func (c *channel) transferContext() string {
	for _, v := range c.variables {
		if v.name == "TRANSFER_CONTEXT" && v.value != "" {
			return v.value
		}
	}
	return c.at.context
}

// sendAway ends a channel that has left its bridge for good.
func (c *channel) sendAway() {
	c.hungUp = true
	c.wake()
}

func yesNo(yes bool) string {
	if yes {
		return "Yes"
	}
	return "No"
}

// channel returns the channel of a name, or of a Uniqueid.
func (m *Machine) channel(name string) (*channel, error) {
	if c := m.byName[name]; c != nil {
		return c, nil
	}
	for c := range m.channels.all() {
		if strings.EqualFold(c.name, name) || c.uniqueID == name {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrNoChannel, name)
}
