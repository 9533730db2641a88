package gateway

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// memory is a listener of connections in memory, which a bubble of synctest can wait for.
type memory struct {
	conns chan net.Conn
	done  chan struct{}
	size  int // of what a connection holds that is not read yet
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case <-m.done:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error { close(m.done); return nil }

func (m *memory) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (m *memory) dial(context.Context, string, string) (net.Conn, error) {
	client, server := amitest.PipeSize(m.size)
	m.conns <- server
	return client, nil
}

// timed runs a test in a bubble, with a gateway whose connections are in memory.
func timed(t *testing.T, size int, adjust func(*Config), test func(t *testing.T, e *edge, m *memory)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		pbx, m, s := model(t)
		config := &Config{Servers: []Server{{Model: m, Session: s}}, Authenticate: byHeader, Hosts: []string{"127.0.0.1"},
			Policy: func(_ context.Context, user User) (Rights, error) {
				return Rights{Own: []Ref{{Name: "PJSIP/" + user.ID}}}, nil
			}}
		if adjust != nil {
			adjust(config)
		}
		g, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		l := &memory{make(chan net.Conn), make(chan struct{}), size}
		srv := &http.Server{Handler: g, ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second} // streams and sockets outlive both
		go srv.Serve(l)
		defer srv.Close()
		defer g.Close()
		test(t, &edge{t: t, g: g, host: "127.0.0.1", page: "http://127.0.0.1", pbx: pbx, ctx: t.Context()}, l)
	})
}

func (m *memory) socket(t *testing.T, e *edge, user string) *visitor {
	t.Helper()
	conn, _, err := (&websocket.Dialer{NetDialContext: m.dial}).Dial("ws://127.0.0.1/socket", e.header(user))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &visitor{t: t, conn: conn}
}

func (m *memory) stream(t *testing.T, e *edge, user string, body io.Reader) *visitor {
	t.Helper()
	r, _ := http.NewRequest(http.MethodPost, "http://127.0.0.1/stream", body)
	r.Header = e.header(user, "Content-Type", "application/json")
	transport := &http.Transport{DialContext: m.dial, DisableKeepAlives: true}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close(); transport.CloseIdleConnections() })
	return &visitor{t: t, body: answer.Body, lines: bufio.NewScanner(answer.Body), status: answer.StatusCode}
}

// A Hello that never comes is waited for 10 s, by either transport.
func TestNoHello(t *testing.T) {
	timed(t, 0, nil, func(t *testing.T, e *edge, m *memory) {
		began := time.Now()
		b := m.socket(t, e, "100")
		b.closed(message.CodeMalformed)
		if took := time.Since(began); took < helloTimeout || took > helloTimeout+2*time.Second {
			t.Errorf("a silent WebSocket was closed after %v", took)
		}
		began = time.Now()
		conn, _ := m.dial(t.Context(), "", "")
		defer conn.Close()
		fmt.Fprintf(conn, "POST /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: %s\r\nUser: 100\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n{", e.page)
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "HTTP/1.1 400 Bad Request\r\n" {
			t.Errorf("a silent POST is answered with %q, %v", line, err)
		}
		if took := time.Since(began); took < helloTimeout || took > helloTimeout+2*time.Second {
			t.Errorf("a silent POST was answered after %v", took)
		}
	})
}

// An application that takes its time to say who somebody is does not cost the answer.
func TestLateAnswer(t *testing.T) {
	timed(t, 0, func(c *Config) {
		c.Authenticate = func(r *http.Request) (User, error) {
			<-time.After(applicationTimeout - time.Second)
			return byHeader(r)
		}
	}, func(t *testing.T, e *edge, m *memory) {
		if b := m.stream(t, e, "", bodyOf(hello())); b.status != http.StatusUnauthorized {
			t.Errorf("nobody is answered with %d", b.status)
		}
		b := m.stream(t, e, "100", bodyOf(hello()))
		b.welcomed()
	})
}

// Every 25 s the browser hears that the connection lives, and one that does not answer pings is closed.
func TestAlive(t *testing.T) {
	timed(t, 0, nil, func(t *testing.T, e *edge, m *memory) {
		b := m.socket(t, e, "100")
		pings := 0
		handle := b.conn.PingHandler()
		b.conn.SetPingHandler(func(data string) error { pings++; return handle(data) })
		b.send(hello())
		b.welcomed()
		s := m.stream(t, e, "101", bodyOf(hello()))
		s.welcomed()
		for range 20 {
			began := time.Now()
			for _, v := range []*visitor{b, s} {
				if data, err := v.data(); err != nil || string(data) != `{"type":"alive"}` {
					t.Fatalf("instead of Alive comes %q, %v", data, err)
				}
			}
			if took := time.Since(began); took > aliveEvery || took < aliveEvery-time.Second {
				t.Errorf("Alive came after %v", took)
			}
		}
		if pings < 19 {
			t.Errorf("%d pings", pings)
		}
		b.conn.SetPingHandler(func(string) error { return nil })
		began := time.Now()
		for {
			if _, err := b.data(); err != nil {
				break
			}
		}
		if took := time.Since(began); took > pongTimeout+aliveEvery {
			t.Errorf("a browser that is not there was closed after %v", took)
		}
	})
}

// bodyOf is a message as the body of a POST.
func bodyOf(value any) io.Reader {
	reader, writer := io.Pipe()
	go func() {
		_, _ = writer.Write(encoded(value))
		writer.Close()
	}()
	return reader
}

// A session that expires is closed at that time with a code of its own, and not that of another connection of the user.
func TestExpires(t *testing.T) {
	timed(t, 0, func(c *Config) {
		c.Authenticate = func(r *http.Request) (User, error) {
			user, err := byHeader(r)
			if user.ID == "100" {
				user.Expires = time.Now().Add(time.Hour)
			}
			return user, err
		}
	}, func(t *testing.T, e *edge, m *memory) {
		began := time.Now()
		b := m.socket(t, e, "100")
		b.send(hello())
		if welcome, _ := b.welcomed(); !welcome.Expires.Equal(began.Add(time.Hour)) {
			t.Errorf("it expires at %v", welcome.Expires)
		}
		ticket, err := e.g.Ticket(User{ID: "100"}, e.page)
		if err != nil {
			t.Fatal(err)
		}
		other := m.socket(t, e, "")
		other.send(withTicket(ticket))
		other.welcomed()
		s := m.stream(t, e, "100", bodyOf(hello()))
		s.welcomed()
		go func() { // it answers pings
			for {
				if _, err := other.next(); err != nil {
					return
				}
			}
		}()
		b.closed(message.CodeExpired)
		s.closed(message.CodeExpired)
		if took := time.Since(began); took != time.Hour {
			t.Errorf("it was closed after %v", took)
		}
		if n := e.g.counts.connections.Load(); n > 2 {
			t.Errorf("%d connections", n)
		}
		synctest.Wait()
		e.ring("100", "1", "5550001")
		other.conn.Close()
	})
}

// A ticket is over after 30 s.
func TestTicketIsOver(t *testing.T) {
	timed(t, 0, nil, func(t *testing.T, e *edge, m *memory) {
		first, _ := e.g.Ticket(User{ID: "100"}, e.page)
		second, _ := e.g.Ticket(User{ID: "100"}, e.page)
		<-time.After(30*time.Second - time.Millisecond)
		b := m.socket(t, e, "")
		b.send(withTicket(first))
		b.welcomed()
		<-time.After(time.Millisecond)
		b = m.socket(t, e, "")
		b.send(withTicket(second))
		if m := b.closed(message.CodeExpired); m.Reason != refusedSignIn.reason {
			t.Errorf("it is refused with %+v", m)
		}
		<-time.After(2 * time.Minute)
		_, _ = e.g.Ticket(User{ID: "101"}, e.page)
		if n := e.g.tickets.len(); n != 1 {
			t.Errorf("%d tickets are kept", n)
		}
	})
}

// A client that does not read is closed when one write has taken WriteTimeout, and nobody else waits for it.
func TestSlow(t *testing.T) {
	timed(t, 16<<10, nil, func(t *testing.T, e *edge, m *memory) {
		slow := m.socket(t, e, "100")
		slow.send(hello())
		slow.welcomed()
		stream := m.stream(t, e, "100", bodyOf(hello()))
		stream.welcomed()
		fast := m.socket(t, e, "100")
		fast.send(hello())
		fast.welcomed()
		synctest.Wait()
		began := time.Now()
		for i := range 2000 {
			e.ring("100", fmt.Sprintf("%x", i), "5550001")
			fast.read()
			if i%100 == 0 && time.Since(began) > 0 {
				t.Fatalf("the one that reads has waited %v", time.Since(began))
			}
		}
		<-time.After(10*time.Second - time.Millisecond)
		synctest.Wait()
		if n := e.g.counts.byCode()[message.CodeSlow]; n != 0 {
			t.Errorf("%d were closed before one write took WriteTimeout", n)
		}
		<-time.After(time.Millisecond)
		synctest.Wait()
		if n := e.g.counts.byCode()[message.CodeSlow]; n != 2 {
			t.Errorf("%d were closed as slow: %v", n, e.g.counts.byCode())
		}
	})
}

// A wallboard's Interval is kept, and each Update has the latest of all.
func TestIntervalIsKept(t *testing.T) {
	timed(t, 0, func(c *Config) {
		c.Policy = func(context.Context, User) (Rights, error) {
			return Rights{Devices: []Ref{{Name: All}}, Interval: 250 * time.Millisecond}, nil
		}
	}, func(t *testing.T, e *edge, m *memory) {
		b := m.socket(t, e, "wall")
		b.send(hello())
		b.welcomed()
		last := time.Now()
		for i := range 40 {
			e.ring("100", fmt.Sprintf("%x", i), "5550001")
			if i%4 != 3 {
				continue
			}
			if m := b.read(); len(m.Put) < 4 {
				t.Errorf("an Update has %d objects", len(m.Put))
			}
			if now := time.Now(); i > 3 && now.Sub(last) != 250*time.Millisecond {
				t.Errorf("two Updates are %v apart", now.Sub(last))
			}
			last = time.Now()
			synctest.Wait()
		}
	})
}
