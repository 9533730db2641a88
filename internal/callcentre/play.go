package callcentre

import (
	"time"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// Outside is the phone by which all customers call, and are called, as by a provider.
const Outside = "outside"

// Play has people use the phones of a machine that has the centre's, at a pace that a person can watch, until it closes: customers call, wait or
// give up; agents answer, decline, or let it ring, put customers on hold, transfer and park them. The same seed draws the same. What they do is
// told in words, with the time since the start; nil tells nobody.
func Play(m *pbx.Machine, seed uint64, told func(at time.Duration, what string)) {
	p := &play{machine: m, told: told, started: m.Now()}
	for i, agent := range Agents() {
		a := &player{play: p, Agent: agent, phone: m.Phone(agent.Number), draw: NewDraw(seed, uint64(i))}
		a.phone.Rings(func(l *pbx.Line) {
			own := a.draw.Split()
			m.Play(func(who *pbx.Person) { a.takes(who, l, own) })
		})
	}
	called := &player{play: p, Agent: Agent{Name: "a customer"}, phone: m.Phone(Outside), draw: NewDraw(seed, 99)}
	called.phone.Rings(func(l *pbx.Line) {
		own := called.draw.Split()
		m.Play(func(who *pbx.Person) { called.isCalled(who, l, own) })
	})
	m.Play(func(who *pbx.Person) { p.customers(who, NewDraw(seed, 100)) })
}

// play is a day of the centre.
type play struct {
	machine *pbx.Machine
	started time.Time
	told    func(at time.Duration, what string)
	parking bool // one caller is parked at a time, so that it is clear who fetches whom
}

// tell says what somebody does.
func (p *play) tell(parts ...string) {
	if p.told == nil || p.machine.Closed() {
		return
	}
	what := ""
	for _, part := range parts {
		what += part
	}
	p.told(p.machine.Now().Sub(p.started), what)
}

// customers has one call after the other.
func (p *play) customers(who *pbx.Person, draw *Draw) {
	all := Customers()
	for n := 0; ; n++ {
		customer, number := all[n%len(all)], MainNumber
		if n == 0 || draw.Chance(25) { // the first one calls somebody who is sure to be there
			number = Agents()[1+n%2].Direct
		}
		own := draw.Split()
		p.machine.Play(func(who *pbx.Person) { p.calls(who, customer, number, own) })
		if !who.Wait(draw.Seconds(5, 11)) {
			return
		}
	}
}

// calls is one customer's call.
func (p *play) calls(who *pbx.Person, customer Customer, number string, draw *Draw) {
	patience := p.machine.Now().Add(draw.Seconds(25, 90))
	left := func() time.Duration { return patience.Sub(p.machine.Now()) }
	p.tell(customer.String(), " calls ", number)
	line := p.machine.Phone(Outside).CallAs(customer.Number, customer.Name, number)
	if line == nil {
		p.tell(customer.String(), " was refused")
		return
	}
	who.Await(line, left(), func() bool { return line.Answered || line.Ended })
	if line.Answered && number == MainNumber && who.Lasts(line, draw.Seconds(1, 3)) {
		_ = line.Press([]string{"1", "2"}[draw.IntN(2)]) // the call may have ended
	}
	if !who.Lasts(line, left()) {
		return
	}
	if line.Hangup() == nil {
		p.tell(customer.String(), " hangs up")
	}
}
