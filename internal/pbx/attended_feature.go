package pbx

import (
	"fmt"
	"slices"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// The keys by which one who transfers a call ends the second one, or has all three talk.
const (
	abortKeys = "*1"
	threeKeys = "*3"
)

// consultation is an attended transfer by keys: one who talks calls another one, while the first waits.
type consultation struct {
	machine    *Machine
	transferer *channel
	transferee *channel
	target     *outgoing // a Local channel
	first      *bridge   // of transferer and transferee
	second     *bridge   // of transferer and target
	rang       bool
	answered   bool
}

// Atxfer presses the keys of an attended transfer for a channel. Nobody hears whether they did anything: without the option tT of Dial
// or Queue they don't. An empty context is that of the channel.
func (m *Machine) Atxfer(channel, context, exten string) error {
	c, err := m.channel(channel)
	switch {
	case err != nil:
		return err
	case c.bridge == nil:
		return fmt.Errorf("%w: %s", ErrNotTalking, channel)
	case context != "":
		c.set("TRANSFER_CONTEXT", context)
	}
	c.keys += attendedKeys + exten
	c.wake()
	return nil
}

// attendedFeature calls the number that is pressed. If the transferer hangs up then, the two others talk.
func (c *channel) attendedFeature(t *thread) {
	other, b := c.bridge.peer(c), c.bridge
	exten, ok := c.askNumber(t)
	if !ok || other == nil || other.bridge != b {
		c.backFromKeys(other)
		return
	}
	context := c.transferContext()
	out, err := c.machine.request("Local/"+exten+"@"+context, c.linkedID)
	if err != nil {
		c.backFromKeys(other)
		return
	}
	s := &consultation{machine: c.machine, transferer: c, transferee: other, target: out, first: b}
	s.begin(t)
	s.run(t)
}

// backFromKeys has two talk on.
func (c *channel) backFromKeys(other *channel) {
	if c.bridge == nil {
		return
	}
	c.unhold()
	if other != nil {
		other.release()
	}
}

// begin calls the target, and has the transferer wait with it in a bridge.
func (s *consultation) begin(t *thread) {
	c, one := s.transferer, s.target.channel
	one.dialler, one.local.updates = c, true
	one.set("TRANSFERERNAME", c.name)
	one.set("ATTENDEDTRANSFER", c.name)
	s.second = s.machine.newBridge(basicBridge, "simple_bridge", "", "")
	s.second.consults = true
	one.connected = c.caller
	s.target.call()
	one.publish()
	s.second.impart(one)
	s.first.takeOut(c)
	s.second.enter(c)
	c.connect(one.caller)
}

// run waits for what becomes of it.
func (s *consultation) run(t *thread) {
	c, one := s.transferer, s.target.channel
	for {
		t.wait(time.Time{}, func() bool {
			s.look()
			return c.leaves() || c.bridge == nil || one.hungUp || s.transferee.bridge != s.first || c.keys != ""
		})
		switch {
		case s.transferee.bridge != s.first || c.bridge == nil:
			return // the first call has ended; they talk on
		case c.hungUp:
			s.complete(t)
			return
		case one.hungUp, c.next != nil:
			s.returnToFirst()
			return
		}
		if s.key(t) {
			return
		}
	}
}

// key does what a key says that the transferer has pressed. It reports whether the transfer is over.
func (s *consultation) key(t *thread) (over bool) {
	c, one := s.transferer, s.target.channel
	switch {
	case hasPrefix(&c.keys, abortKeys):
		one.hungUp = true
		one.wake()
		s.returnToFirst()
		return true
	case hasPrefix(&c.keys, threeKeys):
		s.three()
		return true
	case c.keys == abortKeys[:1] && t.wait(s.machine.now.Add(featureKeyTime), func() bool { return c.leaves() || len(c.keys) > 1 }):
		return false // there is more to look at
	}
	c.keys = c.keys[1:]
	return false
}

// hasPrefix cuts what keys begin with.
func hasPrefix(keys *string, code string) bool {
	if len(*keys) < len(code) || (*keys)[:len(code)] != code {
		return false
	}
	*keys = (*keys)[len(code):]
	return true
}

// look tells what has become of the target.
func (s *consultation) look() {
	one := s.target.channel
	if one.state == asterisk.ChannelRinging && !s.rang {
		s.rang = true
		s.machine.dialEvent("DialState", nil, one, false).add("DialStatus", "RINGING").send()
	}
	if s.target.answered() && !s.answered {
		s.answered = true
		s.machine.dialEvent("DialEnd", nil, one, false).add("DialStatus", string(asterisk.DialAnswer)).send()
	}
}

// complete has transferee and target talk, after the transferer has hung up.
func (s *consultation) complete(t *thread) {
	m, c, one := s.machine, s.transferer, s.target.channel
	told := func() func(kind string, lines ...string) {
		return m.attendedIn(c, c, s.transferee, one, s.first, s.second)
	}
	rings := s.rang && !s.answered
	c.clearPeer()
	if !rings {
		s.merge(one)
		s.second.remove(c)
	} else {
		s.second.takeOut(c)
		s.merge(one)
	}
	tell := told()
	s.transferee.connect(one.caller)
	one.connect(s.transferee.caller)
	if !rings {
		tell = told()
	}
	tell("Bridge", "DestBridgeUniqueid", s.first.id)
	if !s.answered { // the transferer's channel goes on until somebody answers
		t.wait(time.Time{}, func() bool {
			s.look()
			return s.answered || one.hungUp || m.closed
		})
	}
}

// merge moves channels of the second bridge to the first.
func (s *consultation) merge(channels ...*channel) {
	w := s.machine.begin("BridgeMerge", "call")
	s.second.lines(s.first.lines(w, "To"), "From").send()
	s.transferee.release()
	s.first.merges = true
	for _, c := range channels {
		s.second.takeOut(c)
		s.first.enter(c)
	}
	s.first.merges = false
	stayed := slices.DeleteFunc(s.first.channels, func(c *channel) bool { return slices.Contains(channels, c) })
	s.first.channels = append(channels, stayed...) // as Asterisk orders them
	s.first.settle()
}

// three has all three talk.
func (s *consultation) three() {
	c, one := s.transferer, s.target.channel
	s.merge(one, c)
	tell := s.machine.attendedIn(c, c, s.transferee, one, s.first, s.second)
	tell("Threeway", "DestBridgeUniqueid", s.first.id, "DestTransfererChannel", c.name)
}

// returnToFirst has transferer and transferee talk again.
func (s *consultation) returnToFirst() {
	c := s.transferer
	s.second.takeOut(c)
	s.second.dissolve()
	s.first.enter(c)
	c.backFromKeys(s.transferee)
}
