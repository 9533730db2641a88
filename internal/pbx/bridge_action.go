package pbx

import (
	"fmt"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Bridge has two channels talk in a bridge of their own, each of them taken out of what it does. What it does after that is the next step of
// its dialplan; one that talked already goes on as if it talked there. The error says which of them can't: then the other one goes on at once.
func (m *Machine) Bridge(one, two string) error {
	var channels []*channel
	for _, name := range []string{one, two} {
		c, err := m.channel(name)
		if err != nil {
			return &BridgeError{Channel: len(channels) + 1, Err: err}
		}
		channels = append(channels, c)
	}
	b := m.newBridge(basicBridge, "simple_bridge", "", "")
	for i, c := range channels {
		if err := c.moveInto(b); err != nil {
			b.dissolve()
			b.forsaken(nil)
			return &BridgeError{Channel: i + 1, Err: err}
		}
	}
	return nil
}

// BridgeError is why a channel can't be bridged with another one.
type BridgeError struct {
	Channel int // 1 or 2
	Err     error
}

func (e *BridgeError) Error() string { return fmt.Sprintf("channel %d: %v", e.Channel, e.Err) }
func (e *BridgeError) Unwrap() error { return e.Err }

// moveInto has a channel leave what it does, or its bridge, for another bridge.
func (c *channel) moveInto(b *bridge) error {
	switch before := c.bridge; {
	case c.hungUp || c.joins != nil || c.outgoing && c.state != asterisk.ChannelUp:
		return fmt.Errorf("%w: %s", ErrNotAnswered, c.name)
	case before == nil:
		c.joining = b
		c.yank(func(t *thread) { b.join(t, c) })
	case before == b || before.kind == conferenceBridge || before.consults || before.merges || before.dissolved:
		return fmt.Errorf("%w: %s is in a bridge that it can't leave", ErrNotTalking, c.name)
	default:
		before.move(c)
		if before.abandons() {
			before.dissolve()
		}
		b.enter(c)
		b.acquaint()
		c.wake()
	}
	return nil
}

// abandons reports whether who is left in a bridge has nobody to talk to.
func (b *bridge) abandons() bool {
	return b.kind == basicBridge && !b.destroyed && len(b.channels) == 1
}

// join has a channel talk in a bridge until it leaves that, or another one that it was moved to.
func (b *bridge) join(t *thread, c *channel) {
	c.joining = nil
	c.application, c.data = "", ""
	b.enter(c)
	b.acquaint()
	c.stay(t)
}

// forsaken ends a bridge that nobody is in, or will be. A channel that was to join it does not any more.
func (b *bridge) forsaken(c *channel) {
	if c != nil {
		c.joining = nil
	}
	if b == nil || b.destroyed || len(b.channels) > 0 {
		return
	}
	for other := range b.machine.channels.all() {
		if other.joining == b {
			return
		}
	}
	b.destroy()
}

// acquaint tells two who are in a bridge of each other.
func (b *bridge) acquaint() {
	for _, c := range b.channels {
		if other := b.peer(c); other != nil && other.caller != (person{}) {
			c.connect(other.caller)
		}
	}
}

// yank has a channel end what it does, and do something else before it goes on with the next step.
func (c *channel) yank(do func(t *thread)) {
	at := c.at
	if !c.outgoing {
		at.priority++
	}
	if c.next != nil { // it was to go elsewhere anyhow
		at = *c.next
	}
	c.joins = do
	c.goTo(at)
}

// bridgeApp is Bridge(PJSIP/101-0000002a): it talks to a channel, which ends what it does.
func bridgeApp(t *thread, c *channel, data string) bool {
	m := c.machine
	target, err := m.channel(data)
	switch {
	case err != nil || data == "":
		c.set("BRIDGERESULT", "NONEXISTENT")
		return !c.hungUp
	case target == c:
		c.set("BRIDGERESULT", "LOOP")
		return !c.hungUp
	}
	b := m.newBridge(basicBridge, "simple_bridge", "", "")
	if target.moveInto(b) != nil {
		b.forsaken(nil)
		c.set("BRIDGERESULT", "FAILURE")
		return !c.hungUp
	}
	b.enter(c)
	b.acquaint()
	c.stay(t)
	c.set("BRIDGERESULT", "SUCCESS")
	return c.next != nil || !c.hungUp
}
