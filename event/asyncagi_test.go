package event_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
)

func TestAsyncAGIIsDecoded(t *testing.T) {
	for _, test := range []struct{ wire, want string }{
		{"agi_request%3A%20async%0Aagi_channel%3A%20PJSIP%2F100-00000001%0A%0A", "agi_request: async\nagi_channel: PJSIP/100-00000001\n\n"},
		{"200%20result%3D0%0A", "200 result=0\n"},
		{"520-Invalid%20command%20syntax.%0AUsage%3A%20a+b%0A520%20End%0A", "520-Invalid command syntax.\nUsage: a+b\n520 End\n"},
		{"%FF%00", "\xff\x00"},
		{"", ""},
	} {
		start := event.Decode(fields("Event: AsyncAGIStart", "Env: "+test.wire)).(event.AsyncAGIStart)
		if got, err := start.DecodeEnv(); got != test.want || err != nil {
			t.Errorf("DecodeEnv of %q = %q, %v, want %q", test.wire, got, err, test.want)
		}
		exec := event.Decode(fields("Event: AsyncAGIExec", "Result: "+test.wire)).(event.AsyncAGIExec)
		if got, err := exec.DecodeResult(); got != test.want || err != nil {
			t.Errorf("DecodeResult of %q = %q, %v, want %q", test.wire, got, err, test.want)
		}
	}
	for _, wire := range []string{"200%2", "%zz", "%"} {
		var escape url.EscapeError
		if got, err := (event.AsyncAGIExec{Result: wire}).DecodeResult(); got != "" || !errors.As(err, &escape) {
			t.Errorf("DecodeResult of %q = %q, %v", wire, got, err)
		}
		if got, err := (event.AsyncAGIStart{Env: wire}).DecodeEnv(); got != "" || !errors.As(err, &escape) {
			t.Errorf("DecodeEnv of %q = %q, %v", wire, got, err)
		}
	}
}
