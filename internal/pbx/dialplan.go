package pbx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dialplan is what channels do, as in extensions.conf.
type dialplan struct {
	contexts map[string][]*extension
	includes map[string][]string
	hints    []*hint
}

// extension is a number, or a pattern of numbers, and its steps.
type extension struct {
	name    string
	pattern bool
	steps   []step
}

// step is one priority.
type step struct {
	priority          int
	label             string
	application, data string
}

func (d *dialplan) has(context string) bool { _, ok := d.contexts[context]; return ok }

// find returns the step of a place, or nil. An extension that is exactly the number counts before patterns, and a pattern
// whose first different place allows fewer digits before another.
func (d *dialplan) find(at place) *step { return d.findBelow(at, maxIncludes) }

// maxIncludes is how deep includes are followed; some may go round in circles.
const maxIncludes = 10

func (d *dialplan) findBelow(at place, depth int) *step {
	if s, known := d.own(at); known || depth == 0 {
		return s
	}
	for _, name := range d.includes[at.context] {
		if s := d.findBelow(place{name, at.exten, at.priority}, depth-1); s != nil {
			return s
		}
	}
	return nil
}

// own finds a step in the context itself, and reports whether that has the extension.
func (d *dialplan) own(at place) (s *step, known bool) {
	for _, e := range d.contexts[at.context] {
		if e.name == at.exten || e.pattern && matches(e.name[1:], at.exten) {
			for i := range e.steps {
				if e.steps[i].priority == at.priority {
					return &e.steps[i], true
				}
			}
			return nil, true
		}
	}
	return nil, false
}

// priority is that of a label, or of a number as text; zero if there is neither.
func (d *dialplan) priority(at place, text string) int {
	if number, err := strconv.Atoi(text); err == nil {
		return number
	}
	for _, e := range d.contexts[at.context] {
		if e.name != at.exten && !(e.pattern && matches(e.name[1:], at.exten)) {
			continue
		}
		for _, s := range e.steps {
			if s.label == text && text != "" {
				return s.priority
			}
		}
	}
	return 0
}

// mayGrow reports whether more digits may make a number of a context longer: there is one that begins so.
func (d *dialplan) mayGrow(context, digits string) bool {
	for _, e := range d.contexts[context] {
		if !e.pattern && len(e.name) > len(digits) && strings.HasPrefix(e.name, digits) || e.pattern && grows(e.name[1:], digits) {
			return true
		}
	}
	return false
}

// grows reports whether a number that begins with digits, and is longer, may match a pattern.
func grows(pattern, digits string) bool {
	for digits != "" {
		if pattern == "" {
			return false
		}
		if pattern[0] == '.' || pattern[0] == '!' {
			return true
		}
		set, rest := cutSet(pattern)
		if !strings.Contains(set, digits[:1]) {
			return false
		}
		pattern, digits = rest, digits[1:]
	}
	return pattern != ""
}

// replace sets the one step of an extension.
func (d *dialplan) replace(at place, application, data string) {
	d.contexts[at.context] = slices.DeleteFunc(d.contexts[at.context], func(e *extension) bool { return e.name == at.exten })
	d.contexts[at.context] = append(d.contexts[at.context], &extension{name: at.exten, steps: []step{{priority: at.priority, application: application, data: data}}})
}

// addParking adds the numbers of the parking lot.
func (d *dialplan) addParking() {
	for number := firstPlace; number <= lastPlace; number++ {
		d.replace(place{lotContext, strconv.Itoa(number), 1}, "ParkedCall", lotName+","+strconv.Itoa(number))
	}
}

// parseDialplan reads contexts of extensions.conf: exten, same and include, n, labels, patterns. The error names the line.
func parseDialplan(text string) (*dialplan, error) {
	r := &planReader{plan: &dialplan{contexts: make(map[string][]*extension), includes: make(map[string][]string)}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, ";")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := r.line(line); err != nil {
			return nil, fmt.Errorf("line %d of the dialplan: %w", number, err)
		}
	}
	for _, extensions := range r.plan.contexts {
		slices.SortStableFunc(extensions, func(a, b *extension) int { return compareExtensions(a, b) })
	}
	return r.plan, nil
}

// planReader reads a dialplan line by line.
type planReader struct {
	plan    *dialplan
	context string
	last    *extension
}

func (r *planReader) line(line string) error {
	if strings.HasPrefix(line, "[") {
		name, _, closed := strings.Cut(line[1:], "]")
		if !closed || name == "" {
			return fmt.Errorf("%q is no context", line)
		}
		r.context, r.last = name, nil
		if !r.plan.has(name) {
			r.plan.contexts[name] = nil
		}
		return nil
	}
	key, value, found := strings.Cut(line, "=")
	if !found || r.context == "" {
		return fmt.Errorf("%q is no extension of a context", line)
	}
	value = strings.TrimSpace(strings.TrimPrefix(value, ">"))
	switch strings.TrimSpace(key) {
	case "exten":
		name, rest, _ := strings.Cut(value, ",")
		if devices, ok := strings.CutPrefix(rest, "hint,"); ok {
			return r.addHint(strings.TrimSpace(name), strings.TrimSpace(devices))
		}
		r.last = r.extension(strings.TrimSpace(name))
		return r.last.add(rest)
	case "same":
		if r.last == nil {
			return fmt.Errorf("same before any exten")
		}
		return r.last.add(value)
	}
	if strings.TrimSpace(key) == "include" {
		r.plan.includes[r.context] = append(r.plan.includes[r.context], value)
		return nil
	}
	return fmt.Errorf("%q is not known, only exten, same and include are", strings.TrimSpace(key))
}

func (r *planReader) extension(name string) *extension {
	for _, e := range r.plan.contexts[r.context] {
		if e.name == name {
			return e
		}
	}
	e := &extension{name: name, pattern: strings.HasPrefix(name, "_")}
	r.plan.contexts[r.context] = append(r.plan.contexts[r.context], e)
	return e
}

// add adds a step, written as 1,Dial(PJSIP/100,20) or n(label),Hangup().
func (e *extension) add(text string) error {
	priority, call, found := strings.Cut(text, ",")
	application, data, called := strings.Cut(strings.TrimSpace(call), "(")
	if !found || called && !strings.HasSuffix(data, ")") {
		return fmt.Errorf("%q is no step: want a priority, and an application with what it is given in parentheses", text)
	}
	priority, label, _ := strings.Cut(strings.TrimSpace(priority), "(")
	s := step{label: strings.TrimSuffix(label, ")"), application: application, data: strings.TrimSuffix(data, ")")}
	if applicationOf(application) == nil {
		return fmt.Errorf("%w: %s", ErrNoApplication, application)
	}
	if err := checkExpressions(s.data); err != nil {
		return fmt.Errorf("%s: %w", s.data, err)
	}
	switch number, err := strconv.Atoi(priority); {
	case err == nil && number > 0:
		s.priority = number
	case priority == "n" && len(e.steps) > 0:
		s.priority = e.steps[len(e.steps)-1].priority + 1
	default:
		return fmt.Errorf("%q is no priority here", priority)
	}
	e.steps = append(e.steps, s)
	return nil
}

// matches compares a number with a pattern, without the underline that begins it.
func matches(pattern, number string) bool {
	for pattern != "" {
		if pattern[0] == '.' {
			return number != ""
		}
		if pattern[0] == '!' {
			return true
		}
		if number == "" {
			return false
		}
		set, rest := cutSet(pattern)
		if !strings.ContainsRune(set, rune(number[0])) {
			return false
		}
		pattern, number = rest, number[1:]
	}
	return number == ""
}

// cutSet returns which digits the first place of a pattern allows.
func cutSet(pattern string) (set, rest string) {
	switch pattern[0] {
	case 'X', 'x':
		return "0123456789", pattern[1:]
	case 'Z', 'z':
		return "123456789", pattern[1:]
	case 'N', 'n':
		return "23456789", pattern[1:]
	case '[':
		inner, after, closed := strings.Cut(pattern[1:], "]")
		if !closed {
			return "", ""
		}
		return expandRanges(inner), after
	}
	return pattern[:1], pattern[1:]
}

func expandRanges(inner string) string {
	var set []byte
	for i := 0; i < len(inner); i++ {
		if i+2 < len(inner) && inner[i+1] == '-' {
			for digit := int(inner[i]); digit <= int(inner[i+2]); digit++ {
				set = append(set, byte(digit))
			}
			i += 2
			continue
		}
		set = append(set, inner[i])
	}
	return string(set)
}

// compareExtensions orders by which counts first: a number before a pattern, and of patterns that which allows less where
// they differ first.
func compareExtensions(a, b *extension) int {
	if a.pattern != b.pattern {
		if b.pattern {
			return -1
		}
		return 1
	}
	if !a.pattern {
		return strings.Compare(a.name, b.name)
	}
	left, right := a.name[1:], b.name[1:]
	for left != "" && right != "" {
		if w, v := width(left), width(right); w != v {
			return w - v
		}
		_, left = cutSet(left)
		_, right = cutSet(right)
	}
	return len(right) - len(left) // the longer one says more
}

// width is how much the first place of a pattern allows.
func width(pattern string) int {
	switch pattern[0] {
	case '!':
		return 1000
	case '.':
		return 999
	}
	set, _ := cutSet(pattern)
	return len(set)
}
