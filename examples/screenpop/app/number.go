package app

import "strings"

// Numbers brings telephone numbers into one form: as +493023125042, or as they are where they are extensions.
// The zero value knows no country.
type Numbers struct {
	Country string // calling code of the PBX's country, as 49; empty leaves national numbers as they are
	// Internal is how many digits an extension has at most; 0 means 5. A longer number that is neither national nor
	// international stays as it is.
	Internal int
}

// plan is how numbers are dialled in a country.
type plan struct{ international, national string }

// plans are those of countries that do not write 00 and 0.
var plans = map[string]plan{
	"1": {"011", "1"}, "7": {"810", "8"}, "81": {"010", "0"}, "82": {"00", "0"}, "61": {"0011", "0"},
	"34": {"00", ""}, "39": {"00", ""}, "45": {"00", ""}, "47": {"00", ""}, "30": {"00", ""}, "351": {"00", ""}, "352": {"00", ""}, "420": {"00", ""},
}

// Longest and shortest number of the world, after the plus (E.164).
const (
	longest  = 15
	shortest = 7
)

// Form returns the one form of a number, and false if the text, which a caller may have sent, is no number.
func (n Numbers) Form(text string) (string, bool) {
	digits, plus, ok := digitsOf(text)
	if !ok {
		return "", false
	}
	if plus {
		return international(digits)
	}
	internal := n.Internal
	if internal <= 0 {
		internal = 5
	}
	if len(digits) <= internal || n.Country == "" && !strings.HasPrefix(digits, "00") {
		return digits, len(digits) <= longest+3
	}
	p, known := plans[n.Country]
	if !known {
		p = plan{"00", "0"}
	}
	return n.national(digits, p)
}

// national applies the country's prefixes, the international one first: it may begin with the national one.
func (n Numbers) national(digits string, p plan) (string, bool) {
	if rest, found := strings.CutPrefix(digits, p.international); found {
		return international(rest)
	}
	if n.Country == "" {
		return digits, true
	}
	if rest, found := strings.CutPrefix(digits, p.national); found && p.national != "" {
		return international(n.Country + rest)
	}
	whole := 10
	if p.national == "" {
		whole = 12 // a national one is as long as 11, and may begin alike
	}
	switch {
	case strings.HasPrefix(digits, n.Country) && len(digits) >= whole: // as trunks write it, without the plus
		return international(digits)
	case p.national == "" || p.national == n.Country: // a number without prefix is a national one
		return international(n.Country + digits)
	}
	return digits, len(digits) <= longest+3
}

func international(digits string) (string, bool) {
	if len(digits) < shortest || len(digits) > longest || digits[0] == '0' {
		return "", false
	}
	return "+" + digits, true
}

// digitsOf takes out of a number what people write between digits. Anything else makes it no number.
func digitsOf(text string) (digits string, plus, ok bool) {
	if len(text) > 64 {
		return "", false, false
	}
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && b.Len() == 0 && !plus:
			plus = true
		case strings.ContainsRune(" -./()\u00a0", r):
		default:
			return "", false, false
		}
	}
	return b.String(), plus, b.Len() > 0
}
