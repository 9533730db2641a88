package fastagi

import (
	"fmt"
	"net"
	"time"
)

// Serve accepts connections of listener, be it TCP, TLS, a Unix socket or
// anything else, and serves each on a goroutine of its own. It returns when the
// server or the listener is closed, with [ErrServerClosed] after Shutdown or
// Close, and closes listener.
//
// Only a listener that is closed ends Serve by itself: one whose error is
// net.ErrClosed, or that of a file descriptor that does not listen any more.
// After any other error, such as that of a system short of file descriptors or
// memory, or of a single connection, Serve tries again, up to a second later.
// It logs the first such error, the second, the fourth and so on.
func (s *Server) Serve(listener net.Listener) error {
	l := s.begin()
	if !s.track(&listener) {
		_ = listener.Close()
		return ErrServerClosed
	}
	defer s.untrack(&listener)
	defer listener.Close()
	for failures := 0; ; {
		began := time.Now()
		accepted, err := listener.Accept()
		switch {
		case err == nil:
			if failures > 0 {
				l.logger.Info("fastagi: accepting connections again", "failures", failures)
			}
			failures = 0
			s.start(accepted)
			if !l.isClosing() || l.drain(listener) {
				continue
			}
			return ErrServerClosed
		case l.isClosing():
			if time.Since(began) < drainPause/2 && l.drain(listener) {
				continue // the deadline was over before Accept could look
			}
			return ErrServerClosed
		case hasEnded(err):
			return fmt.Errorf("fastagi: accept: %w", err)
		}
		failures++
		pause := pauseAfter(failures)
		if failures&(failures-1) == 0 {
			l.logger.Warn("fastagi: can't accept connections", "error", err, "failures", failures, "again_in", pause)
		}
		l.pause(pause)
	}
}

// A listener that closes resets the connections that the system has accepted
// and Accept has not returned yet, which Asterisk takes for scripts that are
// done. So Shutdown lets Accept go on until nothing has come for drainPause, or
// drainLimit is over. What comes in the instant between the last look and the
// close is lost all the same.
const (
	drainPause = 20 * time.Millisecond
	drainLimit = time.Second
)

// drain lets Accept go on for a moment, if listener can do that.
func (l *lifecycle) drain(listener net.Listener) bool {
	deadline, ok := listener.(interface{ SetDeadline(time.Time) error })
	now := time.Now()
	return ok && now.Before(l.drainEnd) && deadline.SetDeadline(now.Add(drainPause)) == nil
}

func (l *lifecycle) isClosing() bool {
	select {
	case <-l.closing:
		return true
	default:
		return false
	}
}

func (s *Server) track(listener *net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.listeners[listener] = struct{}{}
	return true
}

func (s *Server) untrack(listener *net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, listener)
	s.checkDrained()
}

// start serves a connection, unless the server has closed meanwhile.
func (s *Server) start(accepted net.Conn) {
	s.mu.Lock()
	c := &conn{server: s, lifecycle: s.lifecycle, Conn: accepted}
	closed := s.closed
	if !closed {
		s.conns[c] = struct{}{}
	}
	s.mu.Unlock()
	if closed {
		_ = accepted.Close()
		return
	}
	// Ends with its handler, or when the environment does not come; Shutdown
	// waits for it.
	go c.serve()
}

func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	s.checkDrained()
}

// checkDrained is called when something has gone that Shutdown waits for. It
// closes drained at most once: nothing is added after closing. The caller holds
// mu.
func (s *Server) checkDrained() {
	if s.closing && len(s.listeners) == 0 && len(s.conns) == 0 {
		close(s.lifecycle.drained)
	}
}
