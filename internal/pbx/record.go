package pbx

import (
	"slices"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// record is a call detail record: what a channel (a) did, or did with another one (b). A channel has a row of them, which
// are sent at its end.
type record struct {
	a, b              *channel
	stage             recordStage
	bridge            *bridge
	exten, context    string
	application, data string
	began, answer     time.Time
	ended             time.Time
	disposition       string
	called            bool // a was made to be called
	moved             bool // it began in a bridge, after another one
	locked            bool // the application stays what it is
}

// recordStage is what a record waits for.
type recordStage int

const (
	recordAlone   recordStage = iota // in the dialplan
	recordDials                      // b is called
	recordDialled                    // b has answered
	recordTalks                      // in a bridge
	recordParked
	recordEnded
)

// maxRecords is how many records a channel keeps: of one that goes round in circles the oldest are lost.
const maxRecords = 1000

// beginRecord begins another record of a channel.
func (c *channel) beginRecord() *record {
	if len(c.records) >= maxRecords {
		c.records = slices.Delete(c.records, 0, 1)
	}
	r := &record{a: c, began: c.machine.now}
	c.records = append(c.records, r)
	r.look()
	return r
}

// look takes over how its channel is.
func (r *record) look() {
	r.called = !r.moved && r.a.outgoing && !r.a.originated
	r.exten, r.context = r.a.at.exten, r.a.at.context
	if !r.locked && r.a.application != "" {
		r.application, r.data = r.a.application, r.a.data
	}
	if r.answer.IsZero() && r.a.state == asterisk.ChannelUp {
		r.answer = r.a.machine.now
	}
}

func (r *record) end() {
	r.close()
	r.stage = recordEnded
}

// close sets when a record ends. Where its channel is may change until that leaves, too.
func (r *record) close() {
	if !r.ended.IsZero() {
		return
	}
	if r.ended = r.a.machine.now; r.disposition == "" {
		switch {
		case !r.answer.IsZero():
			r.disposition = "ANSWERED"
		case r.a.cause == asterisk.CauseUserBusy:
			r.disposition = "BUSY"
		case r.a.cause == asterisk.CauseCongestion:
			r.disposition = "FAILED"
		default:
			r.disposition = "NO ANSWER"
		}
	}
}

// recordChange has a channel's records follow it. One that goes on in the dialplan after what its records are of gets another one.
func (c *channel) recordChange(before, now snapshot) {
	refused := true
	for _, r := range c.records {
		switch {
		case r.stage == recordEnded:
			continue
		case r.stage == recordDialled && now.at != before.at:
			r.end()
			continue
		}
		refused = false
		r.look()
	}
	if refused && now.application != "" && now.at != before.at && !c.hungUp {
		c.beginRecord()
	}
}

// recordDial keeps that a channel calls another one.
func (c *channel) recordDial(out *channel) {
	for _, r := range c.records {
		if r.stage == recordAlone {
			r.stage, r.b = recordDials, out
			return
		}
	}
	r := c.beginRecord()
	r.stage, r.b = recordDials, out
}

// recordResult keeps what became of that.
func (c *channel) recordResult(out *channel, status asterisk.DialStatus) {
	for _, r := range c.records {
		if r.b != out || r.stage != recordDials {
			continue
		}
		r.disposition = disposition(status)
		if r.stage = recordDialled; status != asterisk.DialAnswer {
			r.stage = recordDials
			r.end()
		}
	}
}

func disposition(status asterisk.DialStatus) string {
	switch status {
	case asterisk.DialAnswer:
		return "ANSWERED"
	case asterisk.DialBusy:
		return "BUSY"
	case asterisk.DialUnavailable, asterisk.DialCongestion:
		return "FAILED"
	}
	return "NO ANSWER"
}

// recordEntry keeps who talks to whom, once a channel has entered a bridge: of two the older one has the record.
func (b *bridge) recordEntry(c *channel) {
	if b.kind == parkingBridge {
		return
	}
	if !slices.ContainsFunc(c.records, func(r *record) bool { return r.stage != recordEnded }) {
		r := c.beginRecord()
		r.moved, r.called = true, false
	}
	for _, r := range c.records {
		switch {
		case (r.stage == recordDials || r.stage == recordDialled) && slices.Contains(b.channels, r.b):
			r.stage, r.bridge = recordTalks, b
		case r.stage == recordDials:
			r.end()
		case r.stage == recordAlone:
			r.stage, r.bridge = recordTalks, b
			r.b = b.formerPeer(c)
		}
	}
	for _, other := range b.channels {
		switch {
		case other == c:
		case other.firstOf(c):
			b.pair(other, c)
		default:
			b.pair(c, other)
		}
	}
}

// firstOf reports whether a channel has the record of itself and one that enters its bridge: who was not called before who was, and then the older one.
// Of two that were called it is the one that enters.
func (c *channel) firstOf(enters *channel) bool {
	if c.wasCalled() != enters.wasCalled() {
		return enters.wasCalled()
	}
	return !c.wasCalled() && c.made < enters.made
}

func (c *channel) wasCalled() bool {
	return c.outgoing && !c.originated || c.local != nil && c.local.one == c
}

// formerPeer is who has talked in a bridge before a channel that was called takes that one's place: Asterisk's record of the new one
// names both.
func (b *bridge) formerPeer(c *channel) *channel {
	if !c.outgoing || c.local != nil {
		return nil
	}
	for _, other := range b.channels {
		for _, r := range other.records {
			if r.stage == recordTalks && r.bridge == b && r.b != nil && r.b.outgoing && r.b.bridge != b {
				return r.b
			}
		}
	}
	return nil
}

// pair has a record tell of two in a bridge.
func (b *bridge) pair(a, other *channel) {
	for _, r := range a.records {
		if r.stage == recordTalks && r.bridge == b && r.b == other {
			r.ended = time.Time{} // one who had left is back
			return
		}
	}
	for _, r := range a.records {
		if r.stage == recordTalks && r.bridge == b && r.b == nil {
			r.b = other
			return
		}
	}
	r := a.beginRecord()
	r.stage, r.bridge, r.b = recordTalks, b, other
}

// recordExit ends the records of a channel that has left a bridge, and those of others with it.
func (b *bridge) recordExit(c *channel) {
	for _, of := range append(slices.Clone(b.channels), c) {
		for _, r := range of.records {
			switch {
			case r.bridge != b || r.stage != recordTalks && r.stage != recordParked:
			case r.a == c:
				r.end()
			case r.b == c:
				r.close()
			}
		}
	}
}

// sendRecords sends those of a channel that ends. A channel that was only called has none.
func (c *channel) sendRecords() {
	m := c.machine
	for _, r := range c.records {
		if r.stage != recordEnded {
			r.look()
		}
		if r.end(); r.called && r.b == nil {
			continue
		}
		var talked time.Duration
		if !r.answer.IsZero() {
			talked = r.ended.Sub(r.answer)
		}
		destination := ""
		if r.b != nil {
			destination = r.b.name
		}
		m.begin("Cdr", "cdr").add("AccountCode", c.account).add("Source", c.caller.number).add("Destination", r.exten).
			add("DestinationContext", r.context).add("CallerID", `"`+c.caller.name+`" <`+c.caller.number+">").
			add("Channel", c.name).add("DestinationChannel", destination).add("LastApplication", r.application).add("LastData", r.data).
			add("StartTime", stamp(r.began)).add("AnswerTime", stamp(r.answer)).add("EndTime", stamp(r.ended)).
			number("Duration", int(r.ended.Sub(r.began)/time.Second)).number("BillableSeconds", int(talked/time.Second)).
			add("Disposition", r.disposition).add("AMAFlags", "DOCUMENTATION").add("UniqueID", c.uniqueID).add("UserField", "").send()
	}
}
