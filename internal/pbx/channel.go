package pbx

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// channel is one side of a call.
type channel struct {
	machine  *Machine
	name     string
	uniqueID string
	linkedID string
	device   string // PJSIP/100
	state    asterisk.ChannelState

	caller, connected person
	account           string
	dnid              string // the number that its phone has dialled
	at                place
	application, data string
	variables         []variable

	async          bool           // it runs AsyncAGI, or has
	commands       []asyncCommand // of managers
	digits         string         // pressed, and not taken yet
	shown          snapshot       // what events have told of it
	thread         *thread        // who runs it, or waits for what it does
	phone          *Phone         // at its other end
	bridge         *bridge
	outgoing       bool // it was made to call its phone
	hungUp         bool // it has to end; its thread sees to that
	gone           bool // it has ended
	cause          asterisk.Cause
	requested      bool // its phone has ended the call
	sipStatus      int  // with which its phone ended the call; zero if it did not
	record         *record
	born, answered time.Time
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
}

// newChannel makes a channel to or from a phone, and tells of it.
func (m *Machine) newChannel(p *Phone, state asterisk.ChannelState, at place, linkedID string) *channel {
	c := &channel{
		machine: m, device: p.device(), phone: p, state: state, at: at, caller: person{p.config.Number, p.config.Name},
		born:     m.now,
		name:     fmt.Sprintf("%s-%08x", p.device(), m.named),
		uniqueID: strconv.FormatInt(m.now.Unix(), 10) + "." + strconv.Itoa(m.made),
	}
	m.named++
	m.made++
	if c.linkedID = linkedID; linkedID == "" {
		c.linkedID = c.uniqueID
	}
	c.shown = c.snapshot()
	m.channels = append(m.channels, c)
	p.channels = append(p.channels, c)
	m.begin("Newchannel", "call").channel("", c).send()
	m.deviceChanged(c.device)
	return c
}

func (c *channel) snapshot() snapshot {
	return snapshot{c.state, c.caller, c.connected, c.account, c.at, c.application, c.data}
}

// publish tells what has changed since it was last called.
func (c *channel) publish() {
	m, before, now := c.machine, c.shown, c.snapshot()
	c.shown = now
	if now.state != before.state {
		m.begin("Newstate", "call").channel("", c).send()
	}
	if now.application != "" && (now.application != before.application || now.data != before.data || now.at != before.at) {
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
		c.answered = c.machine.now
	}
	c.publish()
	c.machine.deviceChanged(c.device)
}

// wake has whoever runs the channel look at it.
func (c *channel) wake() { c.machine.wake(c.thread) }

// end takes a channel out of the PBX, and tells of it.
func (c *channel) end() {
	m := c.machine
	if c.gone {
		return
	}
	c.gone, c.hungUp = true, true
	m.channels = slices.DeleteFunc(m.channels, func(other *channel) bool { return other == c })
	if c.phone != nil {
		c.phone.ended(c)
	}
	w := m.begin("Hangup", "call").channel("", c).number("Cause", int(c.cause)).add("Cause-txt", causeText(c.cause))
	if c.machine.rules.techCause && c.sipStatus != 0 {
		w.number("TechCause", c.sipStatus)
	}
	w.send()
	m.deviceChanged(c.device)
}

// hangupRequest is what a phone does that hangs up, refuses, or has gone.
func (c *channel) hangupRequest(cause asterisk.Cause, told bool, sipStatus int) {
	m := c.machine
	if c.gone || c.hungUp {
		return
	}
	c.cause, c.sipStatus, c.hungUp, c.requested = cause, sipStatus, true, true
	w := m.begin("HangupRequest", "call").channel("", c)
	if told {
		w.number("Cause", int(cause))
	}
	if m.rules.techCause && sipStatus != 0 {
		w.number("TechCause", sipStatus)
	}
	w.send()
	c.wake()
}

// causeText is Asterisk's wording of a cause.
func causeText(cause asterisk.Cause) string {
	switch cause {
	case asterisk.CauseNormalClearing:
		return "Normal Clearing"
	case asterisk.CauseUserBusy:
		return "User busy"
	case asterisk.CauseNoUserResponse:
		return "No user responding"
	case asterisk.CauseNoAnswer:
		return "User alerting, no answer"
	case asterisk.CauseSubscriberAbsent:
		return "Subscriber absent"
	case asterisk.CauseCallRejected:
		return "Call Rejected"
	case asterisk.CauseAnsweredElsewhere:
		return "Answered elsewhere"
	case asterisk.CauseInterworking:
		return "Interworking, unspecified"
	}
	return "Unknown"
}
