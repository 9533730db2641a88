package agi

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

var (
	errNoReply  = errors.New("no reply within the grace after the hangup")
	errNoTurn   = errors.New("the command before has not ended within the grace after the hangup")
	errReturned = errors.New("its handler has returned")
)

// receiver is the side of a [Session] that its connection sees.
type receiver Session

// Reply is described at [Receiver].
func (r *receiver) Reply(text string) {
	s := (*Session)(r)
	if s.expectNothing() {
		s.replies <- text // has a place: one reply is taken for one command
		return
	}
	s.end(outOfStep(text))
}

// outOfStep says what came. Of a line that Asterisk does not know as a command
// a program has often written more than it knows.
func outOfStep(text string) error {
	line, _, _ := strings.Cut(text, "\n")
	if ParseReply(text).Code == codeInvalid {
		return fmt.Errorf("%w: %.80q (has the program written to stdout?)", ErrOutOfStep, line)
	}
	return fmt.Errorf("%w: %.80q", ErrOutOfStep, line)
}

// Hangup is described at [Receiver].
func (r *receiver) Hangup() {
	r.hungUp.Store(true)
	r.cancel(ErrHangup)
}

// suspectHangup says that what comes of the reply that is due holds a line that
// looks like the notice of a hangup. It may be a part of a value, which comes
// whole then. If no more comes, it was the notice. That takes the usual grace at
// least: a caller's line must not end a call for a shorter one.
func (r *receiver) suspectHangup() {
	s := (*Session)(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.replyDue || s.suspicion != nil || s.cause != nil {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(max(s.grace, DefaultHangupGrace), func() {
		s.mu.Lock()
		holds := s.suspicion == timer
		s.mu.Unlock()
		if holds {
			r.Hangup()
			s.end(errNoReply)
		}
	})
	s.suspicion = timer
}

// End is described at [Receiver].
func (r *receiver) End(cause error) { (*Session)(r).end(cause) }

// expect says that a reply is due from now on, unless the session has ended.
func (s *Session) expect() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cause != nil {
		return s.cause
	}
	s.replyDue = true
	return nil
}

// expectNothing reports whether a reply was due.
func (s *Session) expectNothing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	due := s.replyDue
	s.replyDue = false
	s.trust()
	return due
}

// trust ends a suspicion: the reply has come, or the session has ended. The
// caller holds mu.
func (s *Session) trust() {
	if s.suspicion != nil {
		s.suspicion.Stop()
		s.suspicion = nil
	}
}

// end is the only place where a session ends. The first cause stays.
func (s *Session) end(cause error) {
	if cause == nil {
		cause = io.EOF
	}
	if s.hungUp.Load() && !errors.Is(cause, ErrHangup) {
		cause = fmt.Errorf("%w: %w", ErrHangup, cause)
	}
	s.mu.Lock()
	ended := s.cause != nil
	if !ended {
		s.cause = cause
		s.trust()
	}
	s.mu.Unlock()
	if !ended {
		s.cancel(&endError{cause}) // first: who has the error of a command finds the context ended
		close(s.done)
	}
}

// endError is the cause of the end of a handler's context: ErrClosed, and why.
type endError struct{ cause error }

func (e *endError) Error() string   { return fmt.Sprintf("%v: %v", ErrClosed, e.cause) }
func (e *endError) Unwrap() []error { return []error{ErrClosed, e.cause} }

func (s *Session) endCause() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cause
}
