package callcentre

import (
	"math/rand/v2"
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
		a := &player{play: p, Agent: agent, phone: m.Phone(agent.Number), draw: newDraw(seed, uint64(i))}
		a.phone.Rings(func(l *pbx.Line) {
			own := a.draw.split()
			m.Play(func(who *pbx.Person) { a.takes(who, l, own) })
		})
	}
	called := &player{play: p, Agent: Agent{Name: "a customer"}, phone: m.Phone(Outside), draw: newDraw(seed, 99)}
	called.phone.Rings(func(l *pbx.Line) {
		own := called.draw.split()
		m.Play(func(who *pbx.Person) { called.isCalled(who, l, own) })
	})
	m.Play(func(who *pbx.Person) { p.customers(who, newDraw(seed, 100)) })
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
func (p *play) customers(who *pbx.Person, draw *draw) {
	all := Customers()
	for n := 0; ; n++ {
		customer, number := all[n%len(all)], MainNumber
		if n == 0 || draw.chance(25) { // the first one calls somebody who is sure to be there
			number = Agents()[1+n%2].Direct
		}
		own := draw.split()
		p.machine.Play(func(who *pbx.Person) { p.calls(who, customer, number, own) })
		if !who.Wait(draw.seconds(5, 11)) {
			return
		}
	}
}

// calls is one customer's call.
func (p *play) calls(who *pbx.Person, customer Customer, number string, draw *draw) {
	patience := p.machine.Now().Add(draw.seconds(25, 90))
	left := func() time.Duration { return patience.Sub(p.machine.Now()) }
	p.tell(customer.show(), " calls ", number)
	line := p.machine.Phone(Outside).CallAs(customer.Number, customer.Name, number)
	if line == nil {
		p.tell(customer.show(), " was refused")
		return
	}
	who.Await(line, left(), func() bool { return line.Answered || line.Ended })
	if line.Answered && number == MainNumber && who.Lasts(line, draw.seconds(1, 3)) {
		_ = line.Press([]string{"1", "2"}[draw.IntN(2)]) // the call may have ended
	}
	if !who.Lasts(line, left()) {
		return
	}
	if line.Hangup() == nil {
		p.tell(customer.show(), " hangs up")
	}
}

// show is what others see of a customer.
func (c Customer) show() string {
	if c.Name == "" {
		return c.Number
	}
	return c.Name
}

// draw is what one of them decides by.
type draw struct{ *rand.Rand }

func newDraw(seed, person uint64) *draw { return &draw{rand.New(rand.NewPCG(seed, person))} }

// split makes a draw for one call, so that what is drawn in others changes nothing in it.
func (d *draw) split() *draw { return newDraw(d.Uint64(), d.Uint64()) }

func (d *draw) chance(percent int) bool { return d.IntN(100) < percent }

func (d *draw) seconds(from, to int) time.Duration {
	return time.Duration(from)*time.Second + time.Duration(d.Int64N(int64(to-from)*int64(time.Second)))
}
