package ajam

import (
	"context"
	"fmt"
	"net/http"
	"strings"
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
	config        settings
	addresses     []string
	servers       map[string]*server // by address
	own           *ownTransport      // nil when the transport is the user's
	hub           session.Hub
	subscriptions *session.Subscriptions
	places        session.Places
	stats         session.Counts
	cancel        context.CancelFunc
	running       sync.WaitGroup // the reconnector
	reconnector   *session.Reconnector[*httpSession]
}

var _ ami.Persistent = (*Client)(nil)

// Connect makes a [Client], which lives until its Close and logs in again after
// each loss of its session; ctx bounds the wait for the first login and nothing
// after it. Address is an http or https URL that ends with the prefix of http.conf
// if there is one, as "https://pbx.example.com/asterisk". A server that can't be
// reached is an error unless Config.KeepTrying is set, a refused login unless
// Config.RetryRefused is.
func Connect(ctx context.Context, address string, config *Config) (*Client, error) {
	settings, err := config.settings()
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil { // a login can be faster than the look at ctx
		return nil, fmt.Errorf("ajam: connect: %w", session.Ended(ctx))
	}
	c := &Client{config: settings, addresses: append([]string{address}, settings.Standby...)}
	if err := c.findServers(); err != nil {
		return nil, err
	}
	c.places = make(session.Places, c.config.MaxInFlight)
	c.hub = session.HubOf(new(event.Hub), "ajam", c.config.Logger)
	c.subscriptions = session.NewSubscriptions(c.hub, errs, c.config.MaxListBytes, c.source)
	c.reconnector = session.NewReconnector(c.config.Policy("ajam"), c.addresses, c.dial)
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

// findServers makes a server of each address, all with one HTTP client.
func (c *Client) findServers() error {
	var client *http.Client
	client, c.own = newHTTPClient(&c.config)
	c.servers = make(map[string]*server)
	for _, address := range c.addresses {
		at, err := newServer(address, &c.config, client, &c.stats)
		if err != nil {
			return err
		}
		c.servers[address] = at
	}
	return nil
}

// Do is described at [ami.Session]. Actions that change the session itself are
// refused, with the field of Config that serves instead.
func (c *Client) Do(ctx context.Context, a action.Action) (*ami.Response, error) {
	a = session.Given(a)
	s, err := c.route(a)
	if err != nil {
		return nil, err
	}
	response, err := s.do(ctx, a, s.config.ListLimits(), nil)
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
func (c *Client) Stats() ami.Stats { return ami.Stats(c.stats.Read(c.hub)) }

// Done is closed when the client has ended for good, by Close or by a login that was
// refused; Err then tells why. A session that was lost does not close it.
func (c *Client) Done() <-chan struct{} { return c.reconnector.Ended() }

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
	if c.own != nil {
		c.own.close()
	}
	c.config.Recorder.Wait()
	return nil
}

// Format tells whose login to what this is, for any verb of fmt, which would
// print the secret otherwise.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "ajam.Client(%s as %q)", strings.Join(c.addresses, ", "), c.config.Username)
}
