package live

import "time"

// shelf holds the objects of one kind whose state is no more than what is shown of them.
type shelf[T Object] struct {
	table[T]
	entries map[string]*entry[T]
	touched []*entry[T]
	spare   *T // a draft that came to nothing
	same    func(a, b *T) bool
	unseen  func(*T, time.Time) // writes to one that a list does not have any more; may be nil
	gone    memory
	limit   int
	over    bool // something did not fit
}

// entry is the record of an object.
type entry[T any] struct {
	key   string
	shown *T     // nil before it was shown
	draft *T     // while an event is applied that touches it
	seen  uint64 // the generation in which it was last seen
	gone  bool
}

// newShelf returns a shelf of objects, at most limit of them, by their keys. Of two that are the same only the first is
// shown.
func newShelf[T Object](limit int, key func(*T) string, same func(a, b *T) bool) *shelf[T] {
	return &shelf[T]{table: newTable(key), entries: make(map[string]*entry[T]), same: same, limit: limit}
}

// touch returns the object to be written to, a new one if need be: then only its key has to be filled in. It is nil if
// it does not fit, or is an item of a list about what has ended since.
func (f *shelf[T]) touch(s *state, key string) *T {
	e := f.entries[key]
	if e == nil {
		switch {
		case s.synthetic && s.isOver(&f.gone, key):
			return nil
		case len(f.entries) >= f.limit:
			f.over = true
			return nil
		}
		e = &entry[T]{key: key}
		f.entries[key] = e
	}
	e.seen = s.generation
	f.draft(e)
	return e.draft
}

// now returns the object as the event that is applied has it, not to be written to; nil for none.
func (f *shelf[T]) now(key string) *T {
	switch e := f.entries[key]; {
	case e == nil:
		return nil
	case e.draft != nil:
		return e.draft
	default:
		return e.shown
	}
}

// sees keeps an object that nothing new is told of, and reports whether there is one.
func (f *shelf[T]) sees(s *state, key string) bool {
	e := f.entries[key]
	if e != nil {
		e.seen = s.generation
	}
	return e != nil
}

// amend returns an object to be written to, without taking it for a sign of life; nil for none.
func (f *shelf[T]) amend(key string) *T {
	e := f.entries[key]
	if e == nil {
		return nil
	}
	f.draft(e)
	return e.draft
}

// draft makes an object ready to be written to.
func (f *shelf[T]) draft(e *entry[T]) {
	if e.draft != nil {
		return
	}
	e.draft, f.spare = f.spare, nil
	if e.draft == nil {
		e.draft = new(T)
	}
	if e.shown != nil {
		*e.draft = *e.shown
	} else {
		*e.draft = *new(T)
	}
	f.touched = append(f.touched, e)
}

// doubts takes what is not believed: of an event lists tell, and an item does not end what it may be about.
func (f *shelf[T]) doubts(s *state, part PartName, key string) {
	if s.synthetic {
		f.sees(s, key)
		return
	}
	s.want(part)
}

// remove ends an object. What is written to it before is how it is shown last.
func (f *shelf[T]) remove(s *state, key string) {
	f.gone.add(key, s.generation, s.isSyncing())
	if e := f.entries[key]; e != nil {
		f.touch(s, key)
		f.end(e)
	}
}

func (f *shelf[T]) end(e *entry[T]) {
	e.gone = true
	delete(f.entries, e.key)
}

// sweep ends what was not seen since a generation began.
func (f *shelf[T]) sweep(s *state, since uint64) {
	for key, e := range f.entries {
		if e.seen < since {
			draft := f.touch(s, key)
			if f.unseen != nil {
				f.unseen(draft, s.at)
			}
			f.end(e)
		}
	}
}

// withdraw shows nothing.
func (f *shelf[T]) withdraw(s *state) { f.sweep(s, ^uint64(0)) }

// commit shows what has changed, each object once.
func (f *shelf[T]) commit(s *state) {
	for _, e := range f.touched {
		before, after := e.shown, e.draft
		e.draft = nil
		switch {
		case e.gone && before == nil:
			continue
		case !e.gone && before != nil && f.same(before, after):
			f.spare = after
			continue
		}
		e.shown = after
		shows(s, &f.table, before, after, e.gone)
	}
	clear(f.touched)
	f.touched = f.touched[:0]
}

// exceeded reports whether something did not fit since renew.
func (f *shelf[T]) exceeded() bool { return f.over }

// hasRoom reports whether a tenth of the limit is free.
func (f *shelf[T]) hasRoom() bool { return 10*len(f.entries) < 9*f.limit }

func (f *shelf[T]) renew() { f.over = false }
