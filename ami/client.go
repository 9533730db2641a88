package ami

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Client is a session that comes back: it connects and logs in again after a
// loss, with a growing pause between attempts, until Close. Its subscriptions
// live on; they see an [event.Gap] and an [event.Connected].
//
// While it is not connected, Do fails at once with [ErrNotSent]. Nothing is
// ever sent twice.
type Client struct {
	config        settings
	subscriptions *session.Subscriptions
	stats         session.Counts
	cancel        context.CancelFunc
	running       sync.WaitGroup // the reconnectors

	addresses []string
	events    *reconnector
	actions   []*reconnector // empty: actions go where the events come from

	hubs []session.Hub // of events, and of each of actions
}

// reconnector keeps one connection of a Client up.
type reconnector = session.Reconnector[*Conn]

var _ Persistent = (*Client)(nil)

// Connect makes a [Client], which lives until its Close and comes back after each
// loss ([Dial] makes a [Conn], which lives as long as its connection); ctx bounds the
// wait for the first login and nothing after it. Address is "host:port"; the port
// defaults to 5038, with TLS to 5039. A server that can't be reached is an error unless
// Config.KeepTrying is set, a refused login unless Config.RetryRefused is.
func Connect(ctx context.Context, address string, config *Config) (*Client, error) {
	settings, err := config.settings()
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil { // a login can be faster than the look at ctx
		return nil, fmt.Errorf("ami: connect: %w", session.Ended(ctx))
	}
	life, cancel := context.WithCancel(context.Background())
	c := &Client{config: settings, cancel: cancel}
	for _, address := range append([]string{address}, settings.Standby...) {
		c.addresses = append(c.addresses, withPort(address, settings.TLS != nil))
	}
	c.events = c.reconnector(settings)
	c.subscriptions = session.NewSubscriptions(c.hubs[0], errs, settings.MaxListBytes, c.source)
	// The reconnector ends when Close cancels life; Close waits for it.
	c.running.Go(func() {
		c.events.Run(life)
		c.cancel()
		c.subscriptions.End(c.events.Final())
	})
	settings.EventMask, settings.Filters = "off", nil
	for range settings.ActionSessions {
		r := c.reconnector(settings)
		c.actions = append(c.actions, r)
		// Ends as the reconnector above does.
		c.running.Go(func() { r.Follow(life, c.events, failAlong, "ami: Config.ActionSessions") })
	}
	if err := c.Ready(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// failAlong ends an action session with the session that it belongs to.
func failAlong(conn *Conn, cause error) {
	conn.fail(show.Error("ami", fmt.Errorf("the session that gets the events has ended: %w", cause)))
}

func (c *Client) reconnector(settings settings) *reconnector {
	hub := session.HubOf(new(event.Hub), "ami", settings.Logger)
	c.hubs = append(c.hubs, hub)
	return session.NewReconnector(settings.Policy("ami"), c.addresses, func(ctx context.Context, address string) (*Conn, error) {
		return dial(ctx, address, settings, hub, &c.stats, false)
	})
}

func (c *Client) source(ctx context.Context, stop <-chan struct{}) (session.Source, error) {
	conn, err := c.events.Wait(ctx, stop)
	return source{conn}, err
}

// Do is described at [Session]. Actions that change the session itself are
// refused, with the field of Config that serves instead.
func (c *Client) Do(ctx context.Context, a action.Action) (*Response, error) {
	a = session.Given(a)
	conn, err := c.route(a)
	if err != nil {
		return nil, err
	}
	return conn.Do(ctx, a)
}

// Stream is described at [Session].
func (c *Client) Stream(ctx context.Context, a action.Action) iter.Seq2[event.Event, error] {
	a = session.Given(a)
	return func(yield func(event.Event, error) bool) {
		conn, err := c.route(a)
		if err != nil {
			yield(nil, err)
			return
		}
		conn.stream(ctx, a, yield)
	}
}

// Subscribe is described at [Session]. The subscription outlives connections.
func (c *Client) Subscribe(filter event.Filter, config *SubscribeConfig) *event.Subscription {
	return config.subscribe(c.subscriptions, filter)
}

// Ready waits until the client can do actions. It returns an error when ctx
// ends first, or when the client has given up or was closed.
func (c *Client) Ready(ctx context.Context) error {
	for _, k := range append([]*reconnector{c.events}, c.actions...) {
		if _, err := k.Wait(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// Version is which Asterisk the latest login found.
func (c *Client) Version() asterisk.Version {
	conn, ok := c.events.Last()
	if !ok {
		return asterisk.Version{}
	}
	return conn.version
}

// Stats returns the counters over all connections of the client.
func (c *Client) Stats() Stats {
	return Stats(c.stats.Read(c.hubs...))
}

// Done is closed when the client has ended for good, by Close or by a login that was
// refused; Err then tells why. A connection that was lost does not close it.
func (c *Client) Done() <-chan struct{} { return c.events.Ended() }

// Err is nil while the client lives, connected or not; after Close it is
// [ErrClosed], after a refused login that refusal.
func (c *Client) Err() error { return c.events.Final() }

// Close ends the connections, and with them the logins, and all subscriptions.
// Actions without an answer are ErrOutcomeUnknown. It returns when all
// goroutines of the client have ended.
func (c *Client) Close() error {
	c.events.Stop(ErrClosed)
	c.cancel()
	c.running.Wait()
	c.subscriptions.Wait()
	c.config.Recorder.Wait()
	return nil
}

// Format tells whose login to what this is, for any verb of fmt, which would
// print the secret otherwise.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "ami.Client(%s as %q)", strings.Join(c.addresses, ", "), c.config.Username)
}

// route picks the connection for an action.
func (c *Client) route(a action.Action) (*Conn, error) {
	if err := errs.Allow(a, instead, "; use a Conn for anything else"); err != nil {
		return nil, err
	}
	if len(c.actions) == 0 {
		if conn, ok := c.events.Live(); ok {
			return conn, nil
		}
		return nil, errs.NotSent(a.ActionName(), errs.NoLogin(c.events.Why()))
	}
	var least *Conn // with the fewest actions in flight
	for _, r := range c.actions {
		if conn, ok := r.Live(); ok && (least == nil || conn.pending.InFlight() < least.pending.InFlight()) {
			least = conn
		}
	}
	if least == nil {
		return nil, errs.NotSent(a.ActionName(), errs.NoLogin(c.actions[0].Why()))
	}
	return least, nil
}

// instead says which part of Config does what an action of the session would.
var instead = map[string]string{
	"Login":     "Config.Username and Secret log in",
	"Challenge": "Config.Username and Secret log in",
	"Logoff":    "Close ends the session",
	"Events":    "Config.EventMask chooses events",
	"Filter":    "Config.Filters sets filters",
	"WaitEvent": "Subscribe waits for events",
}
