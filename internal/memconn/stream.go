package memconn

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

var errPeerClosed = errors.New("the other side has closed the connection")

// stream is one direction of a pipe: written at one end, read at the other.
// It waits on a condition only, so a synctest bubble counts it as blocked.
type stream struct {
	limit int
	wake  *sync.Cond // on mu

	mu         sync.Mutex // guards what follows
	chunks     [][]byte
	size       int
	busy       bool // one Write is under way
	writerGone bool
	readerGone bool
	reset      bool
	readUntil  deadline
	writeUntil deadline
}

func newStream(limit int) *stream {
	s := &stream{limit: limit}
	s.wake = sync.NewCond(&s.mu)
	return s
}

func (s *stream) read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.readerGone:
			return 0, net.ErrClosed
		case s.reset:
			return 0, syscall.ECONNRESET
		case s.readUntil.passed():
			return 0, os.ErrDeadlineExceeded
		case len(b) == 0:
			return 0, nil
		case s.size > 0:
			return s.take(b), nil
		case s.writerGone:
			return 0, io.EOF
		}
		s.wake.Wait()
	}
}

// take reads within the first chunk: the sizes of writes are the sizes of
// reads, so a test decides how bytes arrive.
func (s *stream) take(b []byte) int {
	n := copy(b, s.chunks[0])
	s.chunks[0] = s.chunks[0][n:]
	if len(s.chunks[0]) == 0 {
		s.chunks[0] = nil
		s.chunks = s.chunks[1:]
	}
	s.size -= n
	s.wake.Broadcast()
	return n
}

func (s *stream) write(b []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.busy {
		if err := s.writeError(); err != nil {
			return 0, err
		}
		s.wake.Wait()
	}
	s.busy = true
	defer func() {
		s.busy = false
		s.wake.Broadcast()
	}()
	for {
		if err := s.writeError(); err != nil {
			return n, err
		}
		if room := min(s.limit-s.size, len(b)-n); room > 0 {
			s.chunks = append(s.chunks, append([]byte(nil), b[n:n+room]...))
			s.size += room
			n += room
			s.wake.Broadcast()
		}
		if n == len(b) {
			return n, nil
		}
		s.wake.Wait()
	}
}

func (s *stream) writeError() error {
	switch {
	case s.writerGone:
		return net.ErrClosed
	case s.reset:
		return syscall.ECONNRESET
	case s.readerGone:
		return errPeerClosed
	case s.writeUntil.passed():
		return os.ErrDeadlineExceeded
	}
	return nil
}

// change runs f under the lock and wakes whoever waits for what it changed.
func (s *stream) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.wake.Broadcast()
}

func (s *stream) closeRead() {
	s.change(func() {
		s.readerGone, s.chunks, s.size = true, nil, 0
		s.readUntil.stop()
	})
}

func (s *stream) closeWrite() {
	s.change(func() {
		s.writerGone = true
		s.writeUntil.stop()
	})
}

func (s *stream) cutOff() {
	s.change(func() { s.reset, s.chunks, s.size = true, nil, 0 })
}

func (s *stream) setRead(at time.Time) {
	s.change(func() { s.readUntil.set(at, func() { s.change(func() {}) }) })
}

func (s *stream) setWrite(at time.Time) {
	s.change(func() { s.writeUntil.set(at, func() { s.change(func() {}) }) })
}

// deadline is a moment with an alarm.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) set(at time.Time, alarm func()) {
	d.stop()
	d.at = at
	if !at.IsZero() {
		d.timer = time.AfterFunc(time.Until(at), alarm)
	}
}

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.timer = nil
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }
