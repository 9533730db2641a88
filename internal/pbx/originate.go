package pbx

import (
	"fmt"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Originate is a call that a manager begins: a channel is called, and once it has answered it runs an application or goes to an extension.
type Originate struct {
	Channel           string // whom to call, as PJSIP/100
	Context, Exten    string
	Priority          int
	Application, Data string // instead of the extension
	CallerID          string // as "Ann" <100>
	Account           string
	Variables         []Variable
	Timeout           time.Duration // how long it may ring; zero is 30 s
	Async             bool          // OriginateResponse tells of the result
	ActionID          string        // for OriginateResponse
	ChannelID         string        // Uniqueid of the channel; empty for one of the machine's
	OtherChannelID    string        // Uniqueid of the second half of a Local channel; empty for ChannelID and ;2
}

// Variable is a variable of a channel.
type Variable struct{ Name, Value string }

// What becomes of an Originate. Asterisk has these as numbers, in the field Reason of OriginateResponse.
type OriginateReason int

const (
	OriginateFailed   OriginateReason = 0 // nobody could be called, or it was refused
	OriginateRinging  OriginateReason = 3 // the time was over
	OriginateAnswered OriginateReason = 4
)

// Originate begins a call. If it returns nil, done is called once with the result, which may be nil; that may be before Originate returns.
func (m *Machine) Originate(o Originate, done func(reason OriginateReason)) error {
	if m.closed {
		return ErrNoDevice
	}
	if o.Application == "" && m.plan.find(place{o.Context, o.Exten, o.Priority}) == nil {
		return fmt.Errorf("%w: %s in %s", ErrNoExtension, o.Exten, o.Context)
	}
	if o.Application != "" && applicationOf(o.Application) == nil {
		return fmt.Errorf("%w: %s", ErrNoApplication, o.Application)
	}
	m.spawn(func(t *thread) {
		out, reason := m.originate(t, &o)
		if o.Async {
			m.tellOriginate(&o, out, reason)
		}
		if done != nil {
			done(reason)
		}
		if reason == OriginateAnswered {
			m.runOriginated(t, out.channel, &o)
		}
	})
	return nil
}

// originate calls a channel, and waits for what comes of it.
func (m *Machine) originate(t *thread, o *Originate) (*outgoing, OriginateReason) {
	other := o.OtherChannelID
	if other == "" && o.ChannelID != "" {
		other = o.ChannelID + ";2"
	}
	if m.assign(o.ChannelID, other) != nil {
		return nil, OriginateFailed
	}
	out, err := m.request(o.Channel, "")
	if m.assigned.next = nil; err != nil {
		return nil, OriginateFailed
	}
	out.thread, out.originated, out.account = t, true, o.Account
	for _, v := range o.Variables {
		out.set(v.Name, v.Value)
	}
	if name, number, ok := cutCallerID(o.CallerID); ok {
		out.connected = person{number, name}
	}
	out.application, out.data = "AppDial2", "(Outgoing Line)"
	out.publish()
	m.dialEvent("DialBegin", nil, out.channel, false).add("DialString", out.dialled).send()
	out.call()
	until := m.now.Add(orDefault(o.Timeout, 30*time.Second))
	inTime := t.wait(until, func() bool {
		if out.state == asterisk.ChannelRinging && !out.rings {
			out.rings = true
			m.dialEvent("DialState", nil, out.channel, false).add("DialStatus", "RINGING").send()
		}
		return out.hungUp || out.answered()
	})
	if out.answered() {
		m.tellDialEnd(nil, out, asterisk.DialAnswer)
		return out, OriginateAnswered
	}
	reason := OriginateRinging
	if inTime {
		reason = OriginateFailed
		m.tellDialEnd(nil, out, endStatus(out.cause))
	}
	out.end()
	return nil, reason
}

// runOriginated has a channel that was called do what it was called for.
func (m *Machine) runOriginated(t *thread, c *channel, o *Originate) {
	if o.Application == "" {
		c.at = place{o.Context, o.Exten, o.Priority}
		m.runDialplan(t, c)
		return
	}
	c.application, c.data = o.Application, o.Data
	c.publish()
	applicationOf(o.Application)(t, c, o.Data)
	if c.next != nil {
		m.runDialplan(t, c)
		return
	}
	if c.cause == asterisk.CauseUnset {
		c.cause = asterisk.CauseNormalClearing
	}
	c.end()
}

func (m *Machine) tellOriginate(o *Originate, out *outgoing, reason OriginateReason) {
	response, name, id := "Failure", o.Channel, "<unknown>"
	if o.ChannelID != "" {
		id = o.ChannelID
	}
	if reason == OriginateAnswered {
		response = "Success"
	}
	if out != nil {
		name, id = out.name, out.uniqueID
	}
	w := m.begin("OriginateResponse", "call")
	if o.ActionID != "" {
		w.add("ActionID", o.ActionID)
	}
	w.add("Response", response).add("Channel", name)
	if o.Application != "" {
		w.add("Application", o.Application).add("Data", o.Data)
	} else {
		w.add("Context", o.Context).add("Exten", o.Exten)
	}
	number, name := "<unknown>", "<unknown>"
	if n, num, ok := cutCallerID(o.CallerID); ok {
		number, name = orUnknown(num), orUnknown(n)
	}
	w.number("Reason", int(reason)).add("Uniqueid", id).add("CallerIDNum", number).add("CallerIDName", name).send()
}

// cutCallerID reads "Ann" <100>.
func cutCallerID(text string) (name, number string, ok bool) {
	name, number, bracket := strings.Cut(text, "<")
	if !bracket {
		return "", strings.TrimSpace(text), strings.TrimSpace(text) != ""
	}
	number, _, _ = strings.Cut(number, ">")
	return strings.Trim(strings.TrimSpace(name), `"`), strings.TrimSpace(number), true
}
