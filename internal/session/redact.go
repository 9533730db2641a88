package session

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Redact takes the value out of a line that holds a secret, or may hold one.
func Redact(raw []byte) []byte {
	text := strings.TrimRight(string(raw), "\r\n")
	at := secretIn(text)
	if at < 0 {
		return raw
	}
	head := text[:at]
	if strings.HasSuffix(head, ":") {
		head += " "
	}
	return append([]byte(head+show.Hidden), raw[len(text):]...)
}

// secretIn returns where in a line a secret begins, or -1. Configuration files
// pass as "Line-000001-000002: name=x", as "Value-000000: x" with the value
// before it as "Match-000000: y", and as JSON, and have secrets under any name.
// What a Command prints has lines as "Output: password   : x", or without the
// key on Asterisk 13 and older.
func secretIn(line string) int {
	end := strings.IndexAny(line, ":=")
	if end < 0 {
		return -1
	}
	value := end + 1
	name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(line[:end])), "_", "")
	switch {
	case name == "key" && isDigest(line[value:]), name == "json", show.NamesSecret(name), strings.HasPrefix(name, "value-"), strings.HasPrefix(name, "match-"):
		return value
	case strings.HasPrefix(name, "line-"):
		if setting := strings.IndexByte(line[value:], '='); setting >= 0 {
			return value + setting + 1
		}
	case name == "output":
		if at := secretIn(line[value:]); at >= 0 {
			return value + at
		}
	}
	return -1
}

// isDigest reports whether the value of Key is that of a login, and not the key
// of an entry in Asterisk's database.
func isDigest(value string) bool {
	value = strings.TrimSpace(value)
	_, err := hex.DecodeString(value)
	return len(value) == hex.EncodedLen(md5.Size) && err == nil
}
