package transport_test

import (
	"encoding/json"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

func TestFieldsJSON(t *testing.T) {
	for _, test := range []struct {
		text, want string
		back       string // as text, when it is not text itself
	}{
		{text: "", want: `{}`},
		{text: "A: 1\r\nb: <&>\r\n", want: `{"A":"1","b":"<&>"}`},
		{
			text: "V: 1\r\nA: x\r\nV: 2\r\nv: 3\r\n", want: `{"V":["1","2"],"A":"x","v":"3"}`,
			back: "V: 1\r\nV: 2\r\nA: x\r\nv: 3\r\n",
		},
		{text: "one\r\ntwo\r\n", want: `{"":["one","two"]}`},
		{text: ": no key: x\r\n", want: `{"":": no key: x"}`},
		{text: "A: \xff\xfe\r\n", want: `{"A":{"base64":"//4="}}`},
		{text: "A: \xff\r\nA: x\r\n", want: `{"A":[{"base64":"/w=="},"x"]}`},
		{text: "\xff: x\r\n", want: "{\"\uFFFD\":\"x\"}", back: "\uFFFD: x\r\n"},
		{text: "Output: a\rb\r\r\n", want: `{"Output":"a\rb\r"}`},
		{text: "A: \x00\x1b\r\n", want: "{\"A\":\"\\u0000\\u001b\"}"},
		{text: "V(a:b): x\r\n", want: `{"V(a:b)":"x"}`},
	} {
		f := transport.ParseFields(test.text)
		got, err := json.Marshal(f)
		if string(got) != jsonEscaped(t, test.want) || err != nil {
			t.Errorf("Marshal(%q) = %s, %v, want %s", test.text, got, err, test.want)
		}
		direct, err := f.MarshalJSON()
		if string(direct) != test.want || err != nil {
			t.Errorf("MarshalJSON(%q) = %s, %v, want %s", test.text, direct, err, test.want)
		}
		var back transport.Fields
		if test.back == "" {
			test.back = test.text
		}
		if err := json.Unmarshal(got, &back); err != nil || back.String() != test.back {
			t.Errorf("Unmarshal(%s) = %q, %v, want %q", got, back, err, test.back)
		}
	}
}

// jsonEscaped is what json.Marshal makes of the output of MarshalJSON.
func jsonEscaped(t *testing.T, text string) string {
	t.Helper()
	out, err := json.Marshal(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestUnmarshalFieldsRefuses(t *testing.T) {
	for _, text := range []string{
		`[]`, `"A: 1"`, `{"A":1}`, `{"A":[["x"]]}`, `{"A":"x\ny"}`, `{"A":"x\r\nAction: y"}`,
		`{"A\r\nB":"x"}`, `{"A":{"base64":"?"}}`, `{"A":{"base64":"Cg=="}}`, `{"A: x":"y"}`, `{"A":true}`,
	} {
		f := transport.ParseFields("kept: x")
		if err := json.Unmarshal([]byte(text), &f); err == nil {
			t.Errorf("Unmarshal(%s) = %q, want an error", text, f)
		}
		if f.String() != "kept: x" {
			t.Errorf("Unmarshal(%s) failed and left %q", text, f)
		}
	}
}

func TestUnmarshalNullChangesNothing(t *testing.T) {
	v := struct{ Fields transport.Fields }{transport.ParseFields("A: 1")}
	if err := json.Unmarshal([]byte(`{"Fields":null}`), &v); err != nil || v.Fields.Get("A") != "1" {
		t.Errorf("Unmarshal(null) = %q, %v", v.Fields, err)
	}
}
