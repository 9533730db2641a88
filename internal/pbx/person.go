package pbx

import (
	"slices"
	"time"
)

// Person is code that uses phones as people do: from top to bottom, with waits in between. It runs when the machine does, one at a time.
type Person struct {
	machine *Machine
	thread  *thread
}

// Play begins a Person's code, which has to return soon once Wait or Await says that the machine has closed. On a closed machine it does nothing.
func (m *Machine) Play(body func(p *Person)) {
	if m.closed {
		return
	}
	p := &Person{machine: m}
	p.thread = m.spawn(func(t *thread) {
		p.thread = t
		body(p)
		m.people = slices.DeleteFunc(m.people, func(other *thread) bool { return other == t })
	})
	m.people = append(m.people, p.thread)
}

// Closed reports whether Close was called.
func (m *Machine) Closed() bool { return m.closed }

// Now is the machine's time.
func (m *Machine) Now() time.Time { return m.now }

// Wait waits for a time, and reports whether the machine still runs.
func (p *Person) Wait(d time.Duration) bool {
	p.thread.wait(p.machine.now.Add(d), func() bool { return p.machine.closed })
	return !p.machine.closed
}

// Await waits until something is so about a line, for at most a time. It reports whether it is, which it is not once the machine has closed.
func (p *Person) Await(l *Line, within time.Duration, done func() bool) bool {
	l.watch = p.thread
	is := p.thread.wait(p.machine.now.Add(within), func() bool { return p.machine.closed || done() })
	return is && !p.machine.closed
}

// Lasts waits for a time, and reports whether a line has not ended then.
func (p *Person) Lasts(l *Line, d time.Duration) bool {
	return !p.Await(l, d, func() bool { return l.Ended }) && !p.machine.closed && !l.Ended
}
