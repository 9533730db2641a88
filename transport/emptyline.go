package transport

import (
	"encoding/binary"
	"math/bits"
)

// emptyLine returns where the first empty line begins that has another line
// before it, and where it ends. Both are -1 when there is none in text.
//
// To find it is most of what an event costs that nobody wants. Lines are too
// short for a search that begins anew at each, so this looks at 32 bytes at once.
func emptyLine(text []byte) (start, end int) {
	at := 0
	for ; at+33 <= len(text); at += 32 {
		b := (*[33]byte)(text[at:])
		w0, w1, w2, w3 := beforeEmpty(b, 0), beforeEmpty(b, 8), beforeEmpty(b, 16), beforeEmpty(b, 24)
		if (w0|w1|w2|w3)&highs == 0 {
			continue
		}
		from := at + firstMarked(w0, w1, w2, w3)
		if start, end := emptyLineBetween(text, from, at+32); start >= 0 {
			return start, end
		}
	}
	return emptyLineBetween(text, at, len(text))
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// beforeEmpty marks which of the eight bytes at i are an LF with an LF or CR
// behind it, or another of the eight control characters about them. A byte's
// mark is its highest bit; those above the lowest mark may be wrong, as the
// test for a zero byte is the usual one (Hacker's Delight, 6-1).
func beforeEmpty(b *[33]byte, i int) uint64 {
	x := binary.LittleEndian.Uint64(b[i:]) ^ '\n'*ones
	next := binary.LittleEndian.Uint64(b[i+1:]) &^ (7 * ones)
	x |= next ^ '\b'*ones
	return (x - ones) &^ x
}

// firstMarked returns the place of the first byte that has a mark.
func firstMarked(words ...uint64) int {
	for i, w := range words {
		if w &= highs; w != 0 {
			return 8*i + bits.TrailingZeros64(w)/8
		}
	}
	return 8 * len(words)
}

// emptyLineBetween is emptyLine for an LF at from or behind it, before to.
func emptyLineBetween(text []byte, from, to int) (start, end int) {
	for i := from; i < to; i++ {
		if text[i] != '\n' {
			continue
		}
		switch rest := text[i+1:]; {
		case len(rest) > 0 && rest[0] == '\n':
			return i + 1, i + 2
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return i + 1, i + 3
		}
	}
	return -1, -1
}
