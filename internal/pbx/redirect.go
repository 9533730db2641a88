package pbx

import (
	"fmt"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Redirect has a channel go on at a place of the dialplan, and another one, if it is not empty, at another.
func (m *Machine) Redirect(channel, context, exten string, priority int, extra, extraContext, extraExten string, extraPriority int) error {
	first, at, err := m.redirected(channel, context, exten, priority)
	if err != nil {
		return err
	}
	if extra == "" {
		first.goTo(at)
		return nil
	}
	second, other, err := m.redirected(extra, extraContext, extraExten, extraPriority)
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
		return nil, at, fmt.Errorf("%w: %s in %s", errNoExten, exten, context)
	case c.outgoing && c.state != asterisk.ChannelUp:
		return nil, at, fmt.Errorf("%s was not answered", channel)
	}
	return c, at, nil
}

// Hangup ends a channel.
func (m *Machine) Hangup(channel string, cause asterisk.Cause) error {
	c, err := m.channel(channel)
	if err != nil {
		return err
	}
	if cause == asterisk.CauseUnset {
		cause = asterisk.CauseNormalClearing
	}
	c.cause, c.hungUp = cause, true
	c.wake()
	return nil
}
