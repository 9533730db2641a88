package session

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// The directions of a line in a transcript.
const (
	Sent     = '>'
	Received = '<'
)

// Lines cuts what passes in one direction into the lines of a transcript, and takes
// the secrets out. It keeps the beginning of a line that is very long.
type Lines struct {
	Direction byte
	// To gets each line, and a comment before one that was cut.
	To func(lines ...string)

	part []byte
	left int // bytes after part that are left out
}

// Add takes what passes.
func (l *Lines) Add(data []byte) {
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n') + 1
		whole := end > 0
		if !whole {
			end = len(data)
		}
		kept := min(end, max(0, recordLine-len(l.part)))
		l.part = append(l.part, data[:kept]...)
		l.left += end - kept
		if whole {
			l.End()
		}
		data = data[end:]
	}
}

// End hands over what there is of a line.
func (l *Lines) End() {
	if len(l.part) == 0 {
		return
	}
	if l.left > 0 {
		l.part = append(l.part, "\r\n"...)
		l.To(fmt.Sprintf("# %d bytes are left out of the next line", l.left), transcribe(l.Direction, l.part))
	} else {
		l.To(transcribe(l.Direction, l.part))
	}
	l.part, l.left = l.part[:0], 0
	if cap(l.part) > 64<<10 {
		l.part = nil
	}
}

// transcribe makes a line of the transcript, as amitest describes it.
func transcribe(direction byte, raw []byte) string {
	raw = Redact(raw)
	text, plain := bytes.CutSuffix(raw, []byte("\r\n"))
	if plain && utf8.Valid(text) && bytes.IndexFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0 {
		return string(direction) + " " + string(text)
	}
	return string(direction) + strconv.Quote(string(raw))
}
