package pbx

import (
	"fmt"
	"slices"
	"strings"
)

// hint is an extension whose state is that of devices: exten => 101,hint,PJSIP/101.
type hint struct {
	context, exten string
	devices        []string
	status         int // as it was told last
}

// addHint keeps what a line of the dialplan says.
func (r *planReader) addHint(exten, devices string) error {
	if devices == "" || strings.Contains(devices, "${") {
		return fmt.Errorf("hint of %s: want the names of devices", exten)
	}
	r.plan.hints = append(r.plan.hints, &hint{context: r.context, exten: exten, devices: strings.Split(devices, "&")})
	return nil
}

// beginHints has the hints know how their devices are at the start, of which nobody is told.
func (m *Machine) beginHints() {
	for _, h := range m.plan.hints {
		h.status = m.hintStatus(h)
	}
}

// tellHints tells of the extensions of a device whose state has changed.
func (m *Machine) tellHints(device string) {
	for _, h := range m.plan.hints {
		if !slices.Contains(h.devices, device) {
			continue
		}
		status := m.hintStatus(h)
		if status == h.status {
			continue
		}
		h.status = status
		m.begin("ExtensionStatus", "call").add("Exten", h.exten).add("Context", h.context).add("Hint", strings.Join(h.devices, "&")).
			number("Status", status).add("StatusText", hintTexts[status]).send()
	}
}

// hintTexts are the states of an extension, as bits.
var hintTexts = map[int]string{0: "Idle", 1: "InUse", 2: "Busy", 4: "Unavailable", 8: "Ringing", 9: "InUse&Ringing", 16: "Hold", 17: "InUse&Hold"}

// hintStatus is the state of an extension: of several devices that of all together.
func (m *Machine) hintStatus(h *hint) int {
	var inUse, busy, rings, held, idle, unavailable int
	for _, device := range h.devices {
		switch m.deviceState(device) {
		case "INUSE":
			inUse++
		case "BUSY":
			busy++
		case "RINGING":
			rings++
		case "RINGINUSE":
			inUse, rings = inUse+1, rings+1
		case "ONHOLD":
			held++
		case "UNAVAILABLE", "INVALID":
			unavailable++
		default:
			idle++
		}
	}
	switch {
	case rings > 0 && inUse+busy+held > 0:
		return 9
	case rings > 0:
		return 8
	case busy > 0 && busy == len(h.devices):
		return 2
	case inUse+busy > 0:
		return 1
	case held > 0:
		return 16
	case idle > 0:
		return 0
	}
	return 4
}

// HintInfo is what lists tell of an extension with devices.
type HintInfo struct {
	Exten, Context, Hint string
	Status               int
	StatusText           string
}

// Hints are all extensions with devices, as the dialplan has them.
func (m *Machine) Hints() []HintInfo {
	var all []HintInfo
	for _, h := range m.plan.hints {
		all = append(all, HintInfo{h.exten, h.context, strings.Join(h.devices, "&"), h.status, hintTexts[h.status]})
	}
	return all
}
