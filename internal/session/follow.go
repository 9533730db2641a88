package session

import (
	"cmp"
	"errors"
	"io"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// follow reads the rest of the answer to a Command of Asterisk 13 and older, which
// may hold empty lines, to its end mark. Asterisk writes that directly after the
// output, perhaps at the end of a line over the limit, so each line is read whole
// that fits into the largest block. Of a longer one nobody knows the end: it is
// taken for the last if an empty line follows.
func (r *Reader) follow(b transport.Block) (transport.Block, error) {
	text := b.Text()
	if strings.Contains(text, EndCommand) {
		return b, nil
	}
	f := following{most: cmp.Or(max(r.limits.Block, 0), defaultBlock), longest: cmp.Or(max(r.limits.Line, 0), defaultLine)}
	r.sorter.changed()
	r.in.SetLimits(&transport.Limits{Line: max(f.most, f.longest), Block: f.most})
	defer r.in.SetLimits(&r.limits)
	head := transport.NewBlock(b.Fields())
	f.text.WriteString(text)
	f.text.WriteByte('\n') // the empty line
	f.size = f.text.Len()
	for {
		line, err := r.in.Line()
		var limit *transport.LimitError
		switch {
		case errors.As(err, &limit):
		case errors.Is(err, io.EOF):
			return head, io.ErrUnexpectedEOF
		case err != nil:
			return head, err
		}
		if !f.take(line, limit != nil) {
			continue
		}
		if f.size > f.most {
			return head, &transport.LimitError{What: "block", Limit: f.most, Size: f.size}
		}
		return transport.NewBlock(transport.ParseFields(f.text.String())), nil
	}
}

// The defaults of a transport.Reader.
const (
	defaultLine  = 1 << 20
	defaultBlock = 16 << 20
)

// following is the answer that follow reads.
type following struct {
	most, longest int // bytes of it, and of a line
	size          int
	text          strings.Builder // all of it, while that is within the limits
	cut           bool            // the latest line was skipped, perhaps with the end mark
}

// take takes a line, which is empty if it was skipped, and reports whether it is
// the last. After twice the limit no end mark is believed to come: a peer without
// one must not have all later messages passed over.
func (f *following) take(line string, skipped bool) (last bool) {
	last = strings.Contains(line, EndCommand) || f.cut && line == "" && !skipped
	f.cut = skipped
	if f.size += len(line) + 1; skipped || len(line) > f.longest {
		f.size = max(f.size, f.most+1)
	}
	if f.size <= f.most {
		f.text.WriteString(line)
		f.text.WriteByte('\n')
	}
	return last || f.size > 2*f.most
}
