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

// String says how much there is.
func (v *View) String() string {
	return fmt.Sprintf("%d channels, %d bridges, %d calls", v.channels.size, v.bridges.size, v.calls.size)
}

// MarshalJSON writes {"Channels":[...],"Bridges":[...],"Calls":[...]}, each sorted by
// its key.
func (v *View) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Channels []*Channel
		Bridges  []*Bridge
		Calls    []*Call
	}{v.channels.sorted(), v.bridges.sorted(), v.calls.sorted()})
}

// sorted returns the objects by their keys; never nil.
func (t *table[T]) sorted() []*T {
	return slices.AppendSeq(make([]*T, 0, t.size), slices.Values(slices.SortedFunc(t.all(), func(a, b *T) int { return cmp.Compare(t.key(a), t.key(b)) })))
}

// view is the picture of now.
func (s *state) view() *View {
	return &View{channels: s.channels.picture(), bridges: s.bridges.picture(), calls: s.calls.picture()}
}
