package main

import (
	"errors"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
)

const (
	maxActive = 1_000            // calls that have not ended at once
	maxEnded  = 10_000           // calls that have ended and are remembered
	keepFor   = 15 * time.Minute // and for how long
)

var (
	errTooMany = errors.New("too many calls are being made")
	errOther   = errors.New("this Idempotency-Key was used for another call")
)

// calls is what the service knows of its calls, by their idempotency keys and by their IDs.
type calls struct {
	mu     sync.Mutex // guards what follows, and the state of each call
	byKey  map[string]*call
	byID   map[string]*call
	active int
	ended  []*call // oldest first
}

// call is one call. begun is closed when origination or err is set; these do not change then.
type call struct {
	key     string
	request request
	begun   chan struct{}

	origination *ami.Origination
	err         error // there is no call

	state state // guarded by calls.mu
}

func newCalls() *calls {
	return &calls{byKey: make(map[string]*call), byID: make(map[string]*call)}
}

// claim returns the call of a key, and whether it is a new one, which the caller has to begin.
func (c *calls) claim(key string, wanted request) (known *call, isNew bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	if known := c.byKey[key]; known != nil {
		if known.request != wanted {
			return nil, false, errOther
		}
		return known, false, nil
	}
	if c.active >= maxActive {
		return nil, false, errTooMany
	}
	c.active++
	c.byKey[key] = &call{key: key, request: wanted, begun: make(chan struct{})}
	return c.byKey[key], true, nil
}

// begin says what has come of a claim. After an error there is no call, so that the key may be used again.
func (c *calls) begin(of *call, origination *ami.Origination, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	of.origination, of.err = origination, err
	close(of.begun)
	if err != nil {
		c.active--
		delete(c.byKey, of.key)
		return
	}
	of.state = state{ID: origination.ChannelID(), Created: time.Now()}
	c.byID[of.state.ID] = of
}

// update changes the state of a call.
func (c *calls) update(of *call, change func(*state)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&of.state)
}

// end returns the last state of a call, which is remembered for a while.
func (c *calls) end(of *call) state {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	of.state.Ended = &now
	c.active--
	c.ended = append(c.ended, of)
	return of.state
}

// find returns a call by its ID, nil without one.
func (c *calls) find(id string) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	return c.byID[id]
}

// stateOf returns a copy of a call's state.
func (c *calls) stateOf(of *call) state {
	c.mu.Lock()
	defer c.mu.Unlock()
	return of.state
}

// forget drops what ended long ago, and the oldest of too many.
func (c *calls) forget() {
	old := time.Now().Add(-keepFor)
	for len(c.ended) > 0 && (len(c.ended) > maxEnded || c.ended[0].state.Ended.Before(old)) {
		delete(c.byKey, c.ended[0].key)
		delete(c.byID, c.ended[0].state.ID)
		c.ended[0] = nil
		c.ended = c.ended[1:]
	}
}
