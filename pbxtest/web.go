package pbxtest

import (
	"net"
	"net/http"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/memconn"
)

// ServeHTTP is the manager over HTTP: rawman with cookies, below any prefix, as package ajam uses it; other paths are not found. It fits
// net/http/httptest; see also [PBX.HTTPClient].
func (p *PBX) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.web.ServeHTTP(w, r) }

// HTTPClient returns a client whose requests all reach [PBX.ServeHTTP] in memory, whatever their URL; it works in a bubble of
// testing/synctest. After Close its requests fail as those to a dead server do.
func (p *PBX) HTTPClient() *http.Client { return manager.HTTPClient(p, p.begin) }

// connect begins a session of HTTP.
func (p *PBX) connect() (net.Conn, <-chan struct{}, bool) {
	client, server := memconn.Pipe(0)
	s, err := p.serve(server)
	if err != nil {
		return nil, nil, false
	}
	return webConn{client, s}, s.done, true
}

// webConn is the client's end of a session of HTTP.
type webConn struct {
	net.Conn
	session *session
}

// Keep counts what waits for WaitEvent.
func (c webConn) Keep(bytes int) { c.session.keep(bytes) }

// begin runs a function on a goroutine that Close waits for, unless it was called.
func (p *PBX) begin(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	// Ends with its connection or request, at the latest when Close cuts the session.
	p.tasks.Go(f)
	return true
}
