package event

import (
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// cutField and transport read the same text the same way.
func FuzzCutField(f *testing.F) {
	for _, text := range []string{"", "A: b\r\n", "A:b\nB:  c", "no colon\r\nC: d", "ChanVariable(SIP/1.2.3.4:5-6): a=b\r\nX(: y\n", "\r\n\n: x\r\r\n", "A: b\r", "a\rb: c\r\r"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want, got []Entry
		for key, value := range transport.ParseFields(text).All() {
			if key != "" {
				want = append(want, Entry{key, value})
			}
		}
		for rest := text; rest != ""; {
			var key, value string
			key, value, rest = cutField(rest)
			if key != "" {
				got = append(got, Entry{key, value})
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	})
}

// scan finds what a walk over the fields finds, in whatever order they come.
func FuzzScan(f *testing.F) {
	keys := form{runs: []run{{0, []string{"A", "Bb", "Ab"}, false}, {3, []string{"L"}, true}, {4, []string{"C", "Ccc"}, false}, {1, []string{"BB"}, false}}}
	for _, text := range []string{"A: a\r\nBb: b\r\nAb:c\nL: 1\r\nL: 2\r\nC: d\r\nCcc: e\r\n", "C: a\nX: odd\nBB: \nBb: second\nA: \r\nA:b\nL:1\nno colon\nAb: y\nL: 2",
		"l: 1\r\nL: 2\r\nAB: c\r\na: b\r\nA: d\r\n", "A\nA:", "X(A: b): c\nA:  b\r\r\nLine: common\n", "Ccc:\nC\r\n:\n\n\nAb:\r"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var slots [6]slot
		var left leftovers
		odd := scan(new(Base), text, &keys, slots[:], &left)
		var got [6]string
		for i, s := range slots {
			got[i] = s.of(text)
		}
		list := linesOf(got[3])
		var rest []Entry
		for o := (odds{text: odd, form: &keys}); o.next(); {
			if !common(o.key) {
				rest = append(rest, Entry{o.key, o.value})
			}
		}
		want, wantList, wantOdds, wantLeft := walk(text)
		got[3] = ""
		if got != want || !slices.Equal(list, wantList) || !slices.Equal(rest, wantOdds) || !slices.Equal(left.keys, wantLeft) {
			t.Errorf("%q:\ngot  %q %q %q %q,\nwant %q %q %q %q", text, got, list, rest, left.keys, want, wantList, wantOdds, wantLeft)
		}
	})
}

// walk does for the form of FuzzScan what scan does, a field at a time.
func walk(text string) (values [6]string, list []string, odds []Entry, left []string) {
	slotOf := map[string]int{"a": 0, "bb": 1, "ab": 2, "c": 4, "ccc": 5}
	var seen [6]bool
	for text != "" {
		var key, value string
		key, value, text = cutField(text)
		slot, slotted := slotOf[strings.ToLower(key)]
		switch {
		case key == "L" || key == "l":
			list = append(list, value)
		case slotted && !seen[slot]:
			values[slot], seen[slot] = value, true
		case !slotted && !common(key):
			odds = append(odds, Entry{key, value})
			left = append(left, key)
		}
	}
	return values, list, odds, left
}
