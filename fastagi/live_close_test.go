package fastagi_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// unheard is a connection whose answer to the mark does not come before the
// reading is interrupted, or the connection closed.
type unheard struct {
	net.Conn
	ask, give   func()
	asked, over chan struct{}
}

func newUnheard(conn net.Conn) *unheard {
	c := &unheard{Conn: conn, asked: make(chan struct{}), over: make(chan struct{})}
	c.ask = sync.OnceFunc(func() { close(c.asked) })
	c.give = sync.OnceFunc(func() { close(c.over) })
	return c
}

func (c *unheard) Write(b []byte) (int, error) {
	defer c.ask()
	return c.Conn.Write(b)
}

func (c *unheard) Read(b []byte) (int, error) {
	select {
	case <-c.asked:
		<-c.over
	default:
	}
	return c.Conn.Read(b)
}

func (c *unheard) SetDeadline(at time.Time) error {
	if !at.IsZero() && at.Before(time.Now()) {
		defer c.give()
	}
	return c.Conn.SetDeadline(at)
}

func (c *unheard) Close() error {
	defer c.give()
	return c.Conn.Close()
}

// unheardListener hands out its connections as such.
type unheardListener struct {
	net.Listener
	conns chan *unheard
}

func (l unheardListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := newUnheard(conn)
	l.conns <- c
	return c, nil
}

func TestLiveCloseDuringTheEnvironment(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		listener := unheardListener{tcp(t), make(chan *unheard, 1)}
		server := &fastagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error {
			t.Error("a handler has begun")
			return nil
		})}
		served := make(chan error, 1)
		// Ends at Close.
		go func() { served <- server.Serve(listener) }()
		number := p.originate(t, "agi://"+listener.Addr().String())
		<-(<-listener.conns).asked
		if err := server.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
		if err := server.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		if err := <-served; err != fastagi.ErrServerClosed {
			t.Errorf("Serve() = %v", err)
		}
		if got := p.next(t); got != (ending{number: number, status: "FAILURE"}) {
			t.Errorf("the call whose environment was read: %+v, want FAILURE", got)
		}
	})
}
