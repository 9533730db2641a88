package pbxtest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// dialTime is how long a FastAGI server may take to accept a call.
const dialTime = 2 * time.Second

// maxAnswers is how many bytes of answers a program may leave unread, besides those that its connection has room for.
const maxAnswers = 4 << 10

// script connects a channel to a FastAGI server, and passes texts on. The caller holds the mutex.
func (p *PBX) script(address string, s *pbx.Script) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), "4573")
	}
	if p.closed {
		return net.ErrClosed
	}
	link := newLink(p.config.Limits.WriteTimeout)
	s.Send, s.Close, s.Next = link.send, link.finish, link.next
	p.links[link] = struct{}{}
	// Both end with the connection; Close cuts it and waits.
	p.tasks.Go(func() { p.carry(link, host, p.config.Dial, s) })
	return nil
}

// carry connects, and passes lines of the program on until the connection ends.
func (p *PBX) carry(link *link, host string, dial func(ctx context.Context, network, addr string) (net.Conn, error), s *pbx.Script) {
	end := s.End
	defer func() {
		link.cut()
		p.mu.Lock()
		delete(p.links, link)
		p.mu.Unlock()
		p.do(end)
	}()
	ctx, cancel := context.WithTimeout(link.ctx, dialTime)
	defer cancel()
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	conn, err := dial(ctx, "tcp", host)
	if err != nil {
		end = s.Refused
		return
	}
	if !link.connect(conn) {
		return
	}
	p.tasks.Go(func() { link.write() })
	input := bufio.NewReaderSize(conn, p.lineSize())
	for {
		line, err := input.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
		text := strings.TrimSuffix(string(line), "\n")
		p.do(func() { s.Line(text) })
		select {
		case <-link.answered:
		case <-link.ctx.Done():
			return
		}
		link.awaitRoom()
	}
}

// lineSize is how long a command can be. What is beyond it is another command.
func (p *PBX) lineSize() int {
	if p.config.Version.AtLeast(20, 16) {
		return 8191
	}
	return 2047
}

// link is the connection to a program, and what has to be sent to it.
type link struct {
	ctx      context.Context // ends with it
	stop     context.CancelFunc
	answered chan struct{} // has one after each answer
	timeout  time.Duration // of a write

	mu   sync.Mutex // guards what follows
	conn net.Conn   // nil until connected
	out  strings.Builder
	more *sync.Cond // on mu
	over bool       // the session has ended: what there is will be sent
}

func newLink(timeout time.Duration) *link {
	l := &link{answered: make(chan struct{}, 1), timeout: timeout}
	l.ctx, l.stop = context.WithCancel(context.Background())
	l.more = sync.NewCond(&l.mu)
	return l
}

func (l *link) send(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out.WriteString(text)
	l.more.Broadcast()
}

// next has the next line read.
func (l *link) next() {
	select {
	case l.answered <- struct{}{}:
	default: // nobody has waited for the last one
	}
}

// awaitRoom waits while the program has answers to read.
func (l *link) awaitRoom() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.out.Len() > maxAnswers && !l.over {
		l.more.Wait()
	}
}

func (l *link) finish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.more.Broadcast()
}

// connect keeps the connection, unless the link was cut before.
func (l *link) connect(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx.Err() != nil {
		_ = conn.Close()
		return false
	}
	l.conn = conn
	return true
}

func (l *link) cut() {
	l.stop()
	l.finish()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

func (l *link) write() {
	defer l.cut()
	for {
		l.mu.Lock()
		for l.out.Len() == 0 && !l.over {
			l.more.Wait()
		}
		text, conn := l.out.String(), l.conn
		l.out.Reset()
		l.more.Broadcast()
		l.mu.Unlock()
		if text == "" {
			return
		}
		if err := conn.SetWriteDeadline(time.Now().Add(l.timeout)); err != nil {
			return
		}
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
	}
}
