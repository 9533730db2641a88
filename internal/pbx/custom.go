package pbx

import (
	"fmt"
	"slices"
	"strings"
)

// customDevice takes DEVICE_STATE(Custom:desk) apart, which names a device that nothing stands behind.
func customDevice(name string) (device string, ok bool) {
	device, ok = strings.CutPrefix(name, "DEVICE_STATE(")
	device = strings.TrimSuffix(device, ")")
	return device, ok && strings.HasPrefix(device, "Custom:")
}

var deviceStates = []string{"UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"}

// setCustom sets the state of such a device.
func (m *Machine) setCustom(device, state string) error {
	if !slices.Contains(deviceStates, state) {
		return fmt.Errorf("%w: %s", ErrNoState, state)
	}
	m.custom[device] = state
	m.deviceChanged(device)
	return nil
}
