package ami

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/session"
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
		text.Write(session.Redact([]byte(line + "\r\n")))
	}
	r.Fields = transport.ParseFields(text.String())
	return plain(r)
}
