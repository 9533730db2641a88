package asyncagi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// manager is one Asterisk that a server serves.
type manager struct {
	server  *Server
	session ami.Session
	log     *slog.Logger
	ctx     context.Context // of the handlers
	cancel  context.CancelCauseFunc
	sub     *event.Subscription
	blind   atomic.Bool   // the user may not ask how a channel is
	done    chan struct{} // closed when Serve returns

	handlers sync.WaitGroup // grows in admit alone
	errands  sync.WaitGroup // grows on the reader alone

	mu       sync.Mutex // guards all below
	draining bool
	drained  chan struct{}    // closed when draining begins
	calls    map[string]*call // in AsyncAGI, by Uniqueid
	commands map[string]*call // that wait for a result, by CommandID
}

var errNotPermitted = errors.New("asyncagi: the manager user may not run the action AGI: it needs agi in read= and write= in manager.conf (and res_agi.so loaded)")

func newManager(ctx context.Context, s *Server, session ami.Session) *manager {
	m := &manager{
		server:   s,
		session:  session,
		log:      s.logger(),
		done:     make(chan struct{}),
		drained:  make(chan struct{}),
		calls:    make(map[string]*call),
		commands: make(map[string]*call),
	}
	m.ctx, m.cancel = context.WithCancelCause(ctx)
	return m
}

// serve runs until something ends it, and all that it has started.
func (m *manager) serve(ctx context.Context) error {
	defer m.cancel(nil)
	m.sub = m.session.Subscribe(event.Or(event.Of[event.AsyncAGIStart](), event.Of[event.AsyncAGIExec](),
		event.Of[event.AsyncAGIEnd](), event.Of[event.Hangup]()), nil)
	defer m.sub.Close()
	if err := m.permitted(); err != nil {
		return err
	}
	reading := make(chan error, 1)
	// Ends with the subscription; serve waits for it.
	go func() { reading <- m.read() }()
	var err error
	select {
	case err = <-reading:
		m.lose(err)
		reading <- nil
	case <-m.ctx.Done():
		err = context.Cause(m.ctx)
	case <-m.drained:
		err = ErrServerClosed
	}
	m.drain()
	m.handlers.Wait()
	m.sub.Close()
	<-reading
	m.errands.Wait()
	return err
}

// permitted finds out at once what would otherwise fail call by call. What it
// can't find out is no error.
func (m *manager) permitted() error {
	list, err := m.session.Do(m.ctx, action.New("ListCommands"))
	if err != nil {
		return nil
	}
	if _, ok := list.Fields.Lookup("AGI"); !ok {
		return errNotPermitted
	}
	return nil
}

// drain ends the admission of calls.
func (m *manager) drain() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.draining {
		m.draining = true
		close(m.drained)
	}
}

// read gives each event to its call. It never waits for one.
func (m *manager) read() error {
	for {
		ev, err := m.sub.Next(context.Background())
		if err != nil {
			return err
		}
		switch e := ev.(type) {
		case event.AsyncAGIStart:
			m.start(e)
		case event.AsyncAGIExec:
			if c := m.answered(e.CommandID, e.Uniqueid); c != nil {
				c.take(e.Result)
			}
		case event.AsyncAGIEnd:
			if c := m.remove(e.Uniqueid); c != nil && c.left() {
				m.errands.Go(func() { c.end(m.why(c)) }) // ends when Asterisk has answered, or after askWithin
			}
		case event.Hangup:
			if c := m.remove(e.Uniqueid); c != nil && c.left() {
				c.end(errHungUp)
			}
		case event.Gap:
			m.gap(e)
		}
	}
}

// gap ends the sessions that may have missed something: a reply, or their end.
func (m *manager) gap(gap event.Gap) {
	if gap.Reason == event.Disconnected {
		m.lose(fmt.Errorf("asyncagi: connection to Asterisk lost: %w", gap.Err))
		return
	}
	m.lose(fmt.Errorf("asyncagi: missed %d events: %s", gap.Missed, gap.Reason))
}

// lose ends all sessions. Their channels are still in AsyncAGI.
func (m *manager) lose(cause error) {
	m.mu.Lock()
	lost := slices.Collect(maps.Values(m.calls))
	clear(m.commands)
	m.mu.Unlock()
	for _, c := range lost {
		c.end(cause)
	}
}

// start takes a channel that has entered AsyncAGI.
func (m *manager) start(e event.AsyncAGIStart) {
	c := newCall(m, e)
	m.mu.Lock()
	earlier := m.calls[c.id]
	m.calls[c.id] = c
	draining := m.draining
	if !draining {
		m.handlers.Add(1) // under the mutex: not after drain, and so not while serve waits
	}
	m.mu.Unlock()
	if earlier != nil && earlier.left() { // its end was not told, as with the action Bridge
		earlier.end(missedEnd(c))
	}
	if draining {
		m.errands.Go(func() { m.turnAway(c, e) }) // ends when Asterisk has taken the commands
		return
	}
	// Ends with the handler; serve waits for it.
	go func() {
		defer m.handlers.Done()
		m.admit(c, e)
	}()
}

// missedEnd is why a session ended whose channel has begun another.
func missedEnd(next *call) error {
	if next.dying {
		return errHungUp
	}
	return errLeft
}

// expect registers a command of c, and returns what its channel is called now.
func (m *manager) expect(c *call, commandID string) (id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c.waiting = commandID
	m.commands[commandID] = c
	return c.id
}

// answered finds the call that waits for a command: none that has ended since,
// and no other manager's. A command may have given its channel the identity of
// another, as the application Pickup does.
func (m *manager) answered(commandID, id string) *call {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.commands[commandID]
	delete(m.commands, commandID)
	if c != nil && id != "" && c.id != id && m.calls[c.id] == c {
		delete(m.calls, c.id)
		c.id, c.swapped = id, true
		m.calls[id] = c
	}
	return c
}

// remove removes the call of a channel, and returns it.
func (m *manager) remove(id string) *call {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.calls[id]
	delete(m.calls, id)
	return c
}

// forget removes what is left of a call.
func (m *manager) forget(c *call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.commands, c.waiting)
	if m.calls[c.id] == c {
		delete(m.calls, c.id)
	}
}

// identity is the Uniqueid of a call's channel, and whether it has changed.
func (m *manager) identity(c *call) (id string, swapped bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return c.id, c.swapped
}
