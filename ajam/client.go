package ajam

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// Client is an [ami.Session] over Asterisk's HTTP server that comes back: it
// logs in again when its session was lost, with a growing pause between
// attempts, until Close. Its subscriptions live on; they see an [event.Gap]
// and an [event.Connected].
//
// While it has no session, Do fails at once with [ami.ErrNotSent]. Nothing is
// ever sent twice.
type Client struct {
	config        Config
	address       string
	hub           session.Hub
	subscriptions *session.Subscriptions
	door          *door
	places        session.Places
	stats         counters
	cancel        context.CancelFunc
	running       sync.WaitGroup // the reconnector
	reconnector   *session.Reconnector[*httpSession]
}

var _ ami.Session = (*Client)(nil)

// Connect makes a client of the server at address, an http or https URL that
// ends with the prefix of http.conf if there is one, as
// "https://pbx.example.com/asterisk". It waits for the first login, for as
// long as ctx allows. A server that can't be reached is an error unless
// Config.KeepTrying is set, a refused login unless Config.RetryRefused is.
func Connect(ctx context.Context, address string, config *Config) (*Client, error) {
	c := &Client{config: config.withDefaults(), address: address}
	if err := c.config.check(); err != nil {
		return nil, err
	}
	var err error
	if c.door, err = openDoor(address, &c.config, &c.stats); err != nil {
		return nil, err
	}
	c.places = make(session.Places, c.config.MaxInFlight)
	c.hub = session.HubOf(new(event.Hub), "ajam", c.config.Logger)
	c.subscriptions = session.NewSubscriptions(c.hub, errs, int(min(c.config.MaxBody, math.MaxInt)), c.source)
	c.reconnector = session.NewReconnector(session.Policy{
		Package: "ajam", Logger: c.config.Logger, Closed: ami.ErrClosed,
		RetryMin: c.config.RetryMin, RetryMax: c.config.RetryMax, StableAfter: c.config.StableAfter,
		Refused: ami.ErrLoginRefused, InUse: ami.ErrLoginInUse, RetryRefused: c.config.RetryRefused, KeepTrying: c.config.KeepTrying,
	}, []string{address}, c.dial)
	life, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	// The reconnector ends when Close cancels life; Close waits for it.
	c.running.Go(func() {
		c.reconnector.Run(life)
		c.cancel()
		c.subscriptions.End(c.reconnector.Final())
	})
	if err := c.Ready(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// Do is described at [ami.Session]. Actions that change the session itself are
// refused, with the field of Config that serves instead.
func (c *Client) Do(ctx context.Context, a action.Action) (*ami.Response, error) {
	a = session.Given(a)
	s, err := c.route(a)
	if err != nil {
		return nil, err
	}
	response, err := s.do(ctx, a, s.config.items(), nil)
	return (*ami.Response)(response), err
}

// Subscribe is described at [ami.Session]. The subscription outlives sessions.
func (c *Client) Subscribe(filter event.Filter, config *ami.SubscribeConfig) *event.Subscription {
	if config == nil {
		config = new(ami.SubscribeConfig)
	}
	return c.subscriptions.Subscribe(filter, config.Limit, config.Snapshot, config.Then)
}

// Ready waits until the client can do actions. It returns an error when ctx
// ends first, or when the client has given up or was closed.
func (c *Client) Ready(ctx context.Context) error {
	_, err := c.reconnector.Wait(ctx, nil)
	return err
}

// Version is which Asterisk the latest login found. A user who may not ask for
// it (CoreSettings needs write=system or write=reporting) is told what the
// HTTP server calls itself.
func (c *Client) Version() asterisk.Version {
	s, ok := c.reconnector.Last()
	if !ok {
		return asterisk.Version{}
	}
	return s.Version()
}

// Stats returns the counters over all sessions of the client.
func (c *Client) Stats() Stats {
	stats := c.stats.read()
	stats.Doubtful = c.hub.Doubtful()
	return stats
}

// Err is nil while the client lives, logged in or not; after Close it is
// [ami.ErrClosed], after a refused login that refusal.
func (c *Client) Err() error { return c.reconnector.Final() }

// Close logs off and ends all subscriptions. Actions without an answer are
// ErrOutcomeUnknown. It returns when all goroutines of the client have ended.
func (c *Client) Close() error {
	c.reconnector.Stop(ami.ErrClosed)
	c.cancel()
	c.running.Wait()
	c.subscriptions.Wait()
	c.door.close()
	return nil
}

// Format tells whose login to what this is, for any verb of fmt, which would
// print the secret otherwise.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "ajam.Client(%s as %q)", c.address, c.config.Username)
}
