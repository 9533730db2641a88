package event

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// body is the text behind the first line, which has the name of the event.
func (b Base) body() string {
	_, body, _ := strings.Cut(b.fields.String(), "\n")
	return body
}

// cutField takes the first line off text, which must not be empty. A line
// without a key gives none.
func cutField(text string) (key, value, rest string) {
	line := text
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		line, rest = text[:end], text[end+1:]
		if end > 0 && line[end-1] == '\r' {
			line = line[:end-1]
		}
	}
	colon := strings.IndexByte(line, ':')
	if colon < 0 {
		return "", "", rest
	}
	key, value = line[:colon], line[colon+1:]
	if strings.IndexByte(key, '(') >= 0 {
		key, value = transport.ParseFields(line).First() // a channel's name in it may have a colon
		return key, value, rest
	}
	if value != "" && value[0] == ' ' {
		value = value[1:]
	}
	return key, value, rest
}

// mask remembers which fields of an event have been seen: the first of a key
// counts, since a value with a line break in it can only add later ones.
type mask uint64

// first reports whether field n is seen for the first time.
func (m *mask) first(n uint) bool {
	if *m&(1<<n) != 0 {
		return false
	}
	*m |= 1 << n
	return true
}

// leftovers collects the keys that a type has no place for. Nil collects none.
type leftovers struct{ keys []string }

func (l *leftovers) add(key string) {
	if l != nil && !common(key) {
		l.keys = append(l.keys, key)
	}
}

// common tells the keys that any event can have, in front of its own
// (main/manager.c, __manager_event_sessions_va); they stay in Fields.
func common(key string) bool {
	switch key {
	case "", "Privilege", "Timestamp", "SequenceNumber", "File", "Line", "Func", "SystemName", "ActionID":
		return true
	}
	return false
}
