package pbx

import (
	"slices"
	"strconv"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// soundDelay is how long a packet of sound takes.
const soundDelay = 20 * time.Millisecond

// hear has Local channels left out through which sound goes.
func (b *bridge) hear() {
	for _, c := range b.channels {
		if l := c.local; l != nil && l.hears() {
			b.machine.after(soundDelay, l.shorten)
		}
	}
}

// hears reports whether somebody speaks at either end of a Local channel that may be left out: each half talks with one other channel.
// One that a queue called stays.
func (l *local) hears() bool {
	near, far := l.one.bridge.peer(l.one), l.two.bridge.peer(l.two)
	return l.optimizes && near != nil && far != nil && (near.speaks || far.speaks) && l.one.bridge != l.two.bridge && l.one.queueTalk == nil && l.two.queueTalk == nil &&
		!slices.ContainsFunc([]*bridge{l.one.bridge, l.two.bridge}, func(b *bridge) bool { return b.dissolved || b.consults })
}

// shorten has whom the first half talks to take the place of the second, and both halves end.
func (l *local) shorten() {
	if !l.hears() {
		return
	}
	m, from, to, c := l.one.machine, l.one.bridge, l.two.bridge, l.one.bridge.peer(l.one)
	id := strconv.Itoa(l.number)
	m.begin("LocalOptimizationBegin", "call").told("LocalOne", l.one).told("LocalTwo", l.two).told("Source", c).add("DestUniqueId", l.two.uniqueID).add("Id", id).send()
	from.detach(c)
	l.two.clearPeer()
	to.detach(l.two)
	to.replace(c, l.two)
	l.one.clearPeer()
	m.begin("LocalOptimizationEnd", "call").told("LocalOne", l.one).told("LocalTwo", l.two).add("Success", "No").add("Id", id).send()
	from.detach(l.one)
	l.one.cause = asterisk.CauseNormalClearing
	for _, woken := range []*channel{c, l.one, l.two} {
		woken.wake()
	}
}
