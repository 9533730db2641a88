package fastagi

import (
	"errors"
	"fmt"
	"net"
	"time"
)

const (
	firstPause   = 5 * time.Millisecond
	longestPause = time.Second
)

// Serve accepts connections of listener, be it TCP, TLS, a Unix socket or
// anything else, and serves each on a goroutine of its own. It returns when the
// server or the listener is closed, with [ErrServerClosed] after Shutdown or
// Close, and closes listener. When the system is short of file descriptors or
// memory it tries again, ever more slowly.
func (s *Server) Serve(listener net.Listener) error {
	defer listener.Close()
	l := s.begin()
	if !s.track(&listener) {
		return ErrServerClosed
	}
	defer s.untrack(&listener)
	for pause := time.Duration(0); ; {
		accepted, err := listener.Accept()
		switch {
		case err == nil:
			pause = 0
			s.start(accepted)
			continue
		case l.isClosing():
			return ErrServerClosed
		case !temporary(err):
			return fmt.Errorf("fastagi: accept: %w", err)
		}
		pause = min(max(firstPause, 2*pause), longestPause)
		l.logger.Warn("fastagi: can't accept connections", "err", err, "again_in", pause)
		l.pause(pause)
	}
}

// temporary is what net knows of errors such as EMFILE and ECONNABORTED.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

// pause waits, unless the server closes.
func (l *life) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.closing:
	}
}

func (l *life) isClosing() bool {
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
}

// start serves a connection, unless the server has closed meanwhile.
func (s *Server) start(accepted net.Conn) {
	s.mu.Lock()
	c := &conn{server: s, life: s.life, Conn: accepted}
	closing := s.closing
	if !closing {
		s.conns[c] = struct{}{}
	}
	s.mu.Unlock()
	if closing {
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
	if s.closing && len(s.conns) == 0 {
		close(s.life.drained)
	}
}
