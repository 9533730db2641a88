package ami

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// open makes the connection, with TLS when it is configured.
func open(ctx context.Context, address string, config *settings) (net.Conn, error) {
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
	return session.Certificate(err, "put the CA of tlscertfile into Config.TLS.RootCAs", "set Config.TLS.ServerName to a name in the certificate")
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

// wire is the connection, and how much of what was sent it took.
type wire struct {
	net.Conn
	secure   bool      // it is TLS
	recorded *recorded // it again, when it is recorded
	stats    *session.Counts
	accepted atomic.Int64 // bytes
	end      sync.Once    // of ending the record
}

func newWire(connection net.Conn, config *settings, stats *session.Counts) *wire {
	w := &wire{Conn: connection, stats: stats}
	_, w.secure = connection.(*tls.Conn)
	if config.Recorder != nil {
		w.recorded = record(connection, config.Recorder)
		w.Conn = w.recorded
	}
	return w
}

// ended ends the record.
func (w *wire) ended() {
	if w.recorded != nil {
		w.end.Do(w.recorded.end)
	}
}

// write sends what waits, as many actions in one piece as there are.
func (c *Conn) write() {
	var buf []byte
	for {
		select {
		case <-c.pending.Unsent():
		case <-c.life.Done():
			return
		}
		runtime.Gosched() // whoever is about to send goes first: one write for all of them
		var actions int
		buf, actions = c.pending.Take(buf[:0], time.Now())
		c.stats.Actions.Add(int64(actions))
		if err := c.wire.send(buf); err != nil {
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
func (w *wire) send(buf []byte) error {
	for len(buf) > 0 {
		piece := buf
		if w.secure {
			piece = buf[:bytes.IndexByte(buf, '\n')+1]
		}
		n, err := w.Write(piece)
		w.accepted.Add(int64(n))
		w.stats.BytesOut.Add(int64(n))
		if err != nil {
			return err
		}
		buf = buf[len(piece):]
	}
	return nil
}
