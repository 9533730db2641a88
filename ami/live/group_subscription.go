package live

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"sync"

	"github.com/asterisk-go/asterisk-go/internal/ended"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// GroupChange is a change on one of the servers of a [Group].
type GroupChange struct {
	Server string
	Change Change
}

// String is the change in one line.
func (c GroupChange) String() string { return show.Text(c.Server) + ": " + c.Change.String() }

// MarshalJSON writes {"Server":"pbx1","Change":{...}}.
func (c GroupChange) MarshalJSON() ([]byte, error) {
	type plain GroupChange
	return json.Marshal(plain(c))
}

// GroupSubscription is the changes of all servers of a [Group], each server's in their order. All methods
// are safe for concurrent use; a change goes to whichever goroutine asks first.
type GroupSubscription struct {
	group  *Group
	config SubscribeConfig
	ready  chan struct{} // holds a token while there may be something to take

	mu    sync.Mutex // guards all below
	first []GroupChange
	of    []*Subscription // one for each model
	turn  int             // of these
	err   error
}

// Subscribe starts a stream of the changes of all servers, also of those that are added later. Of each server that has a model the
// first is a [Reset], with its View; so it is for a model that takes the place of one that has ended. A server that is
// expected begins as an Added [Server]; that one is away, back or lost tells an Updated one, and Remove a Removed one. The config is that of a
// [Subscription] to each model: keys count on every server, and the changes of its [Server] come with
// them.
func (g *Group) Subscribe(config *SubscribeConfig) *GroupSubscription {
	s := &GroupSubscription{group: g, ready: make(chan struct{}, 1)}
	if config != nil {
		s.config = *config
	}
	s.wake()
	g.mu.Lock()
	defer g.mu.Unlock()
	for name, m := range g.models {
		if m == nil {
			s.first = append(s.first, GroupChange{name, Changed[Server]{Kind: KindAdded, After: g.server(name, nil)}})
			continue
		}
		s.follow(m)
	}
	g.subs[s] = struct{}{}
	return s
}

// follow adds the changes of a model, in place of those of another with its name.
func (s *GroupSubscription) follow(m *Model) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(m.Server())
	s.of = append(s.of, m.subscribe(&s.config, s.ready, objectKey{"server", m.Server()}))
	s.wake()
}

// forget drops a server.
func (s *GroupSubscription) forget(name string, server *Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(name)
	s.first = append(s.first, GroupChange{name, Changed[Server]{Kind: KindRemoved, Before: server, After: server}})
	s.wake()
}

// leave drops the changes of a model that wait. The caller holds mu.
func (s *GroupSubscription) leave(name string) {
	s.of = slices.DeleteFunc(s.of, func(of *Subscription) bool {
		if of.model.Server() != name {
			return false
		}
		of.Close()
		return true
	})
}

// Next waits for the next change of any server. Once ctx has ended it returns an error that is both ctx.Err() and the
// context's cause, and after Close [ErrClosed]. That a server is lost is no error.
func (s *GroupSubscription) Next(ctx context.Context) (GroupChange, error) {
	for {
		if ctx.Err() != nil {
			return GroupChange{}, ended.Error(ctx)
		}
		if c, err := s.take(); c.Change != nil || err != nil {
			return c, err
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
		}
	}
}

// All yields changes until ctx ends or the subscription is closed. Leaving the loop does not close it.
func (s *GroupSubscription) All(ctx context.Context) iter.Seq[GroupChange] {
	return stream(ctx, s.Next)
}

// Close ends the subscription and forgets what waits. It never waits itself, and may be called from the consumer's loop.
func (s *GroupSubscription) Close() {
	s.group.mu.Lock()
	delete(s.group.subs, s)
	s.group.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, of := range s.of {
		of.Close()
	}
	s.of, s.first, s.err = nil, nil, ErrClosed
	s.wake()
}

// take takes the next change, of each server in turn; none if nothing waits.
func (s *GroupSubscription) take() (GroupChange, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		s.wake() // another goroutine may wait
		return GroupChange{}, s.err
	}
	if len(s.first) > 0 {
		c := s.first[0]
		s.first = s.first[1:]
		s.wake()
		return c, nil
	}
	for range len(s.of) {
		s.turn = (s.turn + 1) % len(s.of)
		of := s.of[s.turn]
		switch c, err := of.take(); {
		case c != nil:
			s.wake()
			return GroupChange{of.model.Server(), c}, nil
		case err != nil: // its last change has said so
			s.of = slices.Delete(s.of, s.turn, s.turn+1)
			s.wake()
			return GroupChange{}, nil
		}
	}
	return GroupChange{}, nil
}

func (s *GroupSubscription) wake() { wake(s.ready) }
