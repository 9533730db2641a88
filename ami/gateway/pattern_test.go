package gateway_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
)

func TestDialAllows(t *testing.T) {
	for _, test := range []struct {
		allow, number string
		want          bool
	}{
		{"1XX", "100", true},
		{"1XX", "199", true},
		{"1XX", "10", false},
		{"1XX", "1000", false}, // anchored at its end
		{"1XX", "2100", false}, // and at its beginning
		{"1XX", "1a0", false},
		{"ZX", "00", false},
		{"ZX", "90", true},
		{"NX", "19", false},
		{"NX", "29", true},
		{"nx", "29", true},
		{"[1-3*]5", "25", true},
		{"[1-3*]5", "*5", true},
		{"[1-3*]5", "45", false},
		{"[159]", "5", true},
		{"[159]", "6", false},
		{"0.", "0", false}, // one or more
		{"0.", "01", true},
		{"0.", "01*#", true},
		{"0.", "01+", false},
		{".", "1", true},
		{".", "+1", false}, // a + stands for itself alone
		{"+.", "+1", true},
		{"+49.", "+4930", true},
		{"+49.", "4930", false},
		{"+49.", "+49", false},
		{"4930", "+4930", false},
		{"*8", "*8", true},
		{"#1", "#1", true},
		{"1XX", "", false},
		{"1XX", "100\r\nAction: Originate", false},
		{".", "1\n", false},
		{".", " 1", false},
		{".", "1,2", false},
		{".", "1@outside", false},
		{".", "١٢٣", false}, // digits, but no keys
		{".", strings.Repeat("1", 32), true},
		{".", strings.Repeat("1", 33), false},
	} {
		if got := gateway.Allows(gateway.Dial{Allow: []string{test.allow}}, test.number); got != test.want {
			t.Errorf("%s allows %q = %v, want %v", test.allow, test.number, got, test.want)
		}
	}
	if gateway.Allows(gateway.Dial{}, "100") {
		t.Error("the zero value allows a number")
	}
	if !gateway.Allows(gateway.Dial{Allow: []string{"1XX", "2XX"}}, "200") {
		t.Error("the second pattern does not count")
	}
}

// What is no pattern allows nothing, and says why.
func TestDialOfNoPattern(t *testing.T) {
	for _, text := range []string{"", "_1XX", "1.0", "..", "[", "[]", "[5-1]", "[*-#]", "[+]", "[a]", "1+", "++", "1!", "1-2", "1 2", "abc", "1\n", strings.Repeat("X", 65)} {
		d := gateway.Dial{Allow: []string{"1XX", text}}
		if err := gateway.CheckDial(d); err == nil || !strings.HasPrefix(err.Error(), "gateway: Dial.Allow: ") {
			t.Errorf("%q: %v, want an error", text, err)
		}
		if !gateway.Allows(d, "100") {
			t.Errorf("%q: the other pattern does not count any more", text)
		}
		if only := (gateway.Dial{Allow: []string{text}}); gateway.Allows(only, "1") || gateway.Allows(only, text) {
			t.Errorf("%q allows a number", text)
		}
	}
}

// A pattern is what a regular expression with anchors says, and its number is nothing but keys.
func FuzzDialAllows(f *testing.F) {
	for _, seed := range [][2]string{{"1XX", "100"}, {"+49.", "+4930"}, {"[1-3*]N.", "*2#"}, {"ZX", "1\n"}, {"0[0-9]#", "01#"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, allow, number string) {
		d := gateway.Dial{Allow: []string{allow}}
		got := gateway.Allows(d, number)
		if got && regexp.MustCompile(`\A\+?[0-9*#]{1,32}\z`).FindString(number) == "" {
			t.Fatalf("%q allows %q", allow, number)
		}
		if gateway.CheckDial(d) != nil {
			if got {
				t.Fatalf("%q, which is no pattern, allows %q", allow, number)
			}
			return
		}
		var b strings.Builder
		b.WriteString(`\A`)
		inside := false
		for _, c := range allow {
			switch {
			case c == '[' || c == ']':
				inside = c == '['
				b.WriteRune(c)
			case inside:
				b.WriteRune(c)
			case c == '.':
				b.WriteString(`[0-9*#]+`)
			default:
				b.WriteString(map[rune]string{'X': `[0-9]`, 'x': `[0-9]`, 'Z': `[1-9]`, 'z': `[1-9]`, 'N': `[2-9]`, 'n': `[2-9]`}[c])
				if !strings.ContainsRune("XxZzNn", c) {
					b.WriteString(regexp.QuoteMeta(string(c)))
				}
			}
		}
		b.WriteString(`\z`)
		want := gateway.IsNumber(number) && regexp.MustCompile(b.String()).MatchString(number)
		if got != want {
			t.Fatalf("%q allows %q = %v, want %v by %s", allow, number, got, want, b.String())
		}
	})
}
