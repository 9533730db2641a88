package fastagi

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// lingerTime is how long Asterisk has to read a failure. It closes at once,
// unless it is in the middle of an application.
const lingerTime = 2 * time.Second

// cutTime is how long Close tries to tell one call that it has failed.
const cutTime = 100 * time.Millisecond

var (
	errNoRequest = errors.New("no agi_request in it")
	errExited    = errors.New("the handler ended its goroutine")
)

// conn is one connection.
type conn struct {
	net.Conn
	server *Server
	life   *life
	env    *agi.Env    // on the heap: copies of it would double the stack of a call
	called atomic.Bool // Asterisk waits for what comes of the call
	begun  bool        // the session has, which reads the stream
}

func (c *conn) serve() {
	c.state(StateNew)
	stream := agi.NewStream(c.Conn, c.Conn)
	err := c.readEnv(stream)
	c.called.Store(err == nil)
	switch {
	case err != nil:
		c.refuse(stream, err)
		_ = c.Close()
		c.gone()
	case !c.admit():
		c.state(StateRefused)
		c.logger().Warn("fastagi: call refused, the server is full")
		c.fail(stream)
		_ = c.Close()
		c.gone()
	default:
		// Ends with the handler; Shutdown waits for it. The stack of this goroutine
		// has grown for the environment, a new one is half as large.
		go c.run(stream)
	}
}

// refuse is for what could not be read. If it may be a call that waits, as with
// more in it than Asterisk sends of itself, Asterisk is told that it has failed:
// it takes the end alone for success.
func (c *conn) refuse(stream *agi.Stream, err error) {
	log := c.logger().With("peer", c.RemoteAddr(), "err", err)
	if !errors.Is(err, agi.ErrBadEnv) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		log.Debug("fastagi: connection without a call")
		return
	}
	log.Warn("fastagi: call failed before its handler began")
	c.fail(stream)
}

func (c *conn) run(stream *agi.Stream) {
	defer c.gone()
	err := errExited // stays when nothing returns: t.Fatal calls runtime.Goexit
	defer func() { c.end(stream, err) }()
	err = c.handle(stream)
}

func (c *conn) gone() {
	c.state(StateClosed)
	c.server.forget(c)
}

// readEnv has one deadline for all of it, and for the handshake of TLS.
func (c *conn) readEnv(stream *agi.Stream) error {
	timeout := c.server.EnvTimeout
	if timeout <= 0 {
		timeout = DefaultEnvTimeout
	}
	_ = c.SetDeadline(time.Now().Add(timeout)) // a connection without deadlines can only be waited for
	defer func() { _ = c.SetDeadline(time.Time{}) }()
	c.env = new(agi.Env)
	var err error
	if c.server.TrustEnv {
		*c.env, err = stream.ReadTrustedEnv()
	} else {
		*c.env, err = stream.ReadEnv()
	}
	if _, ok := c.env.Fields().Lookup("agi_request"); err == nil && !ok {
		err = fmt.Errorf("%w: %w", agi.ErrBadEnv, errNoRequest)
	}
	return err
}

// handle runs the handler, and gives back its place among MaxSessions.
func (c *conn) handle(stream *agi.Stream) error {
	defer c.leave()
	c.state(StateActive)
	ctx := c.life.ctx
	if c.server.ConnContext != nil {
		ctx = c.server.ConnContext(ctx, c.Conn)
	}
	env, handler, config := c.env, c.server.handler(), &c.life.config
	c.begun = true
	return agi.Serve(ctx, stream, *env, handler, config)
}

// logger says which call it is about.
func (c *conn) logger() *slog.Logger {
	return c.life.logger.With("channel", c.env.Channel, "script", c.env.NetworkScript)
}

func (c *conn) report(err error) {
	var panicked *agi.PanicError
	if errors.As(err, &panicked) {
		c.logger().Error("fastagi: handler panicked", "panic", panicked.Value, "stack", string(panicked.Stack))
		return
	}
	c.logger().Warn("fastagi: call failed", "err", err)
}

// end closes the connection of a session whose handler has returned. Asterisk
// does not, not even after a hangup.
func (c *conn) end(stream *agi.Stream, err error) {
	c.called.Store(agi.Failed(err))
	if agi.Failed(err) {
		c.report(err)
		c.fail(stream)
	}
	_ = c.Close()
	if c.begun {
		stream.Wait()
	}
}

// fail sends the failure, and that nothing follows. What Asterisk sends until
// it closes has to be read: a connection that is closed with something unread
// is reset, and that can destroy the failure on its way.
func (c *conn) fail(stream *agi.Stream) {
	end := time.Now().Add(lingerTime)
	_ = c.SetWriteDeadline(end)
	_ = stream.Fail() // if it does not get through, Asterisk has gone
	_ = c.SetReadDeadline(end)
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	for buf := make([]byte, 64); ; { // it takes what the stream does not read
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

// cut closes the connection, whatever happens on it. A call is told that it has
// failed, if that can be done at once; perhaps twice, of which Asterisk reads
// the first.
func (c *conn) cut() {
	if c.called.Load() {
		_ = c.SetWriteDeadline(time.Now().Add(cutTime))
		_ = agi.NewStream(nil, c.Conn).Fail()
	}
	_ = c.Close()
}

func (c *conn) state(state State) {
	if c.server.ConnState != nil {
		c.server.ConnState(c.Conn, state)
	}
}
