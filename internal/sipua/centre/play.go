package centre

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/callcentre"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// Play has people use the phones, at a pace that a person can watch, until ctx ends: customers call, wait or give up; agents
// answer, decline, or let it ring, put customers on hold, transfer and park them. The same seed draws the same. What they do is written
// to told, a line each. Play is called once.
func (c *Centre) Play(ctx context.Context, seed uint64, told io.Writer) {
	p := &play{centre: c, told: told, started: time.Now()}
	for i, agent := range callcentre.Agents() {
		a := &player{play: p, Agent: agent, phone: c.phones[agent.Number], draw: callcentre.NewDraw(seed, uint64(i))}
		a.phone.Answer(func(i *sipua.Incoming) { p.during(func() { a.takes(ctx, i) }) })
	}
	called := &player{play: p, Agent: callcentre.Agent{Name: "a customer"}, phone: c.outside, draw: callcentre.NewDraw(seed, 99)}
	c.outside.Answer(func(i *sipua.Incoming) { p.during(func() { called.isCalled(ctx, i) }) })
	// Each of these ends with ctx; Play waits for them.
	p.people.Go(func() { p.registers(ctx) })
	p.people.Go(func() { p.customers(ctx, callcentre.NewDraw(seed, 100)) })
	<-ctx.Done()
	p.mu.Lock()
	p.over = true
	p.mu.Unlock()
	p.people.Wait()
	c.outside.Answer(nil)
	for _, phone := range c.phones {
		phone.Answer(nil)
	}
}

// play is a day of the centre.
type play struct {
	centre  *Centre
	started time.Time
	people  sync.WaitGroup

	mu   sync.Mutex // guards both
	told io.Writer
	over bool // nothing begins any more

	parking sync.Mutex // one caller is parked at a time, so that the space is known
}

// tell writes what somebody does.
func (p *play) tell(format string, arguments ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := time.Since(p.started).Truncate(time.Second)
	fmt.Fprintf(p.told, "%02d:%02d  %s\n", int(at.Minutes()), int(at.Seconds())%60, fmt.Sprintf(format, arguments...))
}

// during does something that the play waits for, unless it is over.
func (p *play) during(do func()) {
	p.mu.Lock()
	over := p.over
	if !over {
		p.people.Add(1)
	}
	p.mu.Unlock()
	if !over {
		defer p.people.Done()
		do()
	}
}

// registers keeps the agents' phones registered, also when the server was started anew.
func (p *play) registers(ctx context.Context) {
	for wait(ctx, time.Minute) {
		_ = p.centre.Register(ctx) // the next minute, then
	}
}

// customers has one call after the other.
func (p *play) customers(ctx context.Context, draw *callcentre.Draw) {
	all := callcentre.Customers()
	for n := 0; ; n++ {
		customer, number := all[n%len(all)], callcentre.MainNumber
		if n == 0 || draw.Chance(25) { // the first one calls somebody who is sure to be there
			number = callcentre.Agents()[1+n%2].Direct
		}
		own := draw.Split()
		// Ends with the call or ctx; Play waits for it.
		p.people.Go(func() { p.calls(ctx, customer, number, own) })
		if !wait(ctx, draw.Seconds(5, 11)) {
			return
		}
	}
}

// calls is one customer's call.
func (p *play) calls(ctx context.Context, customer callcentre.Customer, number string, draw *callcentre.Draw) {
	patience, end := context.WithTimeout(ctx, draw.Seconds(25, 90))
	defer end()
	p.tell("%s calls %s", customer, number)
	call, err := p.centre.outside.DialFrom(patience, customer.Number, customer.Name, number)
	if err != nil {
		p.tell("%s was not answered", customer)
		return
	}
	if number == callcentre.MainNumber {
		_ = call.Press(patience, []string{"1", "2"}[draw.IntN(2)]) // the call may have ended
	}
	p.hangsUp(ctx, patience, customer.String(), call)
}

// hangsUp ends a call when its time is over, unless the other end does before.
func (p *play) hangsUp(ctx, until context.Context, name string, call *sipua.Call) {
	select {
	case <-call.Ended():
	case <-until.Done():
		if bye(ctx, call) && ctx.Err() == nil {
			p.tell("%s hangs up", name)
		}
	}
}

// bye hangs up, also when ctx has ended: the server is not left with a call of nobody.
func bye(ctx context.Context, call *sipua.Call) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return call.Bye(ctx) == nil
}

// wait is false when ctx has ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
