package ami

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/keep"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Client is a session that comes back: it connects and logs in again after a
// loss, with a growing pause between attempts, until Close. Its subscriptions
// live on; they see an [event.Gap] and an [event.Connected].
//
// While it is not connected, Do fails at once with [ErrNotSent]. Nothing is
// ever sent twice.
type Client struct {
	config  Config
	hub     event.Hub
	feed    *Feed // subscriptions on hub
	stats   counters
	cancel  context.CancelFunc
	running sync.WaitGroup // the keepers

	addresses []string
	events    *keeper
	actions   []*keeper // empty: actions go where the events come from

	actionHubs []*event.Hub // of actions
}

// keeper keeps one connection of a Client up.
type keeper = keep.Keeper[*Conn]

var _ interface {
	Session
	Streamer
} = (*Client)(nil)

// Connect makes a client of the server at address ("host:port"; the port
// defaults to 5038, with TLS to 5039) and waits for its first login, for as
// long as ctx allows. A server that can't be reached is an error unless
// Config.KeepTrying is set, a refused login unless Config.RetryRefused is.
func Connect(ctx context.Context, address string, config *Config) (*Client, error) {
	settings := config.withDefaults()
	if err := settings.check(); err != nil {
		return nil, err
	}
	life, cancel := context.WithCancel(context.Background())
	c := &Client{config: settings, cancel: cancel}
	for _, address := range append([]string{address}, settings.Standby...) {
		c.addresses = append(c.addresses, withPort(address, settings.TLS != nil))
	}
	warnOfDoubt(&c.hub, settings.Logger)
	c.events = c.keeper(settings, &c.hub)
	c.feed, _ = NewFeed(&c.hub, c.carrier)
	// The keeper ends when Close cancels life; Close waits for it.
	c.running.Go(func() {
		c.events.Run(life)
		c.end()
	})
	for range settings.ActionSessions {
		k := c.actionKeeper(settings)
		c.actions = append(c.actions, k)
		// Ends as the keeper above does.
		c.running.Go(func() { k.Follow(life, c.events, failAlong, "ami: Config.ActionSessions") })
	}
	if err := c.Ready(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Client) actionKeeper(settings Config) *keeper {
	settings.EventMask = "off"
	settings.Filters = nil
	hub := new(event.Hub)
	warnOfDoubt(hub, settings.Logger)
	c.actionHubs = append(c.actionHubs, hub)
	return c.keeper(settings, hub)
}

// failAlong ends an action session with the session that it belongs to.
func failAlong(conn *Conn, cause error) {
	conn.fail(show.Error("ami", fmt.Errorf("the session that gets the events has ended: %w", cause)))
}

func (c *Client) keeper(settings Config, hub *event.Hub) *keeper {
	return keep.New(keep.Policy{
		Package: "ami", Logger: settings.Logger, Closed: ErrClosed,
		RetryMin: settings.RetryMin, RetryMax: settings.RetryMax, StableAfter: settings.StableAfter,
		Refused: ErrLoginRefused, InUse: ErrLoginInUse, RetryRefused: settings.RetryRefused, KeepTrying: settings.KeepTrying,
	}, c.addresses, func(ctx context.Context, address string) (*Conn, error) {
		return dial(ctx, address, settings, hub, &c.stats)
	})
}

func (c *Client) carrier(ctx context.Context, stop <-chan struct{}) (Carrier, error) {
	conn, err := c.events.Wait(ctx, stop)
	return carrier{conn}, err
}

// Do is described at [Session]. Actions that change the session itself are
// refused, with the field of Config that serves instead.
func (c *Client) Do(ctx context.Context, a action.Action) (*Response, error) {
	conn, err := c.route(a)
	if err != nil {
		return nil, err
	}
	return conn.Do(ctx, a)
}

// Stream is described at [Streamer].
func (c *Client) Stream(ctx context.Context, a action.Action) iter.Seq2[event.Event, error] {
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
	return c.feed.Subscribe(filter, config)
}

// Ready waits until the client can do actions. It returns an error when ctx
// ends first, or when the client has given up or was closed.
func (c *Client) Ready(ctx context.Context) error {
	for _, k := range append([]*keeper{c.events}, c.actions...) {
		if _, err := k.Wait(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// Version is which Asterisk the latest login found.
func (c *Client) Version() Version {
	conn, ok := c.events.Last()
	if !ok {
		return Version{}
	}
	return conn.version
}

// Stats returns the counters over all connections of the client.
func (c *Client) Stats() Stats {
	stats := c.stats.read()
	stats.Doubtful = c.hub.Doubtful()
	for _, hub := range c.actionHubs {
		stats.Doubtful += hub.Doubtful()
	}
	return stats
}

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
	c.feed.running.Wait()
	c.config.recorder.wait()
	return nil
}

// Format tells whose login to what this is, for any verb of fmt, which would
// print the secret otherwise.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "ami.Client(%s as %q)", strings.Join(c.addresses, ", "), c.config.Username)
}

// end lets everybody know why the client is over.
func (c *Client) end() {
	c.cancel()
	if err := c.events.Final(); errors.Is(err, ErrClosed) {
		c.hub.Close(nil)
	} else {
		c.hub.Close(err)
	}
}

// route picks the connection for an action.
func (c *Client) route(a action.Action) (*Conn, error) {
	name := a.ActionName()
	if spec, _ := action.Lookup(name); spec.Session {
		return nil, &outcomeError{name, ErrNotSent, fmt.Errorf("it changes the session, which a Client keeps itself: %s; use a Conn for anything else", instead[spec.Name])}
	}
	keepers := c.actions
	if len(keepers) == 0 {
		keepers = []*keeper{c.events}
	}
	var live []*Conn
	for _, k := range keepers {
		if conn, ok := k.Live(); ok {
			live = append(live, conn)
		}
	}
	if len(live) == 0 {
		return nil, &outcomeError{name, ErrNotSent, noLogin{keepers[0].Why()}}
	}
	return slices.MinFunc(live, func(a, b *Conn) int { return len(a.slots) - len(b.slots) }), nil
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

// background runs f on a goroutine that Close waits for.
func (c *Client) background(f func()) { c.feed.background(f) }

func (c *Client) identify(ctx context.Context) (Identity, error) { return c.feed.identify(ctx) }
