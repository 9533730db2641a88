package agipeer

import "strings"

// Tokens takes a line apart as Asterisk does (parse_args in res_agi.c): blanks
// and tabs separate, quotes hold together and may stand in the middle of a
// word, a backslash takes the next character as it is.
func Tokens(line string) []string {
	var tokens []string
	var token strings.Builder
	quoted, begun := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted, begun = !quoted, true
		case c == '\\' && i+1 < len(line):
			i++
			token.WriteByte(line[i])
			begun = true
		case c == '\\':
		case (c == ' ' || c == '\t') && !quoted:
			if begun {
				tokens = append(tokens, token.String())
			}
			token.Reset()
			begun = false
		default:
			token.WriteByte(c)
			begun = true
		}
	}
	if begun {
		tokens = append(tokens, token.String())
	}
	return tokens
}
