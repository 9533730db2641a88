package event

import (
	"slices"
	"strings"
)

// form tells which keys an event has, and the slots for their values.
type form struct {
	runs   []run  // in the order in which Asterisk writes them
	placed int    // how many of the runs have a known place; the others follow them
	needed uint64 // slots that every event of the name fills, in every version
}

// run is keys that follow one another, as the slots of their values do.
type run struct {
	slot  int // that of the first key
	keys  []string
	lists bool // a slot takes all text from its first line on: there may be more
}

// slot is where in a text a value stands; the zero slot has none. It is no
// string, so that filling it costs no work for the garbage collector.
type slot struct{ start, end uint32 }

// of returns the value, or "".
func (s slot) of(text string) string { return text[s.start:s.end] }

// scan finds the values of text, and notes in base what is odd about them. The
// first of a key counts, unless a stranger's text may have made one of them: see
// correct. Keys without a slot go to left; odd is the text from the first of
// them on.
func scan(base *Base, text string, form *form, slots []slot, left *leftovers) (odd string) {
	s := scanner{text: text, slots: slots}
	at, key := 0, 0         // the run and the key in it that should come now
	doneAt, doneKey := 0, 0 // the same among those that have a place
	for {
		if at < len(form.runs) {
			run := &form.runs[at]
			if key = s.run(run, key); key == len(run.keys) {
				at, key = at+1, 0
			}
			if at < form.placed || at == form.placed && key == 0 {
				doneAt, doneKey = at, key
			}
		}
		if s.pos >= len(text) {
			break
		}
		line := text[s.pos:]
		if nextAt, nextKey, ok := form.find(line, at, key); ok {
			again := doneKey == 0 && nextAt+1 == doneAt && form.runs[nextAt].lists // one more of a list
			s.backward = s.backward || !again && (nextAt < doneAt || nextAt == doneAt && nextKey < doneKey)
			at, key = nextAt, nextKey
			continue
		}
		name, _, rest := cutField(line)
		s.ended(len(text) - len(rest))
		if !common(name) {
			left.add(name)
			if odd == "" {
				odd = line
			}
		}
	}
	if missing := form.needed&^s.filled != 0; missing || s.endings == mixedEndings {
		base.doubt |= oddities(missing, s.endings, base.EventName())
	}
	if (s.backward || s.repeated) && correct(form, text, slots) {
		base.doubt |= DoubtRepeated
	}
	return odd
}

// scanner is what scan knows on its way through a text.
type scanner struct {
	text     string
	pos      int
	slots    []slot
	filled   uint64 // slots, of the first 64
	endings  endings
	repeated bool // a key
	backward bool // a key came after one that Asterisk writes later
}

// endings are the kinds of line endings that a text has.
type endings uint8

const (
	crlfEnding endings = 1 << iota
	lfEnding
	mixedEndings = crlfEnding | lfEnding
)

// run takes the fields of a run as long as they come in their order, from that
// of a key on, and returns how far it came. The first key may have another case.
func (s *scanner) run(r *run, key int) (newKey int) {
	text, pos, keys := s.text, s.pos, r.keys
	slots := s.slots[r.slot:][:len(keys)]
	first, ends := key, s.endings
	for ; key < len(keys) && pos < len(text); key++ {
		colon := pos + len(keys[key])
		if colon >= len(text) || text[colon] != ':' {
			break
		}
		if name := text[pos:colon]; name != keys[key] && (key > first || !strings.EqualFold(name, keys[key])) {
			break
		}
		end := lineEnd(text, colon+1)
		next := end + 1
		if text[end-1] == '\r' {
			end--
			ends |= crlfEnding
		} else {
			ends |= lfEnding
		}
		if slots[key].end == 0 {
			start := colon + 1
			if start < end && text[start] == ' ' {
				start++
			}
			if r.lists {
				start, end = pos, len(text)
			}
			slots[key] = slot{uint32(start), uint32(end)}
		} else if !r.lists {
			s.repeated = true
		}
		pos = next
	}
	s.filled |= (1<<(key-first) - 1) << (r.slot + first)
	s.pos, s.endings = min(pos, len(text)), ends
	return key
}

// ended goes on after a line that has no slot.
func (s *scanner) ended(next int) {
	if next >= 2 && s.text[next-1] == '\n' && s.text[next-2] != '\r' {
		s.endings |= lfEnding
	}
	s.pos = next
}

// find looks for the key that text begins with, first where it should be and
// behind that, and last of all for one in another case: versions of Asterisk
// differ in that, too. Without it, it returns the place where it began.
func (f *form) find(text string, at, next int) (foundAt, foundNext int, ok bool) {
	for i, from := at, next; i < len(f.runs); i, from = i+1, 0 {
		for n := from; n < len(f.runs[i].keys); n++ {
			if begins(text, f.runs[i].keys[n]) {
				return i, n, true
			}
		}
	}
	for i := 0; i < len(f.runs) && i <= at; i++ {
		for n, key := range f.runs[i].keys {
			if begins(text, key) {
				return i, n, true
			}
		}
	}
	for i := range f.runs {
		for n, key := range f.runs[i].keys {
			if len(text) > len(key) && text[len(key)] == ':' && strings.EqualFold(text[:len(key)], key) {
				return i, n, true
			}
		}
	}
	return at, next, false
}

// locate finds the slot of a key, and its place in Asterisk's order.
func (f *form) locate(key string) (slot, place int) {
	place = 0
	for i := range f.runs {
		for n, name := range f.runs[i].keys {
			if len(name) == len(key) && strings.EqualFold(name, key) {
				if i >= f.placed {
					place = nowhere
				}
				return f.runs[i].slot + n, place
			}
			place++
		}
	}
	return -1, nowhere
}

// needs reports whether every event of the form fills the slot.
func (f *form) needs(slot int) bool { return f != nil && slot >= 0 && f.needed&(1<<slot) != 0 }

// everywhere reports whether a key that occurs once may stand where it likes:
// every event has it, or its place is not known.
func (f *form) everywhere(key string) bool {
	slot, place := f.locate(key)
	return place == nowhere || f.needs(slot)
}

// lists reports whether the slot is that of a key which repeats.
func (f *form) lists(slot int) bool {
	for i := range f.runs {
		if run := &f.runs[i]; run.lists && run.slot == slot {
			return true
		}
	}
	return false
}

// odds goes through the fields whose keys have no slot in form.
type odds struct {
	text       string
	form       *form
	key, value string
}

func (o *odds) next() bool {
	for o.text != "" {
		_, _, slotted := o.form.find(o.text, 0, 0)
		o.key, o.value, o.text = cutField(o.text)
		if !slotted {
			return true
		}
	}
	return false
}

// leftovers collects the keys that a type has no place for. Nil collects none.
type leftovers struct{ keys []string }

func (l *leftovers) add(key string) {
	if l != nil && !common(key) {
		l.keys = append(l.keys, key)
	}
}

// commonKeys are those that any event can have, in front of its own
// (main/manager.c, __manager_event_sessions_va); they stay in Fields.
var commonKeys = [...]string{"Privilege", "Timestamp", "SequenceNumber", "File", "Line", "Func", "SystemName", "ActionID"}

// common tells those keys, and lines without one.
func common(key string) bool { return key == "" || slices.Contains(commonKeys[:], key) }
