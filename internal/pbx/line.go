package pbx

import (
	"fmt"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Line is a phone's end of one call: what its user sees of it and does. It stays so when the PBX moves the call elsewhere.
type Line struct {
	phone *Phone
	watch *thread // of who waits for what becomes of it

	Channel        string // its name at the beginning
	Called         string // the number that the phone was called by, if it has many
	From           string // who calls, as the phone shows it; empty for a call of the phone's own
	Answered       bool   // somebody has answered
	Ended          bool
	Changed        func() // is called after each change; nil for nobody
	StartedRinging time.Time
}

// Rings has each call that rings at a phone told to a function; nil for none.
func (p *Phone) Rings(told func(l *Line)) { p.rings = told }

// Call begins a call of a phone, as Dial does. It is nil where Dial returns no channel.
func (p *Phone) Call(exten string) *Line { return p.line(p.Dial(exten)) }

// CallAs begins a call of somebody who has no phone of their own, but calls by this one, as by a provider. Number and name are the caller's.
func (p *Phone) CallAs(number, name, exten string) *Line {
	own := p.config
	p.config.Number, p.config.Name = number, name
	channel := p.Dial(exten)
	p.config = own
	return p.line(channel)
}

// line is the end of a channel that a phone has begun.
func (p *Phone) line(channel string) *Line {
	for _, c := range p.channels {
		if c.name == channel {
			c.line = &Line{phone: p, Channel: channel}
			return c.line
		}
	}
	return nil
}

// ringing tells that a call rings at a phone.
func (p *Phone) ringing(c *channel) {
	if p.rings != nil {
		c.line = &Line{phone: p, Channel: c.name, Called: c.asked, From: c.connected.number, StartedRinging: p.machine.now}
		p.rings(c.line)
	}
}

// changed tells who watches a line that something has become of its channel.
func (l *Line) changed(c *channel) {
	if l == nil {
		return
	}
	l.Answered, l.Ended = c.state == asterisk.ChannelUp, c.gone
	l.phone.machine.wake(l.watch)
	if l.Changed != nil {
		l.Changed()
	}
}

// channel is that whose end this is, or nil once it has ended, or was told to.
func (l *Line) channel() *channel {
	for _, c := range l.phone.channels {
		if c.line == l && !c.hungUp {
			return c
		}
	}
	return nil
}

// Answer answers a call that rings.
func (l *Line) Answer() error {
	c := l.channel()
	if c == nil || !c.outgoing || c.state == asterisk.ChannelUp {
		return ErrNotRinging
	}
	c.setState(asterisk.ChannelUp)
	c.wake()
	return nil
}

// Refuse refuses a call that rings, with a status of SIP as 486.
func (l *Line) Refuse(status int) error {
	c := l.channel()
	if c == nil || !c.outgoing || c.state == asterisk.ChannelUp {
		return ErrNotRinging
	}
	c.refuse(status)
	return nil
}

// Hangup ends the call. One that rings is refused, and one that nobody has answered is given up.
func (l *Line) Hangup() error {
	c := l.channel()
	if c == nil {
		return ErrNoChannel
	}
	c.bye()
	return nil
}

// talking is the channel if it was answered.
func (l *Line) talking() (*channel, error) {
	c := l.channel()
	if c == nil || c.state != asterisk.ChannelUp {
		return nil, ErrNotTalking
	}
	return c, nil
}

// Hold has the other party hear music.
func (l *Line) Hold() error {
	c, err := l.talking()
	if err != nil || c.bridge.peer(c) == nil {
		return ErrNotTalking
	}
	c.hold("default")
	return nil
}

// Resume ends that. It does nothing if the other party is not on hold.
func (l *Line) Resume() error {
	c, err := l.talking()
	if err != nil {
		return err
	}
	if other := c.bridge.peer(c); other != nil && other.held {
		c.unhold()
		other.release()
	}
	return nil
}

// Press presses keys.
func (l *Line) Press(keys string) error {
	c, err := l.talking()
	if err != nil {
		return err
	}
	c.press(keys)
	return nil
}

// Speak has the phone send sound from now on.
func (l *Line) Speak() error {
	c, err := l.talking()
	if err != nil {
		return err
	}
	if c.speaks = true; c.bridge != nil {
		c.bridge.hear()
	}
	return nil
}

// Refer sends the other party on to a number, which ends the call.
func (l *Line) Refer(exten string) error {
	c, err := l.talking()
	if err != nil {
		return err
	}
	c.unhold()
	return c.blindTransfer(c.transferContext(), exten, true)
}

// ReferTo connects the other party with that of another line of the same phone, which ends both calls.
func (l *Line) ReferTo(second *Line) error {
	from, err := l.talking()
	if err != nil {
		return err
	}
	to := second.channel()
	if to == nil {
		return ErrNotTalking
	}
	return l.phone.Transfer(from.name, to.name)
}

// Notify sends a NOTIFY to the phone of a channel: talk has it answer a call that rings, or resume one on hold, and hold has it hold the call.
// Other events do nothing.
func (m *Machine) Notify(channel, event string) error {
	c, err := m.channel(channel)
	if err != nil || c.phone == nil {
		return fmt.Errorf("%w: %s", ErrNoChannel, channel)
	}
	l := c.line
	if l == nil {
		l = &Line{phone: c.phone, Channel: c.name}
		c.line = l
	}
	switch {
	case event == "talk" && c.state != asterisk.ChannelUp:
		_ = l.Answer() // a call of its own can't be answered
	case event == "talk":
		_ = l.Resume() // nothing is on hold
	case event == "hold":
		_ = l.Hold() // nobody is there
	}
	return nil
}
