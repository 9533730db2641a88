package event

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// bodyOf is the text behind the first line, which has the name of the event.
func bodyOf(b Base) string {
	_, body, _ := strings.Cut(b.fields.String(), "\n")
	return body
}

// cutField takes the first line off text, which must not be empty. A line
// without a key gives none.
func cutField(text string) (key, value, rest string) {
	colon := 0
	for colon < len(text) && text[colon] != ':' { // keys are short: a search would cost more than it saves
		if c := text[colon]; c == '\n' || c == '(' {
			return cutOddField(text)
		}
		colon++
	}
	if colon == len(text) {
		return "", "", ""
	}
	key, value = text[:colon], text[colon+1:]
	if end := strings.IndexByte(value, '\n'); end >= 0 {
		value, rest = value[:end], value[end+1:]
		if end > 0 && value[end-1] == '\r' {
			value = value[:end-1]
		}
	} else {
		value = strings.TrimSuffix(value, "\r")
	}
	if value != "" && value[0] == ' ' {
		value = value[1:]
	}
	return key, value, rest
}

// cutOddField is cutField for a line without a colon, or with a key that a
// channel's name is part of, which may have a colon of its own.
func cutOddField(text string) (key, value, rest string) {
	line := text
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		line, rest = text[:end+1], text[end+1:]
	}
	key, value = transport.ParseFields(line).First()
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
