package ami

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"iter"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/keep"
	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Conn is one login on one connection. It dies once, and keeps the first
// cause; [Client] is the one that comes back.
type Conn struct {
	config  Config
	address string
	wire    net.Conn
	secure  bool      // wire is TLS
	record  *recorded // wire again, when it is recorded
	source  *source
	hub     *event.Hub
	ownHub  bool // the hub ends with the connection
	flight  flight
	stats   *counters

	slots    chan struct{}  // one for each action in flight
	unsent   chan struct{}  // holds a token while actions wait to be written
	accepted atomic.Int64   // bytes that the wire took
	dying    chan struct{}  // closed by the first failure
	dead     chan struct{}  // closed when everybody has learnt the cause
	booted   chan struct{}  // closed by FullyBooted
	banner   chan struct{}  // closed when it was read
	version  Version        // written before Dial returns
	tasks    sync.WaitGroup // reader, writer, keep-alive
	feed     *Feed          // subscriptions on hub

	once      sync.Once   // of fail, which writes cause
	cause     error       // read it after dying is closed
	boot      sync.Once   // of closing booted
	recordEnd sync.Once   // of ending record
	shutdown  atomic.Bool // the event Shutdown came
	announced bool        // the hub was told of the connection; the reader's only
	sorter    sorter      // the reader's only, and so is
	suspect   suspect
}

var _ interface {
	Session
	Streamer
} = (*Conn)(nil)

// Dial connects to Asterisk at address, "host:port" with 5038 (with TLS 5039)
// as the default port, and logs in. It returns when Asterisk is fully booted,
// or at once if the user may not ask for that (write=system or command); see
// Config.AcceptBooting. ctx bounds all of that and nothing after it. A refused
// login is an [*Error] that is ErrLoginRefused.
func Dial(ctx context.Context, address string, config *Config) (*Conn, error) {
	c := config.withDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	hub := new(event.Hub)
	warnOfDoubt(hub, c.Logger)
	conn, err := dial(ctx, withPort(address, c.TLS != nil), c, hub, new(counters))
	if err != nil {
		hub.Close(err)
		c.recorder.wait()
		return nil, err
	}
	conn.ownHub = true
	return conn, nil
}

// dial is Dial with the parts that a Client keeps.
func dial(ctx context.Context, address string, config Config, hub *event.Hub, stats *counters) (*Conn, error) {
	wire, err := open(ctx, address, &config)
	if err != nil {
		return nil, show.Error("ami", fmt.Errorf("connect to %s: %w", address, err))
	}
	c := newConn(wire, address, config, hub, stats)
	if err := c.login(ctx); err != nil {
		c.fail(err)
		c.wait()
		return nil, show.Error("ami", fmt.Errorf("login to %s: %w", address, err))
	}
	return c, nil
}

func newConn(wire net.Conn, address string, config Config, hub *event.Hub, stats *counters) *Conn {
	c := &Conn{
		config:  config,
		address: address,
		wire:    wire,
		hub:     hub,
		stats:   stats,
		slots:   make(chan struct{}, config.MaxInFlight),
		unsent:  make(chan struct{}, 1),
		dying:   make(chan struct{}),
		dead:    make(chan struct{}),
		booted:  make(chan struct{}),
		banner:  make(chan struct{}),
	}
	c.feed, _ = NewFeed(hub, func(context.Context, <-chan struct{}) (Carrier, error) { return carrier{c}, c.Err() })
	_, c.secure = wire.(*tls.Conn)
	if config.recorder != nil {
		c.record = config.recorder.wrap(wire)
		c.wire = c.record
	}
	c.flight.seed()
	c.source = &source{conn: c.wire, hub: hub, stats: stats, began: time.Now()}
	stats.connections.Add(1)

	written := make(chan struct{})
	// write ends when the wire dies; read waits for it before it tells.
	c.tasks.Go(func() { defer close(written); c.write() })
	// read ends when the wire dies; Close waits for it.
	c.tasks.Go(func() { c.read(written) })
	if config.PingInterval > 0 {
		// keepAlive ends when the wire dies; Close waits for it.
		c.tasks.Go(c.keepAlive)
	}
	return c
}

// Do is described at [Session].
func (c *Conn) Do(ctx context.Context, a action.Action) (*Response, error) {
	return c.run(ctx, c.newRequest(a, nil), a)
}

// run starts an action and waits for its end.
func (c *Conn) run(ctx context.Context, r *request, a action.Action) (*Response, error) {
	if err := c.startRequest(ctx, r, a); err != nil {
		return nil, err
	}
	return c.await(ctx, r)
}

// Stream is described at [Streamer]. The action starts with the loop.
func (c *Conn) Stream(ctx context.Context, a action.Action) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) { c.stream(ctx, a, yield) }
}

// Subscribe is described at [Session].
func (c *Conn) Subscribe(filter event.Filter, config *SubscribeConfig) *event.Subscription {
	return c.feed.Subscribe(filter, config)
}

// Version is which Asterisk this is.
func (c *Conn) Version() Version { return c.version }

// Done is closed when the connection is dead; Err then tells why.
func (c *Conn) Done() <-chan struct{} { return c.dead }

// Err is nil while the connection lives, then the first thing that went wrong:
// [ErrClosed] after Close.
func (c *Conn) Err() error {
	select {
	case <-c.dying:
		return c.cause
	default:
		return nil
	}
}

// Format tells whose login to what this is, for any verb of fmt, which would
// print the secret otherwise.
func (c *Conn) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "ami.Conn(%s as %q)", c.address, c.config.Username)
}

// Stats returns the counters of this connection.
func (c *Conn) Stats() Stats {
	stats := c.stats.read()
	stats.Doubtful = c.hub.Doubtful()
	return stats
}

// Close ends the connection: actions without an answer are ErrOutcomeUnknown.
// It is safe to call more than once and from any goroutine.
func (c *Conn) Close() error {
	c.fail(ErrClosed)
	c.wait()
	if c.ownHub {
		c.config.recorder.wait()
	}
	return nil
}

func (c *Conn) wait() {
	c.tasks.Wait()
	c.feed.running.Wait()
	if c.record != nil {
		c.recordEnd.Do(c.record.end)
	}
}

// fail ends the connection; only the first cause counts.
func (c *Conn) fail(cause error) {
	c.once.Do(func() {
		if c.shutdown.Load() && !errors.Is(cause, ErrClosed) {
			cause = fmt.Errorf("%w: %w", ErrShuttingDown, cause)
		}
		c.cause = cause
		close(c.dying)
		_ = c.wire.Close()
	})
}

// start queues an action, waiting only for its turn to be in flight.
func (c *Conn) start(ctx context.Context, a action.Action, take sink) (*request, error) {
	r := c.newRequest(a, take)
	if err := c.startRequest(ctx, r, a); err != nil {
		return nil, err
	}
	return r, nil
}

func (c *Conn) startRequest(ctx context.Context, r *request, a action.Action) error {
	if ctx.Err() != nil {
		return &outcomeError{r.name, ErrNotSent, keep.Ended(ctx)}
	}
	if err := r.encode(a); err != nil {
		return &outcomeError{r.name, ErrNotSent, err}
	}
	select {
	case c.slots <- struct{}{}:
	case <-c.dying:
		return &outcomeError{r.name, ErrNotSent, c.cause}
	case <-ctx.Done():
		return &outcomeError{r.name, ErrNotSent, keep.Ended(ctx)}
	}
	if err := c.enqueue(r); err != nil {
		<-c.slots
		return err
	}
	return nil
}

func (c *Conn) newRequest(a action.Action, take sink) *request {
	spec, known := action.Lookup(a.ActionName())
	r := &request{name: a.ActionName(), spec: spec, known: known, sink: take, most: c.config.MaxListItems, room: c.config.MaxListBytes}
	if spec.Slow || !known {
		r.busy = c.config.BusyLimit
	}
	switch a := a.(type) {
	case action.Originate:
		r.busy = c.busyOf(a, r.busy)
	case *action.Originate:
		r.busy = c.busyOf(*a, r.busy)
	}
	return r
}

// busyOf returns how long an Originate excuses silence.
func (c *Conn) busyOf(a action.Originate, slow time.Duration) time.Duration {
	if a.Async {
		return 0 // the answer comes before the call
	}
	return max(slow, min(a.Timeout, keep.Forever)+c.config.PingTimeout)
}

// enqueue queues an encoded action and wakes the writer. Behind an action that
// may be answered by nothing goes a Ping, whose answer then says so.
func (c *Conn) enqueue(r *request) error {
	requests := []*request{r}
	if r.spec.Silent {
		requests = append(requests, c.barrier())
	}
	err := c.flight.add(requests...)
	if err == nil {
		c.wakeWriter()
	}
	return err
}

func (c *Conn) barrier() *request {
	spec, known := action.Lookup("Ping")
	r := &request{name: "Ping", spec: spec, known: known, abandoned: true, unpaid: true}
	_ = r.encode(action.Ping{}) // has no fields that could be wrong
	return r
}

func (c *Conn) wakeWriter() {
	select {
	case c.unsent <- struct{}{}:
	default:
	}
}

// await waits for the end of an action that was started.
func (c *Conn) await(ctx context.Context, r *request) (*Response, error) {
	select {
	case <-r.done:
		return r.result(c.hub)
	case <-ctx.Done():
	}
	switch unsent, over := c.flight.abandon(r); {
	case unsent:
		<-c.slots
		return nil, &outcomeError{r.name, ErrNotSent, keep.Ended(ctx)}
	case over:
		<-r.done
		return r.result(c.hub) // its end came first after all
	default:
		return nil, &outcomeError{r.name, ErrOutcomeUnknown, keep.Ended(ctx)}
	}
}

const (
	maxLine    = 1022 // longest header that Asterisk reads whole (main/manager.c, get_input)
	maxHeaders = 128  // AST_MAX_MANHEADERS

	usualMessage = 256 // bytes, with the ActionID
)

// encode makes the message of an action, but for its ActionID. That comes second,
// where an answer to a message with too many headers still has it. Encode may be
// the user's code, so no lock is held, and no place among those in flight.
func (r *request) encode(a action.Action) error {
	b := transport.Builder{Limits: transport.Limits{Line: maxLine, Lines: maxHeaders}, Trimmed: true}
	b.Add("Action", r.name)
	b.Add("ActionID", "")
	r.idAt = len("Action: \r\nActionID: ") + len(r.name)
	if err := a.Encode(&b); err != nil {
		return err
	}
	message, err := b.AppendTo(make([]byte, 0, usualMessage))
	r.message = message
	return err
}

// background runs f on a goroutine that Close waits for.
func (c *Conn) background(f func()) { c.feed.background(f) }

func (c *Conn) identify(ctx context.Context) (Identity, error) { return c.feed.identify(ctx) }
