package amitest

import (
	"net"
	"net/http"

	"github.com/asterisk-go/asterisk-go/internal/manager"
)

// ServeHTTP answers at rawman as Asterisk's HTTP server does, for a client of
// package ajam with cookies; below any prefix. Each cookie is a session, which
// the script plays as it plays a connection: what it emits is kept for
// WaitEvent, and when it ends the session is gone. It fits net/http/httptest;
// see also [Server.HTTPClient].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.web.ServeHTTP(w, r) }

// connect begins a session of HTTP.
func (s *Server) connect() (net.Conn, <-chan struct{}, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, false
	}
	client, server := PipeSize(s.Buffer)
	return client, s.play(server).ctx.Done(), true
}

// HTTPClient returns a client whose requests all reach [Server.ServeHTTP] in
// memory, whatever their URL; it works in a testing/synctest bubble. After
// Close its requests fail as those to a dead server do.
func (s *Server) HTTPClient() *http.Client { return manager.HTTPClient(s, s.begin) }

// begin runs f on a goroutine that Close waits for, unless it was called.
func (s *Server) begin(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	// Ends with the request, at the latest when Close cuts its session.
	s.tasks.Go(f)
	return true
}
