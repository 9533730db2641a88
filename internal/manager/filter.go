package manager

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// Filters say which events a session gets: those that one of its includes matches, if there is one, and none of its excludes. The
// zero value lets all pass.
type Filters struct {
	include, exclude []*regexp.Regexp
	size             int // instructions of all
}

// maxFilters is how many instructions the filters of a session may have together, which an event has to go through: some sixty as eventfilter has them.
const maxFilters = 2000

var errFilters = errors.New("the filters are too long, all of them together")

// Add adds a filter as eventfilter= has it: a regular expression over the text of an event, behind an exclamation mark for an
// exclude. The error is that of an expression that can't be compiled, or says that the filters are too many.
func (f *Filters) Add(text string) error {
	of := &f.include
	if text != "" && text[0] == '!' {
		of, text = &f.exclude, text[1:]
	}
	expression, err := regexp.CompilePOSIX(text)
	if err != nil {
		return err
	}
	size, err := sizeOf(text)
	if err != nil {
		return err
	}
	if f.size+size > maxFilters {
		return errFilters
	}
	f.size += size
	*of = append(*of, expression)
	return nil
}

// sizeOf is how many instructions an expression has.
func sizeOf(text string) (int, error) {
	parsed, err := syntax.Parse(text, syntax.POSIX)
	if err != nil {
		return 0, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0, err
	}
	return len(program.Inst), nil
}

// Pass reports whether an event gets through.
func (f *Filters) Pass(event []byte) bool {
	if len(f.include) > 0 && !matchesAny(f.include, event) {
		return false
	}
	return !matchesAny(f.exclude, event)
}

func matchesAny(expressions []*regexp.Regexp, event []byte) bool {
	for _, expression := range expressions {
		if expression.Match(event) {
			return true
		}
	}
	return false
}
