package manager

import (
	"slices"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Action is one action of a client, as Asterisk reads it. It is immutable.
type Action struct{ fields transport.Fields }

// NewAction makes an action of its lines.
func NewAction(fields transport.Fields) Action { return Action{fields} }

// Name returns the first value of Action that is not empty, as the client spelled it.
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

// Answer returns keys and values with the action's ActionID, if it has one, after the first pair.
func (a Action) Answer(fields ...string) []string {
	if a.ID() == "" {
		return fields
	}
	return slices.Insert(slices.Clone(fields), min(2, len(fields)), "ActionID", a.ID())
}

// AppendBlock appends keys and values as lines, with the empty line behind them. A last word without a value is a line without a colon.
func AppendBlock(dst []byte, fields ...string) []byte {
	for i := 0; i < len(fields); i += 2 {
		dst = append(dst, fields[i]...)
		if i+1 < len(fields) {
			dst = append(dst, ": "...)
			dst = append(dst, fields[i+1]...)
		}
		dst = append(dst, "\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// AppendList appends a list that answers an action: the response, each item (a block, its Event first), and the event that ends it.
func AppendList(dst []byte, a Action, message, end string, items ...[]string) []byte {
	dst = AppendBlock(dst, a.Answer("Response", "Success", "EventList", "start", "Message", message)...)
	for _, item := range items {
		dst = AppendBlock(dst, a.Answer(item...)...)
	}
	return AppendBlock(dst, a.Answer("Event", end, "EventList", "Complete", "ListItems", strconv.Itoa(len(items)))...)
}

// AppendTail is AppendList for lists whose items have the ActionID last, and whose last event has more fields.
func AppendTail(dst []byte, a Action, message, end string, more []string, items ...[]string) []byte {
	dst = AppendBlock(dst, a.Answer("Response", "Success", "EventList", "start", "Message", message)...)
	for _, item := range items {
		if a.ID() != "" {
			item = append(slices.Clip(item), "ActionID", a.ID())
		}
		dst = AppendBlock(dst, item...)
	}
	last := append(a.Answer("Event", end, "EventList", "Complete", "ListItems", strconv.Itoa(len(items))), more...)
	return AppendBlock(dst, last...)
}
