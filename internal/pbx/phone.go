package pbx

import (
	"fmt"
	"slices"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// PhoneConfig is a phone of PJSIP.
type PhoneConfig struct {
	ID           string // 100; its device is PJSIP/100
	Number, Name string // of whom it belongs to, as callers see them
	Context      string // where its calls begin
	Unreachable  bool   // it is not registered
	CallGroup    string // whose calls others pick up that have it as PickupGroup
	PickupGroup  string
	Called       Called // what it does when it is called
}

// Called is what a phone does when it is called. The zero value rings and never answers.
type Called struct {
	Ring   time.Duration // after how long it says that it rings
	Answer time.Duration // after how long it answers; zero or less for never
	Refuse int           // status of SIP with which it refuses at once, as 486; zero for none
}

// Phone is at the far end of channels.
type Phone struct {
	machine  *Machine
	config   PhoneConfig
	channels []*channel // that live
	rings    func(l *Line)
}

func (m *Machine) addPhone(config PhoneConfig) error {
	switch {
	case config.ID == "":
		return fmt.Errorf("a phone has no ID")
	case m.phones[config.ID] != nil:
		return fmt.Errorf("phone %s is there twice", config.ID)
	case !m.plan.has(config.Context):
		return fmt.Errorf("phone %s: the dialplan has no context %q", config.ID, config.Context)
	}
	p := &Phone{machine: m, config: config}
	m.phones[config.ID] = p
	m.devices[p.device()] = p.state()
	return nil
}

// Phone returns the phone of an ID, or nil.
func (m *Machine) Phone(id string) *Phone { return m.phones[id] }

func (p *Phone) device() string { return "PJSIP/" + p.config.ID }

// MayDial returns nil if Dial would begin a call, and else why not.
func (p *Phone) MayDial(exten string) error {
	m := p.machine
	switch {
	case m.closed:
		return ErrNoChannel
	case p.config.Unreachable:
		return ErrNotRegistered
	case m.channels.len() >= m.config.MaxChannels:
		return fmt.Errorf("there are %d channels", m.config.MaxChannels)
	case m.plan.find(place{p.config.Context, exten, 1}) == nil:
		return fmt.Errorf("%w: %s in %s", ErrNoExtension, exten, p.config.Context)
	}
	return nil
}

// Dial begins a call of a phone, and returns the name of its channel; empty if MayDial has an error, since Asterisk refuses such calls without a
// channel.
func (p *Phone) Dial(exten string) (channel string) {
	m := p.machine
	if p.MayDial(exten) != nil {
		return ""
	}
	c := m.newPhoneChannel(p, asterisk.ChannelRing, place{p.config.Context, exten, 1}, "")
	c.dialled = exten
	m.begun++
	c.thread = m.spawn(func(t *thread) { m.runDialplan(t, c) })
	return c.name
}

// Hangup ends all calls of a phone, as its user does: one that rings is refused, one that calls is cancelled.
func (p *Phone) Hangup() {
	for _, c := range slices.Clone(p.channels) {
		c.bye()
	}
}

// HangupNewest ends the newest call of a phone.
func (p *Phone) HangupNewest() {
	if len(p.channels) > 0 {
		p.channels[len(p.channels)-1].bye()
	}
}

// bye is what a phone does that ends a call.
func (c *channel) bye() {
	switch {
	case c.state == asterisk.ChannelUp:
		c.hangupRequest(asterisk.CauseNormalClearing, (c.cause != asterisk.CauseUnset) == c.machine.rules.byeCause, 0)
	case c.outgoing:
		c.refuse(603)
	default:
		c.hangupRequest(asterisk.CauseInterworking, true, 487)
	}
}

// Channels are the names of a phone's channels, the oldest first.
func (p *Phone) Channels() []string {
	var names []string
	for _, c := range p.channels {
		names = append(names, c.name)
	}
	return names
}

// Refuses has a phone refuse calls at once from now on, with a status of SIP as 486; zero has it take them as configured.
func (p *Phone) Refuses(status int) { p.config.Called.Refuse = status }

// SetReachable has a phone register, or be gone. Calls that it has go on.
func (p *Phone) SetReachable(reachable bool) {
	p.config.Unreachable = !reachable
	p.machine.deviceChanged(p.device())
}

// RingsAfter has a phone say later that it rings, from now on.
func (p *Phone) RingsAfter(d time.Duration) { p.config.Called.Ring = d }

// Press presses keys of a phone, in the call that it talks in.
func (p *Phone) Press(keys string) {
	c := p.talking()
	if c == nil {
		return
	}
	c.press(keys)
}

// press tells of keys, for what a channel does to read them.
func (c *channel) press(keys string) {
	for _, key := range keys {
		c.machine.begin("DTMFBegin", "dtmf").told("", c).add("Digit", string(key)).add("Direction", "Received").send()
		c.machine.begin("DTMFEnd", "dtmf").told("", c).add("Digit", string(key)).number("DurationMs", 100).add("Direction", "Received").send()
	}
	c.keys += keys
	c.wake()
}

// Refer has a phone send whom it talks to on to a number, which ends its call.
func (p *Phone) Refer(exten string) error {
	c := p.talking()
	if c == nil {
		return ErrNotTalking
	}
	c.unhold()
	return c.blindTransfer(c.transferContext(), exten, true)
}

// talking is the newest channel of a phone that is up, or nil.
func (p *Phone) talking() *channel {
	for _, c := range slices.Backward(p.channels) {
		if c.state == asterisk.ChannelUp && !c.hungUp {
			return c
		}
	}
	return nil
}

// Answer answers a call that rings at a phone; nothing rings, and it does nothing.
func (p *Phone) Answer() {
	for _, c := range p.channels {
		if c.outgoing && c.state != asterisk.ChannelUp && !c.hungUp {
			c.setState(asterisk.ChannelUp)
			c.wake()
			return
		}
	}
}

// Refuse refuses the call that rings at a phone, with a status of SIP as 486.
func (p *Phone) Refuse(status int) {
	for _, c := range p.channels {
		if c.outgoing && c.state != asterisk.ChannelUp && !c.hungUp {
			c.refuse(status)
			return
		}
	}
}

// called is how a phone takes a call.
func (p *Phone) called(c *channel) {
	m := p.machine
	if p.config.Called.Refuse != 0 {
		status := p.config.Called.Refuse
		m.after(0, func() { c.refuse(status) })
		return
	}
	m.after(p.config.Called.Ring, func() {
		if !c.gone && c.state == asterisk.ChannelDown {
			c.setState(asterisk.ChannelRinging)
			c.wake()
			p.ringing(c)
		}
	})
	if wait := p.config.Called.Answer; wait > 0 {
		m.after(wait, func() {
			if !c.gone && !c.hungUp {
				p.Answer()
			}
		})
	}
}

// refuse is a phone's answer that it does not take a call.
func (c *channel) refuse(status int) {
	if c.gone {
		return
	}
	c.hangupRequest(causeOf(status), true, status)
}

func (p *Phone) ended(c *channel) {
	p.channels = slices.DeleteFunc(p.channels, func(other *channel) bool { return other == c })
	c.line.changed(c)
}
