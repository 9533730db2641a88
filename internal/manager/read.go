package manager

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// The limits of a manager: a line has to fit into a buffer of 1024 bytes, its ending included, and a message has 128 lines.
const (
	inputSize = 1024
	maxLines  = 128
)

// What a manager says of a message that it can't read.
const (
	LineTooLong   = "Failed to parse message: line too long"
	TooManyLines  = "Too many lines in message or allocation failure"
	MissingAction = "Missing action in request"
)

// Reader reads the actions of a client.
type Reader struct{ input *bufio.Reader }

// NewReader returns a reader of what a client sends.
func NewReader(src io.Reader) *Reader { return &Reader{bufio.NewReaderSize(src, inputSize)} }

// Next returns the next action, and what is wrong with it: one of the words above, or "". It has the faults of Asterisk: of a line
// that is too long the rest counts as further lines, and once a fault is known no line is kept, not even an ActionID. The error is the source's.
func (r *Reader) Next() (a Action, fault string, err error) {
	a, fault, err = r.message()
	if err == nil && fault == "" && a.Name() == "" {
		fault = MissingAction
	}
	return a, fault, err
}

func (r *Reader) message() (a Action, fault string, err error) {
	var text strings.Builder
	for lines := 0; ; {
		line, err := r.input.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			fault = LineTooLong
			continue
		}
		if err != nil {
			return Action{}, "", err
		}
		line = bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))
		line, _, _ = bytes.Cut(line, []byte{0}) // a C string ends there
		switch {
		case len(line) == 0:
			return Action{transport.ParseFields(text.String())}, fault, nil
		case fault != "":
		case lines == maxLines:
			fault = TooManyLines
		default:
			lines++
			text.Write(line)
			text.WriteString("\r\n")
		}
	}
}
