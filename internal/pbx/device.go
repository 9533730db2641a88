package pbx

import (
	"slices"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// state is the state of a phone as a device.
func (p *Phone) state() string {
	if p.config.Unreachable {
		return "UNAVAILABLE"
	}
	var rings, talks, busy bool
	held := true
	for _, c := range p.channels {
		rings = rings || c.outgoing && c.state == asterisk.ChannelRinging
		talks = talks || c.state == asterisk.ChannelUp || c.state == asterisk.ChannelRing
		busy = busy || c.state == asterisk.ChannelBusy
		held = held && c.held
	}
	switch {
	case busy:
		return "BUSY"
	case rings && talks:
		return "RINGINUSE"
	case rings:
		return "RINGING"
	case talks && held:
		return "ONHOLD"
	case talks:
		return "INUSE"
	}
	return "NOT_INUSE"
}

// busyIf is the state of a device that is used or not.
func busyIf(used bool) string {
	if used {
		return "INUSE"
	}
	return "NOT_INUSE"
}

// indicateRinging is what a channel does whose call rings somewhere.
func (c *channel) indicateRinging() {
	if c.local != nil {
		c.local.tellState(c, asterisk.ChannelRinging)
		return
	}
	c.machine.deviceChanged(c.device)
}

// deviceDelay is how much later Asterisk looks at the state of a device that may have changed. Of what was changed and
// changed back by then nobody hears.
const deviceDelay = time.Millisecond

// deviceChanged has the state of a device looked at, a moment later.
func (m *Machine) deviceChanged(device string) {
	if device == "" {
		return
	}
	if len(m.asked) == 0 {
		m.after(deviceDelay, m.tellDevices)
	}
	if isLocal(device) || !m.isAsked[device] {
		m.asked = append(m.asked, device)
		m.isAsked[device] = true
	}
}

// isLocal reports whether the state of a device is told each time: that of Local channels is not kept.
func isLocal(device string) bool { return strings.HasPrefix(device, "Local/") }

func (m *Machine) tellDevices() {
	for len(m.asked) > 0 {
		device := m.asked[0]
		m.asked = m.asked[1:]
		delete(m.isAsked, device)
		if state := m.deviceState(device); state != m.devices[device] || isLocal(device) {
			delete(m.untold, device)
			m.keepState(device, state)
			m.begin("DeviceStateChange", "call").add("Device", device).add("State", state).send()
			m.deviceTold(device, state)
			m.tellHints(device)
		}
	}
}

// maxDevices is how many devices are known that nothing in the Config is, as conferences that are called anything.
const maxDevices = 10_000

// keepState keeps how a device was told of. Those of Local channels are not kept by Asterisk either.
func (m *Machine) keepState(device, state string) {
	_, known := m.devices[device]
	switch {
	case isLocal(device):
	case known, m.unplanned < maxDevices:
		m.devices[device] = state
		if !known {
			m.unplanned++
		}
	}
}

// deviceState is the state of the phone, room, queue or channel that a device is.
func (m *Machine) deviceState(device string) string {
	technology, name, _ := strings.Cut(device, "/")
	if p := m.phones[name]; technology == "PJSIP" && p != nil {
		return p.state()
	}
	if name, ok := strings.CutPrefix(device, "confbridge:"); ok {
		return busyIf(slices.ContainsFunc(m.conferences, func(room *conference) bool { return room.name == name }))
	}
	if strings.HasPrefix(device, "Custom:") {
		if state := m.custom[device]; state != "" {
			return state
		}
		return "UNKNOWN"
	}
	if technology, _, _ := strings.Cut(device, ":"); technology == "park" {
		return busyIf(m.lot != nil && slices.ContainsFunc(m.lot.parked, func(p *parkedCall) bool { return p.device() == device }))
	}
	for _, q := range m.queues {
		switch device {
		case q.device():
			return q.state()
		case q.device() + "_avail":
			return q.availability()
		}
		for _, who := range q.members {
			if device == who.pauseDevice() {
				return busyIf(who.paused)
			}
		}
	}
	if strings.HasPrefix(device, "Queue:") { // whether one is paused who is a member no more
		return busyIf(false)
	}
	if technology == "Local" {
		return m.localState(device)
	}
	return "INVALID"
}
