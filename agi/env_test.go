package agi_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/compare"
)

// recorded returns what a real Asterisk sent before the answer to the mark,
// without the last empty line.
func recorded(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".agi")
	if err != nil {
		t.Fatal(err)
	}
	env, _, ok := strings.Cut("\n"+string(text), "\n< \n> ")
	if !ok {
		t.Fatalf("%s: no mark", name)
	}
	return strings.ReplaceAll(env+"\n", "\n< ", "\n")[1:]
}

// A call with line breaks in what its caller supplies has the environment of a
// plain one, but for what the caller supplied, and that is marked.
func TestEnvOfStrangers(t *testing.T) {
	for name, doubtful := range map[string][]string{
		"plain":       nil,
		"getdata":     {"agi_callerid"},
		"value":       {"agi_callerid"},
		"hangup":      {"agi_callerid"},
		"tail-hangup": {"agi_extension", "agi_enhanced", "agi_accountcode"}, // "0" and "0.0" differ, and an account code may hold what follows
		"tail-reply":  {"agi_extension", "agi_priority", "agi_enhanced", "agi_accountcode"},
		"script":      {"agi_callerid"},
		"uniqueid":    {"agi_callerid"},
		"argument":    {"agi_callerid"},
		"crlf":        {"agi_callerid", "agi_calleridname"},
	} {
		for _, version := range []string{"-16", "-22"} {
			t.Run(name+version, func(t *testing.T) {
				text := recorded(t, name+version)
				got := agi.ParseEnv(text)
				if !slices.Equal(got.Doubtful(), doubtful) {
					t.Errorf("Doubtful() = %q, want %q", got.Doubtful(), doubtful)
				}
				want := agi.ParseEnv(recorded(t, "plain"+version))
				want.Arguments, want.NetworkScript = nil, "ivr"
				switch name {
				case "plain":
					want.Arguments, want.NetworkScript = []string{"one", "two"}, "ivr/de?from=queue"
				case "script":
					want.NetworkScript = ""
				case "tail-hangup", "tail-reply":
					want.CallerID = "1"
				}
				for _, key := range doubtful {
					switch key {
					case "agi_callerid":
						want.CallerID = ""
					case "agi_calleridname":
						want.CallerIDName = ""
					case "agi_extension":
						want.Extension = ""
					case "agi_priority":
						want.Priority = 0
					}
				}
				// What differs from call to call stands before all that a caller supplies, or can be told.
				want.Request, want.Channel, want.UniqueID, want.ThreadID = first(text, "agi_request"), first(text, "agi_channel"), first(text, "agi_uniqueid"), last(text, "agi_threadid")
				if diff := compare.Diff(exported(want), exported(got)); diff != "" {
					t.Errorf("Env differs (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// exported returns the exported fields by their names; the others hold the text, which differs.
func exported(env agi.Env) map[string]any {
	fields, value := map[string]any{}, reflect.ValueOf(env)
	for _, field := range reflect.VisibleFields(value.Type()) {
		if field.IsExported() {
			fields[field.Name] = value.FieldByIndex(field.Index).Interface()
		}
	}
	return fields
}

func first(text, key string) string {
	_, rest, _ := strings.Cut(text, key+": ")
	value, _, _ := strings.Cut(rest, "\n")
	return value
}

func last(text, key string) string {
	return first(text[strings.LastIndex(text, key):], key)
}

// Where several readings are possible, what they differ in is in doubt, and
// nothing else.
func TestEnvReadings(t *testing.T) {
	const head = "agi_network: yes\nagi_network_script: ivr\nagi_request: agi://h/ivr\n"
	const start = head + "agi_channel: PJSIP/1\nagi_language: en\nagi_type: PJSIP\nagi_uniqueid: 1.1\nagi_version: 22\n"
	const middle = "agi_callingpres: 3\nagi_callingani2: 0\nagi_callington: 0\nagi_callingtns: 0\nagi_dnid: 9\nagi_rdnis: unknown\nagi_context: c\n"
	const end = "agi_priority: 1\nagi_enhanced: 0.0\nagi_accountcode: \nagi_threadid: 7\n"
	const plain = start + "agi_callerid: 1\nagi_calleridname: A\n" + middle + "agi_extension: 2\n" + end
	for name, test := range map[string]struct {
		text     string
		doubtful string
		ok       func(e agi.Env) bool
	}{
		"plain": {plain, "", func(e agi.Env) bool { return e.CallerID == "1" && e.Priority == 1 && e.CallingPres == 3 }},
		"a whole chain in the number": {start + "agi_callerid: 1\nagi_type: X\nagi_uniqueid: 2.2\nagi_version: 9\nagi_callerid: 1\nagi_calleridname: A\n" + middle + "agi_extension: 2\n" + end,
			"agi_language agi_type agi_uniqueid agi_version agi_callerid",
			func(e agi.Env) bool { return e.Channel == "PJSIP/1" && e.UniqueID == "" && e.CallerIDName == "A" }},
		"a chain that says the same": {start + "agi_callerid: 1\nagi_type: PJSIP\nagi_uniqueid: 1.1\nagi_version: 22\nagi_callerid: 1\nagi_calleridname: A\n" + middle + "agi_extension: 2\n" + end,
			"agi_language agi_callerid", func(e agi.Env) bool { return e.UniqueID == "1.1" && e.Type == "PJSIP" && e.CallerID == "" }},
		"half a chain": {start + "agi_callerid: 1\nagi_uniqueid: 2.2\nagi_version: 9\nagi_callerid: 1\nagi_calleridname: A\n" + middle + "agi_extension: 2\n" + end,
			"agi_callerid", func(e agi.Env) bool { return e.UniqueID == "1.1" && e.Language == "en" }},
		"a URL with the number": {"agi_network: yes\nagi_network_script: ivr?n=1\nagi_uniqueid: 2.2\nagi_request: agi://h/ivr?n=1\nagi_uniqueid: 2.2\n" + plain[len(head):],
			"agi_network_script agi_request", func(e agi.Env) bool { return e.NetworkScript == "" && e.UniqueID == "1.1" && e.Channel == "PJSIP/1" }},
		"a path that is none": {"agi_network: yes\nagi_request: agi://h\n" + start[len(head):] + "agi_callerid: 1\nagi_network_script: admin\nagi_calleridname: A\n" + middle + "agi_extension: 2\n" + end,
			"agi_callerid", func(e agi.Env) bool { return e.NetworkScript == "" && e.Request == "agi://h" }},
		"a script that is no server": {"agi_request: x\n" + start[len(head):] + "agi_callerid: 1\nagi_network: yes\nagi_calleridname: A\n" + middle + "agi_extension: 2\n" + end,
			"agi_callerid", func(e agi.Env) bool { return !e.Network && e.Request == "x" }},
		"a whole environment in Diversion": {strings.Replace(plain, "agi_rdnis: unknown\n", "agi_rdnis: 1\nagi_request: agi://h/admin\nagi_channel: PJSIP/2\nagi_language: de\n"+
			"agi_type: X\nagi_uniqueid: 2.2\nagi_version: 9\nagi_callerid: 3\nagi_calleridname: B\n"+strings.Replace(middle, "agi_dnid: 9", "agi_dnid: 8", 1), 1),
			"agi_channel agi_language agi_type agi_uniqueid agi_version agi_callerid agi_calleridname agi_dnid agi_rdnis",
			func(e agi.Env) bool {
				return e.NetworkScript == "ivr" && e.Request == "agi://h/ivr" && e.Channel == "" && e.CallingPres == 3 && e.Extension == "2"
			}},
		"a URL that a number makes longer": {"agi_network: yes\nagi_network_script: admin\nagi_request: agi://h/admin\n/public\nagi_request: agi://h/admin\nagi_request: agi://h/admin\n/public\n" + plain[len(head):],
			"agi_network_script agi_request", func(e agi.Env) bool { return e.NetworkScript == "" && e.Channel == "PJSIP/1" && e.UniqueID == "1.1" }},
		"an argument that there is not": {start + "agi_callerid: 1\nagi_arg_1: x\nagi_calleridname: A\n" + middle + "agi_extension: 2\n" + end,
			"agi_callerid", func(e agi.Env) bool { return len(e.Arguments) == 0 }},
		"an argument behind a forged end": {start + "agi_callerid: 1\nagi_calleridname: A\n" + middle + "agi_extension: 1\nagi_priority: 2\nagi_enhanced: 1.0\nagi_accountcode: \nagi_threadid: 8\nagi_arg_1: x\n" + end,
			"agi_extension agi_priority agi_enhanced agi_accountcode agi_threadid agi_arg_1", func(e agi.Env) bool { return len(e.Arguments) == 0 && e.Priority == 0 && e.Context == "c" }},
		"an argument twice": {plain + "agi_arg_1: a\nagi_arg_2: forged\nagi_arg_2: b\n",
			"agi_arg_1 agi_arg_2", func(e agi.Env) bool { return slices.Equal(e.Arguments, []string{"", ""}) }},
		"a cut argument": {plain + "agi_arg_1: a\n\n200 result=1\nagi_arg_2: b\n",
			"agi_arg_1", func(e agi.Env) bool { return slices.Equal(e.Arguments, []string{"", "b"}) }},
		"an argument that adds one": {plain + "agi_arg_1: a\nagi_arg_2: forged\n", // docs/safety.md: it can't be told
			"", func(e agi.Env) bool { return slices.Equal(e.Arguments, []string{"a", "forged"}) }},
		"the last empty line is a value's": {plain + "agi_arg_1: a\n\n", "", func(e agi.Env) bool { return slices.Equal(e.Arguments, []string{"a"}) }},
		"a channel made of a number": {head + "agi_channel: Local/1\nagi_language: de\n@x-1;2\nagi_language: en\n" + plain[len(head)+len("agi_channel: PJSIP/1\nagi_language: en\n"):],
			"agi_channel agi_language", func(e agi.Env) bool { return e.Channel == "" && e.Language == "" && e.UniqueID == "1.1" }},
		"not Asterisk's order": {"agi_version: 22\nagi_request: x\nagi_version: 22\nagi_dnid: 1\nagi_request: x\nagi_dnid: 2\n",
			"agi_dnid", func(e agi.Env) bool { return e.Version == "22" && e.Request == "x" }},
	} {
		t.Run(name, func(t *testing.T) {
			e := agi.ParseEnv(test.text)
			if got := strings.Join(e.Doubtful(), " "); got != test.doubtful {
				t.Errorf("Doubtful() = %q, want %q", got, test.doubtful)
			}
			if !test.ok(e) {
				t.Errorf("%+v", e)
			}
		})
	}
}

// However many lines a caller writes, nothing that follows from them is believed.
func TestEnvOfManyLines(t *testing.T) {
	const front = "agi_request: async\nagi_channel: PJSIP/t-1\nagi_language: en\nagi_type: PJSIP\nagi_uniqueid: 1.2\nagi_version: 22.10.1\n" +
		"agi_callerid: 100\nagi_calleridname: unknown\nagi_callingpres: 0\nagi_callingani2: 0\nagi_callington: 0\nagi_callingtns: 0\nagi_dnid: 700\nagi_rdnis: 1"
	const back = "\nagi_context: from\nagi_extension: 700\nagi_priority: 1\nagi_enhanced: 0.0\nagi_accountcode: \nagi_threadid: 123\n\n"
	for _, head := range []string{"", "agi_network: yes\n", "agi_network: yes\nagi_network_script: \n"} {
		for _, lines := range []int{1, 480, 486, 487, 488, 489, 490, 491, 492, 493, 500, 511, 512, 513, 600, 20_000} {
			for _, forged := range []string{"\nagi_arg_1: admin", "\nagi_rdnis: 2", "\nagi_network: yes", "\nagi_channel: PJSIP/t-2\nagi_language: en\nagi_type: PJSIP\nagi_uniqueid: 2.2"} {
				e := agi.ParseEnv(head + front + forged + strings.Repeat("\na", lines) + back)
				if len(e.Arguments) > 0 || e.RDNIS != "" || !slices.Contains(e.Doubtful(), "agi_rdnis") {
					t.Errorf("%d lines behind %q: arguments %q, redirected by %q, in doubt are %q", lines, forged, e.Arguments, e.RDNIS, e.Doubtful())
				}
				for key, got := range map[string]struct{ value, want string }{"agi_channel": {e.Channel, "PJSIP/t-1"}, "agi_uniqueid": {e.UniqueID, "1.2"}, "agi_context": {e.Context, "from"}} {
					if got.value != got.want && (got.value != "" || !slices.Contains(e.Doubtful(), key)) {
						t.Errorf("%d lines behind %q: %s = %q, in doubt are %q", lines, forged, key, got.value, e.Doubtful())
					}
				}
				if e.Network != (head != "") {
					t.Errorf("%d lines behind %q: over the network %t", lines, forged, e.Network)
				}
			}
		}
	}
}
