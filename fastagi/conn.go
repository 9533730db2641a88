package fastagi

import (
	"errors"
	"net"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// lingerTime is how long Asterisk has to read a failure. It closes at once,
// unless it is in the middle of an application.
const lingerTime = 2 * time.Second

// cutTime is how long Close tries to tell one call that it has failed.
const cutTime = 100 * time.Millisecond

var errNotAsterisk = errors.New("no agi_request in what the peer sent first")

// conn is one connection.
type conn struct {
	net.Conn
	server *Server
	life   *life
	active bool // the handler runs; guarded by server.mu
}

func (c *conn) serve() {
	defer c.server.forget(c)
	defer c.state(StateClosed)
	c.state(StateNew)
	stream := agi.NewStream(c.Conn, c.Conn)
	env, err := c.readEnv(stream)
	switch {
	case err != nil:
		c.life.logger.Debug("fastagi: connection without a call", "peer", c.RemoteAddr(), "err", err)
		_ = c.Close()
	case !c.admit():
		c.state(StateRefused)
		c.life.logger.Warn("fastagi: call refused, the server is full", "channel", env.Channel, "script", env.NetworkScript)
		c.refuse(stream)
	default:
		c.state(StateActive)
		c.end(stream, c.handle(stream, env))
	}
}

// readEnv has one deadline for all of it, and for the handshake of TLS.
func (c *conn) readEnv(stream *agi.Stream) (agi.Env, error) {
	timeout := c.server.EnvTimeout
	if timeout <= 0 {
		timeout = DefaultEnvTimeout
	}
	_ = c.SetDeadline(time.Now().Add(timeout)) // a connection without deadlines can only be waited for
	env, err := stream.ReadEnv()
	if err == nil && env.Request == "" {
		err = errNotAsterisk
	}
	_ = c.SetDeadline(time.Time{})
	return env, err
}

// handle runs the handler, and gives back its place among MaxSessions.
func (c *conn) handle(stream *agi.Stream, env agi.Env) error {
	defer c.leave()
	ctx := c.life.ctx
	if c.server.ConnContext != nil {
		ctx = c.server.ConnContext(ctx, c.Conn)
	}
	c.setActive(true)
	defer c.setActive(false)
	err := agi.Serve(ctx, stream, env, c.server.handler(), &agi.Config{HangupGrace: c.server.HangupGrace})
	var panicked *agi.PanicError
	switch {
	case errors.As(err, &panicked):
		c.life.logger.Error("fastagi: handler panicked", "channel", env.Channel, "script", env.NetworkScript,
			"panic", panicked.Value, "stack", string(panicked.Stack))
	case agi.Failed(err):
		c.life.logger.Warn("fastagi: call failed", "channel", env.Channel, "script", env.NetworkScript, "err", err)
	}
	return err
}

// end closes the connection of a session whose handler has returned. Asterisk
// does not, not even after a hangup.
func (c *conn) end(stream *agi.Stream, err error) {
	if agi.Failed(err) {
		c.fail(stream)
		stream.Wait() // for the end of what Asterisk sends
	}
	_ = c.Close()
	stream.Wait()
}

// refuse is for a session that was never begun.
func (c *conn) refuse(stream *agi.Stream) {
	c.fail(stream)
	for buf := make([]byte, 64); ; {
		if _, err := c.Read(buf); err != nil {
			break
		}
	}
	_ = c.Close()
}

// fail sends the failure, and that nothing follows. What Asterisk sends until
// it closes has to be read: a connection that is closed with something unread
// is reset, and that can destroy the failure on its way.
func (c *conn) fail(stream *agi.Stream) {
	_ = c.SetDeadline(time.Now().Add(lingerTime))
	_ = stream.Fail() // if it does not get through, Asterisk has gone
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// cut closes the connection, whatever happens on it. A call whose handler runs
// is told that it has failed, if that can be done at once.
func (c *conn) cut() {
	c.server.mu.Lock()
	active := c.active
	c.server.mu.Unlock()
	if active {
		_ = c.SetWriteDeadline(time.Now().Add(cutTime))
		_ = agi.NewStream(nil, c.Conn).Fail()
	}
	_ = c.Close()
}

func (c *conn) setActive(active bool) {
	c.server.mu.Lock()
	c.active = active
	c.server.mu.Unlock()
}

func (c *conn) state(state State) {
	if c.server.ConnState != nil {
		c.server.ConnState(c.Conn, state)
	}
}
