package pbxtest

import (
	"net"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// Lose drops the next n events of that name, as Hangup: no client gets them, and none is told so, as by an overloaded manager. It
// replaces what an earlier Lose of the name has left; 0 drops none.
func (p *PBX) Lose(event string, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost[event] = n
}

// Cut breaks all connections to the manager at once, as a network that fails. New ones are accepted.
func (p *PBX) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		s.cut()
	}
}

// CutAfter breaks each connection to the manager that there is when n more bytes have been sent on it, in the middle of a line if need be; with 0 or
// less that is before the next byte. Connections that come later are not cut.
func (p *PBX) CutAfter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		s.limit(n)
	}
}

// Stall has the manager send nothing more on the connections that there are, until [PBX.Resume]. Calls go on. What there is to
// send waits, within [Limits]: a client's actions are run until 1 MiB waits for it.
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

// Restart does what a crash of Asterisk and its start do: all calls end and nobody is told, all connections break, and channels are counted from the
// beginning. The dialplan, phones, queues and users are as in the Config. After Close the error is
// net.ErrClosed.
func (p *PBX) Restart() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return net.ErrClosed
	}
	p.crash()
	p.began = time.Now()
	if err := p.makeMachine(); err != nil {
		return err
	}
	p.populate()
	p.run()
	return nil
}

// crash ends all calls and breaks all connections, of which nobody is told. The caller holds the mutex.
func (p *PBX) crash() {
	for s := range p.sessions {
		s.cut()
	}
	for l := range p.links {
		l.cut()
	}
	p.machine.Close()
	p.endCalls()
}

// plan is what the machine is made of.
func (p *PBX) plan() *pbx.Config {
	return &pbx.Config{
		Version: p.config.Version, Seed: p.config.Seed, Now: p.began, Phones: p.config.phones(), Queues: queuesOf(p.config.Queues), Dialplan: p.config.Dialplan,
		MaxChannels: p.config.Limits.Channels, MaxVariables: p.config.Limits.Variables, Event: p.event, Script: p.script,
	}
}
