package transport

import (
	"fmt"
	"math"
)

// Limits bounds what is read or written. A zero or negative field means the
// default of the reader, and no limit for a [Builder].
type Limits struct {
	// Line is the longest line in bytes, without its ending. A reader's
	// default is 1 MiB.
	Line int
	// Block is the longest block in bytes, endings included. A reader's
	// default is 16 MiB.
	Block int
	// Lines is how many lines a block to be written may have.
	Lines int
}

const (
	defaultLine  = 1 << 20
	defaultBlock = 16 << 20
)

// LimitError reports a line or block over its limit. A [Reader] has skipped
// it, and goes on with the next one.
type LimitError struct {
	What  string // "line", "block" or "lines"
	Limit int    // the limit that was passed
	Size  int    // how much there was: bytes, or lines when What is "lines"
}

func (e *LimitError) Error() string { return "transport: " + e.text() }

func (e *LimitError) text() string {
	if e.What == "lines" {
		return fmt.Sprintf("%d lines in a block, over the limit of %d", e.Size, e.Limit)
	}
	return fmt.Sprintf("%s of %d bytes, over the limit of %d", e.What, e.Size, e.Limit)
}

// longField is a LimitError of a field that is to be written.
type longField struct {
	key string
	*LimitError
}

func (e longField) Error() string { return fmt.Sprintf("transport: field %q: %s", e.key, e.text()) }

func (e longField) Unwrap() error { return e.LimitError }

func readLimits(l *Limits) Limits {
	var limits Limits
	if l != nil {
		limits = *l
	}
	if limits.Line <= 0 {
		limits.Line = defaultLine
	}
	if limits.Block <= 0 {
		limits.Block = defaultBlock
	}
	limits.Line = min(limits.Line, math.MaxInt/4) // it is added to
	limits.Block = min(limits.Block, math.MaxInt/4)
	return limits
}
