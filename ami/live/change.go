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
	// Added: it is in the View now.
	Added Kind = iota + 1
	// Updated: it has changed. A Call that ends is Updated, and stays in the View for a while.
	Updated
	// Removed: it is not in the View any more.
	Removed
)

// String is the kind as a word.
func (k Kind) String() string {
	switch k {
	case Added:
		return "added"
	case Updated:
		return "updated"
	case Removed:
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

// Reset comes where changes were left out because the consumer was too slow: View has
// all objects as they are now, and the changes after it follow.
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

// MarshalJSON writes {"object":"channel","change":"added","after":{...},"event":"Newchannel"}.
// Before is left out, since whoever reads the stream has it; so are the fields of Event.
func (c Changed[T]) MarshalJSON() ([]byte, error) {
	out := struct {
		Object    string `json:"object"`
		Change    Kind   `json:"change"`
		After     *T     `json:"after"`
		Event     string `json:"event,omitempty"`
		Synthetic bool   `json:"synthetic,omitempty"`
	}{Object: kindOf(c.After), Change: c.Kind, After: c.After, Synthetic: c.Synthetic}
	if c.Event != nil {
		out.Event = c.Event.EventName()
	}
	return json.Marshal(out)
}

// String says how much there is.
func (r Reset) String() string { return "reset: " + r.View.String() }

// MarshalJSON writes {"object":"view","change":"reset","after":{...}}.
func (r Reset) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Object string `json:"object"`
		Change string `json:"change"`
		After  *View  `json:"after"`
	}{"view", "reset", r.View})
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
