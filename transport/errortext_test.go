package transport_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Each error names its package once, in front, and has no control bytes.
func TestErrorTexts(t *testing.T) {
	build := func(key, value string) error {
		b := transport.Builder{Limits: transport.Limits{Line: 20, Lines: 2, Block: 50}, Trimmed: true}
		b.Add(key, value)
		b.Add("B", strings.Repeat("b", 10))
		b.Add("C", "c")
		_, err := b.Fields()
		return err
	}
	read := func(text string) error {
		_, err := transport.NewReader(strings.NewReader(text), &transport.Limits{Line: 20, Block: 30}).Next()
		return err
	}
	var fields transport.Fields
	for want, err := range map[string]error{
		`transport: field "A": line of 103 bytes, over the limit of 20`:                  build("A", strings.Repeat("a", 100)),
		"transport: 3 lines in a block, over the limit of 2":                             build("A", "a"),
		`transport: field "A\n" holds a line break or NUL in its name`:                   build("A\n", "a"),
		`transport: field "A" holds a line break or NUL, which the protocol can't carry`: build("A", "\n"),
		`transport: field "A" begins with a blank, which the peer would drop`:            build("A", " a"),
		`transport: field "" has no name`:                                                build("", "a"),
		"transport: line of 40 bytes, over the limit of 20":                              read(strings.Repeat("x", 40) + "\n\n"),
		"transport: block of 40 bytes, over the limit of 30":                             read(strings.Repeat("A: 23456\r\n", 4) + "\r\n"),
		`transport: value of "A\x1b": holds a line break`:                                fields.UnmarshalJSON([]byte(`{"A\u001b":"\n"}`)),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("error = %v, want %q", err, want)
		}
	}
	var limit *transport.LimitError
	if err := build("A", strings.Repeat("a", 100)); !errors.As(err, &limit) || limit.What != "line" || limit.Size != 103 {
		t.Errorf("a field that is too long = %#v, want a *LimitError", err)
	}
}
