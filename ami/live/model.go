package live

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/ended"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// Model is a picture of a PBX that events keep true. All methods are safe for
// concurrent use.
type Model struct {
	session ami.Session
	config  Config
	sub     *event.Subscription
	stop    context.CancelFunc
	tasks   sync.WaitGroup
	asks    chan struct{} // holds a token while questions or lists may wait
	ended   chan struct{} // closed when err is set

	mu        sync.Mutex // guards all below
	state     *state
	listeners listeners
	err       error
	settled   chan struct{}   // closed, and made anew, at each Synced
	running   []action.Action // of the last refresh
	request   uint64          // its number
	began     time.Time       // of the refresh that runs; zero for none
	ready     time.Time       // when the last one has ended
	took      time.Duration   // the last one
	report    *ami.Report     // nil if it is not known
	begun     bool            // it was found out for the first time, or could not be
	unknown   bool            // there was another login since
}

// Watch begins a model, and returns it when it has the whole picture, or has found out what it
// may not see: [Model.Parts] tells. After another login it finds out again, as [ami.Check] does. ctx bounds only the first time. A nil
// config has the defaults.
//
// The model ends with the session, or by Close, which leaves the session open. While the
// session is away the View stays as it was; when it comes back, what happened meanwhile follows
// as changes that are marked Synthetic.
func Watch(ctx context.Context, session ami.Session, config *Config) (*Model, error) {
	m, err := newModel(session, config)
	if err != nil {
		return nil, err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	m.stop = stop
	// Both end when Close has closed the subscription and ended background, or the session has ended; Close waits for them.
	m.tasks.Go(m.follow)
	m.tasks.Go(func() { m.tend(background) })
	if err := m.begin(ctx); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// newModel returns a model that nobody has begun to follow.
func newModel(session ami.Session, config *Config) (*Model, error) {
	with := config.withDefaults()
	if err := with.check(); err != nil {
		return nil, err
	}
	m := &Model{
		session: session, config: with,
		asks: make(chan struct{}, 1), ended: make(chan struct{}), settled: make(chan struct{}),
		state: newState(with.limits()), listeners: newListeners(),
	}
	m.state.server.Name = with.Server
	m.state.asked = with.asked()
	m.state.blind = !with.hasChannels()
	m.state.syncing, m.state.wantsChannels = with.hasChannels(), with.hasChannels()
	for _, d := range with.designs() {
		m.state.keep(d, with.MaxObjects)
	}
	m.state.setWrapup(with.WrapupTime)
	m.sub = session.Subscribe(m.interest(), &ami.SubscribeConfig{Snapshot: m.lists(), Then: m.then})
	return m, nil
}

// begin waits for the first picture, and finds out what the user may see.
func (m *Model) begin(ctx context.Context) error {
	m.examine(ctx)
	m.mu.Lock()
	m.begun = true
	m.mu.Unlock()
	wake(m.asks)
	return m.await(ctx, func() bool { return !m.state.isSyncing() })
}

// await waits until something is so. It is asked after each Synced, under the lock.
func (m *Model) await(ctx context.Context, so func() bool) error {
	for {
		m.mu.Lock()
		yes, settled, err := so(), m.settled, m.err
		m.mu.Unlock()
		switch {
		case err != nil:
			return err
		case yes:
			return nil
		}
		select {
		case <-settled:
		case <-m.ended:
		case <-ctx.Done():
			return ended.Error(ctx)
		}
	}
}

// View returns all objects of this moment.
func (m *Model) View() *View {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.view()
}

// Channel returns the channel with that Uniqueid; false if there is none.
func (m *Model) Channel(uniqueID string) (*Channel, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.channels.get(uniqueID)
}

// Bridge returns the bridge with that ID; false if there is none.
func (m *Model) Bridge(id string) (*Bridge, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.bridges.get(id)
}

// Call returns the call with that ID; false if there is none. Of one that was [Merged] it is
// the one that goes on.
func (m *Model) Call(id string) (*Call, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.state.calls.get(id)
	if thread := m.state.threads[id]; !ok && thread != nil && thread.shown != nil {
		return thread.shown, true
	}
	return c, ok
}

// Server is Config.Server.
func (m *Model) Server() string { return m.config.Server }

// Done is closed when the model has ended, by Close or with its session.
func (m *Model) Done() <-chan struct{} { return m.ended }

// Err is nil while the model lives, [ErrClosed] after Close, and otherwise why the session has ended.
func (m *Model) Err() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}

// Close ends the model and its subscriptions, and returns when its goroutines have ended. The
// session stays open. Later calls do nothing.
func (m *Model) Close() error {
	m.end(ErrClosed)
	m.sub.Close()
	m.stop()
	m.tasks.Wait()
	return nil
}

// end keeps the first cause, and tells it to all who wait.
func (m *Model) end(cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return
	}
	m.err = cause
	m.state.lose(cause, time.Now())
	m.publish()
	close(m.ended)
	for s := range m.listeners.all {
		s.end(cause)
	}
}

// follow applies events until the subscription ends.
func (m *Model) follow() {
	defer m.stop()
	for {
		ev, err := m.sub.Next(context.Background())
		if err != nil {
			m.end(err)
			return
		}
		m.apply(ev)
	}
}

// apply applies an event. After Close there is none: the View stays as the last change has made it.
func (m *Model) apply(ev event.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return
	}
	if e, ok := ev.(event.Synced); ok {
		m.state.follow = m.follows(e)
	}
	m.state.take(ev)
	switch ev.(type) {
	case event.Synced:
		m.settle()
	case event.Connected:
		m.unknown = true
		wake(m.asks)
	case event.Gap: // all lists run, and how long the session was away says nothing
		m.began = time.Time{}
	}
	m.publish()
}

// settle takes that lists are complete. The caller holds mu.
func (m *Model) settle() {
	if !m.began.IsZero() {
		m.ready = time.Now()
		m.took, m.began = max(0, m.ready.Sub(m.began)-m.waits()), time.Time{}
	}
	close(m.settled)
	m.settled = make(chan struct{})
}

// waits is how long the session waits before lists, in which events come. The caller holds mu.
func (m *Model) waits() time.Duration {
	if m.report == nil {
		return 0
	}
	return session.LagOf(m.report.Version)
}

// publish tells what has changed, and has questions asked and lists run. The caller holds mu.
func (m *Model) publish() {
	for _, c := range m.state.changes {
		m.listeners.tell(c)
	}
	clear(m.state.changes)
	m.state.changes = m.state.changes[:0]
	if len(m.state.questions) > 0 || len(m.state.wanted)+len(m.state.unsure) > 0 {
		wake(m.asks)
	}
}
