package agi

import (
	"slices"
	"strconv"
	"strings"
)

// envKey is a key of the environment.
type envKey struct {
	name string
	// free: the value may hold a line break. Callers choose it, or a dialplan can
	// make it of what they choose.
	free bool
}

// envKeys are in the order of launch_netscript and setup_env in res_agi.c.
// Asterisk writes all of them, but the first two for FastAGI only, and the
// second only if the URL has a path. The arguments follow.
var envKeys = [...]envKey{
	{"network", false}, {"network_script", true},
	{"request", true}, {"channel", true}, {"language", true}, {"type", false}, {"uniqueid", false}, {"version", false},
	{"callerid", true}, {"calleridname", true}, {"callingpres", false}, {"callingani2", false}, {"callington", false}, {"callingtns", false},
	{"dnid", true}, {"rdnis", true}, {"context", false}, {"extension", true}, {"priority", false}, {"enhanced", false},
	{"accountcode", true}, {"threadid", false},
}

const (
	argumentPrefix = "arg_"
	slotNetwork    = 0
	slotScript     = 1
	slotRequest    = 2
	slotChannel    = 3
	slotArguments  = len(envKeys) // the first argument
	noSlot         = -1
	wrongSlot      = -2
)

// envLine is a line of an environment that is not plain. Its slot is the place
// in envKeys, noSlot for a line that is none of Asterisk's, wrongSlot for one of
// Asterisk's that can't be real.
type envLine struct {
	slot  int
	value string
	text  string // all of it
}

// parseOdd takes lines that are not in Asterisk's order, or not all Asterisk's.
func (e *Env) parseOdd(text string) {
	r := newReadings(text)
	switch {
	case len(r.lines) > maxEnvLines:
		e.parseTooMany(r)
		return
	case !r.exist():
		e.parseForeign(r)
		return
	}
	for i, slot := range r.slots {
		value, ok := r.value(i)
		if !ok {
			value = ""
			e.doubt(slot)
		}
		switch {
		case slot >= slotArguments:
			e.Arguments = append(e.Arguments, value)
		case ok:
			e.set(envKeys[slot].name, value)
		}
		if r.ends[i] { // what follows may be a part of this value
			for behind := i + 1; behind < len(r.slots) && slices.Contains(r.at[behind], true); behind++ {
				e.doubt(r.slots[behind])
			}
			return
		}
	}
}

// parseForeign takes lines that Asterisk can't have written. Where a key is
// repeated with another value, none counts.
func (e *Env) parseForeign(r *readings) {
	for _, slot := range r.slots {
		first := slices.IndexFunc(r.lines, func(l envLine) bool { return l.slot == slot })
		value := r.lines[first].value
		odd := slices.ContainsFunc(r.lines[first:], func(l envLine) bool { return l.slot == slot && l.value != value })
		if odd {
			value = ""
			e.doubt(slot)
		}
		switch {
		case slot >= slotArguments:
			e.Arguments = append(e.Arguments, value)
		case !odd:
			e.set(envKeys[slot].name, value)
		}
	}
}

// parseTooMany takes more lines than it would be worth to find the readings of:
// Asterisk writes as many only when a value has most of them, so all from the
// first value on that can have them is in doubt.
func (e *Env) parseTooMany(r *readings) {
	certain := true
	for i, slot := range r.slots {
		certain = certain && !r.free(i)
		if certain {
			first := slices.IndexFunc(r.lines, func(l envLine) bool { return l.slot == slot })
			e.set(envKeys[slot].name, r.lines[first].value)
			continue
		}
		e.doubt(slot)
	}
}

func (e *Env) doubt(slot int) {
	name := argumentPrefix + strconv.Itoa(slot-slotArguments+1)
	if slot < slotArguments {
		name = envKeys[slot].name
	}
	e.doubtful = append(e.doubtful, "agi_"+name)
}

// readings are all ways in which Asterisk could have written some lines: one
// line for each slot, in Asterisk's order, and behind those that are free any
// other lines, which belong to their value. There is most often one: a stranger
// can add keys, but not before those that Asterisk has written already, and not
// take away those that it still writes.
type readings struct {
	lines []envLine
	slots []int    // of the keys that are there, then of arguments that may be
	keys  int      // how many of slots are keys
	at    [][]bool // by slots and lines: some reading has this slot there
	ends  []bool   // by slots: some reading ends with it
}

func readEnvLines(text string) []envLine {
	var lines []envLine
	for line := range strings.Lines(text) {
		name, value, ok := cutEnvLine(strings.TrimSuffix(line, "\n"))
		slot := noSlot
		if ok {
			slot = slotOf(name)
		}
		lines = append(lines, envLine{slot, value, line})
	}
	return lines
}

func slotOf(name string) int {
	if which, ok := strings.CutPrefix(name, argumentPrefix); ok {
		n, err := strconv.Atoi(which)
		if err != nil || n < 1 || n > maxEnvLines || strconv.Itoa(n) != which {
			return noSlot
		}
		return slotArguments + n - 1
	}
	return slices.IndexFunc(envKeys[:], func(key envKey) bool { return key.name == name })
}

// inPlace reports whether Asterisk may write the slot in that line at all: the
// keys that it does not always write stand in front of all others.
func inPlace(slot, line int) bool {
	return slot > slotScript || line <= slot
}

func newReadings(text string) *readings {
	r := &readings{lines: readEnvLines(text)}
	seen := make(map[int]bool)
	for i, line := range r.lines {
		if line.slot >= 0 && inPlace(line.slot, i) {
			seen[line.slot] = true
		}
	}
	for slot := range slotArguments {
		if seen[slot] {
			r.slots = append(r.slots, slot)
		}
	}
	r.keys = len(r.slots)
	r.fixURL()
	for slot := slotArguments; seen[slot]; slot++ {
		r.slots = append(r.slots, slot)
	}
	if r.keys > 0 && len(r.lines) <= maxEnvLines {
		r.find()
	}
	return r
}

// fixURL leaves the requests that end in the path, and the channels that stand
// right behind one: Asterisk writes the path, and then the URL that ends in it,
// so both have as many lines. So a caller who can't know all that is written
// between the two can't pass for the rest of the path, nor for the channel.
func (r *readings) fixURL() {
	if r.keys < 2 || r.slots[0] != slotNetwork || r.slots[1] != slotScript {
		return
	}
	var requests, channels []int
	for line := slotScript + 1; line < len(r.lines); line++ {
		if r.lines[line].slot == slotRequest && r.endsInPath(line) {
			requests = append(requests, line)
			channels = append(channels, 2*line-slotScript)
		}
	}
	if len(requests) == 0 {
		return // it is not Asterisk's
	}
	for line := range r.lines {
		switch slot := &r.lines[line].slot; {
		case *slot == slotRequest && !slices.Contains(requests, line), *slot == slotChannel && !slices.Contains(channels, line):
			*slot = wrongSlot
		}
	}
}

// endsInPath reports whether the URL of a request ends in all lines that would
// be the path then.
func (r *readings) endsInPath(request int) bool {
	if !strings.HasSuffix(r.lines[request].value, "/"+r.lines[slotScript].value) {
		return false
	}
	path := r.lines[slotScript+1 : request]
	rest := r.lines[request+1:]
	return len(path) <= len(rest) && slices.EqualFunc(path, rest[:len(path)], func(a, b envLine) bool { return a.text == b.text })
}

// exist reports whether Asterisk can have written the lines at all.
func (r *readings) exist() bool { return slices.Contains(r.ends, true) }

// value returns the value of the i-th slot, if all readings agree on it. That
// of a free slot may then not go on behind its line.
func (r *readings) value(i int) (string, bool) {
	first := slices.Index(r.at[i], true)
	value := r.lines[first].value
	if r.free(i) && !r.whole(i, first) {
		return value, false
	}
	for line := first + 1; line < len(r.lines); line++ {
		if r.at[i][line] && r.lines[line].value != value {
			return value, false
		}
	}
	return value, true
}

// whole reports whether nothing but the next slot can follow a line of the i-th:
// no line belongs to its value.
func (r *readings) whole(i, line int) bool {
	if r.ends[i] && line+1 < len(r.lines) {
		return false
	}
	return i+1 == len(r.slots) || !slices.Contains(r.at[i+1][min(line+2, len(r.lines)):], true)
}

// free reports whether lines behind the i-th slot may belong to its value.
func (r *readings) free(i int) bool {
	slot := r.slots[i]
	return slot >= slotArguments || envKeys[slot].free
}

// find first has each slot wherever those before it allow it, and then takes
// away where those behind it do not.
func (r *readings) find() {
	known := r.nextKnown()
	r.at = make([][]bool, len(r.slots))
	r.ends = make([]bool, len(r.slots))
	for i := range r.slots {
		r.at[i] = make([]bool, len(r.lines))
		if i == 0 {
			r.mark(0, known[0], known[0]+1)
			continue
		}
		for line, ok := range r.at[i-1] {
			switch {
			case !ok:
			case r.free(i - 1):
				r.mark(i, line+1, len(r.lines))
			default:
				r.mark(i, known[line+1], known[line+1]+1)
			}
			if ok && r.free(i-1) {
				break // it allows all that the later ones do
			}
		}
	}
	last := noSlot // where the slot behind stands at the latest
	for i := len(r.slots) - 1; i >= 0; i-- {
		latest := noSlot
		for line, ok := range r.at[i] {
			if !ok {
				continue
			}
			ends := i >= r.keys-1 && r.mayEnd(i, line, known)
			goesOn := i+1 < len(r.slots) && (r.free(i) && line < last || !r.free(i) && known[line+1] < len(r.lines) && r.at[i+1][known[line+1]])
			r.at[i][line] = ends || goesOn
			r.ends[i] = r.ends[i] || ends
			if r.at[i][line] {
				latest = line
			}
		}
		last = latest
	}
}

// mark says that the i-th slot may stand in these lines, where they have its key.
func (r *readings) mark(i, from, to int) {
	for line := from; line < min(to, len(r.lines)); line++ {
		r.at[i][line] = r.lines[line].slot == r.slots[i] && inPlace(r.slots[i], line)
	}
}

// nextKnown returns, for each line, the first from there on that has a key of
// Asterisk's.
func (r *readings) nextKnown() []int {
	known := make([]int, len(r.lines)+1)
	known[len(r.lines)] = len(r.lines)
	for line := len(r.lines) - 1; line >= 0; line-- {
		known[line] = line
		if r.lines[line].slot == noSlot {
			known[line] = known[line+1]
		}
	}
	return known
}

// mayEnd reports whether all behind a line may belong to its value. The next
// argument does not: it is taken for one.
func (r *readings) mayEnd(i, line int, known []int) bool {
	if !r.free(i) {
		return known[line+1] == len(r.lines)
	}
	next := max(r.slots[i]+1, slotArguments)
	return !slices.ContainsFunc(r.lines[line+1:], func(l envLine) bool { return l.slot == next })
}
