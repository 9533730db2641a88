package ami

import (
	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Result is what became of an Originate.
type Result string

// The results. All but ResultAnswered and ResultUnknown say that nobody answered.
const (
	ResultAnswered   Result = "answered"
	ResultBusy       Result = "busy"
	ResultNoAnswer   Result = "no answer"
	ResultCongestion Result = "congestion" // the network had no room for the call
	ResultRejected   Result = "rejected"   // refused, or nobody there to call; see Outcome.Cause
	ResultCancelled  Result = "cancelled"  // hung up before the answer, by Origination.Hangup or somebody else
	ResultUnknown    Result = "unknown"    // nobody can know; Outcome.Why says why
)

// Outcome is what became of an Originate: of the first leg. See [Origination.Progress] for what
// the dialplan dials after that.
type Outcome struct {
	Result Result
	// Cause is why the channel ended, when that was before an answer and the
	// event was seen; else [asterisk.CauseUnset].
	Cause asterisk.Cause
	// Reason is what OriginateResponse said, when it was seen.
	Reason event.OriginateReason
	// Channel is the name of the channel; empty when none was seen.
	Channel string
	// Why says in words what the other fields can't, for ResultRejected and ResultUnknown.
	Why string
}

// Answered reports whether somebody answered.
func (o Outcome) Answered() bool { return o.Result == ResultAnswered }

// String is the outcome in words, for logs.
func (o Outcome) String() string {
	text := string(o.Result)
	if cause := o.Cause.String(); o.Cause != asterisk.CauseUnset && cause != text {
		text += " (" + cause + ")"
	}
	if o.Why != "" {
		text += ": " + show.Text(o.Why)
	}
	return text
}

// byReason is what the reason in OriginateResponse says; empty for nothing.
func byReason(reason event.OriginateReason) Result {
	switch reason {
	case event.ReasonBusy:
		return ResultBusy
	case event.ReasonCongestion:
		return ResultCongestion
	case event.ReasonRing, event.ReasonRinging:
		return ResultNoAnswer // also when it never rang
	}
	return ""
}

// byCause is what the cause in Hangup says; empty for nothing.
func byCause(cause asterisk.Cause) Result {
	switch cause {
	case asterisk.CauseUnset, asterisk.CauseNormalClearing:
		return ""
	case asterisk.CauseUserBusy:
		return ResultBusy
	case asterisk.CauseNoUserResponse, asterisk.CauseNoAnswer:
		return ResultNoAnswer
	case asterisk.CauseCongestion, asterisk.CauseFailure, asterisk.CauseSwitchCongestion:
		return ResultCongestion
	}
	return ResultRejected
}
