package event

import (
	"math"
	"strconv"
	"strings"
)

// decode makes the typed event of base.
func decode(base Base) Event {
	return decodeKeeping(base, nil)
}

// decodeKeeping also collects the keys that the event's type has no place for.
func decodeKeeping(base Base, left *leftovers) Event {
	name, text, ok := cutName(&base)
	if !ok {
		return Unknown{base}
	}
	decoder := decoderOf(name)
	if decoder == nil {
		return Unknown{base}
	}
	return decoder(base, text, left, nil)
}

// decoder makes an event of one type. If f is a function for that type and there
// is nothing odd about the event, the decoder calls it and returns nil: that saves
// the allocation of an [Event].
type decoder func(base Base, text string, left *leftovers, f any) Event

// cutName returns the name of an event, and the text that its decoder is given.
// It is false for what has no name, or is too long to decode.
func cutName(base *Base) (name, text string, ok bool) {
	text = base.text()
	if text == "" || uint64(len(text)) > math.MaxUint32 { // slots can't hold more
		return "", "", false
	}
	name, text, ok = cutNamed(text, "Event")
	if !ok {
		var key, value string
		key, value, text = cutField(text)
		if name, ok = nameOf(key, value); !ok {
			return "", "", false
		}
	}
	_, text, _ = cutNamed(text, "Privilege") // nearly all have it, and none has a place for it
	return name, text, true
}

// number reads a decimal number, perhaps with a text behind it: "0 (Presentation
// Allowed, Not Screened)". What is none is 0.
func number(value string) int {
	n := 0
	for i := range len(value) {
		digit := value[i] - '0'
		if digit > 9 || i == maxDigits {
			return oddNumber(value)
		}
		n = n*10 + int(digit)
	}
	return n
}

const maxDigits = 9 // fit into any int

// oddNumber is number for what is not just some digits.
func oddNumber(value string) int {
	n := oddWhole(value)
	if int64(int(n)) != n {
		return 0
	}
	return int(n)
}

func oddWhole(value string) int64 {
	value, _, _ = strings.Cut(value, " ")
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0 // ParseInt has the nearest number that fits
	}
	return n
}

func int64Of(value string) int64 {
	if value == "" {
		return 0 // an error would cost an allocation
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func uint64Of(value string) uint64 {
	if value == "" {
		return 0
	}
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// decimal reads a number that may be padded with blanks, as MES of RTCPSent is.
func decimal(value string) float64 {
	if value == "" {
		return 0
	}
	f, err := strconv.ParseFloat(strings.TrimLeft(value, " "), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

func flag(value string) bool {
	switch value {
	case "0", "No", "no", "False", "false", "":
		return false
	case "1", "Yes", "yes", "True", "true":
		return true
	}
	switch strings.ToLower(value) {
	case "yes", "true", "y", "t", "on", "enabled":
		return true
	}
	return false
}

// known maps what Asterisk prints for an unset value to "".
func known(value string, nulls ...string) string {
	for _, null := range nulls {
		if value == null {
			return ""
		}
	}
	return value
}

// unescape undoes the C escapes that Asterisk 13.5 and later put into some
// values (main/utils.c, ast_escape_c). An escape it does not write stays.
func unescape(value string) string {
	if strings.IndexByte(value, '\\') < 0 {
		return value
	}
	var out strings.Builder
	out.Grow(len(value))
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c == '\\' && i+1 < len(value) {
			if plain := strings.IndexByte(`abfnrtv\'"?`, value[i+1]); plain >= 0 {
				c = "\a\b\f\n\r\t\v\\'\"?"[plain]
				i++
			}
		}
		out.WriteByte(c)
	}
	return out.String()
}

// inParentheses returns what stands between the first ( and the last ).
func inParentheses(value string) string {
	start, end := strings.IndexByte(value, '('), strings.LastIndexByte(value, ')')
	if start < 0 || end < start {
		return ""
	}
	return value[start+1 : end]
}
