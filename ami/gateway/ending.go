package gateway

import (
	"slices"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// ending tells how a call went for a Party that has left; empty while that is not certain.
func ending(c *live.Call, p *live.Party, talked bool) message.Ending {
	clicked := p.DialledBy == "" && !p.Answered.IsZero() && hasCalled(c, p) // a manager has called it, so that it could call
	switch {
	case talked:
		return message.EndingAnswered
	case p.Dialled && !clicked:
		return endingOfCalled(c, p)
	}
	return endingOfCaller(c, p)
}

func hasCalled(c *live.Call, p *live.Party) bool {
	return slices.ContainsFunc(c.Parties, func(other live.Party) bool { return other.DialledBy == p.ID })
}

// endingOfCalled tells how it went for one that was called.
func endingOfCalled(c *live.Call, p *live.Party) message.Ending {
	rang, busy := !p.Ringing.IsZero(), p.Result == asterisk.DialBusy || p.Cause == asterisk.CauseUserBusy
	switch {
	case slices.ContainsFunc(c.Parties, func(other live.Party) bool { return other.PickedUp == p.ID }):
		return message.EndingElsewhere
	case !p.Answered.IsZero() || p.Result == asterisk.DialAnswer:
		return message.EndingAnswered
	case p.NotSeen:
		return ""
	case p.Cause == asterisk.CauseAnsweredElsewhere:
		return message.EndingElsewhere
	case p.Cause == asterisk.CauseCallRejected || rang && busy: // phones have a button for it that says busy
		return message.EndingRejected
	case busy:
		return message.EndingBusy
	case !rang:
		return message.EndingFailed
	case takenByAnother(c, p):
		return message.EndingElsewhere
	}
	return endingOfRinging(c, p)
}

// takenByAnother reports whether somebody else who was called by the same one had answered when a Party left.
func takenByAnother(c *live.Call, p *live.Party) bool {
	return p.DialledBy != "" && slices.ContainsFunc(c.Parties, func(other live.Party) bool {
		return other.ID != p.ID && other.DialledBy == p.DialledBy && !other.Answered.IsZero() &&
			!other.Answered.After(p.Left) && (other.Left.IsZero() || other.Left.After(p.Began))
	})
}

// endingOfRinging tells why one stopped to ring that nobody has answered.
func endingOfRinging(c *live.Call, p *live.Party) message.Ending {
	switch p.Result {
	case asterisk.DialNoAnswer:
		return message.EndingMissed
	case asterisk.DialCancel, "":
	case asterisk.DialCongestion, asterisk.DialUnavailable:
		if p.Cause == asterisk.CauseNoAnswer || p.Cause == asterisk.CauseNoUserResponse {
			return message.EndingMissed
		}
		return message.EndingFailed
	default:
		return message.EndingFailed
	}
	if v := visitOf(c, p); v != nil { // a queue takes back a call at a timeout as it does when the caller hangs up
		switch {
		case v.Abandoned:
			return message.EndingAbandoned
		case v.Left.IsZero():
			return ""
		}
		return message.EndingMissed
	}
	if p.Result == "" && p.DialledBy == "" {
		return message.EndingMissed // a manager has called it
	}
	return message.EndingAbandoned
}

// visitOf returns the wait in a queue for which a Party was called; nil for none.
func visitOf(c *live.Call, p *live.Party) *live.QueueVisit {
	for i := len(c.Queues) - 1; i >= 0; i-- {
		v := &c.Queues[i]
		if p.DialledBy != "" && v.Party == p.DialledBy && !v.Joined.After(p.Began) && (v.Left.IsZero() || !v.Left.Before(p.Began)) {
			return v
		}
	}
	return nil
}

// endingOfCaller tells how it went for one that called: as for those whom it called.
func endingOfCaller(c *live.Call, p *live.Party) message.Ending {
	if p.PickedUp != "" || slices.ContainsFunc(c.Parties, func(other live.Party) bool { return other.DialledBy == p.ID && !other.Answered.IsZero() }) {
		return message.EndingAnswered
	}
	if c.From.Device != p.Device || len(c.Parties) == 0 || c.Parties[0].ID != p.ID { // Result is not about it
		return endingByCause(c, p)
	}
	switch c.Result {
	case ami.ResultAnswered:
		return message.EndingAnswered
	case ami.ResultBusy:
		return message.EndingBusy
	case ami.ResultNoAnswer:
		return message.EndingNoAnswer
	case ami.ResultCancelled:
		if waited := slices.IndexFunc(c.Queues, func(v live.QueueVisit) bool { return v.Party == p.ID }); waited >= 0 && !abandoned(c, p) {
			return message.EndingNoAnswer // the queue has let it go
		}
		return message.EndingCancelled
	case ami.ResultRejected:
		if p.Cause == asterisk.CauseCallRejected {
			return message.EndingRejected
		}
		return message.EndingFailed
	case ami.ResultCongestion:
		return message.EndingFailed
	}
	return ""
}

// abandoned reports whether a Party hung up in its last wait.
func abandoned(c *live.Call, p *live.Party) bool {
	for i := len(c.Queues) - 1; i >= 0; i-- {
		if c.Queues[i].Party == p.ID {
			return c.Queues[i].Abandoned
		}
	}
	return false
}

// endingByCause tells how it went for one that called while the Call was another's.
func endingByCause(c *live.Call, p *live.Party) message.Ending {
	switch {
	case p.NotSeen:
		return ""
	case !p.Answered.IsZero() && !hasCalled(c, p):
		return message.EndingAnswered
	case p.Cause == asterisk.CauseUserBusy:
		return message.EndingBusy
	case p.Cause == asterisk.CauseNoAnswer || p.Cause == asterisk.CauseNoUserResponse:
		return message.EndingNoAnswer
	case p.Cause == asterisk.CauseCallRejected:
		return message.EndingRejected
	}
	return message.EndingCancelled
}
