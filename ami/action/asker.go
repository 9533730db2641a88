package action

import (
	"strconv"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Asker is an action whose answer is one value of type A, so that ami.Ask knows
// the type without being told. An action of your own is one if it has the method
// Answer.
type Asker[A any] interface {
	Action
	// Answer reads the answer from the fields of the response, which may be a
	// refusal, and the events that came with it. It returns false if they hold
	// no answer. Like Encode it is safe to call at once from many goroutines.
	Answer(response transport.Fields, events []event.Event) (answer A, ok bool)
}

// refused reports whether a response is a refusal.
func refused(response transport.Fields) bool {
	return strings.EqualFold(response.Get("Response"), "Error")
}

// rest returns the value of the first field with that key, and all lines after it.
// It is for a value in which Asterisk does not escape line breaks, and which
// nothing of Asterisk's follows.
func rest(response transport.Fields, key string) (value string, ok bool) {
	_, value, ok = cutKey(response.String(), key)
	value = strings.TrimSuffix(value, "\n")
	return strings.TrimSuffix(value, "\r"), ok
}

// cutKey splits text at the first line that has the key.
func cutKey(text, key string) (before, after string, found bool) {
	start := key + ":"
	at := 0
	if !strings.HasPrefix(text, start) {
		if at = strings.Index(text, "\n"+start); at < 0 {
			return text, "", false
		}
		at++
	}
	return text[:at], strings.TrimPrefix(text[at+len(start):], " "), true
}

// number is zero for a value that is not a whole number.
func number(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil {
		return 0
	}
	return n
}

// dateTime reads a time without a zone as one of this program's; zero for a value
// that is not one.
func dateTime(date, clock string) time.Time {
	t, err := time.ParseInLocation(time.DateTime, date+" "+clock, time.Local)
	if err != nil {
		return time.Time{}
	}
	return t
}

func yes(value string) bool { return strings.EqualFold(value, "Yes") }
