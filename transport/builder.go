package transport

import (
	"fmt"
	"strings"
)

// Builder assembles one block to send. The first field that can't be sent as
// it is makes the block an error and is named by it; nothing is repaired or
// left out in silence. The zero value is ready, without limits; it is not safe
// for concurrent use.
type Builder struct {
	// Limits of the peer; set them before the first Add.
	Limits Limits
	// Trimmed says that the peer drops blanks in front of a value, so that a
	// value which begins with one can't be sent.
	Trimmed bool

	buf   []byte
	lines int
	err   error
}

// FieldError reports a field that a peer would not read as it was meant.
type FieldError struct {
	Key    string
	Reason string // "holds a line break", for example
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("transport: field %q %s", e.Key, e.Reason)
}

// Add appends one field. A key must not be empty, have a blank at an edge, a
// colon outside parentheses or an open parenthesis; neither key nor value may
// hold CR, LF or NUL.
func (b *Builder) Add(key, value string) {
	if b.err != nil {
		return
	}
	if reason := badKey(key); reason != "" {
		b.err = &FieldError{key, reason}
		return
	}
	if breaks(value) {
		b.err = &FieldError{key, "holds a line break or NUL, which the protocol can't carry"}
		return
	}
	if b.Trimmed && value != "" && value[0] <= ' ' {
		b.err = &FieldError{key, "begins with a blank, which the peer would drop"}
		return
	}
	b.lines++
	size := len(key) + len(": ") + len(value)
	switch l := b.Limits; {
	case l.Line > 0 && size > l.Line:
		b.err = longField{key, &LimitError{"line", l.Line, size}}
	case l.Lines > 0 && b.lines > l.Lines:
		b.err = &LimitError{"lines", l.Lines, b.lines}
	case l.Block > 0 && len(b.buf)+size+2 > l.Block:
		b.err = &LimitError{"block", l.Block, len(b.buf) + size + 2}
	default:
		if b.buf == nil {
			b.buf = make([]byte, 0, usualBlock) // most actions fit, and cost one allocation
		}
		b.buf = append(b.buf, key...)
		b.buf = append(b.buf, ": "...)
		b.buf = append(b.buf, value...)
		b.buf = append(b.buf, "\r\n"...)
	}
}

// Fields returns what was added, or the first error of Add.
func (b *Builder) Fields() (Fields, error) {
	if b.err != nil {
		return Fields{}, b.err
	}
	return Fields{string(b.buf)}, nil
}

// AppendTo appends the block, its closing empty line included, to dst. After
// an error of Add it returns dst unchanged and that error.
func (b *Builder) AppendTo(dst []byte) ([]byte, error) {
	if b.err != nil {
		return dst, b.err
	}
	dst = append(dst, b.buf...)
	return append(dst, "\r\n"...), nil
}

// Reset empties the builder, and keeps its limits and memory.
func (b *Builder) Reset() { b.buf, b.lines, b.err = b.buf[:0], 0, nil }

const usualBlock = 256 // bytes

// breaks reports whether a text holds what no key or value may.
func breaks(text string) bool {
	for i := range len(text) {
		if c := text[i]; c == '\r' || c == '\n' || c == 0 {
			return true
		}
	}
	return false
}

func badKey(key string) string {
	switch {
	case key == "":
		return "has no name"
	case breaks(key):
		return "holds a line break or NUL in its name"
	case key[0] == ' ' || key[0] == '\t' || key[len(key)-1] == ' ' || key[len(key)-1] == '\t':
		return "has a blank at the edge of its name"
	case strings.IndexByte(key, ':') >= 0 && keyEnd(key+":") != len(key):
		return "has a colon in its name"
	case strings.IndexByte(key, '(') >= 0 && strings.IndexByte(key, ')') < 0:
		return "has an open parenthesis in its name" // which "):" in the value would close
	}
	return ""
}
