package event

import (
	"slices"
	"strings"
)

// index finds the subscriptions that an event may concern. It is guarded by
// its hub's mutex; adding to it costs no more than the names of the filter.
type index struct {
	named map[string]*bucket // by name, folded
	sizes [nameSize + 1]int  // how many of the names have that length; the last, or a greater one
	any   bucket             // those whose filter has no list of names
}

// bucket holds subscriptions. Those whose filter demands one value of a field
// are found by that value, so that a thousand calls which each wait for their
// own Uniqueid cost an event one look-up.
type bucket struct {
	plain  []*Subscription
	demand []*demanded
}

// demanded holds subscriptions by the value that they demand of a key.
type demanded struct {
	key     string
	byValue map[string][]*Subscription
}

func (x *index) add(s *Subscription) {
	if s.any {
		x.any.add(s)
		return
	}
	if x.named == nil {
		x.named = make(map[string]*bucket)
	}
	for _, name := range s.names {
		if x.named[name] == nil {
			x.named[name] = new(bucket)
		}
		x.named[name].add(s)
		x.sizes[size(name)]++
	}
}

func (x *index) remove(s *Subscription) {
	if s.any {
		x.any.remove(s)
		return
	}
	for _, name := range s.names {
		if x.named[name].remove(s); x.named[name].empty() {
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

func (b *bucket) add(s *Subscription) {
	if s.demand == nil {
		b.plain = append(b.plain, s)
		return
	}
	d := b.of(s.demand.key)
	if d == nil {
		d = &demanded{s.demand.key, make(map[string][]*Subscription)}
		b.demand = append(b.demand, d)
	}
	d.byValue[s.demand.value] = append(d.byValue[s.demand.value], s)
}

func (b *bucket) remove(s *Subscription) {
	if s.demand == nil {
		b.plain = without(b.plain, s)
		return
	}
	d, value := b.of(s.demand.key), s.demand.value
	if d.byValue[value] = without(d.byValue[value], s); len(d.byValue[value]) == 0 {
		delete(d.byValue, value)
	}
	b.demand = slices.DeleteFunc(b.demand, func(d *demanded) bool { return len(d.byValue) == 0 })
}

func (b *bucket) of(key string) *demanded {
	for _, d := range b.demand {
		if strings.EqualFold(d.key, key) {
			return d
		}
	}
	return nil
}

func (b *bucket) empty() bool { return len(b.plain) == 0 && len(b.demand) == 0 }

// all calls visit with every subscription in the bucket.
func (b *bucket) all(visit func(*Subscription)) {
	if b == nil {
		return
	}
	for _, s := range b.plain {
		visit(s)
	}
	for _, d := range b.demand {
		for _, list := range d.byValue {
			for _, s := range list {
				visit(s)
			}
		}
	}
}

func without(list []*Subscription, s *Subscription) []*Subscription {
	return slices.DeleteFunc(list, func(other *Subscription) bool { return other == s })
}
