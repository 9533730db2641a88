package event

import (
	"math/bits"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

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
	value, rest = cutValue(text[colon+1:])
	return text[:colon], value, rest
}

// cutNamed is cutField for a text that may begin with that key.
func cutNamed(text, key string) (value, rest string, ok bool) {
	if !begins(text, key) {
		return "", text, false
	}
	value, rest = cutValue(text[len(key)+1:])
	return value, rest, true
}

// cutValue takes what is behind the colon of a field off text.
func cutValue(text string) (value, rest string) {
	end := lineEnd(text, 0)
	value = strings.TrimSuffix(text[:end], "\r")
	if end < len(text) {
		rest = text[end+1:]
	}
	if value != "" && value[0] == ' ' {
		value = value[1:]
	}
	return value, rest
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

// findField finds the first field of a key, whatever its case, and what follows.
func findField(text, key string) (value, rest string, ok bool) {
	for len(text) > len(key) {
		if text[len(key)] == ':' && strings.EqualFold(text[:len(key)], key) {
			value, rest = cutValue(text[len(key)+1:])
			return value, rest, true
		}
		end := lineEnd(text, 0)
		if end == len(text) {
			break
		}
		text = text[end+1:]
	}
	return "", "", false
}

// linesOf returns the values of all fields that have the key of the first,
// whatever its case.
func linesOf(text string) []string {
	if text == "" {
		return nil
	}
	first, _, _ := cutField(text)
	all := make([]string, 0, 4) // where there is one, there are more
	for text != "" {
		key, value, rest := cutField(text)
		if strings.EqualFold(key, first) {
			all = append(all, value)
		}
		text = rest
	}
	return all
}

// begins reports whether text begins with a field of that key.
func begins(text, key string) bool {
	return len(text) > len(key) && text[len(key)] == ':' && text[:len(key)] == key
}

// lineEnd returns where the line ends that text begins with, its LF apart; no
// LF is before from. Values are short: a call of strings.IndexByte would cost
// more than it saves.
func lineEnd(text string, from int) int {
	for ; from+8 <= len(text); from += 8 {
		b := text[from : from+8]
		word := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		word ^= 0x0101010101010101 * '\n' // makes LF zero, which is what the next line looks for
		if found := (word - 0x0101010101010101) &^ word & 0x8080808080808080; found != 0 {
			return from + bits.TrailingZeros64(found)/8
		}
	}
	for ; from < len(text); from++ {
		if text[from] == '\n' {
			break
		}
	}
	return from
}
