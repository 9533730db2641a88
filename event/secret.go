package event

import (
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Format prints the event for any verb of fmt, without values under a name like
// secret or password; Fields has them.
func (u Unknown) Format(s fmt.State, verb rune) {
	type plain Unknown
	u.Base = u.shown()
	printEvent(s, verb, plain(u))
}

// Format prints the event for any verb of fmt, without values under a name like
// secret or password; Fields has them.
func (r Raw) Format(s fmt.State, verb rune) {
	type plain Raw
	r.Base = r.shown()
	printEvent(s, verb, plain(r))
}

// shown is the base as it may be printed.
func (b Base) shown() Base {
	b.fields = withoutSecrets(b.fields)
	return b
}

func withoutSecrets(fields transport.Fields) transport.Fields {
	var text strings.Builder
	found := false
	for line := range fields.Lines() {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(value) != "" && show.NamesSecret(key) {
			line, found = key+": "+show.Hidden, true
		}
		text.WriteString(line + "\r\n")
	}
	if !found {
		return fields
	}
	return transport.ParseFields(text.String())
}

func printEvent(s fmt.State, verb rune, value any) {
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), value)
}
