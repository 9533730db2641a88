package agitest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/agipeer"
	"github.com/asterisk-go/asterisk-go/internal/agirun"
)

// ErrFailure is what [Call.Wait] returns for a server that ended the session
// with a failure: AGISTATUS is FAILURE.
var ErrFailure = errors.New("agitest: the session ended with a failure")

// Call is one call, seen from Asterisk. Hangup, Write and Close may be called
// from anywhere; all other methods belong to the test's goroutine. Methods that
// write do nothing after the session has ended.
type Call struct {
	t      TB
	conn   net.Conn
	config Config
	model  *model

	lines  chan string   // commands; closed when the program has ended the session
	marked chan struct{} // closed when the program has made sure of the environment, or has gone
	closed chan struct{} // by Close
	ended  chan struct{} // once nothing of the program runs any more
	err    error         // of the program, once ended
	seen   []*Command
	failed bool // the program has said so

	mu     sync.Mutex // guards what follows
	dead   bool       // the channel has hung up
	shut   bool       // Close was called
	broken bool       // a reply makes AGISTATUS a FAILURE
	status string     // of the session that has ended
}

// Start gives a call to handler, as fastagi does it, in memory. Its end is the
// test's, at the latest: the cleanup closes the call and waits for handler, which
// should return once its context has ended.
func Start(t TB, handler agi.Handler, config *Config) *Call {
	t.Helper()
	ours, theirs := net.Pipe()
	c := newCall(t, ours, config)
	// Ends when handler has returned; Wait and the cleanup wait for it.
	go c.serve(theirs, handler)
	c.begin("127.0.0.1")
	c.awaitMark()
	return c
}

// awaitMark lets the session begin before the test goes on: a call that it
// closes at once has had a handler.
func (c *Call) awaitMark() {
	if env := c.config.env(""); !strings.Contains(env, "\n\n") {
		return // an environment without its end
	}
	late, stop := c.late()
	defer stop()
	select {
	case <-c.marked:
	case <-late:
	}
}

// Dial calls the FastAGI server at addr. Its end is the test's, at the latest.
func Dial(t TB, addr string, config *Config) *Call {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatalf("agitest: %v", err)
	}
	return New(t, conn, config)
}

// New calls the program at the other end of conn, which the call closes.
func New(t TB, conn net.Conn, config *Config) *Call {
	t.Helper()
	c := newCall(t, conn, config)
	close(c.ended)
	host := "127.0.0.1"
	if addr := conn.RemoteAddr(); addr != nil && addr.Network() == "tcp" {
		host = addr.String()
	}
	c.begin(host)
	return c
}

func newCall(t TB, conn net.Conn, config *Config) *Call {
	c := &Call{t: t, conn: conn, lines: make(chan string, 64), marked: make(chan struct{}), closed: make(chan struct{}), ended: make(chan struct{})}
	if config != nil {
		c.config = *config
	}
	if c.config.Patience == 0 {
		c.config.Patience = defaultPatience
	}
	c.dead = c.config.Dead
	c.model = newModel(c.config.Variables, c.config.Digits)
	return c
}

// begin sends the environment, and begins to read.
func (c *Call) begin(host string) {
	finished := make(chan struct{})
	// Ends with the connection; the cleanup closes it and waits.
	go func() {
		defer close(finished)
		c.read()
	}()
	c.t.Cleanup(func() {
		c.Close()
		<-finished
		if !c.over() {
			c.t.Errorf("agitest: the call is closed, and the handler has not returned for %v", c.config.Patience)
		}
	})
	c.Write(c.config.env(host))
}

// read passes commands on until the program ends the session. As Asterisk does,
// it then sends the notice of the hangup once more.
func (c *Call) read() {
	begun := sync.OnceFunc(func() { close(c.marked) })
	defer begun()
	defer close(c.lines)
	defer c.conn.Close()
	r := bufio.NewReader(c.conn)
	failed := false
	defer func() { c.conclude(failed) }()
	for {
		text, err := r.ReadString('\n')
		if err != nil {
			break
		}
		text = text[:len(text)-1]
		if reply, ok := MarkReply(text); ok {
			c.Write(reply + "\n")
			begun()
			continue
		}
		select {
		case c.lines <- text:
		case <-c.closed:
			return
		}
		if agipeer.IsFailure(text) {
			failed = true
			break
		}
	}
	c.Write("HANGUP\n")
}

// serve runs handler. That may end this goroutine: t.Fatal does.
func (c *Call) serve(conn net.Conn, handler agi.Handler) {
	defer close(c.ended)
	defer conn.Close()
	stream := agi.NewStream(conn, conn)
	env, err := stream.ReadEnv()
	if err != nil {
		c.err = err
		return
	}
	agirun.Serve(context.Background(), stream, &env, handler, c.config.AGI, func(err error) {
		c.err = err
		if agi.Failed(err) {
			_ = stream.Fail() // nobody listens if the test has closed the call
		}
		_ = conn.Close()
		stream.Wait()
	})
}

// Write sends text as it is: a reply that comes too early, half a line, noise.
func (c *Call) Write(text string) {
	if c.config.Patience > 0 {
		_ = c.conn.SetWriteDeadline(time.Now().Add(c.config.Patience))
	}
	_, _ = io.WriteString(c.conn, text)
}

// Hangup hangs the channel up, and tells the program.
func (c *Call) Hangup() {
	c.HangupSilently()
	c.Write("HANGUP\n")
}

// HangupSilently hangs the channel up, as with AGISIGHUP=no: an automatic call
// refuses commands from now on that need a living channel, and that is all the
// program learns.
func (c *Call) HangupSilently() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = true
}

// Close ends the connection from Asterisk's side, as with AGIEXITONHANGUP=yes.
// It waits for nothing.
func (c *Call) Close() {
	c.mu.Lock()
	if !c.shut {
		c.shut = true
		close(c.closed)
	}
	c.mu.Unlock()
	_ = c.conn.Close()
}
