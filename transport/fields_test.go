package transport_test

import (
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

const sample = "Event: Hangup\r\n" +
	"Cause-txt: Normal: Clearing\r\n" +
	"ChanVariable: a=1\n" +
	"NoBlank:x\r\n" +
	"Blanks:   y \r\n" +
	"Empty: \r\n" +
	"Nothing:\r\n" +
	"no colon\r\n" +
	"\r\n" +
	"chanvariable: b=2\r\n" +
	"ChanVariable(Local/x@y-1;1): c=3\r\n" +
	"ChanVariable(SIP/10.0.0.1:5060-1): d=4\r\n" +
	"Rates(0)/Type: 5\r\n" +
	"Named Callgroup: 6\r\n" +
	"100rel: yes\r\n" +
	"Text: (see: this): that\r\n" +
	"Ünicode: z"

func TestFieldsLookUp(t *testing.T) {
	f := transport.ParseFields(sample)
	for key, want := range map[string]string{
		"event": "Hangup", "CAUSE-TXT": "Normal: Clearing", "NoBlank": "x", "blanks": "  y ",
		"ChanVariable": "a=1", "ChanVariable(Local/x@y-1;1)": "c=3",
		"chanvariable(sip/10.0.0.1:5060-1)": "d=4", "rates(0)/type": "5", "named callgroup": "6",
		"100REL": "yes", "Text": "(see: this): that", "Empty": "", "Nothing": "", "Ünicode": "z",
	} {
		value, ok := f.Lookup(key)
		if value != want || !ok {
			t.Errorf("Lookup(%q) = %q, %v, want %q", key, value, ok, want)
		}
		if got := f.Get(key); got != want {
			t.Errorf("Get(%q) = %q, want %q", key, got, want)
		}
	}
	for _, key := range []string{"", "Even", "Events", "no colon", "ünicode", "vent"} {
		if value, ok := f.Lookup(key); ok || f.Values(key) != nil {
			t.Errorf("Lookup(%q) = %q, want nothing", key, value)
		}
	}
	if got, want := f.Values("CHANVARIABLE"), []string{"a=1", "b=2"}; !slices.Equal(got, want) {
		t.Errorf("Values() = %q, want %q", got, want)
	}
}

func TestFieldsInOrder(t *testing.T) {
	f := transport.ParseFields(sample)
	var keys []string
	for key := range f.All() {
		keys = append(keys, key)
	}
	want := []string{
		"Event", "Cause-txt", "ChanVariable", "NoBlank", "Blanks", "Empty", "Nothing", "chanvariable",
		"ChanVariable(Local/x@y-1;1)", "ChanVariable(SIP/10.0.0.1:5060-1)", "Rates(0)/Type",
		"Named Callgroup", "100rel", "Text", "Ünicode",
	}
	if !slices.Equal(keys, want) {
		t.Errorf("All() has %q, want %q", keys, want)
	}
	lines := slices.Collect(f.Lines())
	if len(lines) != 16 || f.Len() != 16 || lines[7] != "no colon" || lines[4] != "Blanks:   y " {
		t.Errorf("Lines() = %q, Len() = %d", lines, f.Len())
	}
	if f.String() != sample {
		t.Errorf("String() = %q", f)
	}
	for range f.All() {
		break
	}
	for range f.Lines() {
		break
	}
}

func TestFirstAndSecond(t *testing.T) {
	for text, want := range map[string][4]string{
		"":                             {},
		"A: 1":                         {"A", "1"},
		"A: 1\r\nB:2\r\nC: 3\r\n":      {"A", "1", "B", "2"},
		"no colon\nB: 2\n":             {"", "", "B", "2"},
		"A: 1\nno colon\n":             {"A", "1"},
		"Event: x\r\nResponse: y\r\n":  {"Event", "x", "Response", "y"},
		"V(a:b): 1\nV(a:b-2;1): 2\r\n": {"V(a:b)", "1", "V(a:b-2;1)", "2"},
	} {
		block := transport.NewBlock(transport.ParseFields(text))
		var got, ofBlock [4]string
		f := block.Fields()
		got[0], got[1] = f.First()
		got[2], got[3] = f.Second()
		ofBlock[0], ofBlock[1] = block.First()
		ofBlock[2], ofBlock[3] = block.Second()
		if got != want || ofBlock != want {
			t.Errorf("%q: First, Second = %q and %q, want %q", text, got, ofBlock, want)
		}
	}
}

func TestZeroFields(t *testing.T) {
	var f transport.Fields
	if f.Get("A") != "" || f.Values("A") != nil || f.Len() != 0 || f.String() != "" {
		t.Error("the zero value is not empty")
	}
	if !f.Equal(transport.ParseFields("\r\n\n")) {
		t.Error("the zero value does not equal empty lines")
	}
}

func TestFieldsEqual(t *testing.T) {
	f := transport.ParseFields("A: 1\r\nB: 2\r\n")
	for text, want := range map[string]bool{
		"A: 1\nB: 2":           true,
		"A: 1\r\n\r\nB: 2\r\n": true,
		"B: 2\nA: 1":           false,
		"A: 1":                 false,
		"A: 1\nB: 2\nC: 3":     false,
		"a: 1\nB: 2":           false,
		"":                     false,
	} {
		other := transport.ParseFields(text)
		if f.Equal(other) != want || other.Equal(f) != want {
			t.Errorf("Equal(%q) = %v, want %v", text, !want, want)
		}
	}
}

func TestBlockFieldsOutliveTheBlock(t *testing.T) {
	r := transport.NewReader(&endless{text: "A: 1\r\n\r\nB: 2\r\n\r\n"}, nil)
	first, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	kept := first.Fields()
	if value, ok := first.Lookup("a"); value != "1" || !ok {
		t.Errorf("Lookup() = %q, %v", value, ok)
	}
	for range 100_000 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if kept.String() != "A: 1\r\n" {
		t.Errorf("kept fields became %q", kept)
	}
}
