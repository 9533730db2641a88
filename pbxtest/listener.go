package pbxtest

import (
	"context"
	"net"
	"sync"
	"syscall"

	"github.com/asterisk-go/asterisk-go/internal/memconn"
)

// ListenAGI returns a listener at which the calls of AGI(agi://...) arrive in memory, whatever their host is, so that a FastAGI server works in a
// bubble of testing/synctest: server.Serve(pbx.ListenAGI()). It comes before Config.Dial, and replaces the listener of an earlier ListenAGI. Its end, by its own
// Close or that of the PBX, has such calls fail as those to a server that is down.
func (p *PBX) ListenAGI() net.Listener {
	l := &agiListener{conns: make(chan net.Conn), done: make(chan struct{})}
	l.end = sync.OnceFunc(func() { close(l.done) })
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		l.end()
		return l
	}
	p.listeners = append(p.listeners, l)
	p.config.Dial = l.dial
	return l
}

// agiListener accepts what dial dials.
type agiListener struct {
	conns chan net.Conn
	done  chan struct{} // closed by Close
	end   func()        // closes it, once
}

func (l *agiListener) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	client, server := memconn.Pipe(0)
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *agiListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *agiListener) Close() error {
	l.end()
	return nil
}

func (l *agiListener) Addr() net.Addr { return memconn.ServerAddr }
