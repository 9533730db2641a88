package event

import "slices"

// branch is one alternative of a filter: events of some names, of which perhaps
// a field must have one value. An event that the filter matches is found by one
// of its branches at least. Those of a subscription stand in the index.
type branch struct {
	sub    *Subscription
	names  []string // lower case, in which it can match, unless any
	any    bool     // it has no such list
	demand *node    // a condition on a field without which it can't match; may be nil
	exact  bool     // each event so named matches
}

// maxBranches is how many alternatives are made of those of the parts of an And.
const maxBranches = 64

// branches returns the alternatives of a filter; none if nothing can match.
func (n *node) branches() []branch {
	switch {
	case n == nil:
		return []branch{{any: true, exact: true}}
	case n.op == opNamed && len(n.names) == 0:
		return nil
	case n.op == opNamed:
		return []branch{{names: n.names, exact: true}}
	case n.op == opWhere:
		return []branch{{any: true, demand: n}}
	case n.op == opAnd:
		all := []branch{{any: true, exact: true}}
		for _, part := range n.of {
			all = distribute(all, part.branches())
		}
		return all
	}
	var all []branch
	for _, part := range n.of {
		all = append(all, part.branches()...)
	}
	return merge(all)
}

// distribute returns the alternatives of two filters that must both match. Where
// these would be too many, the parts of the filter with fewer count as one, whose
// conditions on fields the index does not know.
func distribute(a, b []branch) []branch {
	if len(a)*len(b) > maxBranches {
		if len(a) < len(b) {
			a, b = b, a
		}
		b = []branch{widest(b)}
	}
	var all []branch
	for _, x := range a {
		for _, y := range b {
			if both := intersect(x, y); both.any || len(both.names) > 0 {
				all = append(all, both)
			}
		}
	}
	return merge(all)
}

func intersect(x, y branch) branch {
	both := branch{names: x.names, any: x.any, demand: x.demand, exact: x.exact && y.exact}
	if both.demand == nil {
		both.demand = y.demand
	}
	switch {
	case y.any:
	case x.any:
		both.names, both.any = y.names, false
	default:
		both.names = slices.DeleteFunc(slices.Clone(x.names), func(name string) bool { return !slices.Contains(y.names, name) })
	}
	return both
}

// merge makes one alternative of all that demand no field and are exact, and one
// of those that are not. So each name stands once in the index for each of them.
func merge(all []branch) []branch {
	var exact, inexact, demanding []branch
	for _, b := range all {
		switch {
		case b.demand != nil:
			demanding = append(demanding, b)
		case b.exact:
			exact = append(exact, b)
		default:
			inexact = append(inexact, b)
		}
	}
	merged := demanding
	for _, same := range [][]branch{exact, inexact} {
		if len(same) > 0 {
			merged = append(merged, widest(same))
		}
	}
	return merged
}

// widest returns the alternative of all names of others.
func widest(of []branch) branch {
	if len(of) == 1 && of[0].demand == nil {
		return of[0]
	}
	all := branch{exact: true}
	for _, b := range of {
		all.names = append(all.names, b.names...)
		all.any = all.any || b.any
		all.exact = all.exact && b.exact
	}
	if slices.Sort(all.names); all.any {
		all.names = nil
	}
	all.names = slices.Compact(all.names)
	return all
}
