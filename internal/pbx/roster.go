package pbx

import "iter"

// roster is things in the order in which they came. To remove one takes as long with many as with few.
type roster[T comparable] struct {
	items []T // those that were removed are zero
	at    map[T]int
}

func (r *roster[T]) add(item T) {
	if r.at == nil {
		r.at = make(map[T]int)
	}
	r.at[item] = len(r.items)
	r.items = append(r.items, item)
}

func (r *roster[T]) remove(item T) {
	at, ok := r.at[item]
	if !ok {
		return
	}
	var none T
	r.items[at] = none
	if delete(r.at, item); len(r.items) > 2*len(r.at)+16 {
		r.compact()
	}
}

// compact forgets where those were that were removed.
func (r *roster[T]) compact() {
	var none T
	kept := make([]T, 0, len(r.at))
	for _, item := range r.items {
		if item != none {
			r.at[item] = len(kept)
			kept = append(kept, item)
		}
	}
	r.items = kept
}

func (r *roster[T]) len() int { return len(r.at) }

// all yields them. What is added or removed meanwhile may be missing.
func (r *roster[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) {
		var none T
		for _, item := range r.items {
			if item != none && !yield(item) {
				return
			}
		}
	}
}
