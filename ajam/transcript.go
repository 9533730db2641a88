package ajam

import (
	"io"
	"strings"
	"sync"

	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// transcript records a session as a connection of AMI that does the same, so that
// package amitest can play it: the action of a form as the block that it would be
// there, and each block of an answer by itself, for answers come at the same time.
// The methods of a nil transcript do nothing.
type transcript struct {
	recorder *session.Recorder

	mu         sync.Mutex // guards all below
	connection int        // 0 before the first answer
	early      []string   // the first action, which is recorded when that answer comes
	ended      bool
}

// newTranscript makes one; nil without a recorder.
func newTranscript(recorder *session.Recorder) *transcript {
	if recorder == nil {
		return nil
	}
	return &transcript{recorder: recorder}
}

// sent records an action, before it is sent.
func (t *transcript) sent(fields transport.Fields) {
	if t == nil {
		return
	}
	var block []string
	lines := session.Lines{Direction: session.Sent, To: func(lines ...string) { block = append(block, lines...) }}
	for line := range fields.Lines() {
		lines.Add([]byte(line + "\r\n"))
	}
	lines.Add([]byte("\r\n"))
	t.add(block)
}

// answered begins the connection with the first answer: as the banner stands what
// the server calls itself.
func (t *transcript) answered(server string) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.connection != 0 || t.ended {
		return
	}
	var banner []string
	lines := session.Lines{Direction: session.Received, To: func(lines ...string) { banner = lines }}
	lines.Add([]byte("HTTP " + show.Text(server) + "\r\n"))
	t.connection = t.recorder.Connect()
	t.recorder.Add(t.connection, append(banner, t.early...)...)
	t.early = nil
}

// failed records that an action has no answer.
func (t *transcript) failed(action string, err error) {
	if t != nil {
		t.add([]string{"# " + show.Text(action) + " failed: " + show.Text(err.Error())})
	}
}

// end records nothing more.
func (t *transcript) end() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
}

func (t *transcript) add(lines []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.ended:
	case t.connection == 0:
		t.early = append(t.early, lines...)
	default:
		t.recorder.Add(t.connection, lines...)
	}
}

// answer is the body of an answer that is recorded as it is read. Close it. Blocks
// with the ActionID without are left out, unless that is empty.
func (t *transcript) answer(body io.Reader, without string) io.ReadCloser {
	if t == nil {
		return io.NopCloser(body)
	}
	a := &recordedAnswer{Reader: body, transcript: t}
	if without != "" {
		a.without = "< ActionID: " + without
	}
	a.lines = session.Lines{Direction: session.Received, To: a.line}
	return a
}

type recordedAnswer struct {
	io.Reader
	transcript *transcript
	without    string // is the second line of blocks that are not recorded
	lines      session.Lines
	block      []string
	size       int
}

func (a *recordedAnswer) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	a.lines.Add(p[:n])
	return n, err
}

// Close records what was cut off.
func (a *recordedAnswer) Close() error {
	a.lines.End()
	a.flush()
	return nil
}

// recordBlock is how many bytes of a block are recorded in one piece.
const recordBlock = 1 << 20

func (a *recordedAnswer) line(lines ...string) {
	for _, line := range lines {
		a.block = append(a.block, line)
		a.size += len(line)
		if strings.TrimRight(line, " ") == "<" || a.size > recordBlock {
			a.flush()
		}
	}
}

func (a *recordedAnswer) flush() {
	if own := a.without != "" && len(a.block) > 1 && a.block[1] == a.without; !own && len(a.block) > 0 {
		a.transcript.add(a.block)
	}
	a.block, a.size = nil, 0
}
