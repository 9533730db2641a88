package fastagi_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// way is one that calls can come by.
type way struct {
	name   string
	listen func(t *testing.T) net.Listener
	dial   func(addr net.Addr) (net.Conn, error)
}

func dial(addr net.Addr) (net.Conn, error) { return net.Dial(addr.Network(), addr.String()) }

func tcp(t *testing.T) net.Listener { return listen(t, "tcp", "127.0.0.1:0") }

func listen(t *testing.T, network, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func ways() []way {
	return []way{
		{"TCP", tcp, dial},
		{"Unix", func(t *testing.T) net.Listener { return listen(t, "unix", filepath.Join(t.TempDir(), "agi")) }, dial},
		{"TLS", func(t *testing.T) net.Listener { return tls.NewListener(tcp(t), certified(t)) },
			func(addr net.Addr) (net.Conn, error) {
				return tls.Dial(addr.Network(), addr.String(), &tls.Config{InsecureSkipVerify: true})
			}},
	}
}

// certified signs for itself: the tests' clients believe anyone.
func certified(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{signed}, PrivateKey: key}}}
}

// open serves handler until the test ends.
func (w way) open(t *testing.T, handler agi.Handler) net.Addr {
	t.Helper()
	listener := w.listen(t)
	server := &fastagi.Server{Handler: handler}
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
		if err := server.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		if err := <-served; err != fastagi.ErrServerClosed {
			t.Errorf("Serve() = %v, want %v", err, fastagi.ErrServerClosed)
		}
	})
	return listener.Addr()
}

func TestConformance(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			agitest.TestConn(t, func(t *testing.T, handler agi.Handler) agitest.Peer {
				conn, err := w.dial(w.open(t, handler))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.WriteString(conn, "agi_network: yes\nagi_request: agi://x\nagi_version: 22.10.1\n\n"); err != nil {
					t.Fatal(err)
				}
				return agitest.NewPeer(conn)
			}, nil)
		})
	}
}

func TestFailureArrives(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			conn, err := w.dial(w.open(t, nil))
			if err != nil {
				t.Fatal(err)
			}
			call := agitest.New(t, conn, &agitest.Config{Automatic: true})
			if err := call.Wait(); err != agitest.ErrFailure {
				t.Errorf("Wait() = %v, want %v", err, agitest.ErrFailure)
			}
		})
	}
}
