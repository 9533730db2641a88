package gateway

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// session is a user who is connected, or asks for something: what all connections of the user share.
type session struct {
	gateway  *Gateway
	id       string
	messages *rate.Limiter
	waiting  atomic.Int64  // actions that an answer is awaited of
	turn     chan struct{} // who asks the Policy holds it
	ready    chan struct{} // closed when the Policy was asked first
	standing atomic.Pointer[standing]
	uses     int // guarded by the gateway's mutex

	mu          sync.Mutex // guards all below
	ended       *refusal
	connections map[*connection]struct{}
}

// standing is what a user may do, from one answer of the Policy to the next. Nobody writes to it.
type standing struct {
	user   User
	rights Rights
	view   *view
}

// join returns the session of a user, after asking the Policy if there is none yet, or if the application tells something else of
// the user than before. The session has to be left.
func (g *Gateway) join(in *signedIn) (*session, *refusal) {
	g.mu.Lock()
	at, changed := g.changed[in.user.ID]
	if g.closed || changed && !in.since.After(at) || time.Since(in.since) > 2*applicationTimeout {
		closed := g.closed
		g.mu.Unlock()
		if closed {
			return nil, refusedClosing
		}
		return nil, refusedSignIn
	}
	s, found := g.sessions[in.user.ID]
	if !found {
		s = &session{gateway: g, id: in.user.ID, messages: g.messages.of(in.user.ID),
			turn: make(chan struct{}, 1), ready: make(chan struct{}), connections: make(map[*connection]struct{})}
		g.sessions[s.id] = s
	}
	s.uses++
	g.mu.Unlock()
	if err := s.settle(g.ctx, in.user, found); err != nil {
		s.leave()
		if g.ctx.Err() != nil {
			return nil, refusedClosing
		}
		g.log.Warn("gateway: user refused", "user", show.Text(s.id), "error", show.Text(err.Error()))
		return nil, refusedUser
	}
	if why := s.over(); why != nil {
		s.leave()
		return nil, why
	}
	return s, nil
}

// settle asks the Policy about a user who joins, if that has to be.
func (s *session) settle(ctx context.Context, user User, found bool) error {
	if found {
		waiting, cancel := context.WithTimeout(ctx, applicationTimeout)
		defer cancel()
		select {
		case <-s.ready: // the request that made the session asks
		case <-waiting.Done():
			return context.Cause(waiting)
		}
		if now := s.standing.Load(); s.over() != nil || now != nil && same(now.user, user) {
			return nil
		}
	} else {
		defer close(s.ready)
	}
	return s.reconsider(ctx, user)
}

// reconsider asks the Policy. An error ends the session.
func (s *session) reconsider(ctx context.Context, user User) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-s.turn }()
	now, err := s.gateway.standingOf(ctx, user)
	if err != nil {
		s.end(refusedUser)
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		s.gateway.state.release(now.view)
		return nil
	}
	if before := s.standing.Swap(now); before != nil {
		s.gateway.state.release(before.view)
	}
	for c := range s.connections {
		c.wake()
	}
	return nil
}

// standingOf asks the Policy about a user, and gets the view of the Rights.
func (g *Gateway) standingOf(ctx context.Context, user User) (now *standing, err error) {
	rights, err := g.ask(ctx, user)
	if err != nil {
		return nil, err
	}
	if err := rights.Dial.check(); err != nil {
		return nil, err
	}
	defer g.recovered("Server.CanAnswer", &err)
	v, err := g.state.view(rights)
	if err != nil {
		return nil, err
	}
	return &standing{user, rights, v}, nil
}

// same says whether the application tells the same of a user, but for when the session ends.
func same(a, b User) bool {
	a.Expires, b.Expires = time.Time{}, time.Time{}
	return reflect.DeepEqual(a, b)
}

// leave takes back a join. The last one ends the session.
func (s *session) leave() {
	g := s.gateway
	g.mu.Lock()
	s.uses--
	last := s.uses == 0
	if last && g.sessions[s.id] == s {
		delete(g.sessions, s.id)
	}
	g.mu.Unlock()
	if last {
		s.end(gone)
	}
}

// end ends the session and its connections. Who comes next gets another session.
func (s *session) end(why *refusal) {
	g := s.gateway
	g.mu.Lock()
	if g.sessions[s.id] == s {
		delete(g.sessions, s.id)
	}
	g.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		return
	}
	s.ended = why
	for c := range s.connections {
		c.end(why)
	}
	if now := s.standing.Load(); now != nil {
		g.state.release(now.view)
	}
}

// over says why the session has ended; nil if it has not.
func (s *session) over() *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// Revoke ends all that a user has: connections, with message.CodeRevoked, cookies and tickets. Whoever was being signed in
// at that time is refused, too. It does not keep the user out: Config.Authenticate has to, from before Revoke is called.
// The application must not call it with a lock held that its own functions want.
func (g *Gateway) Revoke(userID string) {
	g.tickets.revoke(userID)
	g.cookies.revoke(userID)
	if s := g.change(userID); s != nil {
		s.end(refusedUser)
	}
}

// change notes that what was known of a user is old. A sign-in that has begun before is refused. change returns the user's session, nil if there is none.
func (g *Gateway) change(userID string) *session {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	for id, at := range g.changed {
		if now.Sub(at) > 4*applicationTimeout {
			delete(g.changed, id)
		}
	}
	g.changed[userID] = now
	return g.sessions[userID]
}

// Reconsider asks the Policy again about a user whose rights have changed, and tells it what the application knows of the user now. Objects
// that the user may see no more are gone from the screen when it returns, but for the time of the network; the connections stay. Cookies
// and tickets of the user get the new User, too, without its Expires. Of a user who is not connected it does nothing else: the Policy is asked when they come.
//
// An error or a panic of the Policy ends the user's connections, with message.CodeRevoked, and is returned. If ctx ends before the Policy
// could be asked, as while it is asked by another one, nothing has changed, and the error is that of ctx.
func (g *Gateway) Reconsider(ctx context.Context, user User) error {
	if err := user.valid(time.Now()); err != nil {
		return fmt.Errorf("gateway: reconsider: %w", err)
	}
	g.tickets.update(user)
	g.cookies.update(user)
	s := g.change(user.ID)
	if s == nil {
		return nil
	}
	select {
	case <-s.ready:
	case <-ctx.Done():
		return fmt.Errorf("gateway: reconsider: %w", context.Cause(ctx))
	}
	if err := s.reconsider(ctx, user); err != nil {
		return fmt.Errorf("gateway: reconsider: %w", err)
	}
	return nil
}

// signOut ends the connections that were signed in by a cookie.
func (g *Gateway) signOut(cookie *grant) {
	g.mu.Lock()
	s := g.sessions[cookie.user.ID]
	g.mu.Unlock()
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.connections {
		if c.cookie != nil && c.cookie.secret == cookie.secret {
			c.end(refusedSignIn)
		}
	}
}
