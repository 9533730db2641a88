package ami

import (
	"errors"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

var errManyLines = errors.New("lines that are no response, over Config.MaxListBytes")

// takesLines reports whether blocks that are neither event nor response may be
// its answer: for some actions they are known to be, and modules answer their
// own so, which no table has.
func (r *request) takesLines() bool {
	return r.open || !r.answered && (r.spec.Silent || !r.known)
}

// takeLines keeps such a block, and reports whether that ends the action.
func (r *request) takeLines(b transport.Block) (ends bool) {
	text := b.Text()
	r.strays++
	switch {
	case r.abandoned, r.err != nil:
	case len(text) >= r.room:
		r.err = &outcomeError{r.name, ErrTooManyItems, errManyLines}
		r.lines.Reset()
	default:
		r.room -= len(text) + 1
		if r.lines.Len() > 0 {
			r.lines.WriteByte('\n') // the empty line between the two
		}
		r.lines.WriteString(text)
	}
	return r.open && strings.Contains(text, endCommand)
}

// dropLines forgets what came before a response, and returns how many blocks.
func (r *request) dropLines() (strays int) {
	if r.open || r.strays == 0 {
		return 0
	}
	strays = r.strays
	r.strays = 0
	r.lines.Reset()
	return strays
}

// follows reports whether more of b, the answer to a module's own action, is to
// come: its text may hold empty lines, and the end mark of a Command ends it, or
// else the answer to a later action. The answer to a Command is read by another
// way.
func (r *request) follows(b transport.Block, status string) bool {
	if r.known || status != "Follows" || strings.Contains(b.Text(), endCommand) {
		return false
	}
	r.open = true
	r.takeLines(b)
	return true
}

// endLines makes its lines the answer.
func (r *request) endLines() {
	r.answered = true
	r.response = transport.ParseFields(r.lines.String())
}

// asks reports whether an action of whose answer nothing tells the end is to be
// ended by a Ping behind it, which has not been sent yet.
func (r *request) asks() bool {
	first := !r.asked && !r.known
	r.asked = r.asked || first
	return first
}
