package event

import (
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Event is one thing that Asterisk reported, or that happened to the stream
// itself ([Gap], [Connected], [Synced]). Its concrete type is a struct of this
// package, by value: events share nothing that can be written.
//
// The types of this package print as one short line with %v and %s, and by their
// method String: the name, the channel, and what the event is about, as in
//
//	Hangup PJSIP/100-0000002a Uniqueid=1795345171.42 CallerIDNum=100 Exten=200 Cause=16 Cause-txt="Normal Clearing"
//
// With %+v and %#v they print as the struct that they are. Neither has secrets, and
// the line has no byte of the peer's that a terminal would obey. A struct of a
// program that embeds one of them prints as the event alone, also if it has a
// method String of its own: it needs a method Format. JSON is described at [Base].
type Event interface {
	// EventName is the event's name as Asterisk spells it: "Hangup".
	EventName() string
	// Fields is the event as it came, whether or not its type has a place
	// for each field.
	Fields() transport.Fields
	// Epoch counts the connections of the hub, from 1; 0 before the first.
	Epoch() uint64
	// Sequence counts the events of an epoch from 1, those that no filter
	// matched included. What the hub puts in has the number of the event
	// before it.
	Sequence() uint64
	// Received is when the event was read from the connection.
	Received() time.Time
	// Doubt is what is odd about the event; zero is nothing.
	Doubt() Doubt
}

// Base is what every event has. The types of this package embed it, and so
// can a program's own.
//
// In JSON it is one member, Fields: an object with the names and values of the
// wire, as [transport.Fields.MarshalJSON] writes it, but with "(redacted)" for
// values under a name like secret or password. Events have no other member, so
// that a struct which embeds an event keeps its own. What Asterisk sent is read
// back by [Decode] of the Fields of what was unmarshalled: into an event of a type,
// too, only Fields is read, and the fields of the type stay zero. Epoch, Sequence,
// Received and Doubt of the reader are not in it. The members of Fields must keep
// their order, which tells Asterisk's keys from those that a caller wrote: what
// sorts them, as jsonb of PostgreSQL does, makes [Unknown] or doubtful events.
type Base struct {
	wire
	epoch    uint32
	doubt    Doubt
	sequence uint64
	received time.Time
}

// NewBase makes the base of an event that did not come through a hub.
func NewBase(fields transport.Fields, received time.Time) Base {
	return Base{wire: wireOf(fields), received: received}
}

// EventName is the value of the field Event, which is always the first; it is
// empty where there is no such field.
func (b Base) EventName() string {
	if name, _, ok := cutNamed(b.text(), "Event"); ok { // nearly always
		return name
	}
	name, _ := nameOf(b.Fields().First())
	return name
}

// Fields is described at [Event].
func (b Base) Fields() transport.Fields { return b.wire.Fields.Fields }

// text is the event as it came.
func (b *Base) text() string { return b.wire.Fields.String() }

// Epoch is described at [Event].
func (b Base) Epoch() uint64 { return uint64(b.epoch) }

// Sequence is described at [Event].
func (b Base) Sequence() uint64 { return b.sequence }

// Received is described at [Event].
func (b Base) Received() time.Time { return b.received }

// Unknown is an event that has no type in this package: of a module or a
// version of Asterisk that came later, or one that is still to be typed.
type Unknown struct{ Base }

// Raw is an event before decoding, for consumers that look at a field or two
// of very many events. It costs one allocation where a decoded event costs two.
type Raw struct {
	Base
	marker Event // of the hub's own, instead of fields to decode
	item   bool  // of a snapshot: not one that the filter matched
}

// EventName is the name of the event that Decode returns.
func (r Raw) EventName() string {
	if r.marker != nil {
		return r.marker.EventName()
	}
	return r.Base.EventName()
}

// Decode returns the event as its own type: never Raw and never nil.
func (r Raw) Decode() Event {
	if r.marker != nil {
		return r.marker
	}
	return decode(r.Base)
}

// Decode returns the typed event of fields, for text that came by another way
// than a hub. Fields whose first key is not Event give an [Unknown].
func Decode(fields transport.Fields) Event {
	return decode(Base{wire: wireOf(fields)})
}

// size is how many bytes of text the entry holds.
func (r *Raw) size() int { return len(r.text()) }

// ofSnapshot reports whether the entry is an item of a snapshot or its end.
func (r *Raw) ofSnapshot() bool {
	_, synced := r.marker.(Synced)
	return synced || r.item
}

// nameOf tells whether the first field of a block makes it an event.
func nameOf(key, value string) (name string, ok bool) {
	if len(key) == len("Event") && (key == "Event" || key == "event" || key == "EVENT") {
		return value, true
	}
	return "", false
}
