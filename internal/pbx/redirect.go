package pbx

import (
	"fmt"
	"strings"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Redirect is where a channel is to go on in the dialplan, and another one, if ExtraChannel is not empty.
type Redirect struct {
	Channel, Context, Exten                string
	Priority                               int
	ExtraChannel, ExtraContext, ExtraExten string
	ExtraPriority                          int
}

// Redirect has channels go on elsewhere. It does nothing if one of them can't.
func (m *Machine) Redirect(r Redirect) error {
	first, at, err := m.redirected(r.Channel, r.Context, r.Exten, r.Priority)
	if err != nil {
		return err
	}
	if r.ExtraChannel == "" {
		first.goTo(at)
		return nil
	}
	second, other, err := m.redirected(r.ExtraChannel, r.ExtraContext, r.ExtraExten, r.ExtraPriority)
	if err != nil {
		return err
	}
	first.goTo(at)
	second.goTo(other)
	return nil
}

func (m *Machine) redirected(channel, context, exten string, priority int) (*channel, place, error) {
	at := place{context, exten, priority}
	c, err := m.channel(channel)
	switch {
	case err != nil:
		return nil, at, err
	case m.plan.find(at) == nil:
		return nil, at, fmt.Errorf("%w: %s in %s", ErrNoExtension, exten, context)
	case c.outgoing && c.state != asterisk.ChannelUp:
		return nil, at, fmt.Errorf("%w: %s", ErrNotAnswered, channel)
	}
	return c, at, nil
}

// Hangup ends a channel, with a cause; zero keeps the one that it has, if any.
func (m *Machine) Hangup(channel string, cause asterisk.Cause) error {
	c, err := m.channel(channel)
	if err != nil {
		return err
	}
	if cause != asterisk.CauseUnset {
		c.cause = cause
	}
	c.hungUp = true
	c.wake()
	return nil
}

// Setvar sets a variable of a channel, or a global one for no channel.
func (m *Machine) Setvar(channel, name, value string) error {
	if device, ok := customDevice(name); ok {
		return m.setCustom(device, value)
	}
	if strings.HasSuffix(name, ")") {
		return fmt.Errorf("%w: %s", ErrNoFunction, name)
	}
	if channel == "" {
		if more := len(value) - len(m.globals[name]); !m.reserve(more + newCost(m.globals, name)) {
			return ErrTooMany
		}
		m.begin("VarSet", "dialplan").add("Channel", "none").add("Uniqueid", "none").add("Variable", name).add("Value", escape(value)).send()
		m.globals[name] = value
		return nil
	}
	c, err := m.channel(channel)
	if err != nil {
		return err
	}
	if !c.set(name, value) {
		return ErrTooMany
	}
	return nil
}

// newCost is what a global variable takes besides its value that is not there yet.
func newCost(globals map[string]string, name string) int {
	if _, there := globals[name]; there {
		return 0
	}
	return len(name) + variableCost
}

// Getvar returns a variable of a channel, or what a function as CALLERID(num) says of it; empty if there is none.
func (m *Machine) Getvar(channel, name string) (string, error) {
	if channel == "" {
		if value, ok := m.function(name); ok {
			return value, nil
		}
		return m.globals[name], nil
	}
	c, err := m.channel(channel)
	if err != nil {
		return "", err
	}
	return c.value(name), nil
}
