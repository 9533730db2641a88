package pbxtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/memconn"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// PBX is a simulated Asterisk, which [New] starts. All methods are safe for concurrent use.
type PBX struct {
	config Config
	users  map[string]*user
	began  time.Time
	tasks  sync.WaitGroup
	web    manager.Web

	mu        sync.Mutex // guards all below, and the machine
	machine   *pbx.Machine
	timer     *time.Timer // until something is due; nil before the first
	sessions  map[*session]struct{}
	lost      map[string]int     // events that shall be, by their names
	links     map[*link]struct{} // to programs of AGI
	handsets  map[string]*Handset
	calls     map[*Call]struct{} // of handsets, that have not ended
	random    *rand.Rand         // of challenges
	listeners []net.Listener
	accepted  int
	strangers int // sessions that have not logged in
	closed    bool

	unread atomic.Int64  // bytes that wait for all clients
	done   chan struct{} // closed by Close
}

// New starts a PBX in memory, which [PBX.Close] ends. The error names what is wrong in the Config: whatever is unknown, written twice, or out of
// range. A nil Config is the zero value. In a bubble of testing/synctest the PBX has that bubble's time, and must be closed in it.
func New(config *Config) (*PBX, error) {
	checked, users, err := config.checked()
	if err != nil {
		return nil, err
	}
	p := &PBX{
		config: checked, users: users, began: time.Now(), sessions: make(map[*session]struct{}), links: make(map[*link]struct{}), lost: make(map[string]int),
		done: make(chan struct{}), handsets: make(map[string]*Handset), calls: make(map[*Call]struct{}), random: rand.New(rand.NewPCG(checked.Seed, 1)),
	}
	p.web = manager.Web{Connect: p.connect, Go: p.begin, Version: checked.Version.String()}
	if err := p.makeMachine(); err != nil {
		return nil, err
	}
	if err := p.machine.Check(); err != nil {
		p.machine.Close()
		return nil, fmt.Errorf("pbxtest: %w", err)
	}
	p.do(func() { p.populate() })
	return p, nil
}

// makeMachine begins a machine on which nothing has happened.
func (p *PBX) makeMachine() error {
	machine, err := pbx.New(p.plan())
	if err != nil {
		return fmt.Errorf("pbxtest: %w", err)
	}
	p.machine = machine
	return nil
}

// populate has people, and handsets that were asked for, use the phones.
func (p *PBX) populate() {
	if p.config.people != nil {
		p.config.people(p.machine, p.config.Seed)
	}
	for _, h := range p.handsets {
		h.attach()
	}
}

// do changes the machine, and lets it run.
func (p *PBX) do(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.run()
	change()
	p.run()
}

// run does what is due, and sets the timer for what is due next. The caller holds the mutex.
func (p *PBX) run() {
	next := p.machine.Run(time.Now())
	switch {
	case next.IsZero():
		p.stopTimer()
	case p.timer == nil:
		p.tasks.Add(1)
		p.timer = time.AfterFunc(time.Until(next), p.tick)
	case !p.timer.Reset(time.Until(next)):
		p.tasks.Add(1) // for one more tick
	}
}

// tick runs when the timer ends. Each is one of the tasks from the moment when it was set.
func (p *PBX) tick() {
	defer p.tasks.Done()
	p.do(func() {})
}

// stopTimer has the timer not tick any more. The caller holds the mutex.
func (p *PBX) stopTimer() {
	if p.timer != nil && p.timer.Stop() {
		p.tasks.Done()
	}
}

// event gives an event of the machine to all sessions that may have it.
func (p *PBX) event(e pbx.Event) {
	if p.lost[e.Name] > 0 {
		p.lost[e.Name]--
		return
	}
	class := manager.ClassOf(e.Class)
	for s := range p.sessions {
		s.event(class, e.Text)
	}
}

// Dial connects to the manager in memory, whatever network and addr are, so it fits ami.Config.Dial. The error is that of a ctx that has ended, or
// after Close a refused connection, as a client sees it of a server that is down.
func (p *PBX) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	client, server := memconn.Pipe(0)
	if _, err := p.serve(server); errors.Is(err, net.ErrClosed) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	return client, nil
}

// Listen serves the manager on a free port of 127.0.0.1 until Close, and returns its address, as 127.0.0.1:39671. After Close the error is
// net.ErrClosed. Any program of this machine can connect; they need a name and secret of Config.Users.
func (p *PBX) Listen() (addr string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	if !p.begin(func() { _ = p.Serve(listener) }) {
		_ = listener.Close()
		return "", net.ErrClosed
	}
	return listener.Addr().String(), nil
}

// Serve serves the manager on a listener, which it closes before it returns. It returns net.ErrClosed after Close, and otherwise the error of the
// listener. While the system is short of file descriptors or memory it goes on, and accepts again up to a second later. It speaks no TLS: that is
// tls.NewListener's work.
func (p *PBX) Serve(listener net.Listener) error {
	defer func() { _ = listener.Close() }() // Close may have done so
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return net.ErrClosed
	}
	p.listeners = append(p.listeners, listener)
	p.mu.Unlock()
	for pause := time.Duration(0); ; {
		conn, err := listener.Accept()
		switch {
		case err == nil:
			pause = 0
			if _, err := p.serve(conn); errors.Is(err, net.ErrClosed) {
				return err
			}
		case isShortage(err):
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			select {
			case <-time.After(pause):
			case <-p.done: // Accept will say so
			}
		default:
			return err
		}
	}
}

// isShortage reports whether the system lacks something for a connection, which it may have later.
func isShortage(err error) bool {
	for _, lack := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOBUFS, syscall.ECONNABORTED} {
		if errors.Is(err, lack) {
			return true
		}
	}
	return false
}

// errFull is why a connection is closed at once.
var errFull = errors.New("pbxtest: there are too many connections")

// serve begins a session on a connection, or closes it: net.ErrClosed after Close.
func (p *PBX) serve(conn net.Conn) (*session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errors.Join(net.ErrClosed, conn.Close())
	}
	if len(p.sessions) >= p.config.Limits.Sessions || p.strangers >= p.config.Limits.AuthLimit {
		return nil, errors.Join(errFull, conn.Close())
	}
	p.accepted++
	s, err := newSession(p, conn, p.accepted)
	if err != nil {
		s.empty()
		return nil, errors.Join(err, conn.Close())
	}
	p.strangers++
	p.sessions[s] = struct{}{}
	// Both end with the connection; Close cuts it and waits.
	p.tasks.Go(s.read)
	p.tasks.Go(s.write)
	return s, nil
}

// Close ends the PBX: all calls, connections and goroutines, which it waits for. Nobody is told of the ends of calls. The error is always nil.
func (p *PBX) Close() error {
	p.mu.Lock()
	if !p.closed {
		close(p.done)
	}
	p.closed = true
	p.stopTimer()
	for _, listener := range p.listeners {
		_ = listener.Close()
	}
	p.crash()
	for _, h := range p.handsets {
		close(h.more) // Next looks again
		h.more = make(chan struct{})
	}
	p.mu.Unlock()
	p.tasks.Wait()
	return nil
}
