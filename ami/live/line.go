package live

import (
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// line is an object or a change as a person reads it: one line, in which no byte of a
// stranger's is obeyed by a terminal.
type line struct{ strings.Builder }

func newLine(kind, name string) *line {
	l := new(line)
	l.WriteString(kind)
	l.word(name)
	return l
}

// add adds a value that is not empty.
func (l *line) add(key, value string) {
	if value != "" {
		l.WriteString(" " + key + "=")
		l.value(value)
	}
}

// mark adds a word if that is so.
func (l *line) mark(is bool, word string) {
	if is {
		l.WriteString(" (" + word + ")")
	}
}

func (l *line) word(text string) {
	l.WriteByte(' ')
	l.value(text)
}

func (l *line) value(text string) {
	text = show.Text(text)
	if text == "" || strings.ContainsAny(text, " \"") {
		text = strconv.Quote(text)
	}
	l.WriteString(text)
}
