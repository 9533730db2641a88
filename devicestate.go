package asterisk

// DeviceState is what a device is doing (include/asterisk/devicestate.h).
// https://docs.asterisk.org/Configuration/Core-Configuration/Device-State/
type DeviceState int

// The states of a device.
const (
	DeviceUnknown DeviceState = iota
	DeviceNotInUse
	DeviceInUse
	DeviceBusy
	DeviceInvalid
	DeviceUnavailable
	DeviceRinging
	DeviceRingInUse
	DeviceOnHold
)

var deviceStates = [...]string{"UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"}

// ParseDeviceState reads the state as String writes it. Any other text is
// DeviceUnknown.
func ParseDeviceState(text string) DeviceState {
	for i, name := range deviceStates {
		if name == text {
			return DeviceState(i)
		}
	}
	return DeviceUnknown
}

// String is the state as Asterisk spells it in DeviceStateChange: "NOT_INUSE".
// A number that is no state is "UNKNOWN".
func (s DeviceState) String() string {
	if s < 0 || int(s) >= len(deviceStates) {
		s = DeviceUnknown
	}
	return deviceStates[s]
}
