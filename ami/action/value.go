package action

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Answer is the value (Value on the wire), for ami.Ask. It may hold line breaks,
// which Asterisk does not escape; if it holds an empty line, it ends before that.
// AMI does not distinguish a variable that is empty from one that is not set, nor
// from a function that does not exist or that fails: each is "".
func (Getvar) Answer(response transport.Fields, _ []event.Event) (value string, ok bool) {
	if refused(response) {
		return "", false
	}
	return rest(response, "Value")
}

// Answer is the value (Val on the wire), for ami.Ask. It may hold line breaks; if it
// holds an empty line, it ends before that. A key that is not in the database is an
// error: ami.ErrNoSuchKey.
func (DBGet) Answer(response transport.Fields, events []event.Event) (value string, ok bool) {
	if refused(response) {
		return "", false
	}
	for _, ev := range events {
		if entry, is := ev.(event.DBGetResponse); is {
			return valueOf(entry), true
		}
	}
	return "", false
}

// valueOf is what stands between the keys Val and ActionID, of which the last one is
// Asterisk's (main/db.c, manager_dbget).
func valueOf(entry event.DBGetResponse) string {
	text := entry.Fields().String()
	_, value, ok := cutKey(text, "Val")
	end := strings.LastIndex(value, "\nActionID:")
	if !ok || end < 0 {
		return entry.Val
	}
	return strings.TrimSuffix(value[:end], "\r")
}

// Answer reports, for ami.Ask, whether the module is loaded. Asterisk says that
// one is not by a refusal, which is no error here.
func (ModuleCheck) Answer(response transport.Fields, _ []event.Event) (loaded, ok bool) {
	if !refused(response) {
		return true, true
	}
	return false, strings.EqualFold(response.Get("Message"), "Module not loaded")
}
