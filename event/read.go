package event

import (
	"errors"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Read decodes the events of a log: AMI text as it came over a connection, of
// which answers and other blocks are left out. What is over the limits of
// [transport.Limits] comes as its [*transport.LimitError], and the reading
// goes on; any other error is the last thing that is yielded. That is
// io.ErrUnexpectedEOF where the log ends within a line of an event: that comes
// before it, and may have lost some of its fields, and the end of one. Events have no epoch, are
// numbered from 1, and were received when Read read them.
func Read(r io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		reader := transport.NewReader(r, nil)
		var limit *transport.LimitError // one for all: errors.As has it on the heap
		for sequence := uint64(1); ; {
			block, err := reader.Next()
			switch {
			case err == nil, errors.Is(err, io.ErrUnexpectedEOF):
				if _, ok := nameOf(block.First()); !ok {
					break
				}
				base := Base{wire: wireOf(block.Fields()), sequence: sequence, received: time.Now()}
				if !yield(decode(base), nil) {
					return
				}
				sequence++
				if err != nil && !strings.HasSuffix(block.Text(), "\n") {
					yield(nil, err)
				}
			case errors.As(err, &limit):
				if !yield(nil, err) {
					return
				}
				continue
			case !errors.Is(err, io.EOF):
				yield(nil, err)
			}
			if err != nil {
				return
			}
		}
	}
}
