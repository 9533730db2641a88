package fastagi

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/ended"
)

// Shutdown ends the server without cutting a call: it stops listening, and
// waits until the handlers of all accepted calls have returned, also of those
// that still wait for MaxSessions. If ctx ends first, it returns the cause; the
// calls then go on, and Close ends them. After Close, Shutdown waits for the
// handlers that still run.
func (s *Server) Shutdown(ctx context.Context) error {
	l := s.begin()
	s.stop(l)
	select {
	case <-l.drained:
		return nil
	case <-ctx.Done():
		return ended.Error(ctx)
	}
}

// Close ends the server at once: it closes the listeners and all connections,
// with the failure line for calls, also for those that wait for MaxSessions or
// whose environment is being read, and ends the contexts of the handlers with the cause
// [ErrServerClosed]. It does not wait for them, so a handler may call it.
func (s *Server) Close() error {
	l := s.begin()
	s.stop(l)
	l.cancel(ErrServerClosed)
	s.mu.Lock()
	conns := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	s.closed = true
	var errs []error
	for listener := range s.listeners {
		if err := (*listener).Close(); !errors.Is(err, net.ErrClosed) { // by stop, or by Serve
			errs = append(errs, err)
		}
	}
	s.mu.Unlock()
	for _, c := range conns {
		c.cut()
	}
	return errors.Join(errs...)
}

// stop ends accepting, the first time it is called.
func (s *Server) stop(l *lifecycle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return
	}
	s.closing = true
	l.drainEnd = time.Now().Add(drainLimit)
	close(l.closing)
	s.checkDrained()
	for listener := range s.listeners {
		if !l.drain(*listener) {
			_ = (*listener).Close() // Serve closes it too, and returns
		}
	}
}
