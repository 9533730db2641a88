package asyncagi

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/agirun"
)

const (
	releaseWithin = 10 * time.Second // for Asterisk to take the last commands
	returnWithin  = time.Minute      // for a lost connection to come back
	envWithin     = 10 * time.Second // for the rest of an environment
)

// serveCall serves a call, or turns it away.
func (m *manager) serveCall(c *call, e event.AsyncAGIStart) {
	defer m.calls.forget(c)
	env, err := c.environment(m.ctx, e.Env)
	switch {
	case !m.accepts(env):
		return
	case c.dying: // it will leave at once, unless somebody jumped there
		c.release(StatusFailure)
	case err != nil:
		c.refuse(err)
	default:
		if err := m.enter(c); err != nil {
			c.refuse(err)
			return
		}
		m.runner.Run(m.ctx, c, c, &env)
	}
}

// enter takes a place for the handler of a call; it waits for one as long as the
// call lives.
func (m *manager) enter(c *call) error {
	ctx, stop := context.WithCancelCause(m.ctx)
	defer stop(nil)
	c.onEnd(stop)
	if err := m.runner.Enter(ctx, nil); err != nil {
		return err
	}
	err := m.over() // the place may be free because of it, before ctx ends by it
	if err != nil {
		m.runner.Leave()
	}
	return err
}

// over returns why no handler begins any more, or nil.
func (m *manager) over() error {
	if m.server.isAborted() {
		return ErrServerClosed
	}
	return context.Cause(m.ctx)
}

// refuse lets a call go on that gets no handler.
func (c *call) refuse(why error) {
	c.manager.runner.Refuse(c, why)
	switch {
	case errors.Is(why, agirun.ErrFull):
		c.release(StatusBusy)
	case c.manager.over() != nil:
		c.release(StatusUnavailable)
	default:
		c.release(StatusFailure)
	}
}

// Begin makes the handler's context.
func (c *call) Begin(ctx context.Context) context.Context { return ctx }

// Logger says which call it is about.
func (c *call) Logger() *slog.Logger { return c.log }

// End lets the channel go on, with what became of its handler.
func (c *call) End(err error) {
	if agi.Failed(err) {
		c.release(StatusFailure)
	} else {
		c.release(StatusSuccess)
	}
}

// turnAway lets a call go on that comes while the server shuts down.
func (m *manager) turnAway(c *call, e event.AsyncAGIStart) {
	defer m.calls.forget(c)
	var begun reply
	_, _ = begun.add(e.Env)
	if m.accepts(agi.ParseEnv(begun.text.String())) {
		c.release(StatusUnavailable)
	}
}

func (m *manager) accepts(env agi.Env) bool {
	return m.server.Accept == nil || m.server.Accept(env)
}

// environment returns what the start tells, all of it. With an error there is
// what came.
func (c *call) environment(ctx context.Context, encoded string) (agi.Env, error) {
	ctx, cancel := context.WithTimeout(ctx, envWithin)
	defer cancel()
	c.mu.Lock()
	more, err := c.reply.add(encoded)
	c.mu.Unlock()
	if more {
		c.fetch()
		select {
		case <-c.ready:
		case <-c.ended:
		case <-ctx.Done():
			c.end(context.Cause(ctx))
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	text, incomplete := c.reply.environment()
	if incomplete != nil {
		text = c.reply.text.String()
	}
	return agi.ParseEnv(text), errors.Join(err, incomplete, c.cause)
}

// release lets the channel go on in the dialplan, unless it does already. What
// is sent is run after the command that may still run there.
func (c *call) release(status Status) {
	if !c.remains() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.manager.ctx), releaseWithin)
	defer cancel()
	c.mu.Lock()
	c.released = true
	c.mu.Unlock()
	id := c.manager.calls.identity(c).id
	setStatus := `SET VARIABLE "` + StatusVariable + `" "` + string(status) + `"`
	err := c.queue(ctx, action.AGI{Channel: id, Command: setStatus, CommandID: rand.Text()})
	if err == nil {
		err = c.queue(ctx, action.AGI{Channel: id, Command: asyncBreak, CommandID: rand.Text()})
	}
	switch {
	case errors.Is(err, agi.ErrHangup):
		c.log.Debug("asyncagi: channel gone before it could be let go on")
	case err != nil:
		c.log.Warn("asyncagi: channel left waiting in AGI(agi:async)", "error", err)
	}
}

// remains reports whether the channel is still in AsyncAGI, as far as is known,
// and waits for what will tell.
func (c *call) remains() bool {
	within, stop := context.WithTimeout(context.WithoutCancel(c.manager.ctx), releaseWithin)
	defer stop()
	command, failed := c.last()
	if failed || c.dying || strings.EqualFold(command, asyncBreak) {
		c.stays(within)
	}
	if client, ok := c.manager.session.(interface{ Ready(context.Context) error }); ok {
		ctx, cancel := context.WithTimeout(c.manager.ctx, returnWithin)
		defer cancel()
		_ = client.Ready(ctx) // if it does not come back, the sending tells
	}
	within, stop = context.WithTimeout(context.WithoutCancel(c.manager.ctx), releaseWithin)
	defer stop()
	c.awaitAnswers(within)
	return !c.isAway()
}
