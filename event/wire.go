package event

import (
	"fmt"

	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// wire holds the fields of an event where encoding/json finds them, also in a
// struct that embeds the event: a method MarshalJSON of an event would be that of
// the struct, too, which would lose what it has beside the event.
type wire struct{ Fields wireFields }

func wireOf(fields transport.Fields) wire { return wire{wireFields{fields}} }

// wireFields are fields that print and marshal without secrets.
type wireFields struct{ transport.Fields }

// Format prints the fields without secrets.
func (f wireFields) Format(s fmt.State, verb rune) {
	show.Print(s, verb, withoutSecrets(f.Fields).String())
}

// MarshalJSON is described at [Base].
func (f wireFields) MarshalJSON() ([]byte, error) { return withoutSecrets(f.Fields).MarshalJSON() }
