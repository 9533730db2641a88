package amitest

import (
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Action is one action of a client, as Asterisk reads it. It is immutable.
type Action struct{ fields transport.Fields }

// Name returns the first value of Action that is not empty, as the client
// spelled it.
func (a Action) Name() string {
	for _, name := range a.fields.Values("Action") {
		if name = strings.TrimLeft(name, " "); name != "" {
			return name
		}
	}
	return ""
}

// ID returns the ActionID, or "".
func (a Action) ID() string { return a.Get("ActionID") }

// Get returns the first value of key without the blanks before it, or "".
func (a Action) Get(key string) string { return strings.TrimLeft(a.fields.Get(key), " ") }

// Fields returns the lines of the action as they came.
func (a Action) Fields() transport.Fields { return a.fields }

func (a Action) answer(fields []string) []string {
	if a.ID() == "" {
		return fields
	}
	return slices.Insert(slices.Clone(fields), min(2, len(fields)), "ActionID", a.ID())
}
