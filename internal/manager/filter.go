package manager

import "regexp"

// Filters say which events a session gets: those that one of its includes matches, if there is one, and none of its excludes. The
// zero value lets all pass.
type Filters struct{ include, exclude []*regexp.Regexp }

// Add adds a filter as eventfilter= has it: a regular expression over the text of an event, behind an exclamation mark for an
// exclude. The error is that of an expression that can't be compiled.
func (f *Filters) Add(text string) error {
	of := &f.include
	if text != "" && text[0] == '!' {
		of, text = &f.exclude, text[1:]
	}
	expression, err := regexp.CompilePOSIX(text)
	if err != nil {
		return err
	}
	*of = append(*of, expression)
	return nil
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
