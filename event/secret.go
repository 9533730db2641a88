package event

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Format prints the event for any verb of fmt, without values under a name like
// secret or password; Fields has them.
func (u Unknown) Format(s fmt.State, verb rune) {
	u.Base = u.shown()
	show.Struct(s, verb, u)
}

// Format prints the event for any verb of fmt, without values under a name like
// secret or password; Fields has them.
func (r Raw) Format(s fmt.State, verb rune) {
	type plain Raw
	r.Base = r.shown()
	show.Print(s, verb, plain(r))
}

// Format prints the event for any verb of fmt, without what its sender named
// like a secret or password; Fields and Sent have that.
func (e UserEvent) Format(s fmt.State, verb rune) {
	e.Base = e.shown()
	show.Struct(s, verb, e)
}

// Format prints the event for any verb of fmt, without Value where the variable
// is named like a secret or password.
func (e VarSet) Format(s fmt.State, verb rune) {
	e.Base = e.shown()
	e.Value = show.Value(e.Variable, e.Value)
	show.Struct(s, verb, e)
}

// Format prints the entry for any verb of fmt, without the value under a name
// like secret or password.
func (e Entry) Format(s fmt.State, verb rune) {
	e.Value = show.Value(e.Key, e.Value)
	show.Struct(s, verb, e)
}

// MarshalJSON writes the entry, without the value under a name like secret or
// password.
func (e Entry) MarshalJSON() ([]byte, error) {
	type plain Entry
	e.Value = show.Value(e.Key, e.Value)
	return json.Marshal(plain(e))
}

// shown is the base as it may be printed.
func (b Base) shown() Base {
	b.fields = withoutSecrets(b.fields)
	return b
}

// withoutSecrets hides the values under names of secrets, and that of a variable
// with such a name, as VarSet has it.
func withoutSecrets(fields transport.Fields) transport.Fields {
	var text strings.Builder
	found := false
	variable := slices.ContainsFunc(fields.Values("Variable"), show.NamesSecret)
	for line := range fields.Lines() {
		key, value, ok := strings.Cut(line, ":")
		secret := show.NamesSecret(key) || variable && key == "Value"
		if ok && secret && strings.TrimSpace(value) != "" {
			line, found = key+": "+show.Hidden, true
		}
		text.WriteString(line + "\r\n")
	}
	if !found {
		return fields
	}
	return transport.ParseFields(text.String())
}
