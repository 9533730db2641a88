package app

import (
	"strings"
	"testing"
)

func TestOneForm(t *testing.T) {
	for _, test := range []struct {
		country, text, want string
	}{
		{"49", "030 23125-042", "+493023125042"},
		{"49", "+49 (30) 23125042", "+493023125042"},
		{"49", "004930 23125042", "+493023125042"},
		{"49", "493023125042", "+493023125042"}, // a trunk's
		{"49", "0044 7700 900142", "+447700900142"},
		{"49", "100", "100"}, {"49", "12345", "12345"}, {"49", "23125042", "23125042"},
		{"1", "(202) 555-0143", "+12025550143"},
		{"1", "12025550143", "+12025550143"},
		{"1", "+1.202.555.0143", "+12025550143"},
		{"1", "011 44 7700 900142", "+447700900142"},
		{"44", "07700 900142", "+447700900142"},
		{"39", "06 1234 5678", "+390612345678"},
		{"39", "391 1234567", "+393911234567"}, // a mobile, and not one of +39 that lacks its plus
		{"7", "810 49 30 23125042", "+493023125042"},
		{"", "0049 30 23125042", "+493023125042"},
		{"", "030 23125042", "03023125042"},
		{"", "+12025550143", "+12025550143"},
	} {
		n := Numbers{Country: test.country}
		if got, ok := n.Form(test.text); !ok || got != test.want {
			t.Errorf("in %q: Form(%q) = %q, %v, want %q", test.country, test.text, got, ok, test.want)
		}
	}
}

func TestNoNumber(t *testing.T) {
	for _, text := range []string{"", " ", "+", "anonymous", "<script>", "12\n34567", "12+34", "++4930", "+123", "+0123456789", "+1234567890123456", "٠٣٠١٢٣٤٥٦٧"} {
		if got, ok := (Numbers{Country: "49"}).Form(text); ok {
			t.Errorf("Form(%q) = %q, want none", text, got)
		}
	}
}

// What is in the one form stays as it is: a number may come from the model, which has brought it into that form already.
func FuzzOneForm(f *testing.F) {
	for _, text := range []string{"030 23125-042", "+49", "0049", "011", "810", "100", "49493023125042"} {
		for _, country := range []string{"49", "1", "7", "39", ""} {
			f.Add(country, text)
		}
	}
	f.Fuzz(func(t *testing.T, country, text string) {
		if code := strings.Trim(country, "0123456789"); code != "" || len(country) > 3 || strings.HasPrefix(country, "0") {
			return // no calling code
		}
		n := Numbers{Country: country}
		once, ok := n.Form(text)
		if !ok || once[0] != '+' {
			return
		}
		if twice, ok := n.Form(once); !ok || twice != once {
			t.Errorf("Form(%q) = %q, of which Form is %q, %v", text, once, twice, ok)
		}
	})
}
