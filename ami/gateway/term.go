package gateway

import "slices"

// term is a right on something of one server: an object has those by which it is seen, and a view those of its users.
type term struct {
	right  right
	server string
	name   string // or All: an object has that of its own name, and that of all
}

// right is a list of Rights.
type right uint8

const (
	rightAny right = iota // any of them on the server
	rightDevice
	rightOwn
	rightQueue
	rightConference
	rightLot
)

// either is the terms of who has a right on a name, and of who has it on all names.
func (r right) either(server, name string) []term {
	if name == "" || name == All {
		return []term{{r, server, All}}
	}
	return []term{{r, server, name}, {r, server, All}}
}

// topic is who has a right on a term, and what is seen by it.
type topic struct {
	records map[*record]struct{}
	views   map[*view]struct{}
}

// topic is the one of a term.
func (s *state) topic(t term) *topic {
	of := s.topics[t]
	if of == nil {
		of = &topic{make(map[*record]struct{}), make(map[*view]struct{})}
		s.topics[t] = of
	}
	return of
}

// prune forgets a topic that nobody needs.
func (s *state) prune(t term) {
	if of := s.topics[t]; of != nil && len(of.records)+len(of.views) == 0 {
		delete(s.topics, t)
	}
}

// file puts a record under its terms, and takes it from those that it had.
func (s *state) file(r *record, before, after []term) {
	for _, t := range before {
		if !slices.Contains(after, t) {
			delete(s.topics[t].records, r)
			s.prune(t)
		}
	}
	for _, t := range after {
		s.topic(t).records[r] = struct{}{}
	}
}
