package event

import (
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// cutField and transport read the same text the same way.
func FuzzCutField(f *testing.F) {
	for _, text := range []string{"", "A: b\r\n", "A:b\nB:  c", "no colon\r\nC: d", "ChanVariable(SIP/1.2.3.4:5-6): a=b\r\nX(: y\n", "\r\n\n: x\r\r\n", "A: b\r", "a\rb: c\r\r"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want, got []Entry
		for key, value := range transport.ParseFields(text).All() {
			if key != "" {
				want = append(want, Entry{key, value})
			}
		}
		for rest := text; rest != ""; {
			var key, value string
			key, value, rest = cutField(rest)
			if key != "" {
				got = append(got, Entry{key, value})
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	})
}
