package pbx

import (
	"fmt"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// channel is one side of a call: who it is, and what it does.
type channel struct {
	machine *Machine
	identity

	at                place
	application, data string
	thread            *thread // who runs it, or waits for what it does
	bridge            *bridge
	features          features        // keys that do something while it talks
	next              *place          // where it goes on in the dialplan, once what it does now has ended
	joins             func(t *thread) // what it does before that; nil for nothing
	joining           *bridge         // where it will be then; nil for nowhere
	calls             []*outgoing     // those that it calls
	dialler           *channel        // who calls it
	queueTalk         *queueTalk
	profile           profile // of the conference that it joins
	parked            *parkedCall
	picker            *channel       // who has picked up its call
	taken             bool           // another thread runs it from now on
	music             bool           // it hears music
	replaced          bool           // another one has taken over what it did, of which nobody was told yet
	async             bool           // it runs AsyncAGI, or has
	commands          []asyncCommand // that managers have asked for
	cause             asterisk.Cause
	hungUp            bool // it has to end; its thread sees to that
	gone              bool // it has ended
}

// identity is what a channel keeps that takes over what another one does.
type identity struct {
	name              string
	uniqueID          string
	linkedID          string
	made              int    // how many channels there were before it
	device            string // PJSIP/100
	phone             *Phone // at its other end
	local             *local // whose half it is
	state             asterisk.ChannelState
	caller, connected person
	account           string
	variables         []variable
	shown             snapshot                           // what events have told of it
	told              struct{ caller, connected person } // by the last of them, which is what lists have
	records           []*record
	dialled           string    // what it has dialled first
	asked             string    // the number that its phone is called by, if it has many
	line              *Line     // who looks at the phone's end of it; nil for nobody
	began, up         time.Time // when it was made, and answered
	outgoing          bool      // it was made to call its phone
	originated        bool      // a manager had it called
	requested         bool      // its phone has ended the call
	sipStatus         int       // with which its call was ended; zero if that has none
	keys              string    // that its phone has pressed, and nobody has read
	speaks            bool      // its phone sends sound
	held              bool      // its phone hears music until the other party is back
}

// person is the number and name of one end of a call; empty is not known.
type person struct{ number, name string }

// place is where a channel is in the dialplan.
type place struct {
	context, exten string
	priority       int
}

type variable struct{ name, value string }

// snapshot is what of a channel an event tells once it has changed.
type snapshot struct {
	state             asterisk.ChannelState
	caller, connected person
	account           string
	at                place
	application, data string
	linkedID          string
}

// newPhoneChannel makes a channel to or from a phone, and tells of it.
func (m *Machine) newPhoneChannel(p *Phone, state asterisk.ChannelState, at place, linkedID string) *channel {
	c := &channel{at: at, identity: identity{
		name: fmt.Sprintf("%s-%08x", p.device(), m.named), device: p.device(), phone: p,
		state: state, caller: person{p.config.Number, p.config.Name}, linkedID: linkedID,
	}}
	m.named++
	p.channels = append(p.channels, c)
	m.add(c)
	return c
}

// add adds a channel to the PBX, and tells of it.
func (m *Machine) add(c *channel) {
	c.machine, c.made, c.began = m, m.made, m.now
	c.uniqueID = m.uniqueIDOf()
	m.made++
	if c.linkedID == "" {
		c.linkedID = c.uniqueID
	}
	c.shown = c.snapshot()
	m.channels.add(c)
	m.byName[c.name] = c
	c.beginRecord()
	m.begin("Newchannel", "call").channel("", c).send()
}

func (c *channel) snapshot() snapshot {
	return snapshot{c.state, c.caller, c.connected, c.account, c.at, c.application, c.data, c.linkedID}
}

// snapshotAt is how a channel is told at another place.
func (c *channel) snapshotAt(at place) snapshot {
	s := c.snapshot()
	s.at = at
	return s
}

// publish tells what has changed since it was last called.
func (c *channel) publish() {
	m, before, now := c.machine, c.shown, c.snapshot()
	c.shown = now
	c.recordChange(before, now)
	if now.state != before.state {
		m.begin("Newstate", "call").channel("", c).send()
	}
	if now.application != "" && (before.application == "" || now.at != before.at) {
		m.begin("Newexten", "dialplan").channel("", c).add("Extension", now.at.exten).add("Application", now.application).add("AppData", now.data).send()
	}
	if now.caller != before.caller {
		m.begin("NewCallerid", "call").channel("", c).add("CID-CallingPres", "0 (Presentation Allowed, Not Screened)").send()
	}
	if now.connected != before.connected {
		m.begin("NewConnectedLine", "call").channel("", c).send()
	}
}

func (c *channel) setState(state asterisk.ChannelState) {
	if c.state == state {
		return
	}
	if c.state = state; state == asterisk.ChannelUp {
		c.up = c.machine.now
	}
	c.publish()
	c.machine.deviceChanged(c.device)
	c.line.changed(c)
	if c.local != nil && state == asterisk.ChannelUp {
		c.local.tellState(c, state)
	}
}

// answer answers a call that came in. What was answered before stays so.
func (c *channel) answer() { c.setState(asterisk.ChannelUp) }

// connect tells a channel who is at the other end.
func (c *channel) connect(other person) {
	c.connected = other
	c.publish()
	if c.local != nil {
		c.local.tellConnected(c, other)
	}
}

// wake has the thread that runs the channel look at it.
func (c *channel) wake() { c.machine.wake(c.thread) }

// leaves reports whether a channel has to end what it does: it has hung up, or goes on elsewhere.
func (c *channel) leaves() bool { return c.hungUp || c.next != nil }

// end takes a channel out of the PBX, and tells of it.
func (c *channel) end() {
	m := c.machine
	if c.gone {
		return
	}
	if c.bridge != nil {
		c.bridge.leave(c)
	}
	c.gone, c.hungUp = true, true
	c.unset()
	c.joining.forsaken(c)
	m.channels.remove(c)
	delete(m.byName, c.name)
	if c.dialler != nil {
		c.dialler.wake()
	}
	if c.phone != nil {
		c.phone.ended(c)
	}
	if c.sipStatus == 0 && c.phone != nil {
		c.sipStatus = statusOfCause(c.cause)
	}
	c.sendRecords()
	w := m.begin("Hangup", "call").channel("", c).number("Cause", int(c.cause)).add("Cause-txt", causeText(c.cause))
	if m.rules.techCause && c.sipStatus != 0 {
		w.number("TechCause", c.sipStatus)
	}
	w.send()
	m.deviceChanged(c.device)
	if c.local != nil {
		c.local.tellEnd(c)
	}
}

// softHangup is how a thread of Asterisk says that a channel is to end.
func (c *channel) softHangup(cause asterisk.Cause) {
	w := c.hangupEvent("SoftHangupRequest")
	w.number("Cause", int(cause))
	if c.machine.rules.techCause && c.requested && c.sipStatus != 0 {
		w.number("TechCause", c.sipStatus)
	}
	w.send()
	c.hungUp = true
}

// hangupEvent begins an event of a channel that is asked to end.
func (c *channel) hangupEvent(name string) *writing {
	w := c.machine.begin(name, "call")
	if c.machine.rules.staleHangup {
		return w.told("", c)
	}
	return w.channel("", c)
}

// hangupRequest is what a phone does that hangs up, refuses, or has gone.
func (c *channel) hangupRequest(cause asterisk.Cause, told bool, sipStatus int) {
	m := c.machine
	if c.gone || c.hungUp {
		return
	}
	if c.cause == asterisk.CauseUnset || sipStatus != 0 {
		c.cause = cause
	}
	c.sipStatus, c.hungUp, c.requested = sipStatus, true, true
	w := c.hangupEvent("HangupRequest")
	if told {
		w.number("Cause", int(cause))
	}
	if m.rules.techCause && sipStatus != 0 {
		w.number("TechCause", sipStatus)
	}
	w.send()
	c.wake()
}
