package ami_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// authority is a CA with a certificate for pbx.test.
type authority struct {
	pool   *x509.CertPool
	server tls.Certificate
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pbx"}, DNSNames: []string{"pbx.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a := authority{x509.NewCertPool(), tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}
	a.pool.AddCert(certificate)
	return a
}

// serveTLS is serve behind TLS on a loopback port.
func (a authority) serveTLS(t *testing.T, script amitest.Script) (srv *amitest.Server, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv = serve(t, script)
	secure := tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{a.server}})
	// Ends with the server.
	go func() { _ = srv.Serve(secure) }()
	return srv, listener.Addr().String()
}

// TLS checks host names, takes a CA of one's own, and says what to set when it
// fails.
func TestTLS(t *testing.T) {
	ca := newAuthority(t)
	_, address := ca.serveTLS(t, nil)
	notTLS, err := amitest.Listen(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = notTLS.Close() })
	for subject, test := range map[string]struct {
		address string
		tls     *tls.Config
		says    string // empty for success
	}{
		"own CA and name": {address, &tls.Config{RootCAs: ca.pool, ServerName: "pbx.test"}, ""},
		"wrong name":      {address, &tls.Config{RootCAs: ca.pool, ServerName: "other.test"}, "Config.TLS.ServerName"},
		"an address":      {address, &tls.Config{RootCAs: ca.pool}, "Config.TLS.ServerName"},
		"unknown CA":      {address, &tls.Config{ServerName: "pbx.test"}, "Config.TLS.RootCAs"},
		"not TLS":         {notTLS.Addr(), &tls.Config{RootCAs: ca.pool, ServerName: "pbx.test"}, "tlsbindaddr"},
	} {
		conn, err := ami.Dial(t.Context(), test.address, &ami.Config{Username: "u", Secret: secret, TLS: test.tls})
		if test.says != "" {
			wantError(t, subject+": Dial", err, nil, test.says, "connect to "+test.address)
			continue
		}
		if err != nil {
			t.Errorf("%s: Dial = %v", subject, err)
			continue
		}
		mustPing(t, conn)
		_ = conn.Close()
	}
	_, err = ami.Dial(t.Context(), address, &ami.Config{Username: "u", Secret: secret, LoginTimeout: 50 * time.Millisecond})
	wantError(t, "Dial without TLS", err, nil, "Config.TLS")
}

// records counts the TLS records that are written, each in one Write.
type records struct {
	net.Conn
	mu    sync.Mutex // guards sizes
	sizes []int
}

func (r *records) Write(p []byte) (int, error) {
	r.mu.Lock()
	for left := p; len(left) > 5; {
		size := int(left[3])<<8 | int(left[4])
		r.sizes = append(r.sizes, size)
		left = left[min(len(left), 5+size):]
	}
	r.mu.Unlock()
	return r.Conn.Write(p)
}

func (r *records) take() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	sizes := r.sizes
	r.sizes = nil
	return sizes
}

// A header goes in a TLS record of its own: Asterisk does not see what it has
// already decrypted.
func TestALinePerTLSRecord(t *testing.T) {
	ca := newAuthority(t)
	_, address := ca.serveTLS(t, behindLogin(func(p *amitest.Peer) { p.Success(p.Expect("Big")) }))
	var wire *records
	conn, err := ami.Dial(t.Context(), address, &ami.Config{
		Username: "u", Secret: secret, TLS: &tls.Config{RootCAs: ca.pool, ServerName: "pbx.test"},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			wire = &records{Conn: conn}
			return wire, err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	wire.take()
	mustDo(t, conn, "Big", headersOf(20, 500)...)
	sizes := wire.take()
	if want := 2 + 20 + 1; len(sizes) != want { // Action, ActionID, headers, the empty line
		t.Errorf("%d records were written, want %d", len(sizes), want)
	}
	for _, size := range sizes {
		if size > 1024 {
			t.Errorf("a record of %d bytes, want at most 1024", size)
		}
	}
	mustPing(t, conn)
}

func headersOf(n, size int) []string {
	var keyValues []string
	for range n {
		keyValues = append(keyValues, "Key", strings.Repeat("x", size))
	}
	return keyValues
}
