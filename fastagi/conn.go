package fastagi

import (
	"context"
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

var errNoRequest = errors.New("no agi_request in it")

// conn is one connection.
type conn struct {
	net.Conn
	server    *Server
	lifecycle *lifecycle
	stream    *agi.Stream
	env       *agi.Env    // on the heap: copies of it would double the stack of a call
	called    atomic.Bool // Asterisk still waits for AGISTATUS
	begun     bool        // the session has, which reads the stream
}

func (c *conn) serve() {
	c.state(StateNew)
	c.stream = agi.NewStream(c.Conn, c.Conn)
	if c.enter() {
		// Ends with the handler; Shutdown waits for it. The stack of this goroutine
		// has grown for the environment, a new one is half as large.
		go c.run()
		return
	}
	_ = c.Close()
	c.gone()
}

// enter reads who calls, and reports whether a handler may begin. If not, the
// call has been told.
func (c *conn) enter() bool {
	if err := c.readEnv(); err != nil {
		c.abandon(err)
		return false
	}
	c.called.Store(true)
	if err := c.lifecycle.runner.Enter(c.lifecycle.ctx, func() { c.state(StateWaiting) }); err != nil {
		c.state(StateRefused)
		c.refuse(err)
		return false
	}
	return true
}

func (c *conn) run() {
	defer c.gone()
	c.lifecycle.runner.Run(c.lifecycle.ctx, c, c.stream, c.env)
}

func (c *conn) gone() {
	c.state(StateClosed)
	c.server.forget(c)
}

// abandon is for what could not be read. If it may be a call that waits, as with
// more in it than Asterisk sends of itself, Asterisk is told that it has failed:
// it takes the end alone for success.
func (c *conn) abandon(err error) {
	if !errors.Is(err, agi.ErrBadEnv) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		c.Logger().Debug("fastagi: connection without a call", "error", err)
		return
	}
	if c.lifecycle.ctx.Err() != nil {
		err = context.Cause(c.lifecycle.ctx) // by which the server has interrupted the reading
	}
	c.refuse(err)
}

// refuse is for a call that gets no handler.
func (c *conn) refuse(why error) {
	c.lifecycle.runner.Refuse(c, why)
	c.fail()
}

// readEnv has one deadline for all of it, and for the handshake of TLS.
func (c *conn) readEnv() error {
	timeout := c.server.EnvTimeout
	if timeout <= 0 {
		timeout = DefaultEnvTimeout
	}
	_ = c.SetDeadline(time.Now().Add(timeout)) // a connection without deadlines can only be waited for
	if c.lifecycle.ctx.Err() != nil {
		_ = c.interrupt() // again: Close may have been earlier
	}
	defer func() { _ = c.SetDeadline(time.Time{}) }()
	c.env = new(agi.Env)
	var err error
	if c.server.TrustEnv {
		*c.env, err = c.stream.ReadTrustedEnv()
	} else {
		*c.env, err = c.stream.ReadEnv()
	}
	if _, ok := c.env.Fields().Lookup("agi_request"); err == nil && !ok {
		err = fmt.Errorf("%w: %w", agi.ErrBadEnv, errNoRequest)
	}
	return err
}

// interrupt ends the reading of the environment, by its deadline.
func (c *conn) interrupt() error { return c.SetDeadline(time.Unix(1, 0)) }

// Begin makes the handler's context.
func (c *conn) Begin(ctx context.Context) context.Context {
	c.state(StateActive)
	if c.server.ConnContext != nil {
		ctx = c.server.ConnContext(ctx, c.Conn)
	}
	c.begun = true
	return ctx
}

// Logger says which call it is about.
func (c *conn) Logger() *slog.Logger {
	return c.lifecycle.logger.With("channel", c.env.Channel, "uniqueid", c.env.UniqueID, "script", c.env.NetworkScript, "peer", c.RemoteAddr())
}

// End closes the connection of a session whose handler has returned. Asterisk
// does not, not even after a hangup.
func (c *conn) End(err error) {
	c.called.Store(agi.Failed(err))
	if agi.Failed(err) {
		c.fail()
	}
	_ = c.Close()
	if c.begun {
		c.stream.Wait()
	}
}

// fail sends the failure, and that nothing follows. What Asterisk sends until
// it closes has to be read: a connection that is closed with something unread
// is reset, and that can destroy the failure on its way.
func (c *conn) fail() {
	end := time.Now().Add(lingerTime)
	_ = c.SetWriteDeadline(end)
	_ = c.stream.Fail() // if it does not get through, Asterisk has gone
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

// cut ends the connection, whatever happens on it. A call is told that it has
// failed, if that can be done at once; perhaps twice, of which Asterisk reads
// the first. A connection whose environment is still being read may be a call,
// too: the reading is interrupted, and its goroutine then tells the call.
func (c *conn) cut() {
	if !c.called.Load() && c.interrupt() == nil {
		return
	}
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
