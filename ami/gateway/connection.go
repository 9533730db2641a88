package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

const (
	helloTimeout = 10 * time.Second
	aliveEvery   = 25 * time.Second
)

// connection is one WebSocket or event stream of a user.
type connection struct {
	session *session
	user    User          // as this connection has signed in
	cookie  *grant        // nil if it was signed in otherwise
	token   string        // of an event stream
	woken   chan struct{} // holds one when run has to look at the session's standing, the results, the time, or the end
	expiry  *time.Timer   // nil if the user does not expire

	mu      sync.Mutex // guards results
	results [][]byte   // of actions, to be sent

	once sync.Once
	why  *refusal // set before done is closed
	done chan struct{}
}

// sender writes to a browser. It is of one goroutine, and each write takes WriteTimeout at most.
type sender interface {
	text(data []byte) error
	update(f *frame) error
	alive() error // text and ping
}

// connect makes a connection of who has sent a Hello. It has to be left.
func (g *Gateway) connect(ctx context.Context, r *http.Request, hello *message.Hello) (*connection, *refusal) {
	if !slices.Contains(hello.Versions, message.Version) {
		return nil, refusedVersion
	}
	in, why := g.signIn(ctx, r, hello.Ticket)
	if why != nil {
		return nil, why
	}
	if !g.messages.of(in.user.ID).Allow() {
		return nil, refusedMessages
	}
	s, why := g.join(in)
	if why != nil {
		return nil, why
	}
	c := &connection{session: s, user: in.user, cookie: in.cookie, woken: make(chan struct{}, 1), done: make(chan struct{})}
	if why := s.attach(c); why != nil {
		s.leave()
		return nil, why
	}
	if in.cookie != nil && !g.cookies.has(in.cookie) {
		c.end(refusedSignIn) // by ClearCookie, which did not know the connection yet
	}
	g.counts.connections.Add(1)
	return c, nil
}

func (s *session) attach(c *connection) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended != nil:
		return s.ended
	case len(s.connections) >= s.gateway.config.MaxConnections:
		return refusedCount
	}
	s.connections[c] = struct{}{}
	if at := c.user.Expires; !at.IsZero() {
		c.expiry = time.AfterFunc(time.Until(at), func() { c.end(refusedSignIn) })
	}
	return nil
}

// leave takes back a connect.
func (c *connection) leave() {
	c.end(gone)
	if c.expiry != nil {
		c.expiry.Stop()
	}
	s := c.session
	s.mu.Lock()
	delete(s.connections, c)
	s.mu.Unlock()
	s.gateway.counts.connections.Add(-1)
	s.gateway.counts.ended(c.why)
	s.leave()
}

// end has run return. The first cause counts.
func (c *connection) end(why *refusal) {
	c.once.Do(func() {
		c.why = why
		close(c.done)
		c.wake()
	})
}

func (c *connection) hasEnded() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// wake has run look at what there is besides Updates.
func (c *connection) wake() {
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

// run sends what the user may see, and what there is besides, until the connection ends: c.why says why.
func (c *connection) run(out sender, hello *message.Hello) {
	standing := c.session.standing.Load()
	at, resumed := standing.view.cursor(hello.Instance, hello.Revision)
	err := out.text(c.welcome(at, resumed))
	lives := time.Now() // since when Alive is due again
	alive := time.AfterFunc(aliveEvery, c.wake)
	defer alive.Stop()
	for err == nil {
		now := time.Now()
		update, changed, wait := at.next(now)
		if c.hasEnded() { // after next: the Update may have what has happened since
			return
		}
		if next := c.session.standing.Load(); at.missed || next.view != standing.view { // as well
			standing = next
			at, err = begin(standing.view, out)
			continue
		}
		if update != nil {
			err = out.update(update)
		}
		if err == nil {
			err = c.tell(out)
		}
		if err == nil && now.Sub(lives) >= aliveEvery {
			err, lives = out.alive(), now
			alive.Reset(aliveEvery)
			c.expire(now)
		}
		if err != nil {
			break
		}
		var over <-chan time.Time
		if wait > 0 {
			over = time.After(wait)
		}
		select { // one wake-up for all but Updates: more channels would cost more with each Update
		case <-changed:
		case <-c.woken:
		case <-over:
		}
	}
	c.end(failed(err))
}

// tell sends the results that there are.
func (c *connection) tell(out sender) error {
	c.mu.Lock()
	results := c.results
	c.results = nil
	c.mu.Unlock()
	for _, data := range results {
		if err := out.text(data); err != nil {
			return err
		}
	}
	return nil
}

// answer has run send the result of an Action. So many can't come within WriteTimeout that a client which does not read has to be thought of.
func (c *connection) answer(result []byte) {
	c.mu.Lock()
	c.results = append(c.results, result)
	c.mu.Unlock()
	c.wake()
}

// expire ends the connection of a user whose time is over, which expiry has missed where the machine has slept.
func (c *connection) expire(now time.Time) {
	if at := c.user.Expires; !at.IsZero() && !now.Before(at) {
		c.end(refusedSignIn)
	}
}

// begin has a client begin anew.
func begin(v *view, out sender) (*cursor, error) {
	at, _ := v.cursor("", 0)
	return at, out.text(encoded(message.Reset{Type: "reset", Instance: at.instance()}))
}

// failed says why a write has failed.
func failed(err error) *refusal {
	var network net.Error // gorilla hides what else it is
	if errors.As(err, &network) && network.Timeout() {
		return refusedSlow
	}
	return gone
}

func (c *connection) welcome(at *cursor, resumed bool) []byte {
	revision := at.revision()
	if resumed { // the client is current when it has this one
		revision = max(revision, at.view.tip.Load().revision)
	}
	return encoded(message.Welcome{
		Type: "welcome", Version: message.Version, Instance: at.instance(), Revision: revision, Resumed: resumed,
		User: c.user.ID, Expires: c.user.Expires, Now: time.Now(), Token: c.token, Alive: int(aliveEvery / time.Second),
	})
}

func encoded(value any) []byte {
	data, _ := json.Marshal(value) // of types of ours, which have nothing that can't be encoded
	return data
}

// take takes a message that follows Hello. It does not wait for what the user asks for.
func (c *connection) take(data []byte) *refusal {
	if !c.session.messages.Allow() {
		return refusedMessages
	}
	r, why := readRequest(data)
	switch {
	case why != nil:
		return why
	case r.hello != nil:
		return refusedOrder
	case r.action != nil:
		c.session.start(r.action, c.answer)
	}
	return nil
}
