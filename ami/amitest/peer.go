package amitest

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go/internal/manager"
)

// Peer is the manager's side of one connection. Banner, Login, LoginAs, Next,
// Expect, Serve and Fatalf belong to the script's goroutine; all else may be
// called from anywhere, so a test may keep the Peer and emit events of its own.
// What writes does nothing once the connection has ended.
type Peer struct {
	server  *Server
	conn    net.Conn
	number  int
	input   *manager.Reader
	ctx     context.Context // of the connection: its end is what Context reports
	cancel  context.CancelFunc
	writing chan struct{} // holds a token while someone writes; a mutex would stop synctest's clock
	session session       // of the script's goroutine alone

	loggedIn atomic.Bool // for Server.Emit

	mu       sync.Mutex // guards what follows
	handlers map[string]func(*Peer, Action)
	received []Action
	stalled  chan struct{} // closed by Resume; nil while nothing is stalled
	budget   int           // bytes until the cut; negative means no cut
}

func newPeer(s *Server, conn net.Conn, number int) *Peer {
	p := &Peer{
		server: s, conn: conn, number: number, budget: -1,
		writing: make(chan struct{}, 1), handlers: defaultHandlers(),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.input = manager.NewReader(stallingReader{p})
	return p
}

// Number returns which connection of its server this is; the first is 1.
func (p *Peer) Number() int { return p.number }

// Context ends with the connection, as soon as the Peer knows of that end: it
// was cut, a read met the client's end, a write failed, or the server closed.
// A script that waits for anything but the client must watch it.
func (p *Peer) Context() context.Context { return p.ctx }

// Received returns what the client has sent so far, without what broke the
// manager's limits.
func (p *Peer) Received() []Action {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Action(nil), p.received...)
}

// Handle sets what answers the actions of one name, in place of the answer
// there was; nil leaves it without. The handler runs on the script's goroutine,
// in Serve, Expect and Login, and may use all of the Peer. A client that a
// handler for Login does not cut off is logged in.
func (p *Peer) Handle(name string, handler func(p *Peer, a Action)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handlers[handlerKey(name)] = handler
}

func (p *Peer) handler(name string) func(*Peer, Action) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.handlers[handlerKey(name)]
}

// Fatalf records that an expectation failed, for [Server.Err], and ends the
// script as runtime.Goexit does.
func (p *Peer) Fatalf(format string, args ...any) {
	p.server.fail(fmt.Errorf("amitest: connection %d: %w", p.number, fmt.Errorf(format, args...)))
	runtime.Goexit()
}
