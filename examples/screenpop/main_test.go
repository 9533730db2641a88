package main

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
)

// environment is that of a user who follows the README.
func environment(name string) string {
	return map[string]string{"PBX": "pbx.example.com", "ASTERISK_USER": "screenpop", "ASTERISK_SECRET": "hidden"}[name]
}

func nothing(string) string { return "" }

func TestParse(t *testing.T) {
	c, err := parse([]string{"-context", "out", "-dial", "1XX, 0X.", "-country", "49", "-outside", "PJSIP/provider", "-tls", "-samples=false"}, environment, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	want := app.PBX{Address: "pbx.example.com", Username: "screenpop", Secret: "hidden", TLS: true, Context: "out", Outside: []string{"PJSIP/provider"}}
	if !reflect.DeepEqual(c.PBX, want) {
		t.Errorf("PBX %+v, want %+v", c.PBX, want)
	}
	if !slices.Equal(c.Dial, []string{"1XX", "0X."}) || c.Numbers.Country != "49" || c.Samples || c.Listen != "127.0.0.1:8080" {
		t.Errorf("%+v", c)
	}
}

func TestFlagsGoBeforeTheEnvironment(t *testing.T) {
	c, err := parse([]string{"-pbx", "other:5039", "-user", "else"}, environment, os.Stderr)
	if err != nil || c.PBX.Address != "other:5039" || c.PBX.Username != "else" {
		t.Errorf("%+v, %v", c.PBX, err)
	}
}

// What is wrong is said once, with what to do about it.
func TestParseRefuses(t *testing.T) {
	users := filepath.Join(t.TempDir(), "users.json")
	if err := os.WriteFile(users, []byte(`[{"id": "anna", "device": ["PJSIP/100"]}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		env  func(string) string
		want string
	}{
		{nil, nothing, "name the PBX and its user: PBX=host:port ASTERISK_USER=name"},
		{[]string{"-pbx", "pbx"}, nothing, "name the PBX and its user"},
		{[]string{"-bogus"}, environment, "-bogus (-help shows all flags)"},
		{[]string{"pbx"}, environment, `"pbx" is no flag`},
		{[]string{"-users", users}, environment, `users.json: json: unknown field "device"`},
		{[]string{"-users", users + ".none"}, environment, "users.json.none"},
	} {
		var stderr strings.Builder
		_, err := parse(tt.args, tt.env, &stderr)
		if err == nil || !strings.Contains(err.Error(), tt.want) || stderr.Len() > 0 {
			t.Errorf("parse(%q) = %v, want %q; stderr %q", tt.args, err, tt.want, stderr.String())
		}
	}
}

func TestHelp(t *testing.T) {
	var stderr strings.Builder
	_, err := parse([]string{"-help"}, nothing, &stderr)
	if !errors.Is(err, flag.ErrHelp) || !strings.Contains(stderr.String(), "-can-answer") {
		t.Errorf("parse(-help) = %v, %q", err, stderr.String())
	}
}
