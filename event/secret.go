package event

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// String is the event in one line: see [Event].
func (u Unknown) String() string { return u.line(u.EventName()) }

// Format prints the line of String, or with %+v and %#v the struct, without values
// under a name like secret or password; Fields has them.
func (u Unknown) Format(s fmt.State, verb rune) { format(s, verb, u.Base, u) }

// String is the event in one line: see [Event].
func (r Raw) String() string { return r.line(r.EventName()) }

// Format prints the line of String, or with %+v and %#v the struct, without values
// under a name like secret or password; Fields has them.
func (r Raw) Format(s fmt.State, verb rune) { format(s, verb, r.Base, r) }

// String is the event in one line: see [Event].
func (e UserEvent) String() string { return e.line(userEventName) }

// Format prints the line of String, or with %+v and %#v the struct, without what
// its sender named like a secret or password; Fields and Sent have that.
func (e UserEvent) Format(s fmt.State, verb rune) { format(s, verb, e.Base, e) }

// Format prints the line of String, or with %+v and %#v the struct, without Value
// where the variable is named like a secret or password.
func (e VarSet) Format(s fmt.State, verb rune) {
	e.Value = show.Value(e.Variable, e.Value)
	format(s, verb, e.Base, e)
}

// String is the gap in one line: see [Event].
func (g Gap) String() string { return newGap(g.Base, g.Reason, g.Missed, g.Err).line("Gap") }

// Format prints the line of String, or with %+v and %#v the struct.
func (g Gap) Format(s fmt.State, verb rune) { format(s, verb, g.Base, g) }

// String is the connection in one line: see [Event].
func (c Connected) String() string { return newConnected(c.Base, c.Address).line("Connected") }

// Format prints the line of String, or with %+v and %#v the struct.
func (c Connected) Format(s fmt.State, verb rune) { format(s, verb, c.Base, c) }

// String is the end of the snapshot in one line: see [Event].
func (s Synced) String() string { return newSynced(s.Base, s.Lists).line("Synced") }

// Format prints the line of String, or with %+v and %#v the struct.
func (s Synced) Format(state fmt.State, verb rune) { format(state, verb, s.Base, s) }

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
	b.wire = wireOf(withoutSecrets(b.Fields()))
	return b
}

// withoutSecrets hides the values under names of secrets, and those of variables
// with such names: as VarSet has it, and as name=value.
func withoutSecrets(fields transport.Fields) transport.Fields {
	var text strings.Builder
	found := false
	variable := slices.ContainsFunc(fields.Values("Variable"), show.NamesSecret)
	for line := range fields.Lines() {
		key, value, ok := strings.Cut(line, ":")
		secret := show.NamesSecret(key) || variable && key == "Value"
		name, of, assigns := strings.Cut(value, "=")
		switch {
		case !ok:
		case secret && strings.TrimSpace(value) != "":
			line, found = key+": "+show.Hidden, true
		case assigns && of != "" && hasVariable(key) && show.NamesSecret(name):
			line, found = key+": "+strings.TrimSpace(name)+"="+show.Hidden, true
		}
		text.WriteString(line + "\r\n")
	}
	if !found {
		return fields
	}
	return transport.ParseFields(text.String())
}

// hasVariable reports whether the value of a key is name=value of a variable.
func hasVariable(key string) bool {
	return endsWith(key, "ChanVariable") || strings.HasPrefix(key, channelVariablePrefix) || key == "Variable"
}
