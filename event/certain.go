package event

import (
	"slices"
	"strings"
)

// This file decides what a key's value is when a stranger's text may have made
// lines of its own. Such lines stand directly after a line that a stranger can
// write into. So all up to the first of these is Asterisk's own, and of a key
// that Asterisk writes after the last of these, the last line is. In between
// nothing tells.

// oddities tells what the shape of an event says.
func oddities(missing bool, endings endings, name string) (doubt Doubt) {
	if missing {
		doubt |= DoubtMissing
	}
	if endings == mixedEndings && name != "Agents" { // action_agents in app_agent_pool.c forgets a CR
		doubt |= DoubtEnding
	}
	return doubt
}

// correct fills the slots of an event of which a key is repeated or out of
// order, and reports whether a stranger may have done that.
func correct(form *form, text string, slots []slot) (odd bool) {
	r := read(form, text)
	if r.last < 0 {
		return false
	}
	for i := range form.runs {
		run := &form.runs[i]
		for n := range run.keys {
			at := run.slot + n
			v := r.decide(func(l *line) bool { return l.slot == at })
			if run.lists {
				v = r.decideList(at)
			}
			odd = odd || v.odd
			slots[at] = slot{}
			switch {
			case v.line == nil:
			case run.lists:
				slots[at] = slot{uint32(v.line.start), uint32(len(text))}
			default:
				slots[at] = slot{uint32(v.line.from), uint32(v.line.to)}
			}
		}
	}
	return odd
}

// reading is an event, line by line.
type reading struct {
	form  *form // nil when there is none
	lines []line
	first int  // the first line that a stranger can write into; len(lines) when there is none
	last  int  // the last one; -1 when there is none
	cut   bool // there are more lines than are told apart
}

// line is one field. Lines without a key are none.
type line struct {
	key      string
	from, to int // the value in the text
	start    int // of the line
	text     string
	stranger bool // a stranger can write into it
	slot     int  // in the form; -1 when it has none
	place    int  // in Asterisk's order; nowhere when that is not known
	before   int  // the greatest place of a line before it
	after    int  // the least place of a line after it
}

const (
	maxLines = 512
	nowhere  = -1
	farAway  = 1 << 30
)

func (l *line) value() string { return l.text[l.from:l.to] }

// read takes an event apart.
func read(form *form, text string) *reading {
	r := &reading{form: form, last: -1}
	r.lines = make([]line, 0, min(strings.Count(text, "\n")+1, maxLines))
	for rest := text; rest != ""; {
		if len(r.lines) == maxLines {
			r.cut = true
			break
		}
		l := line{text: text, start: len(text) - len(rest), slot: -1, place: nowhere}
		var value string
		if l.key, value, rest = cutField(rest); l.key == "" {
			continue
		}
		l.from = l.start + len(l.key) + 1
		if l.from < len(text) && text[l.from] == ' ' {
			l.from++
		}
		l.to = l.from + len(value)
		if form != nil {
			l.slot, l.place = form.locate(l.key)
		}
		r.lines = append(r.lines, l)
	}
	r.compare()
	return r
}

// compare finds the lines of strangers, and what stands around each line.
func (r *reading) compare() {
	r.first = len(r.lines)
	greatest := nowhere
	for i := range r.lines {
		l := &r.lines[i]
		l.before = greatest
		greatest = max(greatest, l.place)
		if l.stranger = strangers(l.key, l.value()); l.stranger {
			r.first, r.last = min(r.first, i), i
		}
	}
	least := farAway
	for i := len(r.lines) - 1; i >= 0; i-- {
		l := &r.lines[i]
		l.after = least
		if l.place != nowhere {
			least = min(least, l.place)
		}
	}
}

// decision is what became of the lines of one key.
type decision struct {
	line    *line // the one that counts; nil for none
	odd     bool  // they differ, or one is out of place
	unknown bool  // none can be told to be Asterisk's
}

// decide decides which of the lines of a key counts that Asterisk writes once.
func (r *reading) decide(same func(*line) bool) decision {
	var first, latest *line
	var v decision
	firstAt, latestAt, count, inPlace, behind := 0, 0, 0, false, false
	for i := range r.lines {
		l := &r.lines[i]
		if !same(l) {
			continue
		}
		if first == nil {
			first, firstAt = l, i
			behind = r.behind(l) // as all of one key are
		}
		v.odd = v.odd || l.value() != first.value()
		latest, latestAt = l, i
		inPlace = inPlace || l.inPlace(behind)
		count++
	}
	switch {
	case first == nil:
	case firstAt <= r.first:
		v.line = first
	case r.cut || r.early(first):
		v.odd, v.unknown = true, true
	case !v.odd && (inPlace || count == 1 && r.form.needs(first.slot)):
		v.line = first
	case v.odd && latestAt > r.last && behind && latest.after >= latest.place:
		v.line = latest
	default:
		v.odd, v.unknown = true, true
	}
	return v
}

// decideList is decide for a key that Asterisk may write many times: the first of
// its lines that is in place counts, and with it all that follow.
func (r *reading) decideList(slot int) (v decision) {
	for i := range r.lines {
		l := &r.lines[i]
		switch {
		case l.slot != slot:
		case i > r.first && l.after < l.place:
			v.odd = true
		case v.line == nil:
			v.line = l
		}
	}
	return v
}

// inPlace reports whether a line stands where Asterisk would write it. Of a key
// that comes after all strangers, the lines before it may be a stranger's.
func (l *line) inPlace(behind bool) bool {
	return l.place == nowhere || l.after >= l.place && (behind || l.before <= l.place)
}

// early reports whether Asterisk writes a line before the first stranger's: it
// has its place there, or none.
func (r *reading) early(l *line) bool {
	return l.place != nowhere && r.first < len(r.lines) && l.place < r.lines[r.first].place
}

// behind reports whether Asterisk writes a line after all that strangers write.
func (r *reading) behind(l *line) bool {
	if l.place == nowhere {
		return false
	}
	return !slices.ContainsFunc(r.lines[r.first:], func(other line) bool {
		return other.stranger && other.place >= l.place && other.slot != l.slot
	})
}

// unknown returns the keys whose values nobody can know.
func (r *reading) unknown() (keys []string) {
	var seen []*line
	for i := range r.lines {
		l := &r.lines[i]
		if r.form.mayRepeat(l.key, l.slot) || slices.ContainsFunc(seen, l.same) {
			continue
		}
		if seen = append(seen, l); r.decide(l.same).unknown {
			keys = append(keys, l.key)
		}
	}
	return keys
}

// same reports whether two lines have one key.
func (l *line) same(other *line) bool {
	if l.slot >= 0 || other.slot >= 0 {
		return l.slot == other.slot
	}
	return len(l.key) == len(other.key) && strings.EqualFold(l.key, other.key)
}

// mayRepeat reports whether Asterisk may write a key several times: as the form
// says, or where it has no place for the key, as some event of some build has it.
func (f *form) mayRepeat(key string, slot int) bool {
	if f != nil && slot >= 0 {
		return f.lists(slot)
	}
	switch strings.ToLower(key) {
	case "chanvariable", "variable", "output", "contacts", "rule", "state", "message", "event":
		return true
	}
	return len(key) >= len(channelVariablePrefix) && strings.EqualFold(key[:len(channelVariablePrefix)], channelVariablePrefix)
}

// ofAnyEvent reports whether any event can have a key, whatever its case.
func ofAnyEvent(key string) bool {
	return strings.EqualFold(key, "Event") || slices.ContainsFunc(commonKeys[:], func(common string) bool { return strings.EqualFold(key, common) })
}

// certain returns the value of a key in an event, by the rule above.
func certain(name, text, key string) (value string, ok bool) {
	f := formOf(name)
	if name == userEventName {
		before, user, sent := cutUser(text)
		slot, _ := formUserEvent.locate(key)
		_, _, inChannel := findField(before, key)
		switch {
		case strings.EqualFold(key, userEventName):
			return user, len(before) < len(text)
		case inChannel && (slot >= 0 || ofAnyEvent(key)):
			f, text = &formUserEvent, before
		default: // the sender's own, who may repeat it
			value, _, ok = findField(sent, key)
			return value, ok
		}
	}
	value, rest, ok := findField(text, key)
	if !ok || !differs(value, rest, key) && (f == nil || f.everywhere(key)) {
		return value, ok
	}
	if f == nil {
		f = new(form)
	}
	wanted := line{key: key}
	wanted.slot, wanted.place = f.locate(key)
	switch r := read(f, text); {
	case !f.mayRepeat(key, wanted.slot):
		return r.decide(wanted.same).text()
	case wanted.slot >= 0:
		return r.decideList(wanted.slot).text()
	}
	return value, true
}

// text is the value of the line that counts.
func (v decision) text() (value string, ok bool) {
	if v.line == nil {
		return "", false
	}
	return v.line.value(), true
}

// differs reports whether a key has another value in the rest of a text.
func differs(value, rest, key string) bool {
	for {
		other, more, ok := findField(rest, key)
		if !ok || other != value {
			return ok
		}
		rest = more
	}
}
