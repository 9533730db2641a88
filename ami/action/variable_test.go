package action_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// split is Asterisk's splitter of the header Variable, with its quotes,
// backslashes, parentheses and brackets: main/app.c, __ast_app_separate_args
// as main/manager.c, man_do_variable_value calls it.
func split(header string) []string {
	var parts []string
	var part strings.Builder
	parentheses, brackets, quoted := 0, 0, false
	for i := 0; i < len(header); i++ {
		c := header[i]
		switch {
		case c == '\\':
			if i++; i < len(header) {
				part.WriteByte(header[i])
			}
			continue
		case c == '"':
			quoted = !quoted
			continue
		case c == '(':
			parentheses++
		case c == ')' && parentheses > 0:
			parentheses--
		case c == '[':
			brackets++
		case c == ']' && brackets > 0:
			brackets--
		case c == ',' && parentheses == 0 && brackets == 0 && !quoted && len(parts) < 63:
			parts = append(parts, part.String())
			part.Reset()
			continue
		}
		part.WriteByte(c)
	}
	return append(parts, part.String())
}

// TestSplit checks the re-implementation itself, with what was seen on a real
// Asterisk: protocol.md 1.1.8.
func TestSplit(t *testing.T) {
	for header, want := range map[string][]string{
		"A=1,B=2":          {"A=1", "B=2"},
		`A=x\,y`:           {"A=x,y"},
		`A="q,r",B=2`:      {"A=q,r", "B=2"},
		"A=f(a,b),B=[c,d]": {"A=f(a,b)", "B=[c,d]"},
		`A=\\,B`:           {`A=\`, "B"},
		`A=(x,B=1`:         {"A=(x,B=1"},
		`A=\(x,B=1`:        {"A=(x", "B=1"},
		`A=),B=1`:          {"A=)", "B=1"},
	} {
		if got := split(header); !slices.Equal(got, want) {
			t.Errorf("split(%s) = %q, want %q", header, got, want)
		}
	}
}

// variable gives one variable to Originate, and reads it back as Asterisk does.
func variable(t *testing.T, name, value string) (gotName, gotValue string, ok bool) {
	t.Helper()
	got, err := encoded(action.Originate{Channel: "c", Application: "Wait", Variables: []asterisk.Variable{{Name: name, Value: value}}})
	if err != nil {
		return "", "", false
	}
	_, header, found := strings.Cut(got, "|Variable: ")
	if !found {
		t.Fatalf("no Variable in %q", got)
	}
	parts := split(header)
	if len(parts) != 1 {
		t.Fatalf("variable %q = %q is split into %q", name, value, parts)
	}
	gotName, gotValue, found = strings.Cut(parts[0], "=")
	return gotName, gotValue, found
}

func TestVariablesArriveAsTheyAre(t *testing.T) {
	for _, value := range []string{
		"", "x", "x,y", `"`, `""`, `\`, `\\`, `\,`, "(", ")", "[", "]", "((,[", "a=b", " x ", `say "hi", (or [not])`, "$[1+1]",
		"${EVIL}", "\t", "\u00e9", "\xff", "a|b;c",
	} {
		for _, name := range []string{
			"A", "__A", "CDR(x)", "HASH(a)", "HASH(h,Alert-Info)", "PJSIP_HEADER(add,X)", "HASH(h,a b)", `HASH(h,a"b)`, `HASH(h,a\b)`,
			"HASH(h,a(b)c)", "HASH(h,a(b)", "HASH(h,[)", "B,C", "B C", `B"C`, "B(C", "B)C", "T ",
		} {
			gotName, gotValue, ok := variable(t, name, value)
			if !ok || gotName != name || gotValue != value {
				t.Errorf("%s=%q arrives as %s=%q, %v", name, value, gotName, gotValue, ok)
			}
		}
	}
}

// Where Asterisk would end a name, nothing is sent.
func TestVariablesThatCanNotBeSet(t *testing.T) {
	for _, name := range []string{"", "A=B", "HASH(h,a=b)", " A", "A\nB", "A\x00"} {
		for _, a := range withVariable(asterisk.Variable{Name: name, Value: "v"}) {
			if got, err := encoded(a); err == nil {
				t.Errorf("%s with the variable %q is sent as %q", a.ActionName(), name, got)
			}
		}
	}
}

// withVariable is every action that takes variables.
func withVariable(v asterisk.Variable) []action.Action {
	variables := []asterisk.Variable{v}
	return []action.Action{
		action.Originate{Channel: "c", Application: "Wait", Variables: variables},
		action.MessageSend{To: "pjsip:1", Variables: variables},
		action.PJSIPNotify{Endpoint: "1", Variables: variables},
		action.SIPnotify{Channel: "1", Variables: variables},
	}
}

func FuzzVariable(f *testing.F) {
	for _, value := range []string{"x,y", `"q,r"`, `\`, "f(a,[b)", "=", `\"`} {
		f.Add("A", value)
		f.Add("CDR(x)", value)
	}
	f.Add("\x10", "a control byte in front, which Asterisk drops like a blank")
	f.Fuzz(func(t *testing.T, name, value string) {
		gotName, gotValue, ok := variable(t, name, value)
		if ok && (gotName != name || gotValue != value) {
			t.Errorf("%q=%q arrives as %q=%q", name, value, gotName, gotValue)
		}
		if !ok && !strings.ContainsAny(name+value, "\r\n\x00") && name != "" && name[0] > ' ' && !strings.Contains(name, "=") {
			t.Errorf("%q=%q is refused", name, value)
		}
	})
}
