package transport_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

func TestBuilderWritesABlock(t *testing.T) {
	var b transport.Builder
	b.Add("Action", "Originate")
	b.Add("Variable", "a=1")
	b.Add("Variable", "b= 2 ")
	b.Add("Empty", "")
	b.Add("ChanVariable(SIP/10.0.0.1:5060-1)", "x:y")
	const want = "Action: Originate\r\nVariable: a=1\r\nVariable: b= 2 \r\nEmpty: \r\n" +
		"ChanVariable(SIP/10.0.0.1:5060-1): x:y\r\n"
	out, err := b.AppendTo([]byte("before "))
	if string(out) != "before "+want+"\r\n" || err != nil {
		t.Errorf("AppendTo() = %q, %v, want %q", out, err, want)
	}
	fields, err := b.Fields()
	if fields.String() != want || err != nil {
		t.Errorf("Fields() = %q, %v, want %q", fields, err, want)
	}
	b.Reset()
	b.Add("Action", "Ping")
	if got := fields.String(); got != want {
		t.Errorf("after Reset the fields became %q", got)
	}
	if fields, err = b.Fields(); fields.String() != "Action: Ping\r\n" || err != nil {
		t.Errorf("after Reset: %q, %v", fields, err)
	}
}

func TestBuilderRefuses(t *testing.T) {
	for _, test := range []struct{ name, key, value string }{
		{"LF in a value", "K", "a\nAction: Command"},
		{"CR in a value", "K", "a\rb"},
		{"NUL in a value", "K", "a\x00b"},
		{"no key", "", "v"},
		{"LF in a key", "K\nL", "v"},
		{"CR in a key", "K\r", "v"},
		{"NUL in a key", "K\x00", "v"},
		{"blank before a key", " K", "v"},
		{"blank behind a key", "K ", "v"},
		{"tab before a key", "\tK", "v"},
		{"tab behind a key", "K\t", "v"},
		{"colon in a key", "K: L", "v"},
		{"colon behind parentheses", "K(a:b)c:d", "v"},
		{"open parenthesis", "K(a", "b): v"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b transport.Builder
			b.Add("Action", "Ping")
			b.Add(test.key, test.value)
			b.Add("Later\n", "x") // the first error stays
			out, err := b.AppendTo([]byte("before"))
			var field *transport.FieldError
			if !errors.As(err, &field) || field.Key != test.key || string(out) != "before" {
				t.Errorf("AppendTo() = %q, %v, want a FieldError of %q", out, err, test.key)
			}
			if strings.Contains(err.Error(), "Command") {
				t.Errorf("%v shows the value", err)
			}
			if fields, err := b.Fields(); err == nil || fields.Len() > 0 {
				t.Errorf("Fields() = %q, %v", fields, err)
			}
			b.Reset()
			b.Add("Action", "Ping")
			if _, err := b.Fields(); err != nil {
				t.Errorf("after Reset: %v", err)
			}
		})
	}
}

func TestBuilderLimits(t *testing.T) {
	for _, test := range []struct {
		name   string
		limits transport.Limits
		fields []string // each the value of the key "K"
		want   *transport.LimitError
	}{
		{"none", transport.Limits{}, []string{strings.Repeat("x", 5000)}, nil},
		{"line at the limit", transport.Limits{Line: 10}, []string{"3456789"}, nil},
		{"line one over", transport.Limits{Line: 10}, []string{"34567890"}, &transport.LimitError{What: "line", Limit: 10, Size: 11}},
		{"lines at the limit", transport.Limits{Lines: 2}, []string{"a", "b"}, nil},
		{"lines one over", transport.Limits{Lines: 2}, []string{"a", "b", "c"}, &transport.LimitError{What: "lines", Limit: 2, Size: 3}},
		{"block at the limit", transport.Limits{Block: 20}, []string{"34567", "34567"}, nil},
		{"block one over", transport.Limits{Block: 20}, []string{"34567", "345678"}, &transport.LimitError{What: "block", Limit: 20, Size: 21}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := transport.Builder{Limits: test.limits}
			for _, value := range test.fields {
				b.Add("K", value)
			}
			_, err := b.Fields()
			var limit *transport.LimitError
			switch {
			case test.want == nil && err != nil:
				t.Errorf("Fields() = %v", err)
			case test.want != nil && (!errors.As(err, &limit) || *limit != *test.want):
				t.Errorf("Fields() = %v, want %v", err, test.want)
			}
		})
	}
}
