package live

import (
	"strings"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// PartDevices is the states of devices that Asterisk knows.
const PartDevices PartName = "devices"

// Device is what Asterisk makes calls to, as PJSIP/100, or what it tells the state of like one, as
// Queue:support or Custom:night. It is a picture of one moment: do not write to it. Local channels are no devices here: Asterisk tells when
// the state of one changes, but remembers none, so that no list has them. An [Extension] with a hint for one has its state.
type Device struct {
	Name  string // its key, as Asterisk spells it
	State asterisk.DeviceState
}

// String is the device in one line.
func (d *Device) String() string {
	l := newLine("device", d.Name)
	l.add("State", d.State.String())
	return l.String()
}

func (d *Device) objectName() string        { return "device" }
func (d *Device) subscribedBy() objectKey   { return objectKey{"device", d.Name} }
func (d *Device) changed(by *change) Change { return changed(d, by) }

// devices keeps their states. No event tells that Asterisk has forgotten one.
type devices struct{ *shelf[Device] }

var devicesDesign = design{
	name: PartDevices,
	keeper: func(limit int) keeper {
		return devices{newShelf(limit, func(d *Device) string { return d.Name }, func(a, b *Device) bool { return *a == *b })}
	},
	events: event.Of[event.DeviceStateChange](),
	class:  action.ClassCall,
	lists:  []action.Action{action.DeviceStateList{}},
	needs:  "it needs write= with call or reporting",
}

func (d devices) show(v *View) { v.devices = d.picture() }

func (d devices) take(s *state, ev event.Event) {
	e, ok := ev.(event.DeviceStateChange)
	if !ok {
		return
	}
	if s.synthetic = isItem(e); s.doubt || e.Device == "" {
		d.doubts(s, PartDevices, e.Device)
		return
	}
	if !s.synthetic && isPassing(e.Device) && d.now(e.Device) == nil {
		return
	}
	if draft := d.touch(s, e.Device); draft != nil {
		draft.Name, draft.State = e.Device, e.State
	}
}

// isPassing reports whether a device is of channels that Asterisk makes for itself: one for each number dialled, or each recording. It tells of
// these, and remembers none (AST_FLAG_DISABLE_DEVSTATE_CACHE of core_unreal.c), so that no list could end them or bring them back; 16 remembers
// those of Snoop.
func isPassing(device string) bool {
	technology, _, _ := strings.Cut(device, "/")
	switch technology {
	case "Local", "CBAnn", "Announcer", "Recorder", "Snoop":
		return true
	}
	return false
}
