package pbx

import (
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// application is what a step of the dialplan runs. It returns false once the channel has to end.
type application func(t *thread, c *channel, data string) bool

// applicationOf returns the application of a name, or nil.
func applicationOf(name string) application {
	switch strings.ToLower(name) {
	case "agi":
		return agiApp
	case "answer":
		return answerApp
	case "bridge":
		return bridgeApp
	case "busy":
		return busyApp
	case "confbridge":
		return confBridgeApp
	case "congestion":
		return congestionApp
	case "dial":
		return dialApp
	case "goto":
		return gotoApp
	case "gotoif":
		return gotoIfApp
	case "hangup":
		return hangupApp
	case "musiconhold":
		return musicApp
	case "noop", "progress", "playtones":
		return noopApp
	case "park":
		return parkApp
	case "parkedcall":
		return parkedCallApp
	case "pausequeuemember":
		return pauseMemberApp(true)
	case "pickup":
		return pickupApp
	case "pickupchan":
		return pickupChanApp
	case "playback":
		return playbackApp
	case "queue":
		return queueApp
	case "read":
		return readApp
	case "ringing":
		return ringingApp
	case "set":
		return setApp
	case "unpausequeuemember":
		return pauseMemberApp(false)
	case "userevent":
		return userEventApp
	case "wait":
		return waitApp
	}
	return nil
}

// stepsAtOnce is how many steps a channel may run before others have their turn: a Goto may go round in circles.
const stepsAtOnce = 1000

// runDialplan runs a channel from where it is to its end.
func (m *Machine) runDialplan(t *thread, c *channel) {
	c.outgoing = false
	m.runSteps(t, c)
}

// runSteps is runDialplan for a channel that has been in the dialplan.
func (m *Machine) runSteps(t *thread, c *channel) {
	for steps := 1; !c.hungUp; steps++ {
		if steps%stepsAtOnce == 0 {
			t.wait(m.now.Add(time.Second), func() bool { return c.hungUp })
		}
		if c.next != nil {
			c.at, c.next = *c.next, nil
		}
		if do := c.joins; do != nil {
			c.joins = nil
			do(t)
			continue
		}
		s := m.plan.find(c.at)
		if s == nil {
			c.application, c.data = "", ""
			c.fallThrough(t)
			break
		}
		c.application, c.data = s.application, c.substitute(s.data)
		c.publish()
		t.alone = true
		goesOn := applicationOf(s.application)(t, c, c.data)
		t.alone = false
		if c.taken {
			c.taken = false
			return
		}
		if !c.step(goesOn) {
			break
		}
	}
	m.endDialplan(c)
}

// step goes to the next step of the dialplan, if there is one after an application that has ended.
func (c *channel) step(goesOn bool) bool {
	if c.next == nil && goesOn {
		c.at.priority++
	}
	return c.next != nil || goesOn
}

// afterTalk has a channel stay in its bridge, and then do the rest of its application. A channel in the dialplan has no stack meanwhile.
func (c *channel) afterTalk(t *thread, rest func() (goesOn bool)) (goesOn bool) {
	if !t.alone || c.isDisturbed() {
		c.stay(t)
		return rest()
	}
	m := c.machine
	c.taken = true
	c.thread = m.standBy(c.isDisturbed, func(t *thread) {
		c.stay(t)
		if c.step(rest()) {
			m.runSteps(t, c)
		} else {
			m.endDialplan(c)
		}
	})
	return true
}

// endDialplan ends a channel that has run out of dialplan, or has hung up.
func (m *Machine) endDialplan(c *channel) {
	if c.cause == asterisk.CauseUnset && !c.hungUp {
		c.cause = asterisk.CauseNormalClearing
	}
	c.tellReplaced()
	c.softHangup(asterisk.CauseNormalClearing)
	c.end()
}
