package asyncagi

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/agirun"
	"github.com/asterisk-go/asterisk-go/internal/ended"
)

// manager is one Asterisk that a server serves.
type manager struct {
	server    *Server
	session   ami.Session
	runner    *agirun.Runner // the server's
	log       *slog.Logger
	ctx       context.Context // of the handlers
	cancel    context.CancelCauseFunc
	sub       *event.Subscription
	mayNotAsk atomic.Bool   // the user may not ask how a channel is
	done      chan struct{} // closed when Serve returns

	handlers sync.WaitGroup // grows until draining begins
	tasks    sync.WaitGroup // grows on the reader, and by what it has started
	calls    calls

	starts doubts // that can't be believed
	ends   doubts // by events of which only the name or the Uniqueid is a call's

	falseStarts, falseEnds, tooMany seldom // logs of events that were not believed

	asking     context.Context // of questions about those
	stopAsking context.CancelFunc

	drained chan struct{} // closed when draining begins

	mu       sync.Mutex // guards draining
	draining bool
}

var errNotPermitted = errors.New("asyncagi: the manager user may not run the action AGI: it needs agi in read= and write= in manager.conf (and res_agi.so loaded)")

func newManager(ctx context.Context, s *Server, session ami.Session) *manager {
	m := &manager{
		server:  s,
		session: session,
		log:     s.logger(),
		done:    make(chan struct{}),
		drained: make(chan struct{}),
		calls:   newCalls(),
	}
	m.ctx, m.cancel = context.WithCancelCause(ctx)
	m.asking, m.stopAsking = context.WithCancel(m.ctx)
	return m
}

// serve runs until something ends it, and all that it has started.
func (m *manager) serve() error {
	defer m.cancel(nil)
	defer m.stopAsking()
	m.sub = m.session.Subscribe(event.Or(event.Of[event.AsyncAGIStart](), event.Of[event.AsyncAGIExec](),
		event.Of[event.AsyncAGIEnd](), event.Of[event.Hangup](), event.Of[event.Rename](),
		event.And(event.Of[event.VarSet](), event.Where("Variable", "AGISTATUS"))), nil)
	defer m.sub.Close()
	if err := m.permitted(); err != nil {
		return err
	}
	reading := make(chan error, 1)
	// Ends with the subscription; serve waits for it.
	go func() {
		err := m.read()
		m.lose(err)
		reading <- err
	}()
	m.tasks.Go(m.announce) // ends with Listening, or with serve
	var err error
	select {
	case err = <-reading:
		reading <- nil
	case <-m.ctx.Done():
		if err = context.Cause(m.ctx); err != ErrServerClosed {
			err = ended.Error(m.ctx)
		}
	case <-m.drained:
		err = ErrServerClosed
	}
	m.drain()
	m.handlers.Wait()
	m.sub.Close()
	<-reading
	m.stopAsking()
	m.tasks.Wait()
	return err
}

// permitted finds out at once what would otherwise fail call by call. What it
// can't find out is no error.
func (m *manager) permitted() error {
	list, err := m.session.Do(m.ctx, action.ListCommands{})
	if err != nil {
		return nil
	}
	if _, ok := list.Fields.Lookup("AGI"); !ok {
		return errNotPermitted
	}
	return nil
}

// announce tells the program that calls are served from now on: the session
// gets events of all calls that begin while it is connected.
func (m *manager) announce() {
	if m.server.Listening == nil {
		return
	}
	if client, ok := m.session.(interface{ Ready(context.Context) error }); ok && client.Ready(m.asking) != nil {
		return
	}
	if m.hears() {
		m.server.Listening(m.session)
	}
}

// hears reports whether calls are served: neither the server nor the session has
// ended.
func (m *manager) hears() bool {
	select {
	case <-m.drained:
	case <-m.asking.Done():
	case <-m.sub.Done():
	default:
		return true
	}
	return false
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

// open counts one more handler, unless no more are to be.
func (m *manager) open() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.draining {
		m.handlers.Add(1) // under the mutex: serve waits only after drain
	}
	return !m.draining
}
