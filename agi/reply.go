package agi

import (
	"strconv"
	"strings"
)

const (
	codeOK      = 200
	codeInvalid = 510
	codeDead    = 511
	codeUsage   = 520
)

// Reply is Asterisk's answer to one command. The zero value is no answer.
type Reply struct {
	// Code is 200 for a command that was run, 510 for one that Asterisk does
	// not know, 511 for one that it does not run on a dead channel, 520 for
	// wrong arguments; 0 for a text that is no reply.
	Code int
	// Result is what follows "result=", as it is: "0042", "-1", "#", "".
	Result string
	// Data is the text in parentheses after the result: a variable's value,
	// or a remark such as "timeout". It may hold parentheses and line breaks.
	Data string
	// HasData is true for "()" too: an empty value differs from one that is not set.
	HasData bool

	rest string // behind the data
	text string
}

// ParseReply takes a reply apart. It accepts any text.
func ParseReply(text string) Reply {
	r := Reply{text: text}
	for strings.HasPrefix(text, "1") { // "100 result=0 Trying...": the answer follows
		_, text, _ = strings.Cut(text, "\n")
	}
	if !beginsReply(text) {
		return r
	}
	code, _ := strconv.Atoi(text[:3]) // they are digits
	if code < 100 {
		return r
	}
	r.Code = code
	rest, ok := strings.CutPrefix(text[3:], " result=")
	if !ok {
		return r
	}
	r.Result, rest = rest, ""
	if i := strings.IndexAny(r.Result, " \n"); i >= 0 {
		r.Result, rest = r.Result[:i], r.Result[i+1:]
	}
	r.rest = rest
	if !strings.HasPrefix(rest, "(") {
		return r
	}
	if end := strings.LastIndexByte(rest, ')'); end > 0 {
		r.Data, r.HasData = rest[1:end], true
		r.rest = strings.TrimPrefix(rest[end+1:], " ")
	}
	return r
}

// Int returns the result as a number, and whether it is one.
func (r Reply) Int() (int, bool) {
	n, err := strconv.Atoi(r.Result)
	return n, err == nil
}

// Param returns the value of one of the pairs after the result, such as
// endpos, and whether there is one. Quotes around a value are taken off.
func (r Reply) Param(name string) (string, bool) {
	for rest := r.rest; rest != ""; {
		var key, value string
		key, value, rest = cutPair(rest)
		if key == name {
			return value, true
		}
	}
	return "", false
}

// Rest returns what follows the result and the data: pairs such as
// "endpos=800", or a text.
func (r Reply) Rest() string { return r.rest }

// String returns the reply as it came.
func (r Reply) String() string { return r.text }

// cutPair takes key=value off the front of text. Words without a sign of
// equality have no value.
func cutPair(text string) (key, value, rest string) {
	text = strings.TrimLeft(text, " ")
	end := strings.IndexAny(text, " =")
	if end < 0 {
		return text, "", ""
	}
	key, rest = text[:end], text[end+1:]
	if text[end] == ' ' {
		return key, "", rest
	}
	if strings.HasPrefix(rest, `"`) {
		return cutQuoted(key, rest[1:])
	}
	value, rest, _ = strings.Cut(rest, " ")
	return key, value, rest
}

// cutQuoted ends a value at the quote that a blank or the end of the text
// follows: Asterisk escapes none that stand in it.
func cutQuoted(key, text string) (_, value, rest string) {
	for i := 0; i < len(text); i++ {
		if text[i] == '"' && (i+1 == len(text) || text[i+1] == ' ') {
			return key, text[:i], strings.TrimPrefix(text[i+1:], " ")
		}
	}
	return key, text, ""
}

// usage is the first line of Asterisk's explanation, which is the syntax.
func (r Reply) usage() string {
	lines := strings.Split(r.text, "\n")
	if len(lines) < 2 {
		return r.text
	}
	return strings.TrimSpace(lines[1])
}
