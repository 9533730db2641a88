package live

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// View is all objects of a model at one moment. It does not change, may be read by
// any goroutine, and costs next to nothing to take: keep it as long as you like.
type View struct {
	channels table[Channel]
	bridges  table[Bridge]
	calls    table[Call]
	devices  table[Device]
}

// Channel returns the channel with that Uniqueid; false if there is none.
func (v *View) Channel(uniqueID string) (*Channel, bool) { return v.channels.get(uniqueID) }

// Bridge returns the bridge with that ID; false if there is none.
func (v *View) Bridge(id string) (*Bridge, bool) { return v.bridges.get(id) }

// Call returns the call with that ID, which may have ended; false if there is none.
func (v *View) Call(id string) (*Call, bool) { return v.calls.get(id) }

// Channels yields the channels that live, in no order.
func (v *View) Channels() iter.Seq[*Channel] { return v.channels.all() }

// Bridges yields the bridges, in no order.
func (v *View) Bridges() iter.Seq[*Bridge] { return v.bridges.all() }

// Calls yields the calls, in no order: those that live, and those that have ended a
// while ago. [Call.Live] tells which.
func (v *View) Calls() iter.Seq[*Call] { return v.calls.all() }

// Device returns the device with that name; false if there is none.
func (v *View) Device(name string) (*Device, bool) { return v.devices.get(name) }

// Devices yields the devices, in no order.
func (v *View) Devices() iter.Seq[*Device] { return v.devices.all() }

// String says how much there is.
func (v *View) String() string {
	return fmt.Sprintf("%d channels, %d bridges, %d calls", v.channels.size, v.bridges.size, v.calls.size)
}

// MarshalJSON writes {"Channels":[...],"Bridges":[...],...}, each sorted by its key. A
// part that is absent, or not wanted, is left out.
func (v *View) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Channels []*Channel `json:",omitzero"`
		Bridges  []*Bridge  `json:",omitzero"`
		Calls    []*Call    `json:",omitzero"`
		Devices  []*Device  `json:",omitzero"`
	}{v.channels.sorted(), v.bridges.sorted(), v.calls.sorted(), v.devices.sorted()})
}

// sorted returns the objects by their keys; nil only of a table that is not there.
func (t *table[T]) sorted() []*T {
	if len(t.pages) == 0 {
		return nil
	}
	return slices.AppendSeq(make([]*T, 0, t.size), slices.Values(slices.SortedFunc(t.all(), func(a, b *T) int { return cmp.Compare(t.key(a), t.key(b)) })))
}

// view is the picture of now.
func (s *state) view() *View {
	v := new(View)
	if !s.blind && !s.absent {
		v.channels, v.bridges, v.calls = s.channels.picture(), s.bridges.picture(), s.calls.picture()
	}
	for _, k := range s.kept {
		if k.isShown() {
			k.show(v)
		}
	}
	return v
}
