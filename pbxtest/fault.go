package pbxtest

import (
	"time"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// Lose has the next n events of a name, as Hangup, reach nobody, which a manager that is overloaded can do.
func (p *PBX) Lose(event string, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost[event] = n
}

// Cut breaks all connections to the manager, as a network does that fails.
func (p *PBX) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		s.cut()
	}
}

// CutAfter breaks each connection to the manager when n more bytes were sent on it, in the middle of a line if need be. Connections
// that come later are not cut.
func (p *PBX) CutAfter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		s.limit(n)
	}
}

// Stall has the manager send nothing more on the connections that there are, until [PBX.Resume]. Calls go on, and what there is to tell waits.
func (p *PBX) Stall() { p.stall(true) }

// Resume ends a Stall.
func (p *PBX) Resume() { p.stall(false) }

func (p *PBX) stall(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		s.stall(on)
	}
}

// Restart is what a crash of Asterisk is, and its start: all calls end without a word, all connections break, and it counts channels from
// the beginning. The dialplan, phones and users are as in the Config.
func (p *PBX) Restart() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	for s := range p.sessions {
		s.cut()
	}
	for l := range p.links {
		l.cut()
	}
	p.machine.Close()
	p.endCalls()
	p.began = time.Now()
	if err := p.makeMachine(); err != nil {
		return err
	}
	p.populate()
	p.run()
	return nil
}

// plan is what the machine is made of.
func (p *PBX) plan() *pbx.Config {
	return &pbx.Config{
		Version: p.config.Version, Seed: p.config.Seed, Now: p.began, Phones: p.config.phones(), Queues: p.config.queues(), Dialplan: p.config.Dialplan, Event: p.event, Script: p.script,
	}
}
