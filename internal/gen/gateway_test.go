package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/asterisk-go/asterisk-go/internal/gen/wire"
)

func TestGateway(t *testing.T) {
	files, err := gateway(root)
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs map[string]struct {
			Required   []string
			Properties map[string]struct {
				Ref  string `json:"$ref"`
				Enum []any
			}
			OneOf []any
		} `json:"$defs"`
	}
	if err := json.Unmarshal(files[filepath.FromSlash("ami/gateway/schema.json")], &schema); err != nil {
		t.Fatal(err)
	}
	party := schema.Defs["Party"]
	if got := strings.Join(party.Required, " "); got != "call state complete" {
		t.Errorf("a Party needs %q", got)
	}
	if party.Properties["number"].Ref != "" || party.Properties["name"].Ref != "" || len(party.Properties["side"].Enum) != 2 {
		t.Error("a Party lacks the fields of its embedded Who, or the values of side")
	}
	if n := len(schema.Defs["Object"].OneOf); n != 10 {
		t.Errorf("%d kinds of objects, want 10", n)
	}
	types := string(files[filepath.FromSlash("ami/gateway/client.d.ts")])
	for _, want := range []string{"\tringing?: Time;\n", "\twith?: Who[];\n", "\t| { kind: \"party\"; value: Party }\n", "\t| 4001;\n", "\tparty: Party;\n"} {
		if !strings.Contains(strings.Replace(types, "| 4001\n", "| 4001;\n", 1), want) {
			t.Errorf("the types of TypeScript lack %q", want)
		}
	}
}

// What the generator can't describe is refused, so that nobody finds the documents wrong later.
func TestGatewayRefuses(t *testing.T) {
	for _, test := range []struct{ name, source, says string }{
		{"no tag", "type A struct{ B int }", "has no tag"},
		{"unknown type", "type A struct{ B Other `json:\"b\"` }", "no type Other"},
		{"map", "type A map[string]string", "neither a struct"},
		{"hidden and required", "type A struct{ B string `json:\"b\" field:\"number\"` }", "has no omitempty"},
		{"kind without a type", "type Kind string\nconst KindX Kind = \"x\" // X", "no type \"X\""},
		{"kind's value has a key", "type Kind string\nconst KindX Kind = \"x\" // X\ntype X struct{ Key string `json:\"key\"` }", "another meaning"},
		{"enum without constants", "type Kind string", "no constants"},
	} {
		_, err := wire.Read(fstest.MapFS{"a.go": {Data: []byte("package message\n\n" + test.source + "\n")}})
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q", test.name, err, test.says)
		}
	}
	model, err := wire.Read(os.DirFS(filepath.Join(root, gatewayDir, "message")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Reference("# A guide without the marks\n"); err == nil {
		t.Error("a document without a place for the reference is taken")
	}
}
