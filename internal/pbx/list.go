package pbx

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Calls returns how many calls there are: channels that run in the dialplan.
func (m *Machine) Calls() (n int) {
	for _, c := range m.channels {
		if !c.outgoing {
			n++
		}
	}
	return n
}

// CallsSoFar returns how many calls there have been.
func (m *Machine) CallsSoFar() int { return m.calls }

// After has something done once d has passed.
func (m *Machine) After(d time.Duration, do func()) { m.after(d, do) }

// ShowChannels returns an item of CoreShowChannels for each channel.
func (m *Machine) ShowChannels() (items [][]string) {
	for _, c := range m.channels {
		bridge := ""
		if c.bridge != nil {
			bridge = c.bridge.id
		}
		lasted := m.now.Sub(c.born)
		item := append([]string{"Event", "CoreShowChannel"}, c.fields()...)
		items = append(items, append(item, "BridgeId", bridge, "Application", c.application, "ApplicationData", c.data,
			"Duration", fmt.Sprintf("%02d:%02d:%02d", int(lasted.Hours()), int(lasted.Minutes())%60, int(lasted.Seconds())%60)))
	}
	return items
}

// fields are keys and values of what every event says of a channel.
func (c *channel) fields() []string {
	return []string{
		"Channel", c.name, "ChannelState", strconv.Itoa(int(c.state)), "ChannelStateDesc", c.state.String(),
		"CallerIDNum", orUnknown(c.caller.number), "CallerIDName", orUnknown(c.caller.name),
		"ConnectedLineNum", orUnknown(c.connected.number), "ConnectedLineName", orUnknown(c.connected.name), "Language", "en",
		"AccountCode", c.account, "Context", c.at.context, "Exten", c.at.exten, "Priority", strconv.Itoa(c.at.priority),
		"Uniqueid", c.uniqueID, "Linkedid", c.linkedID,
	}
}

// DeviceStates returns an item of DeviceStateList for each device.
func (m *Machine) DeviceStates() (items [][]string) {
	for _, device := range slices.Sorted(maps.Keys(m.devices)) {
		items = append(items, []string{"Event", "DeviceStateChange", "Device", device, "State", m.devices[device]})
	}
	return items
}

// Bridges returns an item of BridgeList for each bridge of a type, or of all if that is empty.
func (m *Machine) Bridges(kind string) (items [][]string) {
	for _, b := range m.bridges {
		if kind == "" || b.kind == kind {
			items = append(items, []string{"Event", "BridgeListItem", "BridgeUniqueid", b.id, "BridgeType", b.kind, "BridgeTechnology", b.technology,
				"BridgeCreator", "<unknown>", "BridgeName", "<unknown>", "BridgeNumChannels", strconv.Itoa(len(b.channels)), "BridgeVideoSourceMode", "none"})
		}
	}
	return items
}

// Hangup ends a channel as the action of that name does, and reports whether there is one. Zero is no cause.
func (m *Machine) Hangup(name string, cause asterisk.Cause) bool {
	c := m.channel(name)
	if c == nil || c.hungUp {
		return c != nil
	}
	if cause == asterisk.CauseUnset {
		cause = asterisk.CauseNormalClearing
	}
	c.hungUp, c.cause = true, cause
	m.begin("HangupRequest", "call").channel("", c).number("Cause", int(cause)).send()
	c.wake()
	return true
}

// UserEvent sends an event of keys and values as they are.
func (m *Machine) UserEvent(fields []string) {
	w := m.begin("UserEvent", "user")
	for i := 0; i+1 < len(fields); i += 2 {
		w.add(fields[i], fields[i+1])
	}
	w.send()
}

// Variable returns the value of a variable, or function, of a channel; of a global variable for no channel. False says that there is no such channel.
func (m *Machine) Variable(channel, name string) (value string, ok bool) {
	if channel == "" {
		return m.globals[name], true
	}
	c := m.channel(channel)
	if c == nil {
		return "", false
	}
	return c.plainValue(name), true
}

// SetVariable sets a variable of a channel, or a global one for no channel, and reports whether there is such a channel.
func (m *Machine) SetVariable(channel, name, value string) bool {
	if channel == "" {
		m.begin("VarSet", "dialplan").add("Channel", "none").add("Uniqueid", "none").add("Variable", name).add("Value", value).send()
		m.globals[name] = value
		return true
	}
	c := m.channel(channel)
	if c == nil {
		return false
	}
	c.set(name, value)
	return true
}
