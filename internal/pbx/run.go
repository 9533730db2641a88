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
	case "noop", "progress":
		return noopApp
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
	for steps := 1; !c.hungUp; steps++ {
		if steps%stepsAtOnce == 0 {
			t.wait(m.now.Add(time.Second), func() bool { return c.hungUp })
		}
		if c.next != nil {
			c.at, c.next = *c.next, nil
		}
		s := m.plan.find(c.at)
		if s == nil {
			c.application, c.data = "", ""
			c.fallThrough(t)
			break
		}
		c.application, c.data = s.application, c.substitute(s.data)
		c.publish()
		if goesOn := applicationOf(s.application)(t, c, c.data); c.taken {
			c.taken = false
			return
		} else if c.next != nil {
			continue
		} else if !goesOn {
			break
		}
		c.at.priority++
	}
	m.endDialplan(c)
}

// endDialplan ends a channel that has run out of dialplan, or has hung up.
func (m *Machine) endDialplan(c *channel) {
	if c.cause == asterisk.CauseUnset && !c.hungUp {
		c.cause = asterisk.CauseNormalClearing
	}
	c.softHangup(asterisk.CauseNormalClearing)
	c.end()
}
