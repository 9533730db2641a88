package live

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/asterisk-go/asterisk-go/event"
)

// Kind is what has become of an object.
type Kind int

const (
	// KindAdded: it is in the View now.
	KindAdded Kind = iota + 1
	// KindUpdated: it has changed. A Call that ends is Updated, and stays in the View for a while.
	KindUpdated
	// KindRemoved: it is not in the View any more.
	KindRemoved
)

// String is the kind as a word.
func (k Kind) String() string {
	switch k {
	case KindAdded:
		return "added"
	case KindUpdated:
		return "updated"
	case KindRemoved:
		return "removed"
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// MarshalText is String, for JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Change is what a [Subscription] yields: a [Changed] of an [Object], or a [Reset].
type Change interface {
	fmt.Stringer
	json.Marshaler
	isChange()
}

// Object is what a model has objects of.
type Object interface {
	Server | Channel | Bridge | Call | Device | Conference | Participant | ParkingLot | ParkedCall | Queue | QueueMember | QueueCaller |
		Extension | Presence | Contact | Agent | Mailbox
}

// Changed is a change of one object.
type Changed[T Object] struct {
	Kind Kind
	// Before is nil if the object was Added.
	Before *T
	// After is never nil. Of an object that was Removed it is the last that is known
	// of it: how a channel ended, or which Call goes on.
	After *T
	// Event is what caused it; nil if Asterisk told it when it was asked.
	Event event.Event
	// Synthetic: it was found by a list, or by asking, and may have happened earlier.
	Synthetic bool
}

// Reset begins each [Subscription], and comes where changes were left out because the
// consumer was too slow: View has all objects as they are now, and the changes after
// it follow, none missing and none twice.
type Reset struct{ View *View }

func (Changed[T]) isChange() {}
func (Reset) isChange()      {}

// String is the change in one line.
func (c Changed[T]) String() string {
	text := c.Kind.String() + " " + any(c.After).(object).String()
	if c.Event != nil {
		text += " by " + c.Event.EventName()
	}
	return text
}

// MarshalJSON writes {"Object":"channel","Change":"added","After":{...},"Event":"Newchannel"}.
// It leaves out Before, which who reads the stream has already, and the fields of Event.
func (c Changed[T]) MarshalJSON() ([]byte, error) {
	out := struct {
		Object    string
		Change    Kind
		After     *T
		Event     string `json:",omitempty"`
		Synthetic bool   `json:",omitempty"`
	}{Object: any(c.After).(object).objectName(), Change: c.Kind, After: c.After, Synthetic: c.Synthetic}
	if c.Event != nil {
		out.Event = c.Event.EventName()
	}
	return json.Marshal(out)
}

// String says how much there is.
func (r Reset) String() string { return "reset: " + r.View.String() }

// MarshalJSON writes {"Object":"view","Change":"reset","After":{...}}.
func (r Reset) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Object string
		Change string
		After  *View
	}{"view", "reset", r.View})
}

// objectKey is the object whose subscribers hear of a change: of a queue's member it is the queue.
type objectKey struct {
	of  string // as in JSON
	key string
}

// object is a pointer to an Object.
type object interface {
	fmt.Stringer
	objectName() string // in JSON
	subscribedBy() objectKey
	changed(by *change) Change // of a change of which it is what comes after
}

func (c *Channel) objectName() string { return "channel" }
func (b *Bridge) objectName() string  { return "bridge" }
func (c *Call) objectName() string    { return "call" }

func (c *Channel) subscribedBy() objectKey { return objectKey{"channel", c.UniqueID} }
func (b *Bridge) subscribedBy() objectKey  { return objectKey{"bridge", b.ID} }
func (c *Call) subscribedBy() objectKey    { return objectKey{"call", c.ID} }

func (c *Channel) changed(by *change) Change { return changed(c, by) }
func (b *Bridge) changed(by *change) Change  { return changed(b, by) }
func (c *Call) changed(by *change) Change    { return changed(c, by) }

// change is a Change before somebody has asked for it.
type change struct {
	kind      Kind
	before    any // as after, or a nil pointer
	after     object
	event     event.Event
	synthetic bool
}

// changed is what a subscriber gets.
func changed[T Object](after *T, by *change) Change {
	return Changed[T]{by.kind, by.before.(*T), after, by.event, by.synthetic}
}
