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

// Change is what a [Subscription] yields: a [Changed] of [Channel], [Bridge] or [Call], or
// a [Reset].
type Change interface {
	fmt.Stringer
	json.Marshaler
	isChange()
}

// Object is what a model has objects of.
type Object interface {
	Channel | Bridge | Call
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
	text := c.Kind.String() + " " + describe(c.After)
	if c.Event != nil {
		text += " by " + c.Event.EventName()
	}
	return text
}

func describe(object any) string {
	if s, ok := object.(fmt.Stringer); ok {
		return s.String()
	}
	return ""
}

// kindOf names the type of an object in JSON.
func kindOf(object any) string {
	switch object.(type) {
	case *Channel:
		return "channel"
	case *Bridge:
		return "bridge"
	}
	return "call"
}

// MarshalJSON writes {"Object":"channel","Change":"added","After":{...},"Event":"Newchannel"}.
// Before is left out, since whoever reads the stream has it; so are the fields of Event.
func (c Changed[T]) MarshalJSON() ([]byte, error) {
	out := struct {
		Object    string
		Change    Kind
		After     *T
		Event     string `json:",omitempty"`
		Synthetic bool   `json:",omitempty"`
	}{Object: kindOf(c.After), Change: c.Kind, After: c.After, Synthetic: c.Synthetic}
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

// objectKey is the kind and the key of an object.
type objectKey struct {
	of  byte // c, b or k
	key string
}

// key is whose change it is.
func (c *change) key() objectKey {
	switch {
	case c.channels != nil:
		return objectKey{'c', c.channels.after.UniqueID}
	case c.bridges != nil:
		return objectKey{'b', c.bridges.after.ID}
	}
	return objectKey{'k', c.calls.after.ID}
}

// change is a Change before somebody has asked for it.
type change struct {
	kind      Kind
	channels  *pair[Channel] // one of the three is not nil
	bridges   *pair[Bridge]
	calls     *pair[Call]
	event     event.Event
	synthetic bool
}

type pair[T any] struct{ before, after *T }

// public makes the Change.
func (c *change) public() Change {
	switch {
	case c.channels != nil:
		return Changed[Channel]{c.kind, c.channels.before, c.channels.after, c.event, c.synthetic}
	case c.bridges != nil:
		return Changed[Bridge]{c.kind, c.bridges.before, c.bridges.after, c.event, c.synthetic}
	}
	return Changed[Call]{c.kind, c.calls.before, c.calls.after, c.event, c.synthetic}
}
