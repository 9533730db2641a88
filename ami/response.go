package ami

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Response is the answer to an action.
type Response struct {
	// Fields are those of the answer itself: Response, ActionID, Message and
	// what the action adds.
	Fields transport.Fields
	// Events are the items of a list, in their order.
	Events []event.Event
	// End is the event that ended the list; nil when there was none.
	End event.Event
}

// Get returns the first value of a field of the answer, or "".
func (r *Response) Get(key string) string { return r.Fields.Get(key) }

// Message is Asterisk's word on the outcome. It differs between versions: show
// it, do not branch on it.
func (r *Response) Message() string { return r.Fields.Get("Message") }

// Success reports whether Asterisk did as it was asked. Do returns an error
// otherwise, so it is of use with the Response of an [*Error] only.
func (r *Response) Success() bool {
	status := r.Fields.Get("Response")
	return !strings.EqualFold(status, "Error")
}

// Output returns the lines that a Command printed: the Output fields of
// Asterisk 14 and later, or the text between the header and the end mark of
// older ones. The lines keep their leading blanks. It is nil when there are none.
func (r *Response) Output() []string {
	if !strings.EqualFold(r.Fields.Get("Response"), "Follows") {
		return r.Fields.Values("Output")
	}
	text := r.Fields.String()
	for legacyHeader(text) {
		_, text, _ = strings.Cut(text, "\n")
	}
	if end := strings.LastIndex(text, session.EndCommand); end >= 0 {
		text = strings.TrimSuffix(text[:end], " ")
	}
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
	}
	return lines
}

// legacyHeader reports whether text begins with a header that stands before the
// output of Asterisk 13 and older.
func legacyHeader(text string) bool {
	for _, key := range []string{"Response:", "Privilege:", "ActionID:"} {
		if strings.HasPrefix(text, key) {
			return true
		}
	}
	return false
}
