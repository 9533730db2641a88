package ami

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/ended"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Conn is one login on one connection. It dies once, and keeps the first
// cause; [Client] is the one that comes back.
type Conn struct {
	config  settings
	address string
	wire    *wire
	stats   *session.Counts

	hub     session.Hub
	own     *session.Subscriptions // nil when the hub is a Client's, and outlives the connection
	pending *session.Pending
	reader  *session.Reader
	tasks   sync.WaitGroup // reader, writer, keep-alive

	life context.Context // its cause is the first failure
	end  context.CancelCauseFunc
	dead chan struct{} // closed when everybody has learnt the cause

	banner    chan struct{}    // closed when it was read
	version   asterisk.Version // written before Dial returns
	booted    atomic.Bool      // the event FullyBooted came
	shutdown  atomic.Bool      // the event Shutdown came
	announced bool             // the hub was told of the connection; the reader's only
}

var _ Session = (*Conn)(nil)

// Dial makes a [Conn], which lives as long as its connection and does not come back
// ([Connect] makes a [Client], which does); ctx bounds the making and nothing after
// it. Address is "host:port" with 5038 (with TLS 5039) as the default port. Dial
// returns when Asterisk is fully booted, or at once after the login if the user may
// not ask for that (write=system or command); see Config.AcceptBooting. A refused
// login is an [*Error] that is ErrLoginRefused.
func Dial(ctx context.Context, address string, config *Config) (*Conn, error) {
	c, err := config.settings()
	if err != nil {
		return nil, err
	}
	hub := session.HubOf(new(event.Hub), "ami", c.Logger)
	conn, err := dial(ctx, withPort(address, c.TLS != nil), c, hub, new(session.Counts), true)
	if err != nil {
		hub.Hub().Close(err)
		c.Recorder.Wait()
		return nil, err
	}
	return conn, nil
}

// dial is Dial with the parts that a Client keeps.
func dial(ctx context.Context, address string, config settings, hub session.Hub, stats *session.Counts, ownHub bool) (*Conn, error) {
	wire, err := open(ctx, address, &config)
	if err != nil {
		return nil, show.Error("ami", fmt.Errorf("connect to %s: %w", address, ended.Because(ctx, err)))
	}
	c := newConn(wire, address, config, hub, stats)
	if ownHub {
		c.own = session.NewSubscriptions(hub, errs, config.MaxListBytes, func(context.Context, <-chan struct{}) (session.Source, error) { return source{c}, c.Err() })
	}
	c.run()
	if err := c.login(ctx); err != nil {
		c.fail(err)
		c.wait()
		return nil, show.Error("ami", fmt.Errorf("login to %s: %w", address, err))
	}
	return c, nil
}

func newConn(connection net.Conn, address string, config settings, hub session.Hub, stats *session.Counts) *Conn {
	c := &Conn{
		config:  config,
		address: address,
		wire:    newWire(connection, &config, stats),
		stats:   stats,
		hub:     hub,
		pending: session.NewPending(hub, errs, config.MaxInFlight),
		dead:    make(chan struct{}),
		banner:  make(chan struct{}),
	}
	c.life, c.end = context.WithCancelCause(context.Background())
	c.reader = session.NewReader(c.wire, session.BeforeLogin(config.Limits), c.pending, stats, receiver{c})
	stats.Connections.Add(1)
	return c
}

// run starts the goroutines of the connection.
func (c *Conn) run() {
	written := make(chan struct{})
	// write ends when the wire dies; read waits for it before it tells.
	c.tasks.Go(func() { defer close(written); c.write() })
	// read ends when the wire dies; Close waits for it.
	c.tasks.Go(func() { c.read(written) })
	if c.config.PingInterval > 0 {
		// keepAlive ends when the wire dies; Close waits for it.
		c.tasks.Go(c.keepAlive)
	}
}

// Do is described at [Session].
func (c *Conn) Do(ctx context.Context, a action.Action) (*Response, error) {
	return respond(c.do(ctx, session.Given(a)))
}

func (c *Conn) do(ctx context.Context, a action.Action) (*session.Response, error) {
	return c.perform(ctx, c.newAction(a, c.config.ListLimits(), nil), a)
}

// perform starts an action and waits for its end.
func (c *Conn) perform(ctx context.Context, pending *session.Action, a action.Action) (*session.Response, error) {
	if err := c.start(ctx, pending, a); err != nil {
		return nil, err
	}
	return c.pending.Await(ctx, pending)
}

// start queues an action, waiting only for its turn to be in flight.
func (c *Conn) start(ctx context.Context, pending *session.Action, a action.Action) error {
	return c.pending.Start(ctx, pending, a.Encode, c.life.Done(), c.Err)
}

// newAction makes an action that excuses silence as long as it may need.
func (c *Conn) newAction(a action.Action, limits session.Limits, sink func(event.Raw) bool) *session.Action {
	pending := session.NewAction(a, limits, sink)
	if pending.Slow() {
		pending.Excuse(c.config.BusyLimit)
	}
	switch a := a.(type) {
	case action.Originate:
		pending.Excuse(c.busyOf(a))
	case *action.Originate:
		pending.Excuse(c.busyOf(*a))
	}
	return pending
}

// busyOf returns how long an Originate excuses silence.
func (c *Conn) busyOf(a action.Originate) time.Duration {
	if a.Async {
		return 0 // the answer comes before the call
	}
	return max(c.config.BusyLimit, min(a.Timeout, session.Forever)+c.config.PingTimeout)
}

// Stream is described at [Session].
func (c *Conn) Stream(ctx context.Context, a action.Action) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) { c.stream(ctx, session.Given(a), yield) }
}

func (c *Conn) stream(ctx context.Context, a action.Action, yield func(event.Event, error) bool) {
	session.Stream(ctx, c.hub, errs, a.ActionName(), c.config.MaxListBytes, func(sink func(event.Raw) bool) (session.Listing, error) {
		pending := c.newAction(a, c.config.ListLimits().OfStream(), sink)
		return c.pending.Listing(pending), c.start(ctx, pending, a)
	}, yield)
}

// Subscribe is described at [Session].
func (c *Conn) Subscribe(filter event.Filter, config *SubscribeConfig) *event.Subscription {
	return config.subscribe(c.own, filter)
}

// Version is which Asterisk this is.
func (c *Conn) Version() asterisk.Version { return c.version }

// Done is closed when the connection is dead; Err then tells why.
func (c *Conn) Done() <-chan struct{} { return c.dead }

// Err is nil while the connection lives, then the first thing that went wrong:
// [ErrClosed] after Close.
func (c *Conn) Err() error { return context.Cause(c.life) }

// Format tells whose login to what this is, for any verb of fmt, which would
// print the secret otherwise.
func (c *Conn) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "ami.Conn(%s as %q)", c.address, c.config.Username)
}

// Stats returns the counters of this connection.
func (c *Conn) Stats() Stats {
	return Stats(c.stats.Read(c.hub))
}

// Close ends the connection: actions without an answer are ErrOutcomeUnknown.
// It is safe to call more than once and from any goroutine.
func (c *Conn) Close() error {
	c.fail(ErrClosed)
	c.wait()
	if c.own != nil {
		c.config.Recorder.Wait()
	}
	return nil
}

func (c *Conn) wait() {
	c.tasks.Wait()
	if c.own != nil {
		c.own.Wait()
	}
	c.wire.ended()
}

// fail ends the connection; only the first cause counts.
func (c *Conn) fail(cause error) {
	if c.shutdown.Load() && !errors.Is(cause, ErrClosed) {
		cause = fmt.Errorf("%w: %w", ErrShuttingDown, cause)
	}
	c.end(cause)
	_ = c.wire.Close()
}
