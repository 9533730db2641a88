package fastagi

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/agi"
)

// pattern is one that is registered. Its parts are literals, and "" for a
// wildcard.
type pattern struct {
	text    string
	parts   []string
	names   []name
	rest    bool // it matches whatever follows its parts
	handler agi.Handler
}

// name is that of a wildcard.
type name struct {
	text string
	at   int  // the part that is its value
	rest bool // and all behind it
}

func parsePattern(text string) (*pattern, error) {
	path, ok := strings.CutPrefix(text, "/")
	if !ok {
		return nil, errors.New("it does not begin with a slash")
	}
	p := &pattern{text: text}
	parts := strings.Split(path, "/")
	last := len(parts) - 1
	for i, part := range parts {
		switch {
		case part == "" && i == last:
			p.rest = true
		case part == "{$}" && i == last:
		case part == "":
			return nil, errors.New("a part of it is empty")
		default:
			if err := p.add(part, i == last); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// add appends a part that is a literal or a wildcard.
func (p *pattern) add(part string, last bool) error {
	inner, open := strings.CutPrefix(part, "{")
	inner, closed := strings.CutSuffix(inner, "}")
	if !open && !strings.ContainsAny(part, "{}") {
		p.parts = append(p.parts, part)
		return nil
	}
	inner, rest := strings.CutSuffix(inner, "...")
	n := name{inner, len(p.parts), rest}
	switch {
	case !open || !closed || strings.ContainsAny(inner, "{}$.") || inner == "":
		return fmt.Errorf("%q is no wildcard: it would be a whole part of the path, as {name} or {name...}", part)
	case rest && !last:
		return fmt.Errorf("%q is not at the end", part)
	case slices.ContainsFunc(p.names, func(other name) bool { return other.text == inner }):
		return fmt.Errorf("it has two wildcards with the name %s", inner)
	}
	p.names = append(p.names, n)
	p.rest = rest
	if !rest {
		p.parts = append(p.parts, "")
	}
	return nil
}

// conflicts reports whether there are paths that both match, and neither is
// more specific. That something like "/ivr/" also serves "/ivr", if nobody else
// does, is no conflict.
func (p *pattern) conflicts(other *pattern) bool {
	narrower, wider := false, false // p, somewhere
	for i := 0; ; i++ {
		ended, otherEnded := i == len(p.parts), i == len(other.parts)
		switch {
		case ended && otherEnded && p.rest == other.rest:
			return narrower == wider
		case ended && otherEnded, ended && !p.rest, otherEnded && !other.rest:
			return false // of different lengths
		case ended:
			return narrower // p is wider from here
		case otherEnded:
			return wider
		case p.parts[i] == other.parts[i]:
		case p.parts[i] == "":
			wider = true
		case other.parts[i] == "":
			narrower = true
		default:
			return false
		}
	}
}
