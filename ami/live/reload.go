package live

import (
	"slices"
	"strings"
	"time"
)

// span is from the first event to the last that asks for lists.
type span struct{ first, last time.Time }

// A reload tells of itself by many events. Lists wait until no more come.
const (
	wantedCalm = 500 * time.Millisecond // after the last event that asks for lists
	wantedMost = 5 * time.Second        // after the first
)

// want asks for lists of a part. They run once, soon after the last event that asks.
func (s *state) want(name PartName) {
	s.asks()
	if !slices.Contains(s.wanted, name) {
		s.wanted = append(s.wanted, name)
	}
}

// mayWant asks for lists of a part, unless an event that is just behind takes that back by unwant.
func (s *state) mayWant(name PartName) {
	s.asks()
	if !slices.Contains(s.unsure, name) {
		s.unsure = append(s.unsure, name)
	}
}

func (s *state) unwant(name PartName) {
	s.unsure = slices.DeleteFunc(s.unsure, func(other PartName) bool { return other == name })
}

// wants returns the parts whose lists are asked for.
func (s *state) wants() []PartName { return append(slices.Clone(s.wanted), s.unsure...) }

// asks takes that an event asks for lists.
func (s *state) asks() {
	if len(s.wanted)+len(s.unsure) == 0 {
		s.wantedSpan.first = s.at
	}
	s.wantedSpan.last = s.at
}

// served takes that lists of some parts run; of all for none.
func (s *state) served(parts []PartName) {
	is := func(name PartName) bool { return len(parts) == 0 || slices.Contains(parts, name) }
	s.wanted, s.unsure = slices.DeleteFunc(s.wanted, is), slices.DeleteFunc(s.unsure, is)
}

// due is when the lists that are wanted run.
func (w span) due() time.Time {
	due, most := w.last.Add(wantedCalm), w.first.Add(wantedMost)
	if due.After(most) {
		return most
	}
	return due
}

// reloads takes that a module was reloaded, has gone, or has come: only that may bring a part that was absent.
func (s *state) reloads(module string, comes bool) {
	if s.doubt {
		return
	}
	module = strings.TrimSuffix(module, ".so")
	for _, k := range s.kept {
		if k.reload != nil && (k.isShown() || comes && !k.blind) && k.reload(module) {
			s.want(k.name)
		}
	}
}

// reloadChanges reports whether a Reload with a status may have changed something (include/asterisk/module.h, enum ast_module_reload_result).
func reloadChanges(status int) bool {
	const notFound, inProgress, uninitialized, notImplemented = 2, 4, 5, 6
	switch status {
	case notFound, inProgress, uninitialized, notImplemented:
		return false
	}
	return true
}

// modules returns a design's reload: any of some modules, or all that there are.
func modules(names ...string) func(module string) bool {
	return func(module string) bool { return module == "All" || slices.Contains(names, module) }
}
