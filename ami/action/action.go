package action

import (
	"fmt"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Action is one request to Asterisk. The types of this package implement it by
// value, and are safe to send many times and at once.
type Action interface {
	// ActionName is the name as Asterisk spells it.
	ActionName() string
	// Encode adds the headers that follow Action and ActionID, or tells which
	// field is missing or wrong.
	Encode(b *transport.Builder) error
}

// Lister is an action that a list of E answers, so that ami.List knows its
// element type without being told.
type Lister[E event.Event] interface {
	Action
	// ListItem does nothing; it ties the action to its element.
	ListItem(E)
}

// FieldError says that a field of an action can't be sent as it is.
type FieldError struct {
	Action string
	Field  string
	Reason string // "is required", for example
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("action: %s: %s %s", e.Action, e.Field, e.Reason)
}

// New makes an action by name, with headers in the given order: name, key,
// value, key, value. A key may repeat. An odd number of strings, and the keys
// Action and ActionID, which the session writes, are errors when it is sent.
func New(name string, keyValues ...string) Action {
	return generic{name, keyValues}
}

type generic struct {
	name      string
	keyValues []string
}

func (g generic) ActionName() string { return g.name }

func (g generic) Encode(b *transport.Builder) error {
	if len(g.keyValues)%2 != 0 {
		return &FieldError{g.name, fmt.Sprintf("key %q", g.keyValues[len(g.keyValues)-1]), "has no value"}
	}
	for i := 0; i < len(g.keyValues); i += 2 {
		key := g.keyValues[i]
		if reserved(key) {
			return &FieldError{g.name, key, "is written by the session"}
		}
		b.Add(key, g.keyValues[i+1])
	}
	return nil
}
