package event

import (
	"slices"
	"strings"
)

// index finds the subscriptions that an event may concern: the alternatives of
// their filters. It is guarded by its hub's mutex; adding to it costs no more
// than the names of the filter.
type index struct {
	named map[string]*bucket // by name, folded
	sizes [nameSize + 1]int  // how many of the names have that length; the last, or a greater one
	any   bucket             // those whose filter has no list of names
}

// bucket holds alternatives. Those that demand one value of a field are found by
// that value, so that a thousand calls which each wait for their own Uniqueid
// cost an event one look-up.
type bucket struct {
	plain  []*alternative
	demand []*demanded
}

// demanded holds alternatives by the value that they demand of a key.
type demanded struct {
	key     string
	byValue map[string][]*alternative
}

func (x *index) add(s *Subscription) {
	for i := range s.alternatives {
		x.addAlternative(&s.alternatives[i])
	}
}

func (x *index) addAlternative(found *alternative) {
	if found.any {
		x.any.add(found)
		return
	}
	if x.named == nil {
		x.named = make(map[string]*bucket)
	}
	for _, name := range found.names {
		if x.named[name] == nil {
			x.named[name] = new(bucket)
		}
		x.named[name].add(found)
		x.sizes[size(name)]++
	}
}

func (x *index) remove(s *Subscription) {
	for i := range s.alternatives {
		x.removeAlternative(&s.alternatives[i])
	}
}

func (x *index) removeAlternative(found *alternative) {
	if found.any {
		x.any.remove(found)
		return
	}
	for _, name := range found.names {
		if x.named[name].remove(found); x.named[name].empty() {
			delete(x.named, name)
		}
		x.sizes[size(name)]--
	}
}

// find looks the name up without regard to case and without a copy. It returns
// nil when nobody asks for the name.
func (x *index) find(name string) *bucket {
	if x.sizes[size(name)] == 0 { // most events need no more to tell
		return nil
	}
	var folded nameBuffer
	return x.named[string(fold(folded[:0], name))]
}

func size(name string) int { return min(len(name), nameSize) }

func (b *bucket) add(found *alternative) {
	if found.demand == nil {
		b.plain = append(b.plain, found)
		return
	}
	key, value := found.demand.key, found.demand.value
	d := b.of(key)
	if d == nil {
		d = &demanded{key, make(map[string][]*alternative)}
		b.demand = append(b.demand, d)
	}
	d.byValue[value] = append(d.byValue[value], found)
}

func (b *bucket) remove(found *alternative) {
	if found.demand == nil {
		b.plain = without(b.plain, found)
		return
	}
	d, value := b.of(found.demand.key), found.demand.value
	if d.byValue[value] = without(d.byValue[value], found); len(d.byValue[value]) == 0 {
		delete(d.byValue, value)
	}
	if len(d.byValue) == 0 {
		b.demand = slices.DeleteFunc(b.demand, func(other *demanded) bool { return other == d })
	}
}

// of returns those that demand a key, whatever its case. Keys of other lengths
// are others, as for [findField], though Unicode may fold them alike.
func (b *bucket) of(key string) *demanded {
	for _, d := range b.demand {
		if len(d.key) == len(key) && strings.EqualFold(d.key, key) {
			return d
		}
	}
	return nil
}

func (b *bucket) empty() bool { return len(b.plain) == 0 && len(b.demand) == 0 }

// all calls visit with every alternative in the bucket.
func (b *bucket) all(visit func(*alternative)) {
	if b == nil {
		return
	}
	for _, found := range b.plain {
		visit(found)
	}
	for _, d := range b.demand {
		for _, list := range d.byValue {
			for _, found := range list {
				visit(found)
			}
		}
	}
}

func without(list []*alternative, found *alternative) []*alternative {
	return slices.DeleteFunc(list, func(other *alternative) bool { return other == found })
}
