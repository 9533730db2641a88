package amitest

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/memconn"
)

// Script plays the manager on one connection, on a goroutine of its own. When
// it returns, its connection is closed.
type Script func(p *Peer)

// Server accepts connections and runs a script on each. All methods are safe
// for concurrent use.
type Server struct {
	// Buffer is how many bytes may lie unread in each direction of a memory
	// connection before a write waits; zero means 1 MiB. Set it before Dial.
	Buffer int

	script Script
	tasks  sync.WaitGroup
	web    manager.Web

	mu          sync.Mutex // guards what follows
	listeners   []net.Listener
	peers       map[*Peer]struct{}
	connections int
	closed      bool
	err         error
}

// NewServer returns a server in memory, reached by [Server.Dial]. A nil script
// logs every client in and answers by handlers. In a test use [Start], which
// looks at the error of Close.
func NewServer(script Script) *Server {
	if script == nil {
		script = func(p *Peer) {
			p.Login()
			p.Serve()
		}
	}
	s := &Server{script: script, peers: make(map[*Peer]struct{})}
	s.web = manager.Web{Connect: s.connect, Go: s.begin, Version: asteriskVersion}
	return s
}

// Listen is [NewServer] that also serves TCP, on a free port of 127.0.0.1. A
// test must look at the error of Close.
func Listen(script Script) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := NewServer(script)
	s.listeners = append(s.listeners, listener)
	// accept ends when the listener closes; Close waits for it.
	s.tasks.Go(func() { _ = s.accept(listener) })
	return s, nil
}

// Serve accepts connections of a test's own listener, with TLS for example,
// until Close, which closes it; it then returns net.ErrClosed. Any other error
// is the listener's.
func (s *Server) Serve(listener net.Listener) error {
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.listeners = append(s.listeners, listener)
	}
	s.mu.Unlock()
	if closed {
		_ = listener.Close()
		return net.ErrClosed
	}
	return s.accept(listener)
}

func (s *Server) accept(listener net.Listener) error {
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return net.ErrClosed
		}
		if err != nil {
			return err
		}
		if !s.start(conn) {
			_ = conn.Close()
		}
	}
}

// Addr returns the address of the first listener, or one that only
// [Server.Dial] understands.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.listeners) == 0 {
		return memconn.ServerAddr.String()
	}
	return s.listeners[0].Addr().String()
}

// Dial connects in memory, whatever network and addr are. It fits
// ami.Config.Dial, and is refused after Close.
func (s *Server) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	client, server := PipeSize(s.Buffer)
	if !s.start(server) {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: memconn.Addr(addr), Err: syscall.ECONNREFUSED}
	}
	return client, nil
}

// Connections returns how many connections have been accepted so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// Err returns the first expectation that failed in any script, or nil.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close stops accepting, cuts all connections, and waits for the scripts,
// which is why a script must not call it. A script cut short by Close has not
// failed. Close returns [Server.Err].
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	listeners, peers := s.listeners, make([]*Peer, 0, len(s.peers))
	for p := range s.peers {
		peers = append(peers, p)
	}
	s.mu.Unlock()
	for _, listener := range listeners {
		_ = listener.Close()
	}
	for _, p := range peers {
		p.Cut()
	}
	s.tasks.Wait()
	return s.Err()
}

func (s *Server) start(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.play(conn)
	return true
}

// play runs the script on a connection. It needs the mutex.
func (s *Server) play(conn net.Conn) *Peer {
	s.connections++
	p := newPeer(s, conn, s.connections)
	s.peers[p] = struct{}{}
	// A script ends when its connection does; Close cuts it and waits.
	s.tasks.Go(func() { s.run(p) })
	return p
}

func (s *Server) run(p *Peer) {
	defer s.forget(p)
	defer p.Cut()
	s.script(p)
}

func (s *Server) forget(p *Peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.peers, p)
}

func (s *Server) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && !s.closed {
		s.err = err
	}
}
