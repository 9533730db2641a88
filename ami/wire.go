package ami

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// open makes the connection, with TLS when it is configured.
func open(ctx context.Context, address string, config *Config) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, config.DialTimeout)
	defer cancel()
	wire, err := config.Dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if config.TLS == nil {
		return wire, nil
	}
	settings := config.TLS.Clone()
	if settings.ServerName == "" {
		settings.ServerName, _, _ = net.SplitHostPort(address)
	}
	secure := tls.Client(wire, settings)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = wire.Close()
		return nil, tlsError(err)
	}
	return secure, nil
}

// tlsError names the setting that mends the usual mistakes.
func tlsError(err error) error {
	if strings.Contains(err.Error(), "first record does not look like a TLS handshake") {
		return show.Advice(err, "is this the port of tlsbindaddr in manager.conf?")
	}
	return show.Certificate(err, "put the CA of tlscertfile into Config.TLS.RootCAs", "set Config.TLS.ServerName to a name in the certificate")
}

// withPort adds AMI's own port to an address that has none.
func withPort(address string, secure bool) string {
	if _, _, err := net.SplitHostPort(address); err == nil {
		return address
	}
	port := "5038"
	if secure {
		port = "5039"
	}
	return net.JoinHostPort(strings.Trim(address, "[]"), port)
}

// source is what the transport.Reader reads. Before it waits for more it lets
// the consumers of what was read before have it, and after it has more it
// takes the time, once for all events of a read.
type source struct {
	conn     net.Conn
	hub      *event.Hub
	stats    *counters
	began    time.Time
	received time.Time    // of the last read; the reader's goroutine only
	at       atomic.Int64 // the same, for keepAlive, as what has passed since began
}

// heard is when the peer was last heard, by the monotonic clock: somebody may
// set the other.
func (s *source) heard() time.Time { return s.began.Add(time.Duration(s.at.Load())) }

func (s *source) Read(p []byte) (int, error) {
	s.hub.Flush()
	n, err := s.conn.Read(p)
	s.received = time.Now()
	s.at.Store(int64(s.received.Sub(s.began)))
	s.stats.bytesIn.Add(int64(n))
	return n, err
}

// write sends what waits, as many actions in one piece as there are.
func (c *Conn) write() {
	var buf []byte
	for {
		select {
		case <-c.unsent:
		case <-c.dying:
			return
		}
		runtime.Gosched() // whoever is about to send goes first: one write for all of them
		batch := c.flight.take(time.Now())
		buf = buf[:0]
		for _, r := range batch {
			buf = append(buf, r.message...)
			r.message = nil
		}
		c.stats.actions.Add(int64(len(batch)))
		if err := c.send(buf); err != nil {
			c.fail(fmt.Errorf("ami: write: %w", err))
			return
		}
		if cap(buf) > 64<<10 {
			buf = nil
		}
	}
}

// send writes buf; over TLS a line in each record, for Asterisk polls the
// socket below TLS and does not see what it has already decrypted
// (main/manager.c, get_input).
func (c *Conn) send(buf []byte) error {
	for len(buf) > 0 {
		piece := buf
		if c.secure {
			piece = buf[:bytes.IndexByte(buf, '\n')+1]
		}
		n, err := c.wire.Write(piece)
		c.accepted.Add(int64(n))
		c.stats.bytesOut.Add(int64(n))
		if err != nil {
			return err
		}
		buf = buf[len(piece):]
	}
	return nil
}
