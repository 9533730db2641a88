package live

import (
	"hash/maphash"
	"iter"
	"slices"
)

// table holds objects that are never written, by their keys, in buckets that are never
// written either. So a picture of it is a copy of this struct: the next write copies
// the slice of buckets, once for each picture.
type table[T any] struct {
	key     func(*T) string
	seed    maphash.Seed
	buckets [][]*T
	size    int
	shared  bool // a picture has these buckets, too
}

const (
	leastBuckets = 8
	mostInBucket = 8 // on average, before there are twice as many buckets
)

func newTable[T any](key func(*T) string) table[T] {
	return table[T]{key: key, seed: maphash.MakeSeed(), buckets: make([][]*T, leastBuckets)}
}

// picture returns a table that stays as this one is now.
func (t *table[T]) picture() table[T] {
	t.shared = true
	return *t
}

func (t *table[T]) place(key string) int {
	return int(maphash.String(t.seed, key) & uint64(len(t.buckets)-1))
}

func (t *table[T]) get(key string) (*T, bool) {
	for _, v := range t.buckets[t.place(key)] {
		if t.key(v) == key {
			return v, true
		}
	}
	return nil, false
}

// put adds an object, in place of another with its key.
func (t *table[T]) put(v *T) {
	key := t.key(v)
	at := t.place(key)
	old := t.buckets[at]
	i := slices.IndexFunc(old, func(other *T) bool { return t.key(other) == key })
	if i < 0 && t.size >= mostInBucket*len(t.buckets) {
		t.resize(2 * len(t.buckets))
		at = t.place(key)
		old = t.buckets[at]
	}
	bucket := make([]*T, len(old), len(old)+1)
	copy(bucket, old)
	if i >= 0 {
		bucket[i] = v
	} else {
		bucket = append(bucket, v)
		t.size++
	}
	t.own()
	t.buckets[at] = bucket
}

func (t *table[T]) drop(key string) {
	at := t.place(key)
	old := t.buckets[at]
	i := slices.IndexFunc(old, func(other *T) bool { return t.key(other) == key })
	if i < 0 {
		return
	}
	var bucket []*T
	if len(old) > 1 {
		bucket = append(append(make([]*T, 0, len(old)-1), old[:i]...), old[i+1:]...)
	}
	t.own()
	t.buckets[at] = bucket
	if t.size--; t.size < len(t.buckets)/2 && len(t.buckets) > leastBuckets {
		t.resize(len(t.buckets) / 2)
	}
}

// own makes the slice of buckets one that no picture has.
func (t *table[T]) own() {
	if t.shared {
		t.buckets, t.shared = slices.Clone(t.buckets), false
	}
}

func (t *table[T]) resize(to int) {
	old := *t
	t.buckets, t.shared = make([][]*T, to), false
	for v := range old.all() {
		at := t.place(t.key(v))
		t.buckets[at] = append(t.buckets[at], v)
	}
}

// all yields the objects, in no order.
func (t *table[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, bucket := range t.buckets {
			for _, v := range bucket {
				if !yield(v) {
					return
				}
			}
		}
	}
}
