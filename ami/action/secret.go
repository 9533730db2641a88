package action

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// The methods below keep secrets out of what is printed or logged, or written as
// JSON: those of a login, and every value under a name like secret or password.
// They do not reach into unexported fields of a struct that is printed.

// Format prints the action for any verb of fmt, without Secret and Key.
func (a Login) Format(s fmt.State, verb rune) { show.Print(s, verb, a.shown()) }

// MarshalJSON writes the action without Secret and Key.
func (a Login) MarshalJSON() ([]byte, error) { return json.Marshal(a.shown()) }

func (a Login) shown() any {
	type plain Login
	a.Secret, a.Key = show.Secret(a.Secret), show.Secret(a.Key)
	return plain(a)
}

// Format prints the field for any verb of fmt, but no secret.
func (f Field) Format(s fmt.State, verb rune) { show.Print(s, verb, f.shown()) }

// MarshalJSON writes the field, but no secret.
func (f Field) MarshalJSON() ([]byte, error) { return json.Marshal(f.shown()) }

func (f Field) shown() any {
	type plain Field
	f.Value = show.Value(f.Key, f.Value)
	return plain(f)
}

// Format prints the action for any verb of fmt, but no secret.
func (a Setvar) Format(s fmt.State, verb rune) { show.Print(s, verb, a.shown()) }

// MarshalJSON writes the action, but no secret.
func (a Setvar) MarshalJSON() ([]byte, error) { return json.Marshal(a.shown()) }

func (a Setvar) shown() any {
	type plain Setvar
	a.Value = show.Value(a.Variable, a.Value)
	return plain(a)
}

// Format prints the change for any verb of fmt, but no secret.
func (c ConfigChange) Format(s fmt.State, verb rune) { show.Print(s, verb, c.shown()) }

// MarshalJSON writes the change, but no secret.
func (c ConfigChange) MarshalJSON() ([]byte, error) { return json.Marshal(c.shown()) }

func (c ConfigChange) shown() any {
	type plain ConfigChange
	c.Value, c.Match = show.Value(c.Variable, c.Value), show.Value(c.Variable, c.Match)
	return plain(c)
}

// Format prints the action for any verb of fmt, but no secret.
func (g generic) Format(s fmt.State, verb rune) {
	type plain generic
	g.keyValues = slices.Clone(g.keyValues)
	for i := 1; i < len(g.keyValues); i += 2 {
		g.keyValues[i] = show.Value(g.keyValues[i-1], g.keyValues[i])
		if g.name == "Login" && g.keyValues[i-1] == "Key" {
			g.keyValues[i] = show.Hidden
		}
	}
	show.Print(s, verb, plain(g))
}
