package amitest

import (
	"crypto/tls"
	"net"

	"github.com/asterisk-go/asterisk-go/internal/memconn"
)

// Cut closes the connection in both directions. The client can still read
// what was written before.
func (p *Peer) Cut() {
	p.cancel()
	_ = p.conn.Close()
}

// CutAfter cuts the connection when n more bytes have been written, in the
// middle of a line if need be; zero or less cuts at once.
func (p *Peer) CutAfter(n int) {
	if n <= 0 {
		p.Cut()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.budget = n
}

// Reset breaks the connection as a TCP RST does: the client's calls fail, and
// bytes it has not read may be lost.
func (p *Peer) Reset() {
	conn := p.conn
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	switch c := conn.(type) {
	case *memconn.Conn:
		c.Reset()
	case *net.TCPConn:
		_ = c.SetLinger(0)
		_ = c.Close() // before a TLS connection says goodbye
	}
	p.Cut()
}

// Stall makes the manager hang, as SIGSTOP does: it reads and writes nothing
// more, and the bytes of the client pile up. It returns at once; whatever next
// reads or writes waits, until Resume or the connection's end.
func (p *Peer) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stalled == nil {
		p.stalled = make(chan struct{})
	}
}

// Resume ends a Stall, if there is one.
func (p *Peer) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stalled != nil {
		close(p.stalled)
		p.stalled = nil
	}
}

// pass waits while the Peer is stalled, and reports whether the connection
// still lives.
func (p *Peer) pass() bool {
	for {
		p.mu.Lock()
		stalled := p.stalled
		p.mu.Unlock()
		if stalled == nil {
			return p.ctx.Err() == nil
		}
		select {
		case <-stalled:
		case <-p.ctx.Done():
			return false
		}
	}
}

// stallingReader also waits after a read, for the Stall that came during it.
type stallingReader struct{ p *Peer }

func (r stallingReader) Read(b []byte) (int, error) {
	if !r.p.pass() {
		return 0, net.ErrClosed
	}
	n, err := r.p.conn.Read(b)
	if !r.p.pass() {
		return 0, net.ErrClosed
	}
	return n, err
}
