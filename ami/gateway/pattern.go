package gateway

import (
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

const (
	maxPattern = 64 // characters of a pattern
	keys       = "0123456789*#"
)

// pattern is one of [Dial].Allow: for each place the characters that may stand there. It matches a whole number, never a part.
type pattern struct {
	places []string
	open   bool // one or more of any keys may follow
}

// parsePattern reads a pattern of the dialplan. What it does not know is an error: nothing is allowed by mistake.
func parsePattern(text string) (p pattern, err error) {
	if len(text) > maxPattern {
		return pattern{}, fmt.Errorf("pattern %s is longer than %d characters", show.Text(text), maxPattern)
	}
	for rest := text; rest != ""; {
		var place string
		if place, rest, err = nextPlace(rest, rest == text); err != nil {
			return pattern{}, fmt.Errorf("pattern %s: %w", show.Text(text), err)
		}
		if place == "" { // the end is open
			p.open = true
			continue
		}
		p.places = append(p.places, place)
	}
	if len(p.places) == 0 && !p.open {
		return pattern{}, fmt.Errorf("an empty pattern")
	}
	return p, nil
}

// nextPlace takes one place off a pattern; an empty one stands for an open end.
func nextPlace(text string, first bool) (place, rest string, err error) {
	c, rest := text[0], text[1:]
	switch {
	case c == 'X' || c == 'x':
		return keys[:10], rest, nil
	case c == 'Z' || c == 'z':
		return keys[1:10], rest, nil
	case c == 'N' || c == 'n':
		return keys[2:10], rest, nil
	case c == '+' && first, strings.IndexByte(keys, c) >= 0:
		return string(c), rest, nil
	case c == '.' && rest == "":
		return "", "", nil
	case c == '.':
		return "", "", fmt.Errorf("%q can only be its end", c)
	case c == '[':
		set, rest, found := strings.Cut(rest, "]")
		if !found {
			return "", "", fmt.Errorf("no ] after [")
		}
		place, err = parseSet(set)
		return place, rest, err
	case c == '_':
		return "", "", fmt.Errorf("it is written without the underscore")
	}
	return "", "", fmt.Errorf("%q is none of X, Z, N, digits, *, #, [, a leading + and . at the end", c)
}

// parseSet reads what stands in brackets: keys, and ranges of digits.
func parseSet(set string) (place string, err error) {
	for i := 0; i < len(set); i++ {
		if strings.IndexByte(keys, set[i]) < 0 {
			return "", fmt.Errorf("%q can't stand in brackets", set[i])
		}
		if i+2 >= len(set) || set[i+1] != '-' {
			place += set[i : i+1]
			continue
		}
		from, to := strings.IndexByte(keys[:10], set[i]), strings.IndexByte(keys[:10], set[i+2])
		if from < 0 || to < from {
			return "", fmt.Errorf("%q is no range of digits", set[i:i+3])
		}
		place += keys[from : to+1]
		i += 2
	}
	if place == "" {
		return "", fmt.Errorf("there is nothing in the brackets")
	}
	return place, nil
}

// matches reports whether a number is one of the pattern, from its first character to its last.
func (p pattern) matches(number string) bool {
	if len(number) < len(p.places) || !p.open && len(number) > len(p.places) {
		return false
	}
	for i, place := range p.places {
		if strings.IndexByte(place, number[i]) < 0 {
			return false
		}
	}
	rest := number[len(p.places):]
	return !p.open || rest != "" && strings.Trim(rest, keys) == ""
}

// isNumber reports whether a text can be dialled at all: some keys after a + that may be missing.
func isNumber(text string) bool {
	digits := strings.TrimPrefix(text, "+")
	return digits != "" && len(text) <= message.MaxNumber && strings.Trim(digits, keys) == ""
}

// check returns why a pattern can't be read; nil if all can.
func (d Dial) check() error {
	for _, text := range d.Allow {
		if _, err := parsePattern(text); err != nil {
			return fmt.Errorf("gateway: Dial.Allow: %w", err)
		}
	}
	return nil
}

// allows reports whether a number is in the list. A pattern that can't be read allows nothing.
func (d Dial) allows(number string) bool {
	if !isNumber(number) {
		return false
	}
	for _, text := range d.Allow {
		if p, err := parsePattern(text); err == nil && p.matches(number) {
			return true
		}
	}
	return false
}
