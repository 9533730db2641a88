package ajam

import (
	"context"
	"net"
	"net/http"
	"time"
)

// newHTTPClient is a copy of the user's client, or one of our own, that follows no
// redirects, for they would carry a login elsewhere, and keeps no cookies. It
// returns the transport if that is our own.
func newHTTPClient(s *settings) (*http.Client, *http.Transport) {
	var client http.Client
	var own *http.Transport
	if s.httpClient != nil {
		client = *s.httpClient
	} else {
		own = newTransport(s)
		client.Transport = own
	}
	client.Jar = nil
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client, own
}

// newTransport is one like the default that keeps a connection for each action
// in flight, for less long than Asterisk does (session_keep_alive in http.conf):
// what is sent on a connection that was just closed has an unknown outcome.
func newTransport(s *settings) *http.Transport {
	t := &http.Transport{
		DialContext:           dialWithin(s),
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
	return t
}

// dialWithin is Dial with its timeout.
func dialWithin(s *settings) func(ctx context.Context, network, address string) (net.Conn, error) {
	dial, timeout := s.Dial, s.DialTimeout
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return dial(ctx, network, address)
	}
}
