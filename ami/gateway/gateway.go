package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// ErrClosed is the error of what is asked of a Gateway after Close.
var ErrClosed = errors.New("gateway: closed")

// Gateway is an http.Handler in front of live models, for browsers. All methods are safe for concurrent use.
//
//	GET  /socket       WebSocket: Hello first, then Actions
//	POST /stream       Hello as its body; the answer is an event stream (text/event-stream)
//	POST /action       an Action as its body; the answer is its Result
//	GET  /client.js    the client, and its types as /client.d.ts
//	GET  /healthz      200 while every server is current, else 503; no sign-in, any Host
//	GET  /stats        figures as JSON, for users with [Rights.Stats]
//
// A POST has the Content-Type application/json. What is refused with a status of HTTP has a message.Closing as its body: 400
// for what is malformed, 401 without a valid sign-in, 403 for a user or a page that may not, 429 for too much of a user, of an
// address or in all, 503 when the gateway stops. A WebSocket needs HTTP/1.1, which browsers take for it by themselves; the others work over HTTP/2, too.
//
// Mount it with http.StripPrefix. What wraps the http.ResponseWriter needs a method Unwrap, as http.ResponseController has it.
type Gateway struct {
	config    Config
	log       *slog.Logger
	origins   *origins
	addresses *addresses
	messages  *limiters // of users
	tickets   *grants
	cookies   *grants
	state     *state
	actions   *actions
	upgrader  websocket.Upgrader
	counts    counts
	strangers *strangers
	ending    time.Duration // closeTimeout, but in tests that may have to wait for the machine

	ctx   context.Context // ends with Close
	stop  context.CancelFunc
	tasks sync.WaitGroup // grows only under mu

	mu       sync.Mutex // guards all below
	closed   bool
	sessions map[string]*session  // by the user's ID
	streams  map[hash]*connection // by their tokens
	changed  map[string]time.Time // users by Revoke and Reconsider, the last two minutes
}

// New makes a gateway, which follows its models until Close. The error says which setting of the Config is wrong. The Config may
// be changed afterwards: that changes nothing.
func New(config *Config) (*Gateway, error) {
	if config == nil {
		return nil, errors.New("gateway: Config is nil")
	}
	g := &Gateway{
		config:   *config,
		log:      config.Log,
		tickets:  newGrants(64, 20_000),
		cookies:  newGrants(32, 200_000),
		sessions: make(map[string]*session),
		streams:  make(map[hash]*connection),
		changed:  make(map[string]time.Time),
	}
	g.config.Servers = slices.Clone(config.Servers)
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	g.config.WriteTimeout = positive(config.WriteTimeout, 10*time.Second)
	g.config.TicketLifetime = positive(config.TicketLifetime, 30*time.Second)
	g.config.MaxConnections = positive(config.MaxConnections, 10)
	if err := checkServers(g.config.Servers); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	var err error
	if g.origins, err = newOrigins(config); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	g.ending = closeTimeout
	g.strangers = newStrangers(maxStrangersOfOne, maxStrangers)
	g.addresses, g.messages = newAddresses(config.Address), newLimiters(messagesPerSecond, messagesAtOnce+g.config.MaxConnections)
	g.upgrader = websocket.Upgrader{
		HandshakeTimeout: g.config.WriteTimeout,
		ReadBufferSize:   512,
		WriteBufferSize:  1024,
		WriteBufferPool:  new(sync.Pool),
		CheckOrigin:      g.origins.page,
		Error: func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
			http.Error(w, http.StatusText(status), status)
		},
	}
	g.ctx, g.stop = context.WithCancel(context.Background())
	g.counts.since = time.Now()
	g.state = newState(&g.config)
	g.actions = newActions(&g.config, g.state.name, key)
	g.state.start()
	return g, nil
}

func positive[T ~int | ~int64](value, usual T) T {
	if value <= 0 {
		return usual
	}
	return value
}

func checkServers(servers []Server) error {
	if len(servers) == 0 {
		return errors.New("Config.Servers is empty")
	}
	names := make(map[string]bool)
	for i, s := range servers {
		switch {
		case s.Model == nil:
			return fmt.Errorf("Config.Servers[%d].Model is nil", i)
		case s.Session == nil:
			return fmt.Errorf("Config.Servers[%d].Session is nil", i)
		case names[s.Model.Server()]:
			return fmt.Errorf("Config.Servers has two with the name %q: it is the Config.Server of the Model", s.Model.Server())
		}
		names[s.Model.Server()] = true
	}
	return nil
}

// Close ends all connections with message.CodeGoingAway, and what users have asked for, of which the outcome is unknown then. It
// returns when all goroutines have ended, also those of event streams: the application's functions have to end with their context.
// Models and sessions stay open. Requests that come later are refused, and the error is always nil.
func (g *Gateway) Close() error {
	g.mu.Lock()
	g.closed = true
	all := make([]*session, 0, len(g.sessions))
	for _, s := range g.sessions {
		all = append(all, s)
	}
	g.mu.Unlock()
	for _, s := range all {
		s.end(refusedClosing)
	}
	g.stop()
	g.actions.close()
	g.tasks.Wait()
	g.state.close()
	return nil
}

// spawn runs a task that Close waits for; false if the gateway is closed.
func (g *Gateway) spawn(task func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.tasks.Go(task)
	}
	return !g.closed
}

// begin counts a task, which has to call tasks.Done; false if the gateway is closed.
func (g *Gateway) begin() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.tasks.Add(1)
	}
	return !g.closed
}
