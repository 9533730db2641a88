package main

import (
	"context"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
)

const (
	maxCalling = 1_000            // calls without an outcome at once
	maxSettled = 10_000           // calls with one that are remembered
	keepFor    = 15 * time.Minute // and for how long
)

// calls is what the service knows of the calls it made.
type calls struct {
	session ami.Session
	life    context.Context // of what waits for outcomes; ends with close
	cancel  context.CancelFunc
	waiting sync.WaitGroup

	mu      sync.Mutex // guards what follows
	known   map[string]*call
	calling int
	settled []*call // oldest first
}

// call is one call. outcome and settled are guarded by the mutex of calls.
type call struct {
	handle  *ami.Origination
	created time.Time
	settled time.Time // zero while it is calling
	outcome ami.Outcome
}

func newCalls(session ami.Session) *calls {
	c := &calls{session: session, known: make(map[string]*call)}
	c.life, c.cancel = context.WithCancel(context.Background())
	return c
}

// close ends the waiting. The calls themselves go on.
func (c *calls) close() {
	c.cancel()
	c.waiting.Wait()
}

// reserve counts a call that is about to be made, or reports that there are too many.
func (c *calls) reserve() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calling >= maxCalling {
		return false
	}
	c.calling++
	return true
}

// release takes back a reservation of which no call has become.
func (c *calls) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calling--
}

// add remembers a call and waits for its outcome.
func (c *calls) add(handle *ami.Origination) {
	entry := &call{handle: handle, created: time.Now()}
	c.mu.Lock()
	c.known[handle.ChannelID()] = entry
	c.mu.Unlock()
	// Ends with the outcome or with close, which waits for it.
	c.waiting.Go(func() {
		outcome, err := handle.Wait(c.life)
		if err != nil {
			return // the service ends
		}
		c.settle(entry, outcome)
	})
}

func (c *calls) settle(entry *call, outcome ami.Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry.outcome, entry.settled = outcome, time.Now()
	c.calling--
	c.settled = append(c.settled, entry)
	c.forget()
}

// find returns a copy of what is known of a call.
func (c *calls) find(id string) (call, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	entry, ok := c.known[id]
	if !ok {
		return call{}, false
	}
	return *entry, true
}

// forget drops what was settled long ago, and the oldest of too many.
func (c *calls) forget() {
	old := time.Now().Add(-keepFor)
	for len(c.settled) > 0 && (len(c.settled) > maxSettled || c.settled[0].settled.Before(old)) {
		delete(c.known, c.settled[0].handle.ChannelID())
		c.settled[0] = nil
		c.settled = c.settled[1:]
	}
}
