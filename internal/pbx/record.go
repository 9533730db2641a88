package pbx

import (
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// record is the call detail records of a channel that has a dialplan: one for each that it has dialled, and one for what
// it did before or after that.
type record struct {
	caller *channel
	parts  []*recordPart
}

// recordPart becomes one Cdr event.
type recordPart struct {
	destination       string // channel
	exten, context    string
	application, data string
	began, answer     time.Time
	ended             time.Time
	disposition       string
	dialled           *channel
}

func (m *Machine) newRecord(c *channel) *record {
	r := &record{caller: c}
	r.begin()
	return r
}

func (r *record) begin() *recordPart {
	p := &recordPart{exten: r.caller.at.exten, context: r.caller.at.context, began: r.caller.machine.now, disposition: "NO ANSWER"}
	if len(r.parts) > 0 {
		p.disposition = r.parts[len(r.parts)-1].disposition
	}
	r.parts = append(r.parts, p)
	return p
}

func (r *record) last() *recordPart { return r.parts[len(r.parts)-1] }

// runs keeps which application runs.
func (r *record) runs(c *channel) {
	if r == nil {
		return
	}
	p := r.last()
	if !p.ended.IsZero() {
		p = r.begin()
	}
	p.application, p.data = c.application, c.data
}

// dials begins a record of its own for each further channel that is dialled.
func (r *record) dials(out *channel) {
	p := r.last()
	if p.dialled != nil {
		first := p
		p = r.begin()
		p.application, p.data, p.disposition = first.application, first.data, "NO ANSWER"
	}
	p.dialled, p.destination = out, out.name
}

func (r *record) dialled(out *channel, status asterisk.DialStatus) {
	for _, p := range r.parts {
		if p.dialled == out && p.ended.IsZero() {
			p.ended = r.caller.machine.now
			p.disposition = disposition(status)
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

func (r *record) answer() {
	p := r.last()
	p.answer, p.disposition = r.caller.machine.now, "ANSWERED"
}

func (r *record) answered(out *channel) {
	for _, p := range r.parts {
		if p.dialled == out {
			p.answer, p.disposition = r.caller.machine.now, "ANSWERED"
		}
	}
}

// finish sends the records.
func (r *record) finish(m *Machine) {
	c := r.caller
	for _, p := range r.parts {
		if p.ended.IsZero() {
			p.ended = m.now
		}
		talked := time.Duration(0)
		if !p.answer.IsZero() {
			talked = p.ended.Sub(p.answer)
		}
		m.begin("Cdr", "cdr").add("AccountCode", c.account).add("Source", c.caller.number).add("Destination", p.exten).
			add("DestinationContext", p.context).add("CallerID", `"`+c.caller.name+`" <`+c.caller.number+">").
			add("Channel", c.name).add("DestinationChannel", p.destination).add("LastApplication", p.application).add("LastData", p.data).
			add("StartTime", stamp(p.began)).add("AnswerTime", stamp(p.answer)).add("EndTime", stamp(p.ended)).
			number("Duration", int(p.ended.Sub(p.began)/time.Second)).number("BillableSeconds", int(talked/time.Second)).
			add("Disposition", p.disposition).add("AMAFlags", "DOCUMENTATION").add("UniqueID", c.uniqueID).add("UserField", "").send()
	}
}
