package event

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
