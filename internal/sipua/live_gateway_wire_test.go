package sipua_test

import (
	"bytes"
	"context"
	"net"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// wire is a network between a client and a server, over TCP: it tells what was sent, keeps answers back, and can be cut.
type wire struct {
	listener net.Listener
	tasks    sync.WaitGroup

	mu      sync.Mutex // guards all below
	sent    bytes.Buffer
	held    chan struct{} // closed when answers go on; nil while they do
	conns   []net.Conn
	changed chan struct{} // closed when something has been sent
	last    string        // when this has been sent, answers are kept back
}

// newWire listens for a client of the server at an address.
func newWire(t testing.TB, server string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener, changed: make(chan struct{})}
	// All end with the listener and the connections, when the test has ended.
	w.tasks.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				_ = near.Close()
				continue
			}
			w.join(near, far)
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		w.release()
		w.cut()
		w.tasks.Wait()
	})
	return w
}

func (w *wire) address() string { return w.listener.Addr().String() }

func (w *wire) join(near, far net.Conn) {
	w.mu.Lock()
	w.conns = append(w.conns, near, far)
	w.mu.Unlock()
	w.tasks.Go(func() { w.pass(far, near, w.note) })
	w.tasks.Go(func() { w.pass(near, far, w.wait) })
}

// pass hands on what is read, after it was looked at.
func (w *wire) pass(to, from net.Conn, look func([]byte)) {
	defer to.Close()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			look(buffer[:n])
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) note(data []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent.Write(data)
	if w.held == nil && w.last != "" && bytes.Contains(w.sent.Bytes(), []byte(w.last)) {
		w.held, w.last = make(chan struct{}), ""
	}
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *wire) wait([]byte) {
	w.mu.Lock()
	held := w.held
	w.mu.Unlock()
	if held != nil {
		<-held
	}
}

// hold keeps answers back.
func (w *wire) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held == nil {
		w.held = make(chan struct{})
	}
}

// holdAfter keeps answers back from when a text is sent, its own included.
func (w *wire) holdAfter(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = text
}

func (w *wire) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held != nil {
		close(w.held)
		w.held = nil
	}
}

// cut closes all connections, whose answers that were kept back are lost.
func (w *wire) cut() {
	w.mu.Lock()
	conns := w.conns
	w.conns = nil
	w.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close()
	}
	w.release()
}

// count is how often a text was sent.
func (w *wire) count(text string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Count(w.sent.Bytes(), []byte(text))
}

// until waits until a text was sent.
func (w *wire) until(t testing.TB, ctx context.Context, text string) {
	t.Helper()
	for {
		w.mu.Lock()
		is, changed := bytes.Contains(w.sent.Bytes(), []byte(text)), w.changed
		w.mu.Unlock()
		if is {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("%q is never sent: %v", text, context.Cause(ctx))
		}
	}
}

// actions are those that were sent over AMI since a count of them, but for questions whether the wire lives.
func (w *wire) actions() int { return w.count("Action: ") - w.count("Action: Ping\r\n") }

// session connects to a server over a wire.
func session(t testing.TB, ctx context.Context, s *lab.Server) (*wire, *ami.Client) {
	t.Helper()
	w := newWire(t, s.AMI())
	login := s.User("all")
	client, err := ami.Connect(ctx, w.address(), &ami.Config{Username: login.Name, Secret: login.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return w, client
}
