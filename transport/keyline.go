package transport

import (
	"encoding/binary"
	"unsafe"
)

// nextLine returns where the next line begins, of those behind the line at from,
// whose first byte is c, but for a letter's case; -1 when there is none. Some
// other bytes pass for c, too: those that differ from it in the same bit.
//
// To find a field is a good part of what a consumer does with an event, and most
// lines are too short for a search that begins anew at each: see [emptyLine]. The
// race detector would note each byte, which made tests against real servers miss
// what these do by the clock.
//
//go:norace
func nextLine(text string, from int, c byte) int {
	want := uint64(c|caseBit) * ones
	bytes := unsafe.Slice(unsafe.StringData(text), len(text)) // is only read
	for ; from+33 <= len(bytes); from += 32 {
		b := (*[33]byte)(bytes[from:])
		w0, w1, w2, w3 := before(b, 0, want), before(b, 8, want), before(b, 16, want), before(b, 24, want)
		if (w0|w1|w2|w3)&highs != 0 {
			return from + firstMarked(w0, w1, w2, w3) + 1
		}
	}
	for ; from+1 < len(bytes); from++ {
		if bytes[from] == '\n' && bytes[from+1]|caseBit == c|caseBit {
			return from + 1
		}
	}
	return -1
}

const caseBit = 'a' - 'A'

// before marks which of the eight bytes at i are an LF with the byte of want
// behind it. Marks above the lowest may be wrong, as those of [beforeEmpty].
//
//go:norace
func before(b *[33]byte, i int, want uint64) uint64 {
	x := binary.LittleEndian.Uint64(b[i:]) ^ '\n'*ones
	x |= (binary.LittleEndian.Uint64(b[i+1:]) | caseBit*ones) ^ want
	return (x - ones) &^ x
}
