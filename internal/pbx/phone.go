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
	Called       Called // what it does when it is called
}

// Called is what a phone does when it is called. The zero value rings and never answers.
type Called struct {
	Answer time.Duration // after how long it answers; negative for never, and zero if Refuse is set
	Refuse int           // status of SIP with which it refuses at once, as 486; zero for none
}

// Phone is at the far end of channels.
type Phone struct {
	machine  *Machine
	config   PhoneConfig
	channels []*channel // that live
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

// Dial begins a call of a phone, and returns the name of its channel.
func (p *Phone) Dial(exten string) (channel string) {
	m := p.machine
	c := m.newChannel(p, asterisk.ChannelRing, place{p.config.Context, exten, 1}, "")
	m.calls++
	c.dnid = exten
	c.record = m.newRecord(c)
	c.thread = m.spawn(func(t *thread) { m.runDialplan(t, c) })
	return c.name
}

// Hangup ends all calls of a phone, as its user does: one that rings is refused, one that calls is cancelled.
func (p *Phone) Hangup() {
	for _, c := range slices.Clone(p.channels) {
		switch {
		case c.state == asterisk.ChannelUp:
			c.hangupRequest(asterisk.CauseNormalClearing, p.machine.rules.byeCause, 0)
		case c.outgoing:
			c.refuse(603)
		default:
			c.hangupRequest(asterisk.CauseInterworking, true, 487)
		}
	}
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

// called is how a phone takes a call.
func (p *Phone) called(c *channel) {
	m := p.machine
	if p.config.Called.Refuse != 0 {
		m.after(0, func() { c.refuse(p.config.Called.Refuse) })
		return
	}
	m.after(0, func() {
		if !c.gone && c.state == asterisk.ChannelDown {
			c.setState(asterisk.ChannelRinging)
			c.wake()
		}
	})
	if wait := p.config.Called.Answer; wait >= 0 {
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

// causeOf is the cause that a status of SIP has.
func causeOf(status int) asterisk.Cause {
	switch status {
	case 486, 600:
		return asterisk.CauseUserBusy
	case 603, 401, 403:
		return asterisk.CauseCallRejected
	case 404:
		return asterisk.CauseUnallocated
	case 408:
		return asterisk.CauseNoUserResponse
	case 480:
		return asterisk.CauseNoAnswer
	}
	return asterisk.CauseInterworking
}

func (p *Phone) ended(c *channel) {
	p.channels = slices.DeleteFunc(p.channels, func(other *channel) bool { return other == c })
}

// state is the state of a phone as a device.
func (p *Phone) state() string {
	if p.config.Unreachable {
		return "UNAVAILABLE"
	}
	var rings, talks bool
	for _, c := range p.channels {
		rings = rings || c.outgoing && c.state == asterisk.ChannelRinging
		talks = talks || c.state == asterisk.ChannelUp || c.state == asterisk.ChannelRing
	}
	switch {
	case rings && talks:
		return "RINGINUSE"
	case rings:
		return "RINGING"
	case talks:
		return "INUSE"
	}
	return "NOT_INUSE"
}

// deviceDelay is how much later Asterisk looks at the state of a device that may have changed. Of what was changed and
// changed back by then nobody hears.
const deviceDelay = time.Millisecond

// deviceChanged has the state of a device looked at, a moment later.
func (m *Machine) deviceChanged(device string) {
	if len(m.asked) == 0 {
		m.after(deviceDelay, m.tellDevices)
	}
	if !slices.Contains(m.asked, device) {
		m.asked = append(m.asked, device)
	}
}

func (m *Machine) tellDevices() {
	for len(m.asked) > 0 {
		device := m.asked[0]
		m.asked = m.asked[1:]
		p := m.phones[device[len("PJSIP/"):]]
		if state := p.state(); state != m.devices[device] {
			m.devices[device] = state
			m.begin("DeviceStateChange", "call").add("Device", device).add("State", state).send()
		}
	}
}
