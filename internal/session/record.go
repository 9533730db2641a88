package session

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// Recorder writes a transcript of connections, in the format of package amitest.
// Lines come as text without secrets; the writing, which may block, is done by a
// goroutine of its own. A nil Recorder writes nothing.
type Recorder struct {
	out io.Writer

	mu      sync.Mutex // guards all below
	lines   []string
	size    int // of the lines, in bytes
	dropped int
	last    int           // the connection that the latest line is of
	count   int           // connections so far
	running chan struct{} // closed when the goroutine that writes has ended; nil without one
}

const (
	recordQueue = 65536    // lines that may wait to be written
	recordSize  = 16 << 20 // bytes that these may have
	recordLine  = 2 << 20  // bytes of a line that are kept: more than a reader takes by default
)

// NewRecorder makes a recorder that writes to out; nil where out is.
func NewRecorder(out io.Writer) *Recorder {
	if out == nil {
		return nil
	}
	return &Recorder{out: out}
}

// Connect begins another connection and returns its number.
func (r *Recorder) Connect() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	r.last = r.count
	r.keep("# connected") // counted by who reads the transcript, so never left out
	return r.count
}

// Add records lines of a connection that stay together.
func (r *Recorder) Add(connection int, lines ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full() {
		r.dropped += len(lines)
		return
	}
	if connection != r.last {
		r.keep(fmt.Sprintf("# connection %d", connection))
		r.last = connection
	}
	for _, line := range lines {
		r.keep(line)
	}
}

func (r *Recorder) full() bool { return len(r.lines) >= recordQueue || r.size >= recordSize }

// keep runs with the mutex held.
func (r *Recorder) keep(line string) {
	r.lines = append(r.lines, line)
	r.size += len(line)
	if r.running == nil {
		r.running = make(chan struct{})
		// write ends when there is nothing to write; Wait waits for it.
		go r.write()
	}
}

func (r *Recorder) write() {
	for {
		r.mu.Lock()
		lines, dropped := r.lines, r.dropped
		r.lines, r.size, r.dropped = nil, 0, 0
		if len(lines) == 0 {
			close(r.running)
			r.running = nil
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		if dropped > 0 {
			lines = append(lines, fmt.Sprintf("# %d lines are missing here: the writer was too slow", dropped))
		}
		// A record that can't be written must not harm the session.
		_, _ = io.WriteString(r.out, strings.Join(lines, "\n")+"\n")
	}
}

// Wait returns when all lines so far are written.
func (r *Recorder) Wait() {
	if r == nil {
		return
	}
	r.mu.Lock()
	running := r.running
	r.mu.Unlock()
	if running != nil {
		<-running
	}
}
