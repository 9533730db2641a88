package ami

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Format prints the response for any verb of fmt, without secrets and settings
// of configuration files; Fields has them.
func (r Response) Format(s fmt.State, verb rune) {
	show.Print(s, verb, r.shown())
}

// MarshalJSON writes what Format prints.
func (r Response) MarshalJSON() ([]byte, error) { return json.Marshal(r.shown()) }

func (r Response) shown() any {
	type plain Response
	var text strings.Builder
	for line := range r.Fields.Lines() {
		text.Write(redact([]byte(line + "\r\n")))
	}
	r.Fields = transport.ParseFields(text.String())
	return plain(r)
}

// isDigest reports whether the value of Key is that of a login, and not the key
// of an entry in Asterisk's database.
func isDigest(value string) bool {
	value = strings.TrimSpace(value)
	_, err := hex.DecodeString(value)
	return len(value) == hex.EncodedLen(md5.Size) && err == nil
}

// redact takes the value out of a line that holds a secret, or may hold one.
func redact(raw []byte) []byte {
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
