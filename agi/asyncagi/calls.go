package asyncagi

import (
	"maps"
	"slices"
	"sync"
)

// calls are those in AsyncAGI at one Asterisk.
type calls struct {
	mu        sync.Mutex // guards all below, and what calls say it guards
	byID      map[string]*call
	byCommand map[string]*call // that wait for a result, by CommandID
	failed    map[string]*call // that have left upon a failed command, by Uniqueid, until AGISTATUS is set
}

// add adds a call, and returns the one that its channel was in.
func (s *calls) add(c *call) (earlier *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	earlier = s.byID[c.id]
	s.byID[c.id] = c
	return earlier
}

// expect registers a command of c, and returns what its channel is called now.
func (s *calls) expect(c *call, commandID string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byCommand, c.waiting) // still there if it was not sent
	c.waiting = commandID
	s.byCommand[commandID] = c
	return c.id
}

// answered finds the call that waits for a command: none that has ended since,
// and no other manager's. A command may have given its channel the identity of
// another, as the application Pickup does.
func (s *calls) answered(commandID, id string) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.byCommand[commandID]
	delete(s.byCommand, commandID)
	if c != nil && id != "" && c.id != id && s.byID[c.id] == c {
		delete(s.byID, c.id)
		c.id, c.swapped = id, true
		s.byID[id] = c
	}
	return c
}

// remove removes the call of a channel, and returns it.
func (s *calls) remove(id string) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.byID[id]
	delete(s.byID, id)
	return c
}

// leave is remove for a call whose channel has left AsyncAGI.
func (s *calls) leave(id string) *call {
	c := s.remove(id)
	if c == nil {
		return nil
	}
	if _, failed := c.last(); failed {
		s.mu.Lock()
		s.failed[id] = c
		s.mu.Unlock()
	}
	return c
}

// hasFailed returns, once, the call that has left upon a failed command.
func (s *calls) hasFailed(id string) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.failed[id]
	delete(s.failed, id)
	return c
}

// forget removes what is left of a call.
func (s *calls) forget(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byCommand, c.waiting)
	if s.failed[c.id] == c {
		delete(s.failed, c.id)
	}
	if s.byID[c.id] == c {
		delete(s.byID, c.id)
	}
}

// identity is the Uniqueid of a call's channel, and whether it has changed.
func (s *calls) identity(c *call) (id string, swapped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.id, c.swapped
}

// all returns them in no order.
func (s *calls) all() []*call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.byID))
}
