package fastagi

// node is the place in the tree of patterns that some parts of a path lead to.
type node struct {
	literals map[string]*node
	wildcard *node
	exact    *pattern // for a path that ends here
	rest     *pattern // for a path that goes on anyhow
}

// add puts p below n, whose parts are those that are left.
func (n *node) add(p *pattern, parts []string) {
	switch {
	case len(parts) == 0 && p.rest:
		n.rest = p
	case len(parts) == 0:
		n.exact = p
	default:
		n.child(parts[0]).add(p, parts[1:])
	}
}

func (n *node) child(part string) *node {
	if part == "" {
		if n.wildcard == nil {
			n.wildcard = new(node)
		}
		return n.wildcard
	}
	if n.literals == nil {
		n.literals = make(map[string]*node)
	}
	if n.literals[part] == nil {
		n.literals[part] = new(node)
	}
	return n.literals[part]
}

// find returns the most specific pattern, or nil.
func (n *node) find(parts []string) *pattern {
	if p := n.match(parts, false); p != nil {
		return p
	}
	return n.match(parts, true)
}

// match returns the most specific pattern, or nil. As no two patterns conflict,
// it is the one that is found first by trying literals before wildcards. With
// top, a pattern for all that is below a path also matches the path itself.
func (n *node) match(parts []string, top bool) *pattern {
	if len(parts) == 0 {
		if n.exact == nil && top {
			return n.rest
		}
		return n.exact
	}
	if next := n.literals[parts[0]]; next != nil {
		if p := next.match(parts[1:], top); p != nil {
			return p
		}
	}
	if n.wildcard != nil && parts[0] != "" {
		if p := n.wildcard.match(parts[1:], top); p != nil {
			return p
		}
	}
	return n.rest
}
