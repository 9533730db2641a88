package live

import (
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// asked is what a user wants to know of channels and Calls beside what all do. The zero value wants nothing, and takes no
// variables from lists.
type asked struct {
	variables []string // names, sorted
	listed    []string // those that Status is asked for
	labels    []string // how it names all that it is asked for, in that order: first what all want
	classify  func(*Channel) Side
	number    func(string) string
}

const (
	onHoldLabel   = "CHANNEL(onhold)"
	recordingName = "MIXMONITOR_FILENAME" // apps/app_mixmonitor.c sets it
	common        = 2                     // labels of what all want: those two

	maxValue     = 511  // bytes of a value (main/manager.c, generate_status)
	maxVariables = 1000 // bytes of all names in a list, where a line of an action ends at 1,024
)

func (c *Config) asked() asked {
	a := asked{classify: c.Classify, number: c.Number, labels: []string{onHoldLabel, labelOf(recordingName)}}
	a.variables = slices.Compact(slices.Sorted(slices.Values(c.Variables)))
	for _, name := range a.variables {
		if !isRefused(name) {
			a.listed = append(a.listed, name)
			a.labels = append(a.labels, labelOf(name))
		}
	}
	return a
}

// labelOf is a function of the dialplan that has the value of a variable with blanks for line breaks, which would make lines of
// their own in the answer (funcs/func_strings.c, REPLACE).
func labelOf(name string) string { return `REPLACE(` + name + `,\\r\\n, )` }

// isRefused reports whether Asterisk refuses a list of this variable to a user without write=system. It looks for the names of
// functions that run programs anywhere in a name (main/manager.c).
func isRefused(name string) bool {
	name = strings.ToUpper(name)
	return strings.Contains(name, "SHELL") || strings.Contains(name, "EVAL")
}

// status is the list of channels.
func (a *asked) status() action.Status { return action.Status{Variables: a.labels} }

// events are those that tell of variables.
func (a *asked) events() event.Filter {
	names := []event.Filter{event.Where("Variable", recordingName)}
	for _, name := range a.variables {
		if isFunction(name) {
			continue // no event tells of it
		}
		for _, inherited := range []string{"", "_", "__"} {
			names = append(names, event.Where("Variable", inherited+name))
		}
	}
	return event.And(event.Of[event.VarSet](), event.Or(names...))
}

func isFunction(name string) bool { return strings.HasSuffix(name, ")") }

// checkVariables refuses what can't be asked for.
func (c *Config) checkVariables() error {
	size := 0
	for _, name := range c.Variables {
		size += len(name) + 2*strings.Count(name, "(") + strings.Count(name, ",") + len(`REPLACE\(\,\\\\r\\\\n\, \),`)
		function, arguments, isFunction := strings.Cut(name, "(")
		switch {
		case function == "", function[0] == '_', strings.ContainsFunc(function, isForeign),
			isFunction && (!strings.HasSuffix(arguments, ")") || strings.ContainsAny(arguments[:len(arguments)-1], "()\"\\{}$[]=;\r\n\x00")):
			return fmt.Errorf("live: Config.Variables: %w: %q is neither the name of a variable nor a function like CALLERID(dnid)", ami.ErrInvalid, name)
		case isFunction && isRefused(name):
			return fmt.Errorf("live: Config.Variables: %w: %q may run a program for each channel", ami.ErrInvalid, name)
		}
	}
	if size > maxVariables {
		return fmt.Errorf("live: Config.Variables: %w: too many names, or too long ones", ami.ErrInvalid)
	}
	return nil
}

// isForeign reports what does not belong into the name of a variable.
func isForeign(r rune) bool {
	return !(r == '_' || r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
}

// sets takes the value of a variable. VarSet has no order to other events, so the rest of it is not taken.
func (s *state) sets(e *event.VarSet) {
	l := s.pairs[event.Channel{Name: e.Channel, UniqueID: e.UniqueID}]
	if l == nil || s.doubt {
		return
	}
	value := e.Value[:min(len(e.Value), maxValue)]
	if e.Variable == recordingName {
		s.namesRecording(l, value)
	}
	name := strings.TrimPrefix(strings.TrimPrefix(e.Variable, "_"), "_")
	if _, ok := slices.BinarySearch(s.asked.variables, name); ok {
		draft := s.touch(l)
		draft.Variables = draft.Variables.with(name, value)
	}
}

// listsVariables takes the variables of an item of Status.
func (s *state) listsVariables(l *leg, e *event.Status) {
	a := &s.asked
	if len(e.Variable) != len(a.labels) || len(a.labels) == 0 {
		return
	}
	for i := range e.Variable {
		if e.Variable[i].Name != a.labels[i] {
			return
		}
	}
	draft := s.touch(l)
	draft.OnHold = e.Variable[0].Value == "1"
	s.listsRecording(l, e.Variable[1].Value)
	for i, name := range a.listed {
		if value := e.Variable[common+i].Value; !isListedAs(draft.Variables.Get(name), value) {
			draft.Variables = draft.Variables.with(name, value)
		}
	}
}

// isListedAs reports whether a list shows a value so.
func isListedAs(value, listed string) bool {
	if len(value) != len(listed) {
		return false
	}
	for i := range len(value) {
		if c := value[i]; c != listed[i] && !((c == '\r' || c == '\n') && listed[i] == ' ') {
			return false
		}
	}
	return true
}
