package session

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// EndCommand ends the output of a Command of Asterisk 13 and older.
const EndCommand = "--END COMMAND--"

// Response is the answer to an action: an ami.Response, field by field.
type Response struct {
	Fields transport.Fields
	Events []event.Event
	End    event.Event
}

// Get returns the first value of a field of the answer, or "".
func (r *Response) Get(key string) string { return r.Fields.Get(key) }

// Refused reports whether Asterisk did not do what it was asked.
func (r *Response) Refused() bool { return strings.EqualFold(r.Fields.Get("Response"), "Error") }
