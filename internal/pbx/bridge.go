package pbx

import (
	"fmt"
	"slices"
)

// bridge is where channels hear each other.
type bridge struct {
	machine    *Machine
	id         string
	kind       string // basic
	technology string
	channels   []*channel
	dissolved  bool // it ends with the first that leaves it
}

func (m *Machine) newBridge(kind string) *bridge {
	high, low := m.random.Uint64(), m.random.Uint64()
	b := &bridge{machine: m, kind: kind, technology: "simple_bridge", id: fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x",
		high>>32, high>>16&0xffff, high&0xfff, low>>48&0x3fff|0x8000, low&0xffffffffffff)}
	m.bridges = append(m.bridges, b)
	b.describe("BridgeCreate").send()
	return b
}

// describe begins an event of the bridge.
func (b *bridge) describe(event string) *writing {
	return b.machine.begin(event, "call").add("BridgeUniqueid", b.id).add("BridgeType", b.kind).add("BridgeTechnology", b.technology).
		add("BridgeCreator", "<unknown>").add("BridgeName", "<unknown>").number("BridgeNumChannels", len(b.channels)).
		add("BridgeVideoSourceMode", "none")
}

// enter adds a channel. All in a basic bridge take the oldest Linkedid of theirs, of which no event tells.
func (b *bridge) enter(c *channel) {
	c.publish()
	c.bridge = b
	b.channels = append(b.channels, c)
	oldest := c.linkedID
	for _, other := range b.channels {
		if older(other.linkedID, oldest) {
			oldest = other.linkedID
		}
	}
	for _, other := range b.channels {
		other.linkedID = oldest
	}
	b.describe("BridgeEnter").channel("", c).send()
	if len(b.channels) == 2 {
		b.technology = "native_rtp" // no event tells
	}
}

// leave takes a channel out. Of a bridge of two that ends the other's stay, too.
func (b *bridge) leave(c *channel) {
	at := slices.Index(b.channels, c)
	if at < 0 {
		return
	}
	b.channels = slices.Delete(b.channels, at, at+1)
	c.bridge = nil
	b.describe("BridgeLeave").channel("", c).send()
	b.dissolved = true
	for _, other := range b.channels {
		other.wake()
	}
}

// destroy ends a bridge that is empty.
func (b *bridge) destroy() {
	m := b.machine
	m.bridges = slices.DeleteFunc(m.bridges, func(other *bridge) bool { return other == b })
	b.describe("BridgeDestroy").send()
}

// older compares Uniqueids: by their seconds, then by their numbers.
func older(a, b string) bool {
	var seconds, number, otherSeconds, otherNumber int
	_, _ = fmt.Sscanf(a, "%d.%d", &seconds, &number) // both are ours
	_, _ = fmt.Sscanf(b, "%d.%d", &otherSeconds, &otherNumber)
	return seconds < otherSeconds || seconds == otherSeconds && number < otherNumber
}
