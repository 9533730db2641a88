package pbx

import (
	"strconv"
	"strings"
)

// function returns the value of a function of the dialplan about a channel, and whether it is known.
func (c *channel) function(name string) (value string, ok bool) {
	switch name {
	case "CHANNEL(dtmf_features)":
		return c.features.letters(), true
	case "CHANNEL(endpoint)":
		if c.phone == nil {
			return "", true
		}
		return c.phone.config.ID, true
	case "CHANNEL(state)":
		return c.state.String(), true
	}
	return c.machine.function(name)
}

// letters are the features that a channel may use, as CHANNEL(dtmf_features) has them.
func (f features) letters() (letters string) {
	if f.transfer {
		letters += "T"
	}
	if f.park {
		letters += "K"
	}
	return letters
}

// function returns the value of a function that needs no channel, and whether it is known.
func (m *Machine) function(name string) (value string, ok bool) {
	if device, ok := customDevice(name); ok {
		return m.deviceState(device), true
	}
	arguments, ok := strings.CutPrefix(name, "DIALPLAN_EXISTS(")
	if !ok || !strings.HasSuffix(arguments, ")") {
		return "", false
	}
	parts := append(strings.Split(strings.TrimSuffix(arguments, ")"), ","), "", "")
	there := m.plan.has(parts[0])
	if parts[1] != "" {
		priority := 1
		if n, err := strconv.Atoi(parts[2]); err == nil {
			priority = n
		}
		there = m.plan.find(place{parts[0], parts[1], priority}) != nil
	}
	if there {
		return "1", true
	}
	return "0", true
}
