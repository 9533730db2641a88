package show

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Longest is how many bytes of a peer's text one error or line of a log has.
const Longest = 256

// Text is the text of a peer as an error may hold it. Bytes that a terminal or a
// log would not show are escaped as in Go: \x1b. What is longer than Longest is
// cut, and its length is said.
func Text(text string) string {
	if len(text) <= Longest && printable(text) {
		return text
	}
	return shorten(text, Longest)
}

// bounded is Text for the text of an error that wraps others: it may be longer.
func bounded(text string) string {
	if len(text) <= 4*Longest && printable(text) {
		return text
	}
	return shorten(text, 4*Longest)
}

func shorten(text string, most int) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		piece := text[i : i+size]
		switch {
		case r == utf8.RuneError && size == 1:
			piece = fmt.Sprintf(`\x%02x`, text[i])
		case !strconv.IsPrint(r):
			piece = strings.Trim(strconv.QuoteRune(r), "'")
		}
		if b.Len()+len(piece) > most {
			fmt.Fprintf(&b, "... (%d bytes)", len(text))
			return b.String()
		}
		b.WriteString(piece)
		i += size
	}
	return b.String()
}

func printable(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) < 0
}
