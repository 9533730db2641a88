package xmldoc

import (
	"fmt"
	"regexp"
	"strings"
)

// step is one part of an xpointer: an element, perhaps with a name it must have
// or contain.
type step struct {
	element  string
	name     string
	contains bool
}

var (
	stepSyntax = regexp.MustCompile(`^(\w+)(?:\[@name='([^']*)'\])?$`)
	partSyntax = regexp.MustCompile(`^(\w+)\[contains\(@name, *'([^']*)'\)\]$`)
)

// include returns the elements that an xi:include points at. Pointers below a
// parameter, which lead to text, give none.
func (n *node) include(xpointer string) ([]*node, error) {
	path := strings.TrimSpace(xpointer)
	path = strings.TrimSuffix(strings.TrimPrefix(path, "xpointer("), ")")
	path = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(path), "/"), "docs/")
	nodes := docs(n)
	for _, part := range splitPath(path) {
		s, err := parseStep(part)
		if err != nil {
			return nil, fmt.Errorf("xpointer %q: %w", xpointer, err)
		}
		var next []*node
		for _, at := range nodes {
			at.each(s.element, func(child *node) {
				name := child.attr["name"]
				if s.name == "" || name == s.name || s.contains && strings.Contains(name, s.name) {
					next = append(next, child)
				}
			})
		}
		nodes = next
	}
	if len(nodes) == 0 {
		return nil, fmt.Errorf("xpointer %q leads nowhere", xpointer)
	}
	return nodes, nil
}

func docs(root *node) []*node {
	var found []*node
	root.each("docs", func(n *node) { found = append(found, n) })
	return found
}

// splitPath splits at the slashes that stand outside quotes.
func splitPath(path string) []string {
	quoted := false
	return strings.FieldsFunc(path, func(r rune) bool {
		if r == '\'' {
			quoted = !quoted
		}
		return r == '/' && !quoted
	})
}

func parseStep(part string) (step, error) {
	if m := stepSyntax.FindStringSubmatch(part); m != nil {
		return step{element: m[1], name: m[2]}, nil
	}
	if m := partSyntax.FindStringSubmatch(part); m != nil {
		return step{element: m[1], name: m[2], contains: true}, nil
	}
	return step{}, fmt.Errorf("step %q is of an unknown form", part)
}
