package ami

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// Origination is a call that [Originate] began. Its methods are safe for concurrent
// use. An Origination that nobody waits for needs no closing: it is done when the
// outcome is known, or when the time for an answer has passed.
type Origination struct {
	session  Session
	id       string
	random   bool          // id is our own, which nobody can guess
	deadline time.Duration // for the OriginateResponse
	hangups  hangups
	appeared chan struct{} // closed when the channel is known to be there
	settled  chan struct{} // closed when outcome is known
	outcome  Outcome       // read it after settled is closed
}

const (
	evidenceAfter = 2 * time.Second        // from the answer to the first event of the channel
	evidenceProbe = time.Second            // for a sign that events of calls come at all
	causeGrace    = 500 * time.Millisecond // from OriginateResponse to an event of the channel, should there be one
	answerSlack   = 10 * time.Second       // beyond the Timeout of the Originate
	answerTimeout = 30 * time.Second       // Asterisk's own
)

// Originate begins a call and returns a handle that finds out what becomes of
// it. The action is always sent as asynchronous, with a ChannelID of its own
// when it has none; the user needs write=originate, and read=call for the
// outcome. The outcome is that of this action, whatever else has the same
// ChannelID: one that is in use already is [ResultRejected].
//
// A ChannelID of the caller's own that others can guess, as an order number,
// costs a question to Asterisk for each call, and one for each Hangup event
// that has it: a caller's number with line breaks in it can make such events.
// The user needs write=call or reporting for the answers.
//
// An error that is ErrNotSent, or an [*Error], means that there is no call.
// When the connection is lost before Asterisk has answered, or the answer is
// what makes other actions ErrNoAnswer or ErrTooManyItems, there is an Origination and
// no error: its outcome is the truth or ResultUnknown. When ctx ends meanwhile, there
// are both.
func Originate(ctx context.Context, s Session, a action.Originate) (*Origination, error) {
	a.Async = true
	random := a.ChannelID == ""
	if random {
		a.ChannelID = newChannelID()
	}
	c := &Origination{
		session:  s,
		id:       a.ChannelID,
		random:   random,
		deadline: deadlineOf(a.Timeout),
		appeared: make(chan struct{}),
		settled:  make(chan struct{}),
	}
	t := &tracker{call: c}
	t.sub = s.Subscribe(t.events(), &SubscribeConfig{Limit: 64})
	response, err := s.Do(ctx, a)
	if err != nil && !mayRun(err) {
		t.sub.Close()
		return nil, err
	}
	if t.acknowledged = err == nil; t.acknowledged {
		t.actionID = response.Get("ActionID")
		t.sub.SetFilter(t.events())
	}
	// run ends when the outcome is known, at the latest when the deadline has
	// passed or the session ends; our sessions wait for it then.
	if of, ok := session.Of(t.sub); ok {
		of.Go(t.run)
	} else {
		go t.run()
	}
	if ctx.Err() != nil {
		return c, err
	}
	return c, nil
}

// mayRun reports whether Asterisk may have begun an action without saying so.
func mayRun(err error) bool {
	return errors.Is(err, ErrOutcomeUnknown) || errors.Is(err, ErrNoAnswer) || errors.Is(err, ErrTooManyItems)
}

// deadlineOf is how long the OriginateResponse may take.
func deadlineOf(timeout time.Duration) time.Duration {
	if timeout == 0 {
		timeout = answerTimeout
	}
	return min(timeout, math.MaxInt64-answerSlack) + answerSlack
}

func newChannelID() string {
	var random [10]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return "go-" + hex.EncodeToString(random[:])
}

// ID is the ChannelId of the call, which is the Uniqueid of its channel.
func (c *Origination) ChannelID() string { return c.id }

// Settled is closed when the outcome is known: Wait then returns at once.
func (c *Origination) Done() <-chan struct{} { return c.settled }

// Wait waits for the outcome. The end of ctx only ends the waiting; Wait can
// be called again, and by others.
func (c *Origination) Wait(ctx context.Context) (Outcome, error) {
	select {
	case <-c.settled:
		return c.outcome, nil
	default:
	}
	select {
	case <-c.settled:
		return c.outcome, nil
	case <-ctx.Done():
		return Outcome{Result: ResultUnknown}, fmt.Errorf("ami: wait for call %s: %w", c.id, session.Ended(ctx))
	}
}

// Hangup ends the call, before the answer or after it. That it has ended
// already is no error; then nothing is sent, for the ChannelID may be another
// channel's by now.
func (c *Origination) Hangup(ctx context.Context) error {
	for {
		if c.hasEnded() {
			return nil
		}
		appeared := c.isThere()
		err := c.tryHangup(ctx)
		if !errors.Is(err, ErrNoSuchChannel) {
			return err
		}
		if appeared {
			return nil
		}
		select {
		case <-c.appeared:
		case <-c.settled:
			if c.outcome.Result != ResultUnknown {
				return nil
			}
			return fmt.Errorf("ami: hang up call %s: %w", c.id, err)
		case <-ctx.Done():
			return fmt.Errorf("ami: hang up call %s: %w", c.id, session.Ended(ctx))
		}
	}
}

func (c *Origination) tryHangup(ctx context.Context) (err error) {
	c.hangups.begin()
	defer func() { c.hangups.end(err) }()
	// Asterisk looks a channel up by its name or its Uniqueid.
	_, err = c.session.Do(ctx, action.Hangup{Channel: c.id})
	return err
}

// hasEnded reports whether the call is known to have ended unanswered.
func (c *Origination) hasEnded() bool {
	select {
	case <-c.settled:
		return c.outcome.Result != ResultAnswered && c.outcome.Result != ResultUnknown
	default:
		return false
	}
}

func (c *Origination) isThere() bool {
	select {
	case <-c.appeared:
		return true
	default:
		return false
	}
}
