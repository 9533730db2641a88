package live

import (
	"hash/maphash"
	"iter"
	"slices"
)

// table holds objects that are never written, by their keys. They are in buckets, and those in pages. A picture of the
// table is a copy of this struct: after it the first write copies the list of pages, the first to each page that
// page, and the first to each bucket that bucket.
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
	owned   uint64 // a bit for each bucket that was made since
}

const (
	pageSize     = 64 // as many as page.owned has bits
	mostInBucket = 8  // on average, before there are twice as many buckets
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

// at returns the number of the bucket that the object of a key is in, if it is there.
func (t *table[T]) at(key string) int {
	return int(maphash.String(t.seed, key) & uint64(len(t.pages)*pageSize-1))
}

// bucket returns the bucket of a key to be written to: no picture has it.
func (t *table[T]) bucket(key string) *[]*T {
	at := t.at(key)
	if t.owned != t.epoch {
		t.pages, t.owned = slices.Clone(t.pages), t.epoch
	}
	p := t.pages[at/pageSize]
	if p.epoch != t.epoch {
		p = &page[T]{buckets: p.buckets, epoch: t.epoch}
		t.pages[at/pageSize] = p
	}
	objects := &p.buckets[at%pageSize]
	if mark := uint64(1) << (at % pageSize); p.owned&mark == 0 {
		*objects = slices.Clone(*objects)
		p.owned |= mark
	}
	return objects
}

func (t *table[T]) find(objects []*T, key string) int {
	return slices.IndexFunc(objects, func(v *T) bool { return t.key(v) == key })
}

func (t *table[T]) get(key string) (*T, bool) {
	if len(t.pages) == 0 {
		return nil, false // a picture of what is not there
	}
	at := t.at(key)
	objects := t.pages[at/pageSize].buckets[at%pageSize]
	if i := t.find(objects, key); i >= 0 {
		return objects[i], true
	}
	return nil, false
}

// put adds an object, in place of another with its key.
func (t *table[T]) put(v *T) {
	key := t.key(v)
	objects := t.bucket(key)
	if i := t.find(*objects, key); i >= 0 {
		(*objects)[i] = v
		return
	}
	*objects = append(*objects, v)
	if t.size++; t.size > mostInBucket*pageSize*len(t.pages) {
		t.resize(2 * len(t.pages))
	}
}

func (t *table[T]) drop(key string) {
	if _, there := t.get(key); !there {
		return
	}
	objects := t.bucket(key)
	i := t.find(*objects, key)
	*objects = slices.Delete(*objects, i, i+1)
	if t.size--; len(t.pages) > 1 && t.size < pageSize*len(t.pages) {
		t.resize(len(t.pages) / 2)
	}
}

func (t *table[T]) resize(pages int) {
	old := *t
	t.makePages(pages)
	for v := range old.all() {
		objects := t.bucket(t.key(v))
		*objects = append(*objects, v)
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
