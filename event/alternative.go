package event

import "slices"

// alternative is one way in which a filter matches: events of some names, of which
// perhaps a field must have one value. An event that the filter matches is found
// by one of its alternatives at least. Those of a subscription are in the index.
type alternative struct {
	sub    *Subscription
	names  []string // lower case, in which it can match, unless any
	any    bool     // it has no such list
	demand *node    // a condition on a field without which it can't match; may be nil
	exact  bool     // each event so named matches
}

// maxAlternatives is how many alternatives are made of those of the parts of an And.
const maxAlternatives = 64

// alternatives returns those of a filter; none if nothing can match.
func (n *node) alternatives() []alternative {
	switch {
	case n == nil:
		return []alternative{{any: true, exact: true}}
	case n.op == opNamed && len(n.names) == 0:
		return nil
	case n.op == opNamed:
		return []alternative{{names: n.names, exact: true}}
	case n.op == opWhere:
		return []alternative{{any: true, demand: n}}
	case n.op == opAnd:
		all := []alternative{{any: true, exact: true}}
		for _, part := range n.of {
			all = distribute(all, part.alternatives())
		}
		return all
	}
	var all []alternative
	for _, part := range n.of {
		all = append(all, part.alternatives()...)
	}
	return merge(all)
}

// distribute returns the alternatives of two filters that must both match. Where
// these would be too many, the parts of the filter with fewer count as one, whose
// conditions on fields the index does not know.
func distribute(a, b []alternative) []alternative {
	if len(a)*len(b) > maxAlternatives {
		if len(a) < len(b) {
			a, b = b, a
		}
		b = []alternative{widest(b)}
	}
	var all []alternative
	for _, x := range a {
		for _, y := range b {
			if both := intersect(x, y); both.any || len(both.names) > 0 {
				all = append(all, both)
			}
		}
	}
	return merge(all)
}

func intersect(x, y alternative) alternative {
	both := alternative{names: x.names, any: x.any, demand: x.demand, exact: x.exact && y.exact}
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
func merge(all []alternative) []alternative {
	var exact, inexact, demanding []alternative
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
	for _, same := range [][]alternative{exact, inexact} {
		if len(same) > 0 {
			merged = append(merged, widest(same))
		}
	}
	return merged
}

// widest returns the alternative of all names of others.
func widest(of []alternative) alternative {
	if len(of) == 1 && of[0].demand == nil {
		return of[0]
	}
	all := alternative{exact: true}
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
