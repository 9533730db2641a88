package transport

import (
	"iter"
	"strings"
)

// Fields is an ordered list of "Key: Value" lines. It keeps the text as it
// came: order, repeated keys, the spelling of keys, lines without a colon.
// Looking a key up ignores ASCII case and scans the text, so there is nothing
// to build and nothing to share: Fields is immutable, safe for concurrent use,
// and its zero value is empty.
type Fields struct{ text string }

// ParseFields makes Fields of text, whose lines end in LF or CRLF. Empty lines
// are not fields; nothing else is dropped, and no text is refused.
func ParseFields(text string) Fields { return Fields{text} }

// Get returns the first value of key, or "" when there is none.
func (f Fields) Get(key string) string {
	value, _ := f.Lookup(key)
	return value
}

// Lookup returns the first value of key, and whether the key is there at all.
func (f Fields) Lookup(key string) (value string, ok bool) {
	if key == "" {
		return f.lookupEmpty()
	}
	for at := 0; at >= 0; at = nextLine(f.text, at, key[0]) {
		end := at + len(key)
		if end >= len(f.text) || f.text[end] != ':' || !equalFold(f.text[at:end], key) {
			continue
		}
		if strings.IndexByte(key, '\n') >= 0 { // no line has such a key
			break
		}
		value, _ = cutLine(f.text[end+1:])
		return trimBlank(value), true
	}
	return "", false
}

// lookupEmpty is Lookup for the key of lines that begin with the colon.
func (f Fields) lookupEmpty() (value string, ok bool) {
	for line := range f.Lines() {
		if value, ok := fieldValue(line, ""); ok {
			return value, true
		}
	}
	return "", false
}

// Values returns every value of key in their order, nil when there is none.
func (f Fields) Values(key string) []string {
	var values []string
	for text := f.text; text != ""; {
		var line string
		line, text = cutLine(text)
		if value, ok := fieldValue(line, key); ok {
			values = append(values, value)
		}
	}
	return values
}

// All yields every key and value in their order. Lines without a colon are
// left out; [Fields.Lines] has them.
func (f Fields) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for line := range f.Lines() {
			if key, value, ok := cutField(line); ok && !yield(key, value) {
				return
			}
		}
	}
}

// Lines yields every line that is not empty, without its ending.
func (f Fields) Lines() iter.Seq[string] {
	return func(yield func(string) bool) {
		for text := f.text; text != ""; {
			var line string
			line, text = cutLine(text)
			if line != "" && !yield(line) {
				return
			}
		}
	}
}

// First returns the first key and value, or "" when the first line has no
// colon or there is no line.
func (f Fields) First() (key, value string) {
	line, _ := cutLine(f.text)
	key, value, _ = cutField(line)
	return key, value
}

// Second returns the second key and value, or "" as [Fields.First] does.
func (f Fields) Second() (key, value string) {
	_, rest := cutLine(f.text)
	line, _ := cutLine(rest)
	key, value, _ = cutField(line)
	return key, value
}

// Len returns how many lines are not empty.
func (f Fields) Len() int {
	n := 0
	for range f.Lines() {
		n++
	}
	return n
}

// Equal reports whether f and other have the same lines, whatever their endings.
func (f Fields) Equal(other Fields) bool {
	next, stop := iter.Pull(other.Lines())
	defer stop()
	for line := range f.Lines() {
		if their, ok := next(); !ok || their != line {
			return false
		}
	}
	_, more := next()
	return !more
}

// String returns the text as it came, line endings included.
func (f Fields) String() string { return f.text }

// cutLine splits text behind its first LF and strips one CR before that LF.
func cutLine(text string) (line, rest string) {
	i := strings.IndexByte(text, '\n')
	if i < 0 {
		return trimEnding(text), ""
	}
	return trimEnding(text[:i+1]), text[i+1:]
}

// trimEnding strips one LF and one CR before it; a CR alone is half an ending.
func trimEnding(line string) string {
	line = strings.TrimSuffix(line, "\n")
	return strings.TrimSuffix(line, "\r")
}

// cutField splits a line at the colon that ends its key, and drops the one
// blank that separates them. Further blanks belong to the value: they are the
// indentation of a command's output.
func cutField(line string) (key, value string, ok bool) {
	colon := keyEnd(line)
	if colon < 0 {
		return "", "", false
	}
	return line[:colon], trimBlank(line[colon+1:]), true
}

// keyEnd returns where the colon behind the key stands, or -1. A key may carry
// a channel name in parentheses, and that name may hold a colon:
// "ChanVariable(SIP/10.0.0.1:5060-1): a=b".
func keyEnd(line string) int {
	for i := range len(line) { // keys are short, so a call for each byte sought costs more
		switch line[i] {
		case ':':
			return i
		case '(':
			return keyEndNaming(line)
		}
	}
	return -1
}

// keyEndNaming is keyEnd for a line with an open parenthesis.
func keyEndNaming(line string) int {
	colon := strings.IndexByte(line, ':')
	if colon < 0 || strings.IndexByte(line[:colon], ')') >= 0 {
		return colon
	}
	if end := strings.Index(line[colon:], "):"); end >= 0 {
		return colon + end + 1
	}
	return colon
}

// fieldValue returns the value of line when its key is key.
func fieldValue(line, key string) (string, bool) {
	n := len(key)
	if len(line) <= n || line[n] != ':' || !equalFold(line[:n], key) {
		return "", false
	}
	return trimBlank(line[n+1:]), true
}

func trimBlank(value string) string {
	if value != "" && value[0] == ' ' {
		return value[1:]
	}
	return value
}

// equalFold compares two strings of one length without regard to ASCII case.
// strings.EqualFold also folds Unicode, which no peer of ours does.
func equalFold(a, b string) bool {
	for i := range len(a) {
		if x, y := a[i], b[i]; x != y && lower(x) != lower(y) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
