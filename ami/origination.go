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

// Origination is the handle of a call that [Originate] began. Its methods are safe
// for concurrent use. One that nobody waits for needs no closing: it is done when the
// outcome is known, or when the time for an answer has passed.
type Origination struct {
	session  Session
	id       string
	random   bool          // id is our own, which nobody can guess
	deadline time.Duration // for the OriginateResponse
	hangups  hangups
	legs     legs
	appeared chan struct{} // closed when the channel is known to be there
	done     chan struct{} // closed when outcome is known
	outcome  Outcome       // read it after done is closed, and the next as well

	sessionEnd error // why the session ended before the outcome was known; nil if it did not
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
// The outcome, which [Origination.Wait] returns, is that of the first leg: of
// the channel that the action names. In a click-to-call this is the agent's phone, and
// the customer is called by the dialplan when the agent has answered: whether the
// customer answers [Origination.Progress] tells.
//
// A ChannelID of the caller's own that others can guess, as an order number,
// costs a question to Asterisk for each call, and one for each Hangup event
// that has it: a caller's number with line breaks in it can make such events.
// The user needs write=call or reporting for the answers.
//
// An error means that there is no call and will be none, and the handle is nil: it is
// [ErrNotSent], [ErrInvalid] or an [*Error], as [ErrNoSuchExtension] for one that the dialplan does
// not have. Wherever there may be a call, there is a handle and no error: also
// when ctx ends or the connection is lost before Asterisk has answered. The outcome
// is then the truth or [ResultUnknown]. To call it off, use [Origination.Hangup].
func Originate(ctx context.Context, s Session, a action.Originate) (*Origination, error) {
	a.Async = true
	random := a.ChannelID == ""
	if random {
		a.ChannelID = newChannelID()
	}
	o := newOrigination(s, a.ChannelID)
	o.random, o.deadline = random, deadlineOf(a.Timeout)
	t := newTracker(o)
	o.legs.begin()
	response, err := s.Do(ctx, a)
	if err != nil && !mayRun(err) {
		t.sub.Close()
		o.legs.abandon()
		return nil, err
	}
	if t.acknowledged = err == nil; t.acknowledged {
		t.actionID = response.Get("ActionID")
		t.sub.SetFilter(t.events())
	}
	t.start()
	return o, nil
}

// mayRun reports whether Asterisk may have begun an action, or may yet, although
// there is an error.
func mayRun(err error) bool {
	var refusal *Error
	return errors.Is(err, ErrOutcomeUnknown) || !errors.Is(err, ErrNotSent) && !errors.Is(err, ErrInvalid) && !errors.As(err, &refusal)
}

func newOrigination(s Session, id string) *Origination {
	o := &Origination{session: s, id: id, appeared: make(chan struct{}), done: make(chan struct{})}
	o.legs.init(o)
	return o
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

// ChannelID is the Uniqueid of the first leg's channel, which Originate has set. Keep
// it to find the call again after a restart of the program: see [FindOrigination].
func (o *Origination) ChannelID() string { return o.id }

// Done is closed when the outcome is known: Wait then returns at once.
func (o *Origination) Done() <-chan struct{} { return o.done }

// Wait waits for the outcome, which is that of the first leg: answered as soon as the
// agent's phone is, whatever becomes of the customer's, for which see
// [Origination.Progress]. The end of ctx only ends the waiting; Wait can be called
// again, and by others. The error is that of ctx.
func (o *Origination) Wait(ctx context.Context) (Outcome, error) {
	if o.isDone() {
		return o.outcome, nil
	}
	select {
	case <-o.done:
		return o.outcome, nil
	case <-ctx.Done():
		return Outcome{Result: ResultUnknown}, fmt.Errorf("ami: wait for call %s: %w", o.id, session.Ended(ctx))
	}
}

// decide sets the outcome. It is called once.
func (o *Origination) decide(outcome Outcome) {
	o.outcome = outcome
	close(o.done)
	o.legs.decided()
}

func (o *Origination) isDone() bool {
	select {
	case <-o.done:
		return true
	default:
		return false
	}
}

// hasEnded reports whether the call is known to have ended unanswered.
func (o *Origination) hasEnded() bool {
	return o.isDone() && o.outcome.Result != ResultAnswered && o.outcome.Result != ResultUnknown
}

func (o *Origination) isThere() bool {
	select {
	case <-o.appeared:
		return true
	default:
		return false
	}
}
