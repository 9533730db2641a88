package agi

import (
	"strconv"
	"strings"
)

// The longest line that Asterisk reads as one command, in bytes, without its
// ending: AGI_BUF_SIZE in res_agi.c, and one less over TCP.
const (
	longestLine    = 8190
	longestLineOld = 2046
)

// longestFor knows the releases that brought the larger buffer. What it can't
// read is taken for old.
func longestFor(version string) int {
	major, rest := leadingNumber(version[max(0, strings.IndexAny(version, "0123456789")):])
	minor := 0
	if after, ok := strings.CutPrefix(rest, "."); ok {
		minor, _ = leadingNumber(after)
	}
	switch {
	case major >= 23, major == 22 && minor >= 6, major == 21 && minor >= 11, major == 20 && minor >= 16:
		return longestLine
	}
	return longestLineOld
}

func leadingNumber(text string) (n int, rest string) {
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(text[:end])
	if err != nil {
		return 0, text[end:]
	}
	return n, text[end:]
}
