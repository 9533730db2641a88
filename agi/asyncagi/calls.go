package asyncagi

import (
	"maps"
	"slices"
	"sync"
)

// pair is who a channel is. Callers can write a Uniqueid into the events of
// their own channels, but hardly a name, which stands before all that is
// theirs: a Uniqueid alone proves nothing.
type pair struct{ name, id string }

// calls are those in AsyncAGI at one Asterisk.
type calls struct {
	mu        sync.Mutex // guards all below, and what calls say it guards
	byID      map[string]*call
	byName    map[string]*call
	byCommand map[string]*call // that wait for a result, by CommandID
	failed    map[string]*call // of which AGISTATUS may tell that a failed command was the end, by Uniqueid
}

func newCalls() calls {
	return calls{byID: make(map[string]*call), byName: make(map[string]*call), byCommand: make(map[string]*call), failed: make(map[string]*call)}
}

// add adds a call, and returns the one that its channel was in.
func (s *calls) add(c *call) (earlier *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	earlier = s.byID[c.pair.id]
	if earlier != nil {
		s.unlink(earlier)
	}
	s.link(c)
	return earlier
}

// link and unlink are called under the mutex.
func (s *calls) link(c *call) { s.byID[c.pair.id], s.byName[c.pair.name] = c, c }

func (s *calls) unlink(c *call) {
	if s.byID[c.pair.id] == c {
		delete(s.byID, c.pair.id)
	}
	if s.byName[c.pair.name] == c {
		delete(s.byName, c.pair.name)
	}
}

// expect registers a command of c, and returns the Uniqueid of its channel now.
func (s *calls) expect(c *call, commandID string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byCommand, c.waiting) // still there if it was not sent
	c.waiting = commandID
	s.byCommand[commandID] = c
	return c.pair.id
}

// answered finds the call that waits for a command: none that has ended since,
// and no other manager's. Nobody else knows the CommandID, so the result is of
// the call's channel, whatever that is called now.
func (s *calls) answered(commandID string) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.byCommand[commandID]
	delete(s.byCommand, commandID)
	if c != nil {
		c.waiting = ""
	}
	return c
}

// of returns the calls that an event of a channel may be about: the one that
// has the name and the one that has the Uniqueid, mostly the same.
func (s *calls) of(p pair) []*call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*call
	for _, c := range [...]*call{s.byName[p.name], s.byID[p.id]} {
		if c != nil && !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// move gives a call the pair that its channel has now, unless another call has
// the name or the Uniqueid.
func (s *calls) move(c *call, to pair) (moved bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[c.pair.id] != c {
		return false
	}
	for _, other := range [...]*call{s.byName[to.name], s.byID[to.id]} {
		if other != nil && other != c {
			return false
		}
	}
	if s.failed[c.pair.id] == c {
		delete(s.failed, c.pair.id)
		s.failed[to.id] = c
	}
	s.unlink(c)
	c.pair = to
	s.link(c)
	return true
}

// rename follows an event Rename.
func (s *calls) rename(p pair, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.byID[p.id]; c != nil && c.pair == p && s.byName[name] == nil {
		s.unlink(c)
		c.pair.name = name
		s.link(c)
	}
}

// remove removes a call.
func (s *calls) remove(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlink(c)
}

// awaitStatus notes, if the last command of c has failed, that AGISTATUS may
// tell whether it was the end. A call that is not here any more is not noted:
// nobody would forget it.
func (s *calls) awaitStatus(c *call) {
	if _, failed := c.last(); !failed {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[c.pair.id] == c {
		s.failed[c.pair.id] = c
	}
}

// hasFailed returns, once, the call that awaits AGISTATUS.
func (s *calls) hasFailed(p pair) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.failed[p.id]
	if c == nil || c.pair != p {
		return nil
	}
	delete(s.failed, p.id)
	return c
}

// forget removes what is left of a call.
func (s *calls) forget(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byCommand, c.waiting)
	if s.failed[c.pair.id] == c {
		delete(s.failed, c.pair.id)
	}
	s.unlink(c)
}

// identity is who the channel of a call is now.
func (s *calls) identity(c *call) pair {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.pair
}

// waits reports whether a command of c has been sent and has no result yet.
func (s *calls) waits(c *call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.waiting != "" && s.byCommand[c.waiting] == c
}

// all returns them in no order.
func (s *calls) all() []*call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.byID))
}
