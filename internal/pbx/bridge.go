package pbx

import (
	"fmt"
	"slices"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// bridge is where channels hear each other.
type bridge struct {
	machine       *Machine
	id            string
	kind          string // basic, base (ConfBridge) or parking
	technology    string
	creator, name string
	channels      []*channel
	hidden        int  // channels that count, but of which no event tells
	merges        bool // more channels come at once
	consults      bool // it is of an attended transfer by keys: who stays in it may go on elsewhere
	dissolved     bool // all have to leave it
	destroyed     bool
}

// The kinds of bridges.
const (
	basicBridge      = "basic"
	conferenceBridge = "base"
	parkingBridge    = "parking"
)

func (m *Machine) newBridge(kind, technology, creator, name string) *bridge {
	high, low := m.random.Uint64(), m.random.Uint64()
	b := &bridge{
		machine: m, kind: kind, technology: technology, creator: orUnknown(creator), name: orUnknown(name),
		id: fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", high>>32, high>>16&0xffff, high&0xfff, low>>48&0x3fff|0x8000, low&0xffffffffffff),
	}
	m.bridges.add(b)
	b.describe("BridgeCreate").send()
	return b
}

// describe begins an event of the bridge.
func (b *bridge) describe(event string) *writing { return b.lines(b.machine.begin(event, "call"), "") }

// lines adds what every event says of a bridge.
func (b *bridge) lines(w *writing, prefix string) *writing {
	return w.add(prefix+"BridgeUniqueid", b.id).add(prefix+"BridgeType", b.kind).add(prefix+"BridgeTechnology", b.technology).
		add(prefix+"BridgeCreator", b.creator).add(prefix+"BridgeName", b.name).number(prefix+"BridgeNumChannels", len(b.channels)+b.hidden).
		add(prefix+"BridgeVideoSourceMode", "none")
}

// enter adds a channel.
func (b *bridge) enter(c *channel) { b.replace(c, nil) }

// replace adds a channel where another one was, if any.
func (b *bridge) replace(c, swapped *channel) {
	c.publish()
	c.bridge = b
	b.channels = append(b.channels, c)
	b.mergeLinkedIDs()
	w := b.describe("BridgeEnter").channel("", c)
	if swapped != nil {
		w.add("SwapUniqueid", swapped.uniqueID)
	}
	w.send()
	b.recordEntry(c)
	for _, name := range []string{"BLINDTRANSFER", "ATTENDEDTRANSFER"} {
		if c.plainValue(name) != "" {
			c.set(name, "")
		}
	}
	if b.kind == basicBridge && !b.merges {
		b.settle()
	}
}

// settle chooses how a basic bridge mixes, and tells its channels who else is there.
func (b *bridge) settle() {
	if b.choose(); len(b.channels) > 1 {
		b.tellPeers()
		b.hear()
	}
}

// mergeLinkedIDs gives all in a basic bridge the oldest Linkedid of theirs, of which no event tells.
func (b *bridge) mergeLinkedIDs() {
	if b.kind != basicBridge {
		return
	}
	oldest := b.channels[0].linkedID
	for _, c := range b.channels {
		if b.machine.older(c.linkedID, oldest) {
			oldest = c.linkedID
		}
	}
	for _, c := range b.channels {
		c.linkedID, c.shown.linkedID = oldest, oldest
	}
}

// choose sets the technology of a basic bridge, of which no event tells.
func (b *bridge) choose() {
	b.technology = "simple_bridge"
	switch {
	case len(b.channels) > 2:
		b.technology = "softmix"
	case len(b.channels) == 2 && b.channels[0].hasMedia() && b.channels[1].hasMedia():
		b.technology = "native_rtp"
	}
}

// hasMedia reports whether a channel's phone may talk with another one without Asterisk between them.
func (c *channel) hasMedia() bool { return c.phone != nil && !c.features.any() }

// leave takes out a channel that has hung up, or has no more to do there. That ends the stay of whom it leaves alone in a basic bridge.
func (b *bridge) leave(c *channel) {
	b.remove(c)
	switch {
	case b.kind != basicBridge || b.destroyed:
	case len(b.channels) == 1:
		b.dissolve()
	default:
		b.settle()
		b.introduce()
	}
}

// introduce tells the phones of two that are left of more who is at the other end.
func (b *bridge) introduce() {
	for _, c := range b.channels {
		if other := b.peer(c); other != nil && c.phone != nil {
			c.connect(other.caller)
		}
	}
}

// move takes out a channel that goes on elsewhere.
func (b *bridge) move(c *channel) {
	c.release()
	c.publish()
	b.takeOut(c)
	if b.kind == basicBridge && !b.destroyed {
		b.choose()
	}
}

func (b *bridge) remove(c *channel) {
	if b.consults || len(b.channels) > 2 {
		c.release()
		c.clearPeer()
	} else {
		b.clearPeers()
	}
	c.publish()
	b.takeOut(c)
}

// takeOut takes out a channel as it was told of last.
func (b *bridge) takeOut(c *channel) {
	if !slices.Contains(b.channels, c) {
		return
	}
	c.queueTalk.left(c)
	if c.parked != nil {
		c.parked.giveUp()
	}
	b.detach(c)
}

// detach takes out a channel, whatever it does there.
func (b *bridge) detach(c *channel) {
	b.channels = slices.DeleteFunc(b.channels, func(other *channel) bool { return other == c })
	c.bridge = nil
	b.describe("BridgeLeave").told("", c).send()
	b.recordExit(c)
	if len(b.channels) == 0 && b.kind == basicBridge {
		b.destroy()
	}
}

// moveTo takes out a channel that goes on at a place of the dialplan.
func (b *bridge) moveTo(c *channel, at place) {
	b.takeOut(c)
	c.goTo(at)
	c.publish()
}

// dissolve has all leave.
func (b *bridge) dissolve() {
	b.dissolved = true
	for _, c := range b.channels {
		c.wake()
	}
}

// destroy ends a bridge that is empty.
func (b *bridge) destroy() {
	b.destroyed = true
	b.machine.bridges.remove(b)
	b.describe("BridgeDestroy").send()
}

// impart has a channel that nobody runs stay in a bridge. What it does after that is in the dialplan, or it ends.
func (b *bridge) impart(c *channel) {
	b.enter(c)
	c.thread = b.machine.standBy(c.isDisturbed, func(t *thread) {
		c.stay(t)
		c.afterBridge(t)
	})
	c.wake()
}

// stay has a channel in bridges until it leaves the last of them.
func (c *channel) stay(t *thread) {
	for c.bridge != nil {
		t.wait(time.Time{}, c.isDisturbed)
		switch {
		case c.bridge == nil:
		case c.leaves() || c.bridge.dissolved:
			c.bridge.leave(c)
		default:
			c.runFeature(t)
		}
	}
}

// isDisturbed reports whether a channel in a bridge has anything to do but talk.
func (c *channel) isDisturbed() bool {
	return c.bridge == nil || c.leaves() || c.bridge.dissolved || c.pressed()
}

// afterBridge is what becomes of a channel without dialplan that has left its bridge.
func (c *channel) afterBridge(t *thread) {
	if c.next != nil && !c.hungUp {
		c.machine.runDialplan(t, c)
		return
	}
	if c.cause == asterisk.CauseUnset {
		c.cause = asterisk.CauseNormalClearing
	}
	c.end()
}

// peer is who else is in a basic bridge of two, or nil.
func (b *bridge) peer(c *channel) *channel {
	if b == nil || b.kind != basicBridge || len(b.channels) != 2 {
		return nil
	}
	if b.channels[0] == c {
		return b.channels[1]
	}
	return b.channels[0]
}

// tellPeers sets for each channel of a basic bridge who else is there.
func (b *bridge) tellPeers() {
	for _, c := range slices.Backward(b.channels) {
		names, id := b.others(c)
		if c.plainValue("BRIDGEPEER") == names {
			continue
		}
		c.set("BRIDGEPEER", names)
		if id != "" || c.plainValue("BRIDGEPVTCALLID") != "" {
			c.set("BRIDGEPVTCALLID", id)
		}
	}
}

// others are the names of all but one, and the Call-ID if it is only one other.
func (b *bridge) others(c *channel) (names, id string) {
	for _, other := range b.channels {
		switch {
		case other == c:
		case names == "":
			names, id = other.name, other.callID()
		default:
			names, id = names+","+other.name, ""
		}
	}
	return names, id
}

func (b *bridge) clearPeers() {
	if b.kind != basicBridge {
		return
	}
	for _, c := range b.channels {
		c.release()
		c.clearPeer()
	}
}

func (c *channel) clearPeer() {
	if c.plainValue("BRIDGEPEER") != "" {
		c.set("BRIDGEPEER", "")
		if c.plainValue("BRIDGEPVTCALLID") != "" {
			c.set("BRIDGEPVTCALLID", "")
		}
	}
}

// callID is the Call-ID that SIP would have.
func (c *channel) callID() string {
	if c.phone == nil {
		return ""
	}
	return fmt.Sprintf("%x", c.uniqueID)
}
