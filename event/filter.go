package event

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Filter says which events a subscription wants. It is data, tested on events
// before they are decoded; conditions that need code belong into the loop of
// the consumer. The zero value matches every event. Filters are immutable.
type Filter struct{ node *node }

type node struct {
	op    operator
	names []string // of opNamed, lower case
	key   string   // of opWhere
	value string
	of    []*node // of opAnd and opOr; nil stands for the filter that matches all
}

type operator int

const (
	opNamed operator = iota
	opWhere
	opAnd
	opOr
)

// Of matches the events of type T: Of[event.Hangup](). It panics where that would
// match nothing: T must be a struct of this package that stands for one event,
// and no pointer, which no event is. [Named] is for those without a type.
func Of[T Event]() Filter {
	var none T
	of := reflect.TypeFor[T]()
	switch {
	case of.Kind() == reflect.Pointer:
		panic(fmt.Sprintf("event: Of[%v] matches nothing: events are values, so write Of[%v]", of, of.Elem()))
	case of.Kind() != reflect.Struct || none.EventName() == "":
		panic(fmt.Sprintf("event: Of[%v] matches nothing: it stands for no event in particular; write Named with the names, or Filter{} for all", of))
	}
	return Named(none.EventName())
}

// Named matches events by name, without regard to case: the way to ask for an
// event that has no type here. No names match nothing. It panics for what is no
// name: an empty text, a wildcard, several names in one text. Where the name of a
// module's event looks like that, write Where("Event", name).
func Named(names ...string) Filter {
	n := &node{op: opNamed}
	for _, name := range names {
		mustBeName(name)
		if name := string(fold(nil, name)); !slices.Contains(n.names, name) {
			n.names = append(n.names, name)
		}
	}
	return Filter{n}
}

// mustBeName panics for what no event is called.
func mustBeName(name string) {
	var advice string
	switch {
	case name == "":
		advice = "write the name of an event, or Filter{} for all events"
	case strings.ContainsAny(name, "\r\n\x00"):
		advice = "a name is one line of text"
	case strings.ContainsAny(name, "*?["):
		advice = `there are no wildcards, so write all names: Named("QueueCallerJoin", "QueueCallerLeave")`
	case strings.ContainsAny(name, ",|&; \t"):
		advice = `write each name as an argument: Named("Newchannel", "Hangup")`
	default:
		return
	}
	panic(fmt.Sprintf("event: Named(%q) matches nothing: %s", name, advice))
}

// Where matches events that have a field key with exactly this value. The key is
// the wire's, such as DestUniqueid, and its case does not matter: "Uniqueid" and
// "UniqueID", as fields here are called, are one. The case of the value does.
// Of a key that repeats by design, as ChanVariable, only the first that stands in
// its place counts; of another that occurs with different values, the one that
// Asterisk wrote: see [Base.Certain]. Where panics for what can be no key: an
// empty one, and one with an asterisk, a line break, or a colon at its end.
func Where(key, value string) Filter {
	if key == "" || strings.ContainsAny(key, "*\r\n\x00") || strings.HasSuffix(key, ":") {
		panic(fmt.Sprintf("event: Where(%q, ...) matches nothing: write the name of one field, as Channel", key))
	}
	return Filter{&node{op: opWhere, key: key, value: value}}
}

// And matches what all the filters match; none of them match everything.
func And(filters ...Filter) Filter { return Filter{&node{op: opAnd, of: nodes(filters)}} }

// Or matches what any of the filters matches; none of them match nothing.
func Or(filters ...Filter) Filter { return Filter{&node{op: opOr, of: nodes(filters)}} }

// Match reports whether the filter wants an event with these fields.
func (f Filter) Match(fields transport.Fields) bool {
	return f.match(transport.NewBlock(fields))
}

// String is the filter as an expression, for logs.
func (f Filter) String() string { return f.node.String() }

func nodes(filters []Filter) []*node {
	of := make([]*node, len(filters))
	for i, f := range filters {
		of[i] = f.node
	}
	return of
}

func (f Filter) match(b transport.Block) bool {
	var folded nameBuffer
	name, _ := nameOf(b.First())
	return f.node.match(fold(folded[:0], name), b)
}

func (n *node) match(name []byte, b transport.Block) bool {
	if n == nil {
		return true
	}
	switch n.op {
	case opNamed:
		return slices.ContainsFunc(n.names, func(want string) bool { return want == string(name) })
	case opWhere:
		event, _ := nameOf(b.First())
		value, ok := certain(event, b.Text(), n.key)
		return ok && value == n.value
	case opAnd:
		return !slices.ContainsFunc(n.of, func(n *node) bool { return !n.match(name, b) })
	default:
		return slices.ContainsFunc(n.of, func(n *node) bool { return n.match(name, b) })
	}
}

// nameBuffer holds the name of any event that there is; longer ones cost an
// allocation.
type nameBuffer [nameSize]byte

const nameSize = 64

// fold appends name to dst in lower case. As in [transport], only ASCII has case.
func fold(dst []byte, name string) []byte {
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

func (n *node) String() string {
	if n == nil {
		return "all"
	}
	var parts []string
	for _, part := range n.of {
		parts = append(parts, part.String())
	}
	switch n.op {
	case opNamed:
		return "named(" + strings.Join(n.names, ", ") + ")"
	case opWhere:
		return fmt.Sprintf("where(%s, %q)", n.key, n.value)
	case opAnd:
		return "and(" + strings.Join(parts, ", ") + ")"
	default:
		return "or(" + strings.Join(parts, ", ") + ")"
	}
}
