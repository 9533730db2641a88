package agi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestText is what fits into one command of any Asterisk, if each of its
// bytes is quoted.
const longestText = 1000

// oneLine makes a text fit for one line of Asterisk's console and log: line
// breaks become semicolons, other characters that can't be printed blanks, and
// what is too long is cut.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(text, "?"))
	text = strings.ReplaceAll(text, "\n", "; ")
	if len(text) <= longestText {
		return text
	}
	const more = "..."
	end := longestText - len(more)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + more
}
