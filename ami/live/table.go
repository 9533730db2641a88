package live

import (
	"hash/maphash"
	"iter"
	"slices"
)

// table holds objects that are never written, by their keys. They are in buckets, which are never written either, and those
// in pages. A picture of the table is a copy of this struct: after it the first write copies the list of pages, and
// the first write to each page that page.
type table[T any] struct {
	key   func(*T) string
	seed  maphash.Seed
	pages []*page[T]
	size  int
	epoch uint64 // grows with each picture
	owned uint64 // the epoch in which the list of pages was made
}

type page[T any] struct {
	buckets [pageSize][]*T
	epoch   uint64 // in which it was made
}

const (
	pageSize     = 64
	mostInBucket = 8 // on average, before there are twice as many buckets
)

func newTable[T any](key func(*T) string) table[T] {
	t := table[T]{key: key, seed: maphash.MakeSeed()}
	t.makePages(1)
	return t
}

func (t *table[T]) makePages(n int) {
	t.pages, t.owned = make([]*page[T], n), t.epoch
	for i := range t.pages {
		t.pages[i] = &page[T]{epoch: t.epoch}
	}
}

// picture returns a table that stays as this one is now.
func (t *table[T]) picture() table[T] {
	t.epoch++
	return *t
}

// bucket returns where the object of a key is, if it is there.
func (t *table[T]) bucket(key string) (at int, objects []*T) {
	if len(t.pages) == 0 {
		return 0, nil // of a picture of what is not there
	}
	at = int(maphash.String(t.seed, key) & uint64(len(t.pages)*pageSize-1))
	return at, t.pages[at/pageSize].buckets[at%pageSize]
}

// set puts a bucket into a page that no picture has.
func (t *table[T]) set(at int, objects []*T) {
	if t.owned != t.epoch {
		t.pages, t.owned = slices.Clone(t.pages), t.epoch
	}
	p := t.pages[at/pageSize]
	if p.epoch != t.epoch {
		p = &page[T]{p.buckets, t.epoch}
		t.pages[at/pageSize] = p
	}
	p.buckets[at%pageSize] = objects
}

func (t *table[T]) find(objects []*T, key string) int {
	return slices.IndexFunc(objects, func(v *T) bool { return t.key(v) == key })
}

func (t *table[T]) get(key string) (*T, bool) {
	_, objects := t.bucket(key)
	if i := t.find(objects, key); i >= 0 {
		return objects[i], true
	}
	return nil, false
}

// put adds an object, in place of another with its key.
func (t *table[T]) put(v *T) {
	key := t.key(v)
	at, old := t.bucket(key)
	i := t.find(old, key)
	if i < 0 {
		if t.size++; t.size > mostInBucket*pageSize*len(t.pages) {
			t.resize(2 * len(t.pages))
			at, old = t.bucket(key)
		}
		t.set(at, append(append(make([]*T, 0, len(old)+1), old...), v))
		return
	}
	objects := slices.Clone(old)
	objects[i] = v
	t.set(at, objects)
}

func (t *table[T]) drop(key string) {
	at, old := t.bucket(key)
	i := t.find(old, key)
	if i < 0 {
		return
	}
	var objects []*T
	if len(old) > 1 {
		objects = append(append(make([]*T, 0, len(old)-1), old[:i]...), old[i+1:]...)
	}
	t.set(at, objects)
	if t.size--; len(t.pages) > 1 && t.size < pageSize*len(t.pages) {
		t.resize(len(t.pages) / 2)
	}
}

func (t *table[T]) resize(pages int) {
	old := *t
	t.makePages(pages)
	for v := range old.all() {
		at, objects := t.bucket(t.key(v))
		t.set(at, append(objects, v))
	}
}

// all yields the objects, in no order.
func (t *table[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, p := range t.pages {
			for _, objects := range p.buckets {
				for _, v := range objects {
					if !yield(v) {
						return
					}
				}
			}
		}
	}
}
