package action

import "strings"

// CallerID joins a name and a number to the form that Asterisk parses:
// "name" <number>. What would end either early is left out of it: quotes,
// backslashes and control characters of both, blanks and brackets of the number.
func CallerID(name, number string) string {
	name = strings.Map(func(r rune) rune {
		if r == '"' || r == '\\' || r < ' ' {
			return -1
		}
		return r
	}, name)
	number = strings.Map(func(r rune) rune {
		if r <= ' ' || strings.ContainsRune(`<>"\`, r) {
			return -1
		}
		return r
	}, number)
	return `"` + name + `" <` + number + `>`
}
