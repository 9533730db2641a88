package asyncagi

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

const (
	releaseWithin = 10 * time.Second // for Asterisk to take the last commands
	returnWithin  = time.Minute      // for a lost connection to come back
	envWithin     = 10 * time.Second // for the rest of an environment
)

// admit serves a call, or turns it away.
func (m *manager) admit(c *call, e event.AsyncAGIStart) {
	defer m.calls.forget(c)
	env, err := c.environment(m.ctx, e.Env)
	switch {
	case !m.accepts(env):
		return
	case c.dying: // it will leave at once, unless somebody jumped there
		c.release(Failure)
	case err != nil:
		c.log.Error("asyncagi: call refused", "error", err)
		c.release(Failure)
	case !m.server.enter():
		c.log.Warn("asyncagi: call refused: too many sessions")
		c.release(Busy)
	default:
		status := Failure
		defer func() { c.release(status) }() // also when the handler ends its goroutine, as t.Fatal does
		status = m.run(c, env)
	}
}

// turnAway lets a call go on that comes while the server shuts down.
func (m *manager) turnAway(c *call, e event.AsyncAGIStart) {
	defer m.calls.forget(c)
	var begun reply
	_, _ = begun.add(e.Env)
	if m.accepts(agi.ParseEnv(begun.text.String())) {
		c.release(Unavailable)
	}
}

func (m *manager) accepts(env agi.Env) bool {
	return m.server.Accept == nil || m.server.Accept(env)
}

// run runs the handler, in a place that enter has taken.
func (m *manager) run(c *call, env agi.Env) Status {
	defer m.server.exit()
	err := agi.Serve(m.ctx, c, env, m.server.Handler, nil)
	if !agi.Failed(err) {
		return Success
	}
	var panicked *agi.PanicError
	if errors.As(err, &panicked) {
		c.log.Error("asyncagi: handler panicked", "panic", panicked.Value, "stack", string(panicked.Stack))
	} else {
		c.log.Error("asyncagi: handler failed", "error", err)
	}
	return Failure
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
	c.letGo = true
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
	c.settle(within)
	return !c.isAway()
}
