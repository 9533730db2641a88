package browser_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// way is that from a browser to the screen-pop, which can be cut.
type way struct {
	listener net.Listener
	tasks    sync.WaitGroup

	mu    sync.Mutex // guards all of these
	to    string     // address of the screen-pop
	down  bool
	conns map[net.Conn]struct{}
}

// newWay makes one that lasts as long as the test. It leads nowhere until lead.
func newWay(t *testing.T) *way {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &way{listener: listener, conns: make(map[net.Conn]struct{})}
	// Ends with the listener; the cleanup waits for it.
	w.tasks.Go(w.serve)
	t.Cleanup(func() {
		_ = listener.Close()
		w.cut()
		w.tasks.Wait()
	})
	return w
}

func (w *way) address() string { return w.listener.Addr().String() }

// lead has it lead to a URL, and returns the one that browsers use.
func (w *way) lead(to string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.to = strings.TrimPrefix(to, "http://")
	return "http://" + w.address()
}

// cut ends all connections, and has others end at once until mend.
func (w *way) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for conn := range w.conns {
		_ = conn.Close()
	}
	clear(w.conns)
}

func (w *way) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = false
}

func (w *way) serve() {
	for {
		browser, err := w.listener.Accept()
		if err != nil {
			return
		}
		// Ends with the connection, which is closed by cut; the cleanup waits for it.
		w.tasks.Go(func() { w.carry(browser) })
	}
}

// carry connects a browser with the screen-pop until one of them ends the connection.
func (w *way) carry(browser net.Conn) {
	defer browser.Close()
	w.mu.Lock()
	to, down := w.to, w.down
	w.mu.Unlock()
	if down {
		return
	}
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	if !w.keep(browser, server) {
		return
	}
	defer w.forget(browser, server)
	var back sync.WaitGroup
	// Ends with the connections, which carry closes; it waits for it.
	back.Go(func() {
		_, _ = io.Copy(browser, server)
		_ = browser.Close()
	})
	_, _ = io.Copy(server, browser)
	_ = server.Close()
	back.Wait()
}

// keep has cut end two connections, unless that has been.
func (w *way) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return false
	}
	for _, conn := range conns {
		w.conns[conn] = struct{}{}
	}
	return true
}

func (w *way) forget(conns ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range conns {
		delete(w.conns, conn)
	}
}
