package gateway

import (
	"reflect"
	"slices"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// object is something that users may see, as it is at one moment. Nobody writes to it once the state has it.
type object struct {
	key      string
	kind     message.Kind
	server   *pbx // nil of Self
	revision uint64
	value    any     // a pointer to the type that kind names; nobody writes to it
	seenBy   []term  // who has a right on any of these sees it
	shares   []share // of each element of With; of a Caller and a Parked one, for their Party
	source   source

	encoded *encodings // shared by the objects that have the same value
}

// source is what package live has of an object, for actions.
type source struct {
	call   *live.Call        // of a Call and a Party
	party  live.Party        // of a Party
	member *live.QueueMember // of a Member
	parked *live.ParkedCall  // of a Parked
	caller *live.QueueCaller // of a Caller
	name   string            // of a Device, Queue and Conference
	device string            // of a Party, Member and Device: what Own has to name; empty where that is not known
}

// same reports whether users see no difference between two objects.
func (o *object) same(other *object) bool {
	return slices.Equal(o.shares, other.shares) && reflect.DeepEqual(o.value, other.value)
}

// share is somebody's part in an object that others see, too.
type share struct {
	device   term   // who has a right on that may know which Party it is
	open     bool   // who sees the object sees that it is there
	beside   uint64 // else: the shares whose Parties it talks with, calls or is called by; who may see the device of one of these sees it
	doubtful bool   // it is for those alone who may see the device
}

// record is what the state has of an object.
type record struct {
	now *object
}
