package asyncagi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// call is one stay of a channel in AsyncAGI, and the [agi.Conn] of its session.
type call struct {
	manager *manager
	log     *slog.Logger
	pair    pair   // who the channel is; guarded by calls.mu
	waiting string // CommandID of the command that runs; guarded by calls.mu

	dying bool // it is in an h extension

	ready chan struct{} // closed when the environment is whole
	ended chan struct{} // closed when the session has ended
	away  chan struct{} // closed when the channel has left AsyncAGI

	status chan string   // one place: AGISTATUS, where the user may read it
	askNow chan struct{} // one place: a value when an event that is not doubtful waits to be asked about

	mu      sync.Mutex // guards all below
	to      agi.Receiver
	reply   reply                   // to the command that runs; at first the environment
	command string                  // that was sent last, without its arguments
	failed  bool                    // the result of that was -1
	cause   error                   // of the end
	ending  context.CancelCauseFunc // is told that

	asking    bool      // where the channel is
	asked     suspicion // what is being asked about
	pending   suspicion // what came since, and is asked about next
	lastAsked time.Time
	ends      bool  // an event with both its name and its Uniqueid has said that it has left
	moved     error // the end, should the channel not be inside: another has taken its place
	released  bool  // it is being let go on in the dialplan
}

var (
	errHungUp         = fmt.Errorf("%w, which ends AGI(agi:async)", agi.ErrHangup)
	errLeft           = errors.New("asyncagi: the channel has left AGI(agi:async), by a Redirect or somebody else's ASYNCAGI BREAK")
	errCarriageReturn = errors.New("a carriage return, which a manager action can't carry")
	errBroken         = errors.New("asyncagi: ended by ASYNCAGI BREAK")
)

const (
	longest    = 1022 - len("Command: ") // get_input in manager.c reads 1022 bytes of a line
	endsWithin = 250 * time.Millisecond  // for the end that follows the result of a failed command
	asyncBreak = "ASYNCAGI BREAK"
	failure    = "-1"
)

func newCall(m *manager, who pair, dying bool) *call {
	return &call{
		manager: m,
		log:     m.log.With("channel", who.name, "uniqueid", who.id),
		pair:    who,
		dying:   dying,
		ready:   make(chan struct{}),
		ended:   make(chan struct{}),
		away:    make(chan struct{}),
		status:  make(chan string, 1),
		askNow:  make(chan struct{}, 1),
	}
}

// Start is called by [agi.Serve].
func (c *call) Start(to agi.Receiver) {
	c.mu.Lock()
	c.to = to
	cause := c.cause
	c.mu.Unlock()
	if cause != nil {
		report(to, cause)
	}
}

// Send queues a command at the channel.
func (c *call) Send(ctx context.Context, command agi.Command) error {
	if err := carriable(command.Line); err != nil {
		return fmt.Errorf("%w: %w", agi.ErrInvalid, err)
	}
	if _, failed := c.last(); failed {
		c.stays(ctx)
	}
	c.awaitAnswers(ctx)
	c.mu.Lock()
	cause := c.cause
	c.reply, c.failed = reply{}, false
	c.command, _, _ = strings.Cut(command.Line, ` "`)
	c.mu.Unlock()
	if cause != nil {
		return cause
	}
	err := c.send(ctx, command.Line)
	select {
	case <-c.ended:
		return nil // the session is told why, and may have had the reply before
	default:
		return err
	}
}

// carriable says why a manager action can't carry a command.
func carriable(line string) error {
	switch {
	case len(line) > longest:
		return fmt.Errorf("the command has %d bytes, %d are the most that a manager action carries", len(line), longest)
	case strings.Contains(line, "\r"):
		return errCarriageReturn
	}
	return nil
}

// send queues one line whose result is wanted. The Uniqueid serves as a name: a
// name may change, and ast_channel_get_by_name takes both.
func (c *call) send(ctx context.Context, line string) error {
	commandID := rand.Text()
	id := c.manager.calls.expect(c, commandID)
	return c.queue(ctx, action.AGI{Channel: id, Command: line, CommandID: commandID})
}

func (c *call) queue(ctx context.Context, command action.AGI) error {
	_, err := c.manager.session.Do(ctx, command)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ami.ErrNotSent):
		return fmt.Errorf("%w: %w", agi.ErrNotSent, err)
	case errors.Is(err, ami.ErrInvalid):
		return fmt.Errorf("%w: %w", agi.ErrInvalid, err)
	case errors.Is(err, ami.ErrNoSuchChannel):
		c.left()
		c.end(errHungUp)
		return errHungUp
	}
	return err
}

// take takes the result of the command that runs.
func (c *call) take(result string) {
	c.mu.Lock()
	if c.cause != nil { // nobody waits
		c.mu.Unlock()
		return
	}
	to := c.to
	more, err := c.reply.add(result)
	var text string
	if !more && err == nil && to != nil {
		text, err = c.reply.answer()
		c.failed = agi.ParseReply(text).Result == failure
	}
	c.mu.Unlock()
	switch {
	case err != nil:
		c.end(err)
	case more:
		c.manager.tasks.Go(c.fetch) // ends when Asterisk has taken the command
	case to == nil:
		close(c.ready)
	default:
		to.Reply(text)
	}
}

// fetch asks for the next piece of a reply.
func (c *call) fetch() {
	if err := c.send(c.manager.ctx, noop); err != nil {
		c.end(fmt.Errorf("asyncagi: fetch the rest of a reply: %v", err)) // not wrapped: the command was sent that has this reply
	}
}

// left notes that the channel is not in AsyncAGI any more, so that nothing is
// sent: it would be queued until the channel comes back. It reports whether the
// session still lives.
func (c *call) left() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.away:
	default:
		close(c.away)
	}
	return c.cause == nil
}

// isAway reports whether the channel is known not to be in AsyncAGI any more.
func (c *call) isAway() bool {
	select {
	case <-c.away:
		return true
	default:
		return false
	}
}

// isReleased reports whether its own session lets the channel go on.
func (c *call) isReleased() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.released
}

// tell takes AGISTATUS.
func (c *call) tell(status string) {
	select {
	case c.status <- status:
	default:
	}
}

// stays waits until it is known whether the channel has left AsyncAGI upon the
// failure of a command: that follows the result at once.
func (c *call) stays(ctx context.Context) bool {
	timer := time.NewTimer(endsWithin)
	defer timer.Stop()
	select {
	case <-c.away:
		return false
	case <-timer.C:
	case <-ctx.Done():
	}
	return true
}

// end ends the session; the first cause stays.
func (c *call) end(cause error) {
	c.mu.Lock()
	first := c.cause == nil
	if first {
		c.cause = cause
		close(c.ended)
		if c.ending != nil {
			c.ending(cause)
		}
	}
	to := c.to
	c.mu.Unlock()
	if first && to != nil {
		report(to, cause)
	}
}

// onEnd has stop called with the cause of the end, also if that has been.
func (c *call) onEnd(stop context.CancelCauseFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = stop
	if c.cause != nil {
		stop(c.cause)
	}
}

func report(to agi.Receiver, cause error) {
	if errors.Is(cause, agi.ErrHangup) {
		to.Hangup()
	}
	to.End(cause)
}
