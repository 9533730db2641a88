package agi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Stream is a [Conn] over a stream of bytes: stdin and stdout, TCP, a pipe.
type Stream struct {
	w  io.Writer
	r  *bufio.Reader
	to Receiver

	limit int
	long  []byte        // a line that is longer than the reader's buffer
	line  []byte        // being written
	done  chan struct{} // closed when nothing will be read any more

	hungUp bool // before the session began

	mu      sync.Mutex // guards command
	command Command    // whose reply comes next
}

const (
	readerSize   = 1 << 10
	defaultLimit = 1 << 20
	maxEnvLines  = 512
	maxEnv       = 64 << 10
)

// ErrTooLong is for a peer that sends more than Asterisk does: an environment of
// more than 64 KiB or a reply of more than 1 MiB, which end the session, or a
// variable of more than 1 MiB, which does not.
var ErrTooLong = errors.New("agi: more from the peer than Asterisk ever sends")

// ErrBadEnv is for a peer that began as Asterisk does, and whose environment
// could not be read: a call waits. Asterisk takes the end of the connection for
// success, so tell it by [Stream.Fail] that the call has failed. Why is wrapped,
// too: [ErrTooLong], a deadline, io.ErrUnexpectedEOF.
var ErrBadEnv = errors.New("agi: read the environment of a call")

// NewStream returns a connection that reads from r and writes to w, each
// command in one Write. Closing them is the caller's. w must be safe for
// concurrent use, as a net.Conn and an os.File are: the goroutine that reads
// writes, too, to make sure of the end of a value, and [Stream.Fail] may come at
// the same time.
func NewStream(r io.Reader, w io.Writer) *Stream {
	return &Stream{w: w, r: bufio.NewReaderSize(r, readerSize), limit: defaultLimit, done: make(chan struct{})}
}

// ReadEnv reads what Asterisk sends first. Call it once, before [Serve]. An
// end of the stream in the middle is io.ErrUnexpectedEOF, no stream at all is
// io.EOF, and more than Asterisk sends is [ErrTooLong]. Each is an [ErrBadEnv],
// too, if the peer began as Asterisk does. It waits as long as the peer does: a
// deadline of the connection bounds it.
//
// A value may hold line breaks, and with them all that Asterisk could have
// written: the end of the environment, replies, a hangup. So ReadEnv believes
// nothing before Asterisk has repeated a random text, by GET FULL VARIABLE, which
// costs one round trip: all before that is the environment, however it looks.
func (s *Stream) ReadEnv() (Env, error) { return s.readEnvBy(s.readMarkedEnv) }

// ReadTrustedEnv is ReadEnv without the round trip: the first empty line is the
// end. A value with an empty line in it then writes the replies to the first
// commands. It is for calls whose dialplan lets no line break pass, in numbers,
// names, extensions, the URL and arguments.
func (s *Stream) ReadTrustedEnv() (Env, error) {
	return s.readEnvBy(func(text string) (string, error) { return text, nil })
}

// readEnvBy reads up to the first empty line, and has rest read what follows.
func (s *Stream) readEnvBy(rest func(text string) (string, error)) (env Env, err error) {
	text, err := s.readEnv()
	began := strings.HasPrefix(text, "agi_")
	if err == nil && !began {
		err = errNoEnv // and nothing is sent to whoever that is
	}
	if err == nil {
		text, err = rest(text)
	}
	switch {
	case err != nil && began:
		return env, fmt.Errorf("%w: %w", ErrBadEnv, err)
	case err != nil:
		return env, fmt.Errorf("agi: read the environment: %w", err)
	}
	env.parse(text)
	return env, nil
}

// readEnv reads up to the empty line, and returns what came before an error,
// too. It most often comes in one piece.
func (s *Stream) readEnv() (string, error) {
	var text []byte
	for {
		_, err := s.r.Peek(1)
		if errors.Is(err, io.EOF) && len(text) > 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return string(text), err
		}
		come, _ := s.r.Peek(s.r.Buffered()) // it reads nothing, and can't fail
		if len(text) == 0 && come[0] == '\n' {
			_, _ = s.r.Discard(1) // as it is there
			continue
		}
		more, ended := cutEmptyLine(text, come)
		text = append(text, come[:more]...)
		_, _ = s.r.Discard(more)
		switch {
		case len(text) > maxEnv, bytes.Count(text, lineFeed) > maxEnvLines:
			return string(text), ErrTooLong
		case ended:
			_, _ = s.r.Discard(1)
			return string(text), nil
		}
	}
}

var lineFeed = []byte{'\n'}

// cutEmptyLine returns how many bytes of what has come belong to the lines in
// front of the empty one, and whether that is there.
func cutEmptyLine(before, come []byte) (n int, ended bool) {
	if come[0] == '\n' && bytes.HasSuffix(before, lineFeed) {
		return 0, true
	}
	if i := bytes.Index(come, []byte("\n\n")); i >= 0 {
		return i + 1, true
	}
	return len(come), false
}

// Start is called by [Serve]. From now on the stream is read, so that a hangup
// is noticed at any time.
func (s *Stream) Start(to Receiver) {
	s.to = to
	if s.hungUp {
		to.Hangup()
	}
	// Ends with the stream; Wait waits for it.
	go s.read()
}

// Wait returns once nothing reads from the stream any more. Call it after
// [Serve], when what the stream reads from has been closed.
func (s *Stream) Wait() { <-s.done }

// Send writes one command.
func (s *Stream) Send(_ context.Context, c Command) error {
	s.mu.Lock()
	s.command = c
	s.mu.Unlock()
	s.line = append(append(s.line[:0], c.Line...), '\n')
	_, err := s.w.Write(s.line)
	return err
}

// failWith is Fail that also tells the console and the log of Asterisk why.
func (s *Stream) failWith(why error) error {
	_, err := io.WriteString(s.w, "VERBOSE "+Quote(oneLine(why.Error()))+" 0\n"+failure+"\n")
	return err
}

// Fail tells Asterisk that the handler has failed, which ends the session at
// its side with AGISTATUS=FAILURE. Call it after [Serve].
func (s *Stream) Fail() error {
	_, err := io.WriteString(s.w, failure+"\n")
	return err
}

func (s *Stream) read() {
	defer close(s.done)
	for {
		line, err := s.readLine()
		if err != nil {
			s.to.End(err)
			return
		}
		if bytes.HasPrefix(line, []byte("agi_")) {
			s.to.End(errStrayEnv)
			return
		}
		text, ok := s.afterHangups(line)
		if !ok {
			continue
		}
		reply, err := s.readReply(text)
		if err != nil {
			s.to.End(err)
			return
		}
		s.to.Reply(reply)
	}
}

// afterHangups takes the notices of the hangup off the front of a line, onto
// which a reply may be glued. It returns false if the line begins no reply:
// SEND TEXT is followed by an empty one.
func (s *Stream) afterHangups(line []byte) ([]byte, bool) {
	for {
		rest, ok := cutHangup(line)
		if !ok {
			return line, beginsReply(line)
		}
		s.to.Hangup()
		line = rest
	}
}

func cutHangup(line []byte) (rest []byte, ok bool) {
	return bytes.CutPrefix(line, []byte(hangupLine))
}

// beginsReply reports whether a line begins with a code.
func beginsReply[T string | []byte](line T) bool {
	if len(line) < 3 || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
		return false
	}
	for i := range 3 {
		if line[i] < '0' || line[i] > '9' {
			return false
		}
	}
	return true
}

// readLine returns the next line without its LF, until the next call.
func (s *Stream) readLine() ([]byte, error) {
	line, err := s.r.ReadSlice('\n')
	if err == nil {
		return line[:len(line)-1], nil
	}
	s.long = append(s.long[:0], line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(s.long) > s.limit {
			return nil, ErrTooLong
		}
		line, err = s.r.ReadSlice('\n')
		s.long = append(s.long, line...)
	}
	if err != nil {
		return nil, err
	}
	line, s.long = s.long[:len(s.long)-1], nil
	return line, nil
}
