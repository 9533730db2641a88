package event

// DeviceState is what a device is doing (include/asterisk/devicestate.h).
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

var (
	deviceWords = [...]string{"UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"}
	deviceTexts = [...]string{"Unknown", "Not in use", "In use", "Busy", "Invalid", "Unavailable", "Ringing", "Ring+Inuse", "On Hold"}
)

// String is the state as Asterisk spells it in DeviceStateChange: "NOT_INUSE".
func (s DeviceState) String() string {
	if s < 0 || int(s) >= len(deviceWords) {
		s = DeviceUnknown
	}
	return deviceWords[s]
}

func deviceWord(value string) DeviceState { return deviceIn(deviceWords[:], value) }
func deviceText(value string) DeviceState { return deviceIn(deviceTexts[:], value) }

func deviceNumber(value string) DeviceState {
	if n := number(value); n > 0 && n < len(deviceWords) {
		return DeviceState(n)
	}
	return DeviceUnknown
}

func deviceIn(names []string, value string) DeviceState {
	for i, name := range names {
		if name == value {
			return DeviceState(i)
		}
	}
	return DeviceUnknown
}

// ExtensionState is a set of what the devices of an extension are doing; the
// negative ones stand alone (include/asterisk/pbx.h, enum ast_extension_states).
type ExtensionState int

// The states of an extension.
const (
	ExtensionRemoved     ExtensionState = -2 // the extension is gone
	ExtensionDeactivated ExtensionState = -1 // its hint is gone
	ExtensionIdle        ExtensionState = 0
	ExtensionInUse       ExtensionState = 1 << 0
	ExtensionBusy        ExtensionState = 1 << 1
	ExtensionUnavailable ExtensionState = 1 << 2
	ExtensionRinging     ExtensionState = 1 << 3
	ExtensionOnHold      ExtensionState = 1 << 4
)

// Has reports whether s includes all of other.
func (s ExtensionState) Has(other ExtensionState) bool { return s >= 0 && s&other == other }
