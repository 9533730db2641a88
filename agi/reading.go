package agi

import (
	"bytes"
	"errors"
	"os"
	"time"
)

// reading is who reads a stream. Whoever sends a command reads its reply too,
// if that comes soon, because waking another goroutine for each reply costs as
// much as the reply itself. Only when a command takes long, or the handler sends
// none for a while, a goroutine in the background reads, for the hangup.
type reading int

const (
	nobody     reading = iota
	sender             // of the command that is running, until soon is over
	background         // until it has a reply
	finished           // the stream has ended
)

// soon is how long a sender reads, or twice that. It takes at most twice as long
// until a hangup between two commands is noticed.
const soon = 5 * time.Millisecond

// readDeadlines is what the sender's reading needs. What has none, such as
// stdin, is read in the background from the start.
type readDeadlines interface{ SetReadDeadline(time.Time) error }

// Start is called by [Serve]. From now on the stream is read.
func (s *Stream) Start(to Receiver) {
	s.to = to
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deadlines != nil && s.deadlines.SetReadDeadline(time.Time{}) == nil {
		s.notice = time.AfterFunc(soon, s.lookOut)
		return
	}
	s.deadlines = nil
	s.reading = background
	// Ends with the stream; Wait waits for it.
	go s.read()
}

// Wait returns once nothing reads from the stream any more. Close it first.
func (s *Stream) Wait() {
	s.mu.Lock()
	s.ending = true
	if s.notice != nil {
		s.notice.Stop()
	}
	reads := s.reading != nobody
	s.mu.Unlock()
	if reads {
		<-s.done
	}
}

// beginCommand reports whether the sender of a command is to read.
func (s *Stream) beginCommand(c Command) (reads bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.command = c
	s.sent++
	if s.reading != nobody || s.ending {
		return false
	}
	s.reading = sender
	return true
}

// receive reads a reply on the sender's goroutine: one that comes soon, and is
// one line with nothing behind it. All else is left to the background.
func (s *Stream) receive() {
	s.limitReading()
	_, err := s.r.Peek(1)
	switch {
	case err == nil:
		if text, ok := s.takeLine(); ok {
			s.pass(nobody)
			s.to.Reply(text)
			return
		}
	case !errors.Is(err, os.ErrDeadlineExceeded):
		s.finish(err)
		return
	}
	s.unlimitReading()
	s.pass(background)
	// Ends with the reply; Wait waits for it.
	go s.read()
}

// takeLine takes the only line that has come, if it is a whole reply.
func (s *Stream) takeLine() (string, bool) {
	come, _ := s.r.Peek(s.r.Buffered()) // it reads nothing, and can't fail
	end := len(come) - 1
	if bytes.IndexByte(come, '\n') != end || !isReply(come[:end], s.command) {
		return "", false
	}
	text := string(come[:end])
	_, _ = s.r.Discard(len(come)) // as it is there
	return text, true
}

// lookOut runs now and then while the background does not read, and begins to
// when no command has been sent since it ran last.
func (s *Stream) lookOut() {
	s.mu.Lock()
	quiet := s.sent == s.seen
	s.seen = s.sent
	looks := s.reading == nobody && quiet && !s.ending
	switch {
	case s.ending: // it may have fired while Wait stopped it
	case looks:
		s.reading = background
	case s.reading == nobody || s.reading == sender:
		s.notice.Reset(soon)
	}
	s.mu.Unlock()
	if looks {
		s.unlimitReading()
		s.read()
	}
}

// read is the background's.
func (s *Stream) read() {
	for {
		line, err := s.readLine()
		if err != nil {
			s.finish(err)
			return
		}
		text, ok := s.afterHangups(line)
		if !ok {
			continue
		}
		reply, err := s.readReply(text)
		if err != nil {
			s.finish(err)
			return
		}
		done := s.rest()
		s.to.Reply(reply)
		if done {
			return
		}
	}
}

// rest ends the reading in the background after a reply, unless there is more to
// read, or nobody else who does.
func (s *Stream) rest() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deadlines == nil || s.ending || s.r.Buffered() > 0 {
		return false // what comes after the end is read until it ends: see Wait
	}
	s.reading = nobody
	s.notice.Reset(soon)
	return true
}

// pass says who reads from now on, in the place of the caller.
func (s *Stream) pass(to reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reading = to
	if to == nobody && s.ending {
		close(s.done) // Wait may wait for it
	}
}

// limitReading has the next read end after soon, or a little later: a deadline
// that is still far is left as it is.
func (s *Stream) limitReading() {
	now := time.Now()
	if s.until.Sub(now) < soon {
		s.setDeadline(now.Add(2 * soon))
	}
}

func (s *Stream) unlimitReading() { s.setDeadline(time.Time{}) }

func (s *Stream) setDeadline(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ending {
		s.until = at
		_ = s.deadlines.SetReadDeadline(at) // it worked at the start; a closed stream is noticed by reading
	}
}

func (s *Stream) finish(err error) {
	s.pass(finished)
	s.to.End(err)
	close(s.done)
}
