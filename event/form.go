package event

import "strings"

// form tells which keys an event has, in the order in which Asterisk writes
// them, and the slots for their values.
type form []run

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

// scan finds the values of text. The first of a key counts, since a value with
// a line break in it can only add later ones. Keys without a slot go to left;
// odd is the text from the first of them on.
func scan(text string, form form, slots []slot, left *leftovers) (odd string) {
	at, key := 0, 0 // the run and the key in it that should come now
	for pos := 0; ; {
		if at < len(form) {
			run := &form[at]
			if pos, key = run.scan(text, pos, key, slots); key == len(run.keys) {
				at, key = at+1, 0
			}
		}
		if pos >= len(text) {
			return odd
		}
		line := text[pos:]
		var ok bool
		if at, key, ok = form.find(line, at, key); ok {
			continue
		}
		name, _, rest := cutField(line)
		pos = len(text) - len(rest)
		if !common(name) {
			left.add(name)
			if odd == "" {
				odd = line
			}
		}
	}
}

// scan takes the fields at pos as long as they come in their order, from that
// of a key on, and returns how far it came. The first key may have another case.
func (r *run) scan(text string, pos, key int, slots []slot) (newPos, newKey int) {
	keys := r.keys
	slots = slots[r.slot:][:len(keys)]
	for first := key; key < len(keys) && pos < len(text); key++ {
		colon := pos + len(keys[key])
		if colon >= len(text) || text[colon] != ':' {
			break
		}
		if name := text[pos:colon]; name != keys[key] && (key > first || !strings.EqualFold(name, keys[key])) {
			break
		}
		end := lineEnd(text, colon+1)
		next := end + 1
		if slots[key].end == 0 {
			start := colon + 1
			if text[end-1] == '\r' {
				end--
			}
			if start < end && text[start] == ' ' {
				start++
			}
			if r.lists {
				start, end = pos, len(text)
			}
			slots[key] = slot{uint32(start), uint32(end)}
		}
		pos = next
	}
	return min(pos, len(text)), key
}

// find looks for the key that text begins with, first where it should be and
// behind that, and last of all for one in another case: versions of Asterisk
// differ in that, too. Without it, it returns the place where it began.
func (f form) find(text string, at, next int) (foundAt, foundNext int, ok bool) {
	for i, from := at, next; i < len(f); i, from = i+1, 0 {
		for n := from; n < len(f[i].keys); n++ {
			if begins(text, f[i].keys[n]) {
				return i, n, true
			}
		}
	}
	for i := 0; i < len(f) && i <= at; i++ {
		for n, key := range f[i].keys {
			if begins(text, key) {
				return i, n, true
			}
		}
	}
	for i := range f {
		for n, key := range f[i].keys {
			if len(text) > len(key) && text[len(key)] == ':' && strings.EqualFold(text[:len(key)], key) {
				return i, n, true
			}
		}
	}
	return at, next, false
}

// odds goes through the fields whose keys have no slot in form.
type odds struct {
	text       string
	form       form
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

// common tells the keys that any event can have, in front of its own
// (main/manager.c, __manager_event_sessions_va); they stay in Fields.
func common(key string) bool {
	switch key {
	case "", "Privilege", "Timestamp", "SequenceNumber", "File", "Line", "Func", "SystemName", "ActionID":
		return true
	}
	return false
}
