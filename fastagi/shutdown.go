package fastagi

import (
	"context"
	"errors"
)

// Shutdown ends the server without cutting a call: it closes the listeners,
// and waits until the handlers of all calls that were accepted have returned,
// those too that wait for MaxSessions. When ctx ends first, it returns why; the
// calls then go on, and Close cuts them. After Close it waits for the handlers
// that Close left behind.
func (s *Server) Shutdown(ctx context.Context) error {
	l := s.begin()
	err := s.stop(l)
	select {
	case <-l.drained:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close ends the server at once: it closes the listeners and all connections,
// with the failure line for calls whose handler runs, and ends the contexts of
// the handlers with the cause [ErrServerClosed]. It does not wait for them, so a
// handler may call it.
func (s *Server) Close() error {
	l := s.begin()
	err := s.stop(l)
	l.cancel(ErrServerClosed)
	s.mu.Lock()
	conns := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		c.cut()
	}
	return err
}

// stop closes the listeners, the first time it is called.
func (s *Server) stop(l *life) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil
	}
	s.closing = true
	close(l.closing)
	if len(s.conns) == 0 {
		close(l.drained)
	}
	var errs []error
	for listener := range s.listeners {
		errs = append(errs, (*listener).Close())
	}
	return errors.Join(errs...)
}
