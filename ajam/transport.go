package ajam

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// ownTransport is that of a client without an HTTPClient of the user's.
type ownTransport struct {
	*http.Transport
	dialer *dialer
}

// newHTTPClient is a copy of the user's client, or one of our own, that follows no
// redirects, for they would carry a login elsewhere, and keeps no cookies. It
// returns the transport if that is our own.
func newHTTPClient(s *settings) (*http.Client, *ownTransport) {
	var client http.Client
	var own *ownTransport
	if s.httpClient != nil {
		client = *s.httpClient
	} else {
		own = newTransport(s)
		client.Transport = own.Transport
	}
	client.Jar = nil
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client, own
}

// newTransport is one like the default that keeps a connection for each action
// in flight, for less long than Asterisk does (session_keep_alive in http.conf):
// what is sent on a connection that was just closed has an unknown outcome.
func newTransport(s *settings) *ownTransport {
	d := &dialer{dial: s.Dial, timeout: s.DialTimeout}
	t := &http.Transport{
		DialContext:           d.dialContext,
		TLSClientConfig:       s.TLS.Clone(),
		TLSHandshakeTimeout:   s.DialTimeout,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true,
		MaxIdleConnsPerHost:   max(s.MaxInFlight, s.MaxInFlight+1), // the poll has one, too
		IdleConnTimeout:       5 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
	if !s.dials {
		t.Proxy = http.ProxyFromEnvironment
	}
	return &ownTransport{t, d}
}

// close ends idle connections and dials. It returns when the dials have ended.
func (t *ownTransport) close() {
	t.dialer.tasks.Stop()
	t.CloseIdleConnections() // cancels dials, too
	t.dialer.tasks.Wait()
}

// dialer dials within a timeout. A transport goes on dialling for a request
// that has ended, so the dialer knows what is left of that.
type dialer struct {
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	timeout time.Duration
	tasks   session.Tasks
}

func (d *dialer) dialContext(ctx context.Context, network, address string) (conn net.Conn, err error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	if !d.tasks.Run(func() { conn, err = d.dial(ctx, network, address) }) {
		return nil, net.ErrClosed
	}
	return conn, err
}
