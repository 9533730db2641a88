package ami

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// recorder writes a transcript of connections. Lines are cut, and secrets taken
// out, where the bytes pass; the writing, which may block, is done by a
// goroutine of its own.
type recorder struct {
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

// wrap records what passes over wire.
func (r *recorder) wrap(wire net.Conn) *recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	r.last = r.count
	r.keep("# connected") // counted by who reads the transcript, so never left out
	return &recorded{Conn: wire, to: r, number: r.count}
}

func (r *recorder) add(connection int, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if connection != r.last && !r.full() {
		r.queue(fmt.Sprintf("# connection %d", connection))
		r.last = connection
	}
	r.queue(text)
}

// queue runs with the mutex held.
func (r *recorder) queue(text string) {
	if r.full() {
		r.dropped++
		return
	}
	r.keep(text)
}

func (r *recorder) full() bool { return len(r.lines) >= recordQueue || r.size >= recordSize }

func (r *recorder) keep(text string) {
	r.lines = append(r.lines, text)
	r.size += len(text)
	if r.running == nil {
		r.running = make(chan struct{})
		// write ends when there is nothing to write; wait waits for it.
		go r.write()
	}
}

func (r *recorder) write() {
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

// wait returns when all lines so far are written. A nil recorder has none.
func (r *recorder) wait() {
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

// recorded is a connection that a recorder listens to.
type recorded struct {
	net.Conn
	to       *recorder
	number   int
	sent     line // the writer's goroutine only
	received line // the reader's goroutine only
}

func (c *recorded) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.received.add(c, '<', p[:n])
	return n, err
}

func (c *recorded) Write(p []byte) (int, error) {
	c.sent.add(c, '>', p) // first, for the answer may come while Write returns
	return c.Conn.Write(p)
}

// end records what was cut off.
func (c *recorded) end() {
	c.received.end(c, '<')
	c.sent.end(c, '>')
}

// line gathers bytes to lines, of which it keeps the beginning.
type line struct {
	part []byte
	left int // bytes behind part that are left out
}

func (l *line) add(c *recorded, direction byte, data []byte) {
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
			l.end(c, direction)
		}
		data = data[end:]
	}
}

// end records what there is of a line.
func (l *line) end(c *recorded, direction byte) {
	if len(l.part) == 0 {
		return
	}
	if l.left > 0 {
		c.to.add(c.number, fmt.Sprintf("# %d bytes are left out of the next line", l.left))
		l.part = append(l.part, "\r\n"...)
	}
	c.to.add(c.number, transcribe(direction, l.part))
	l.part, l.left = l.part[:0], 0
	if cap(l.part) > 64<<10 {
		l.part = nil
	}
}

// transcribe makes a line of the transcript, as amitest describes it.
func transcribe(direction byte, raw []byte) string {
	raw = redact(raw)
	text, plain := bytes.CutSuffix(raw, []byte("\r\n"))
	if plain && utf8.Valid(text) && bytes.IndexFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0 {
		return string(direction) + " " + string(text)
	}
	return string(direction) + strconv.Quote(string(raw))
}
