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

// Of matches the events of type T: Of[event.Hangup](). T must be a struct with
// a name of its own; for others, as [Unknown], the filter matches nothing.
func Of[T Event]() Filter {
	var zero T
	if reflect.TypeFor[T]().Kind() != reflect.Struct || zero.EventName() == "" {
		return Or()
	}
	return Named(zero.EventName())
}

// Named matches events by name, without regard to case: the way to ask for an
// event that has no type here. No names match nothing.
func Named(names ...string) Filter {
	n := &node{op: opNamed}
	for _, name := range names {
		if name := string(fold(nil, name)); !slices.Contains(n.names, name) {
			n.names = append(n.names, name)
		}
	}
	return Filter{n}
}

// Where matches events that have a field key with exactly this value. The case
// of the key does not matter, that of the value does. Of a key that repeats by
// design, as ChanVariable, only the first that stands in its place counts; of
// another that occurs with different values, the one that Asterisk wrote: see
// [Base.Certain].
func Where(key, value string) Filter {
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
