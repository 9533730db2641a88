package show

import "strings"

// Error is err with a text that says its package once, has no control bytes and
// is not endless, whatever the peer's text in it is like.
func Error(packageName string, err error) error { return shown{err, packageName} }

type shown struct {
	error
	packageName string
}

func (e shown) Error() string {
	text, _ := strings.CutPrefix(e.error.Error(), e.packageName+": ")
	return e.packageName + ": " + Cause(e.packageName, text)
}

func (e shown) Unwrap() error { return e.error }

// Cause is the text of an error as a part of another one, which begins with the
// package's name: without that name or ami's, printable and bounded.
func Cause(packageName, text string) string {
	for _, name := range []string{packageName, "ami"} {
		text = strings.TrimPrefix(text, name+": ")
		text = strings.ReplaceAll(text, ": "+name+": ", ": ")
	}
	return bounded(text)
}

// Advice is err with what mends it in parentheses behind its text.
func Advice(err error, advice string) error { return advised{err, advice} }

type advised struct {
	error
	advice string
}

func (e advised) Error() string { return Text(e.error.Error()) + " (" + e.advice + ")" }

func (e advised) Unwrap() error { return e.error }
