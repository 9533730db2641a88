package pbx

import (
	"container/heap"
	"iter"
	"time"
)

// thread runs a channel in the dialplan, as a thread of Asterisk does: code from top to bottom that waits in between.
// One thread runs at a time, so it needs no lock. A thread ends when its channels have hung up, which each wait has to look at.
type thread struct {
	machine *Machine
	resume  func() (struct{}, bool)
	yield   func(struct{}) bool
	ready   bool // it stands in Machine.ready
	alone   bool // it runs an application of the dialplan, which nothing but the dialplan waits for
}

// spawn starts a thread, which runs when those that are ready have had their turn.
func (m *Machine) spawn(body func(t *thread)) *thread {
	t := &thread{machine: m}
	m.threads++
	t.start(body)
	m.wake(t)
	return t
}

// standBy is spawn for code that has nothing to do before due says so, which it asks when it is woken. It takes no stack until then.
func (m *Machine) standBy(due func() bool, body func(t *thread)) *thread {
	t := &thread{machine: m}
	m.threads++
	t.resume = func() (struct{}, bool) {
		if !due() {
			return struct{}{}, true
		}
		t.start(body)
		return t.resume()
	}
	return t
}

func (t *thread) start(body func(t *thread)) {
	t.resume, _ = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		body(t)
		t.machine.threads--
	})
}

// wake lets a thread that waits look again. A thread that is nil is nobody's.
func (m *Machine) wake(t *thread) {
	if t != nil && !t.ready {
		t.ready = true
		m.ready = append(m.ready, t)
	}
}

// wait waits until done says so, or until the time has come, which is never if zero. It reports whether done did.
func (t *thread) wait(until time.Time, done func() bool) bool {
	if !until.IsZero() {
		alarm := t.machine.after(until.Sub(t.machine.now), func() { t.machine.wake(t) })
		defer t.machine.cancel(alarm)
	}
	for !done() {
		if !until.IsZero() && !t.machine.now.Before(until) {
			return false
		}
		t.yield(struct{}{})
	}
	return true
}

// alarm is something to be done at a time.
type alarm struct {
	at    time.Time
	order int // of those at the same time
	do    func()
	index int // in Machine.alarms; -1 once it is over
}

// cancel has an alarm that is not over yet not be done.
func (m *Machine) cancel(a *alarm) {
	if a.index >= 0 && !m.closed {
		heap.Remove(&m.alarms, a.index)
	}
}

// after has something done once d has passed.
func (m *Machine) after(d time.Duration, do func()) *alarm {
	m.alarmed++
	a := &alarm{at: m.now.Add(d), order: m.alarmed, do: do}
	heap.Push(&m.alarms, a)
	return a
}

// alarms is a heap, the next first.
type alarms []*alarm

func (a alarms) Len() int { return len(a) }
func (a alarms) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].order < a[j].order
}
func (a alarms) Swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].index, a[j].index = i, j
}
func (a *alarms) Push(x any) {
	added := x.(*alarm)
	added.index = len(*a)
	*a = append(*a, added)
}
func (a *alarms) Pop() any {
	last := (*a)[len(*a)-1]
	last.index = -1
	(*a)[len(*a)-1] = nil
	*a = (*a)[:len(*a)-1]
	return last
}
