package session

import (
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// This file gives blocks to the pending actions that they belong to. An action
// whose end nothing else tells gets a Ping after it.

// tally counts blocks that a session's Stats has.
type tally struct {
	strays int  // blocks of lines that were of no answer
	late   bool // it came after the end of its action
}

// reply gives a response to its action.
func (p *Pending) reply(number uint64, b transport.Block, status string) (t tally) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.find(number)
	if a == nil {
		return tally{late: true}
	}
	for p.sent[0] != a {
		before := p.sent[0]
		before.overtaken(&p.shared)
		p.leave(before)
	}
	t.strays = a.reply(b, status, &p.shared)
	switch {
	case a.stage == complete:
		p.leave(a)
	case a.stage == printing && a.asks():
		p.ping()
	}
	return t
}

// item gives an event to the action whose ActionID it has.
func (p *Pending) item(number uint64, b arrival) (t tally) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.find(number)
	if a == nil {
		return tally{late: true}
	}
	a.keep(a.take(b.Block), b, &p.shared)
	if a.stage == complete {
		p.leave(a)
	}
	return t
}

// adopt gives an event without an ActionID to the list that is under way, and
// reports whether there is one: the items of IAXpeers have none, and a line break
// in a value may cut it off. Asterisk writes no news meanwhile.
func (p *Pending) adopt(b arrival) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.oldest()
	if a == nil || !a.adopts() {
		return false
	}
	v, doubt := a.adopt(b.Block)
	b.doubt |= doubt
	a.keep(v, b, &p.shared)
	if v == mayEnd && a.asks() {
		p.ping()
	}
	return true
}

// listing reports whether a list is under way.
func (p *Pending) listing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.oldest()
	return a != nil && a.adopts()
}

// stray gives lines that are neither event nor response to the oldest action,
// when that may answer so.
func (p *Pending) stray(b transport.Block) (taken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.takesLines() {
		return false
	}
	a := p.oldest()
	a.takeLines(b)
	a.print(b, &p.shared)
	switch {
	case a.stage == complete:
		p.leave(a)
	case a.asks():
		p.ping()
	}
	return true
}

// takesLines reports whether the oldest action may be answered by lines, and no
// other in flight: the oldest may have had no answer at all. Behind a Ping, which
// an action that is known for it has from the start, is no other.
func (p *Pending) takesLines() bool {
	a := p.oldest()
	if a == nil || !a.takesLines() {
		return false
	}
	return a.form.silent || a.asked || a.stage == printing ||
		!slices.ContainsFunc(p.sent[1:], func(a *Action) bool { return a.takesLines() })
}

// linesDue is takesLines for the reader.
func (p *Pending) linesDue() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.takesLines()
}

// isCommand reports whether the action is a Command that has no answer yet: only
// that may be answered by text which does not end at an empty line.
func (p *Pending) isCommand(number uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.find(number)
	return a != nil && strings.EqualFold(a.name, "Command")
}

// cut ends the action whose answer, or an item of it, was too long to read, and
// reports whether there is one.
func (p *Pending) cut(number uint64, cause error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cutOff(p.find(number), cause)
}

// cutList is cut for an item that may be of the list which is under way.
func (p *Pending) cutList(cause error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.oldest()
	return a != nil && a.stage == listing && p.cutOff(a, cause)
}

func (p *Pending) cutOff(a *Action, cause error) bool {
	if a == nil {
		return false
	}
	a.fail(&p.shared, ErrOutcomeUnknown, cause)
	p.leave(a)
	return true
}

// cutAlone is cut for whatever comes where there is one action. That goes on to
// the end of its answer, so that none of its items is taken for news.
func (p *Pending) cutAlone(cause error) bool {
	if !p.lone || len(p.sent) == 0 {
		return false
	}
	p.sent[0].fail(&p.shared, ErrOutcomeUnknown, cause)
	return true
}
