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

// find returns the most specific pattern, or nil: the one for paths that end
// here, else the deepest of those for paths that go on, which match the path
// they stand for as well. As no two patterns conflict, that is the one found
// first by trying literals before wildcards.
func (n *node) find(parts []string) *pattern {
	if p := n.match(parts, false); p != nil {
		return p
	}
	return n.match(parts, true)
}

// match is find for one of the two kinds.
func (n *node) match(parts []string, rest bool) *pattern {
	if len(parts) > 0 {
		if next := n.literals[parts[0]]; next != nil {
			if p := next.match(parts[1:], rest); p != nil {
				return p
			}
		}
		if n.wildcard != nil && parts[0] != "" {
			if p := n.wildcard.match(parts[1:], rest); p != nil {
				return p
			}
		}
	}
	switch {
	case rest:
		return n.rest
	case len(parts) == 0:
		return n.exact
	}
	return nil
}
