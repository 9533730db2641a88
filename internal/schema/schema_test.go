package schema_test

import (
	"os"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/schema"
)

func gateway(t *testing.T) *schema.Schema {
	t.Helper()
	text, err := os.ReadFile("../../ami/gateway/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValidate(t *testing.T) {
	s := gateway(t)
	const party = `{"type":"update","revision":7,"put":[{"key":"k","kind":"party","revision":1,"value":`
	for _, test := range []struct{ of, message, says string }{
		{"FromBrowser", `{"type":"hello","versions":[1]}`, ""},
		{"FromBrowser", `{"type":"hello","versions":["1"]}`, "versions[0]"},
		{"FromBrowser", `{"type":"hello"}`, "lacks versions"},
		{"FromBrowser", `{"type":"hello","versions":[1],"revision":-1}`, "want an integer"},
		{"FromBrowser", `{"type":"hello","versions":[1.5]}`, "want an integer"},
		{"FromBrowser", `{"type":"alive"}`, "alive"},
		{"FromBrowser", `{"type":"action","id":"12345678","action":"dial","number":"200"}`, ""},
		{"FromBrowser", `{"type":"action","id":"1","action":"dial"}`, "A-Za-z0-9"},
		{"FromBrowser", `{"type":"action","id":"12345678","action":"originate"}`, "want one of"},
		{"FromBrowser", `{"type":"action","id":"12345678","action":"pause","on":"yes"}`, "want a boolean"},
		{"FromGateway", `{"type":"alive"}`, ""},
		{"FromGateway", `{"type":"alive"} {}`, "more than one"},
		{"FromGateway", `[]`, "no type or kind"},
		{"FromGateway", `nothing`, "invalid"},
		{"FromGateway", `{"type":"alive","secret":1}`, "secret"},
		{"FromGateway", `{"type":"closing","code":4001,"reason":""}`, ""},
		{"FromGateway", `{"type":"closing","code":4002,"reason":""}`, "want one of"},
		{"FromGateway", `{"type":"update","revision":7,"delete":"k"}`, "no array"},
		{"FromGateway", party + `{"call":"c","state":"ringing","complete":true}}]}`, ""},
		{"FromGateway", party + `{"call":"c","state":"ringing","complete":true,"ringing":"yesterday"}}]}`, "yesterday"},
		{"FromGateway", party + `{"call":"c","state":"asleep","complete":true}}]}`, "asleep"},
		{"FromGateway", party + `{"call":"c","state":"ringing"}}]}`, "lacks complete"},
		{"FromGateway", party + `{"call":"c","state":"ringing","complete":true,"uniqueid":"1.2"}}]}`, "uniqueid"},
		{"FromGateway", party + `{"call":"c","state":"ringing","complete":true,"with":[{"number":1}]}}]}`, "with[0].number"},
		{"FromGateway", strings.Replace(party, "party", "fax", 1) + `{}}]}`, "fax"},
		{"Party", `{"call":"c","state":"ringing","complete":true}`, ""},
		{"Fax", `{}`, "no Fax"},
	} {
		err := s.Validate(test.of, []byte(test.message))
		if (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s %s: %v, want %q", test.of, test.message, err, test.says)
		}
	}
}

// A rule that this package does not know is an error, not a rule that everything obeys.
func TestParseRefuses(t *testing.T) {
	for _, text := range []string{`{"$defs":{"A":{"maxLength":3}}}`, `{"$defs":{"A":{"$ref":"#/$defs/B"}}}`, `{"$defs":{"A":{"type":"number"}}}`,
		`{"$defs":{"A":{"properties":{"x":{"format":"uuid"}}}}}`, `{"$defs":{"A":{"items":{"pattern":"("}}}}`, `nothing`} {
		if _, err := schema.Parse([]byte(text)); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}
