package ami

import (
	"context"
	"errors"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// tracker finds out what becomes of one Origination. It runs on a goroutine of its
// own, and nothing else touches it.
type tracker struct {
	origination *Origination
	sub         *event.Subscription
	identity
	acknowledged bool // Asterisk has answered to the action
	cut          bool // the connection was lost since
	deadline     time.Time
	check        time.Time // when to look for evidence; never before deadline when there is some

	up       bool // the channel was answered
	dialled  bool // somebody was called
	refused  bool // the far end asked for the hangup
	followed bool // it did so behind a Hangup of ours, perhaps because of that
	waited   bool // for the Hangup that the failure of a call with a chosen ID leads to
	response *event.OriginateResponse
	hangup   *event.Hangup
	lag      lag // of a failure whose channel was not seen
}

// newTracker listens for the events of an Origination.
func newTracker(o *Origination) *tracker {
	t := &tracker{origination: o}
	t.sub = o.session.Subscribe(t.events(), &SubscribeConfig{Limit: 64})
	return t
}

// start has the tracker run. It ends when the outcome is known, at the latest when the
// deadline has passed or the session ends; our sessions wait for it then.
func (t *tracker) start() {
	// run ends as said above; of a session that is not ours nobody waits for it.
	if of, ok := session.Of(t.sub); ok {
		of.Go(t.run)
	} else {
		go t.run()
	}
}

// run steps from event to event until the outcome is known.
func (t *tracker) run() {
	defer t.sub.Close()
	defer t.lag.end()
	t.deadline = time.Now().Add(t.origination.deadline)
	if t.check = time.Now().Add(evidenceAfter); t.sure {
		t.check = t.deadline // the channel was there
	}
	for {
		ev, err := t.next()
		switch {
		case err == nil:
			t.take(ev)
			if !t.decided() {
				continue
			}
		case !errors.Is(err, context.DeadlineExceeded):
			t.cut = true
			if !t.up && !t.ending() {
				t.origination.sessionEnd = err
				t.origination.decide(Outcome{Result: ResultUnknown, Channel: t.name, Why: "the session ended: " + err.Error()})
				return
			}
		case t.shared():
			t.origination.decide(Outcome{Result: ResultRejected, Reason: t.response.Reason, Why: "another channel has the ChannelID " + t.origination.id})
			return
		case t.ending() && (t.waits() || t.lags()):
			continue
		case t.ending():
		case time.Now().Before(t.deadline):
			outcome, known := t.lookForEvidence()
			if known {
				t.origination.decide(outcome)
				return
			}
			if !t.decided() {
				continue
			}
		default:
			t.origination.decide(t.overdue())
			return
		}
		t.origination.decide(t.conclude())
		return
	}
}

// next waits for an event until something else is to be done.
func (t *tracker) next() (event.Event, error) {
	until := t.deadline
	switch {
	case t.ending():
		until = time.Now().Add(t.grace())
	case t.check.Before(until):
		until = t.check
	}
	ctx, cancel := context.WithDeadline(context.Background(), until)
	defer cancel()
	return t.sub.Next(ctx)
}

// ending reports whether one of the last two events of the call has come.
func (t *tracker) ending() bool { return t.response != nil || t.hangup != nil }

// grace is how long the other one of the last two events may take.
// OriginateResponse overtakes the events of its channel, which go through
// queues inside Asterisk, or comes behind them.
func (t *tracker) grace() time.Duration {
	if t.cut || t.name == "" || t.failed() && !t.waited {
		return causeGrace
	}
	return answerSlack
}

// failed reports whether Asterisk has said of a call whose ID others may have,
// too, that it failed, and the channel with that ID is not known to have ended.
func (t *tracker) failed() bool {
	return !t.origination.random && t.response != nil && t.response.Response != "Success" && t.hangup == nil
}

// shared reports whether the channel that has the ID is another's: ours has
// failed, and it lives on.
func (t *tracker) shared() bool {
	if !t.failed() {
		return false
	}
	found, _ := t.lookUp()
	return found
}

// lags reports whether the events of a channel that was not seen may still come.
func (t *tracker) lags() bool { return t.name == "" && !t.cut && t.lag.goesOn() }

// waits reports, once, whether the Hangup may still come.
func (t *tracker) waits() bool {
	if t.waited || !t.failed() {
		return false
	}
	t.waited = true
	return t.grace() > causeGrace
}

func (t *tracker) take(ev event.Event) {
	switch e := ev.(type) {
	case event.Gap:
		t.cut = true
		t.check = t.deadline
		if e.Reason != event.GapDisconnected {
			t.lookAgain()
		}
		return
	case event.Connected:
		t.lookAgain()
		return
	}
	if t.tells(ev) {
		t.check = t.deadline
	}
}

// tells takes an event of the call, and reports whether it is one.
func (t *tracker) tells(ev event.Event) (ours bool) {
	switch e := ev.(type) {
	case event.OriginateResponse:
		return t.answers(e)
	case event.Hangup:
		return t.ends(e)
	case event.DialBegin:
		if ours = t.owns(e.Dest.Channel, e.Dest.UniqueID); ours {
			t.sees(e.Dest)
			t.dialled = true
		}
	case event.Newchannel:
		if ours = t.owns(e.Channel, e.UniqueID); ours {
			t.sees(e.ChannelSnapshot)
		}
	case event.Newstate:
		if ours = t.owns(e.Channel, e.UniqueID); ours {
			t.sees(e.ChannelSnapshot)
		}
	case event.Rename:
		if ours = t.owns(e.Channel, e.UniqueID) && t.hasName(e.NewName); ours {
			t.bind(e.NewName)
		}
	case event.HangupRequest:
		if ours = t.owns(e.Channel, e.UniqueID) && (t.origination.random || t.hangsUp()); ours {
			maybe, _ := t.origination.hangups.state()
			t.refused, t.followed = t.refused || !maybe, t.followed || maybe
		}
	}
	return ours
}

// answers takes the OriginateResponse. It is ours by its ActionID; by its
// Uniqueid only while Asterisk has not answered to the action, for another
// Originate may have the same ChannelID, and what was picked up has the
// Uniqueid of who did that.
func (t *tracker) answers(e event.OriginateResponse) bool {
	success := e.Response == "Success"
	switch {
	case t.actionID != "" && e.ActionID != t.actionID, t.actionID == "" && e.UniqueID != t.origination.id:
		return false
	case t.actionID == "" && !t.origination.random && !t.agrees(success):
		return false
	}
	t.response = &e
	if success && t.name == "" { // the response has overtaken the events
		t.name = e.Channel
	}
	if !success && t.name == "" {
		t.lag.begin(t.origination.session)
	}
	return true
}

// agrees reports whether Asterisk says of the channel what a response without
// our ActionID does.
func (t *tracker) agrees(success bool) bool {
	found, asked := t.lookUp()
	if success {
		return found && t.up
	}
	return asked && !found
}

// ends takes a Hangup. One of our channel that has another Uniqueid was
// written to by a stranger, and so may be one with a Uniqueid that others know:
// it counts if the channel has ended.
func (t *tracker) ends(e event.Hangup) bool {
	ours := t.owns(e.Channel, e.UniqueID)
	switch {
	case !ours && !t.named(e.Channel):
		return false
	case ours && t.origination.random:
	case !t.gone():
		return false
	}
	t.sees(e.ChannelSnapshot)
	t.hangup = &e
	return true
}

// gone reports whether Asterisk says that there is no channel with the ID. One
// that has just ended may look alive for a moment.
func (t *tracker) gone() bool {
	if !t.endings.may() {
		return false
	}
	for range goneAfter {
		t.endings.count()
		found, asked := t.lookUp()
		if !found {
			return asked
		}
		<-time.After(goneProbe)
	}
	return false
}

// lookAgain looks the channel up after a gap. One that is not there may still
// be about to begin, so evidence is asked for once more.
func (t *tracker) lookAgain() {
	if found, _ := t.lookUp(); !found {
		t.check = time.Now().Add(evidenceAfter)
	}
}

func (t *tracker) sees(c event.ChannelSnapshot) {
	if !t.origination.isThere() {
		close(t.origination.appeared)
	}
	t.up = t.up || t.origination.random && c.ChannelState == asterisk.ChannelUp // of others only Asterisk's own word counts
}

// decided reports whether nothing more is to be learnt. A failure is told
// better with the cause in Hangup, a hangup with the reason in
// OriginateResponse.
func (t *tracker) decided() bool {
	if t.response == nil {
		return t.up && t.cut
	}
	return t.response.Response == "Success" || t.hangup != nil || byReason(t.response.Reason) != ""
}

// conclude makes the outcome of what was seen.
func (t *tracker) conclude() Outcome {
	o := Outcome{Channel: t.name}
	switch {
	case t.response == nil && t.up, t.response != nil && t.response.Response == "Success":
		o.Result, o.Reason = ResultAnswered, event.ReasonAnswer
		return o
	case t.response != nil:
		o.Reason = t.response.Reason
	}
	if t.hangup != nil && !t.contested {
		o.Cause = t.hangup.Cause
	}
	o.Result = byReason(o.Reason)
	// The answer to a Hangup of ours may come a moment after the events. After one that was done the cause may be any.
	if o.Result == "" && (t.refused || !t.origination.hangups.did(causeGrace)) {
		o.Result = byCause(o.Cause)
	}
	if o.Result == "" || t.response == nil && o.Cause == asterisk.CauseAnsweredElsewhere {
		o.Result, o.Why = t.ended()
	}
	return o
}

// ended is the outcome of a call that ended without an answer, and neither
// reason nor cause say why: then it matters who hung up. The far end does it
// by a HangupRequest; a timeout has a reason of its own.
func (t *tracker) ended() (result Result, why string) {
	maybe, surely := t.origination.hangups.state()
	switch {
	case t.contested:
		return ResultUnknown, "the call ended unanswered, and the events that have its ChannelID contradict each other"
	case t.response == nil && t.hangup != nil && t.hangup.Cause == asterisk.CauseAnsweredElsewhere:
		return ResultUnknown, "another channel may have picked the call up, and Asterisk's word on that was lost"
	case t.refused, t.followed && !maybe:
		return ResultRejected, "the far end hung up"
	case t.name != "" && (surely || maybe && !t.cut), t.dialled && t.response != nil && !t.cut:
		return ResultCancelled, ""
	case t.cut || t.response == nil:
		return ResultUnknown, "the call ended unanswered, and Asterisk's word on why was lost"
	}
	return ResultRejected, "no such device or extension, or it can't be reached"
}
