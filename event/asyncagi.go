package event

import (
	"fmt"
	"net/url"
)

// DecodeEnv returns the environment of the call as text, a line for each variable:
// "agi_request: async\n" and so on, with an empty line at its end. It is what
// agi.ParseEnv takes. Asterisk sends at most 1,024 bytes of it in this event and
// the rest before the reply to the first command, so a text without the empty line
// is not whole. The error says where Env is not percent-encoded; the text is then
// empty.
func (e AsyncAGIStart) DecodeEnv() (text string, err error) { return percentDecoded("Env", e.Env) }

// DecodeResult returns the reply to the command as AGI writes it, one line or
// several, each with its end: "200 result=0\n". A reply that does not end in a
// line feed was cut: Asterisk sends at most 1,024 bytes at once. The error says
// where Result is not percent-encoded; the text is then empty.
func (e AsyncAGIExec) DecodeResult() (text string, err error) {
	return percentDecoded("Result", e.Result)
}

func percentDecoded(key, value string) (string, error) {
	text, err := url.PathUnescape(value)
	if err != nil {
		return "", fmt.Errorf("event: %s: %w", key, err)
	}
	return text, nil
}
