package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

const (
	fanClients  = 1000 // that see one change
	idleClients = 2000
	gatewayRuns = 300 // changes of a run
)

// gatewayCases are the cases of the gateway, in the order in which a round runs them.
func gatewayCases() []string {
	return []string{"fanloop", "fanout", "gatewayidle", "gatewayagents", "gatewayresume", "gatewayload"}
}

// gatewayRows are their lines of the report.
func gatewayRows(cpu quantity) []row {
	each := quantity{"%.1f KiB", func(r result) float64 { return (r.Heap + r.Stack) / 1024 }}
	return []row{
		{"a change to 1,000 browsers, each", "fanout", "fanloop", cpu, 1.5},
		{"2,000 idle browsers, memory each", "gatewayidle", "", each, 40},
		{"2,000 browsers resume, bytes to those of what has changed", "gatewayresume", "", quantity{"%.2f", func(r result) float64 { return r.Bytes / r.Changed }}, 3},
	}
}

func (j job) runGateway(ctx context.Context) (result, error) {
	switch j.Case {
	case "fanloop":
		return j.fanLoop(ctx)
	case "fanout":
		return j.fanOut(ctx)
	case "gatewayidle":
		return j.idleBrowsers(ctx, standingUser, idleClients, ofStanding)
	case "gatewayagents":
		return j.idleBrowsers(ctx, centreUser, agentPhones, ofCentre)
	case "gatewayresume":
		return j.resumedBrowsers(ctx)
	case "gatewayload":
		return j.gatewayLoad(ctx)
	}
	return result{}, errors.New("no such case")
}

// served is an HTTP server on an address of this machine.
type served struct {
	address string
	server  *http.Server
}

func serve(handler func(address string) (http.Handler, error)) (*served, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &served{address: listener.Addr().String()}
	h, err := handler(s.address)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s.server = &http.Server{Handler: h}
	// Ends with stop.
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// watched is a gateway in front of the player, and its browsers.
type watched struct {
	client   *ami.Client
	model    *live.Model
	gateway  *gateway.Gateway
	http     *served
	browsers *browsers
}

// watch begins what stop ends. Users are numbers.
func (j job) watch(ctx context.Context, username string, rights func(user int) gateway.Rights) (w *watched, err error) {
	w = new(watched)
	defer func() {
		if err != nil {
			w.stop()
		}
	}()
	j.Username = username
	if w.client, err = connect(ctx, j); err != nil {
		return w, err
	}
	if w.model, err = live.Watch(ctx, w.client, &live.Config{Recheck: -1}); err != nil {
		return w, err
	}
	w.http, err = serve(func(address string) (http.Handler, error) {
		w.gateway, err = gateway.New(&gateway.Config{
			Servers:      []gateway.Server{{Model: w.model, Session: w.client}},
			Hosts:        []string{address},
			Address:      func(*http.Request) string { return "" },
			Authenticate: func(r *http.Request) (gateway.User, error) { return gateway.User{ID: r.Header.Get("User")}, nil },
			Policy: func(_ context.Context, user gateway.User) (gateway.Rights, error) {
				n, err := strconv.Atoi(user.ID)
				return rights(n), err
			},
		})
		return w.gateway, err
	})
	if err == nil {
		w.browsers, err = startBrowsers(ctx, w.http.address)
	}
	return w, err
}

func (w *watched) stop() {
	if w.gateway != nil {
		_ = w.gateway.Close()
	}
	if w.http != nil {
		_ = w.http.server.Close()
	}
	if w.browsers != nil {
		w.browsers.stop()
	}
	if w.model != nil {
		_ = w.model.Close()
	}
	if w.client != nil {
		_ = w.client.Close()
	}
}

// idleBrowsers is what each of them takes. The phones of ofStanding talk; agents see a queue.
func (j job) idleBrowsers(ctx context.Context, username string, clients int, rights func(int) gateway.Rights) (r result, err error) {
	w, err := j.watch(ctx, username, rights)
	if err != nil {
		return r, err
	}
	defer w.stop()
	if username == standingUser {
		r.Invalid = whole(w.model.View())
	} else if n := members(w.model); n != agentPhones {
		r.Invalid = fmt.Sprintf("%d members", n)
	}
	before := held()
	if _, err := w.browsers.do("open", 0, clients); err != nil {
		return r, err
	}
	after := held()
	r.Heap = (float64(after.HeapInuse) - float64(before.HeapInuse)) / float64(clients)
	r.Stack = (float64(after.StackInuse) - float64(before.StackInuse)) / float64(clients)
	c, err := w.browsers.do("report")
	if c.Closed > 0 {
		r.Invalid = fmt.Sprintf("%d connections were ended", c.Closed)
	}
	return r, err
}

// hold has phones put each other on hold, and waits until the model has it.
func (w *watched) hold(ctx context.Context, phones int) error {
	last := channelID(phones - 2)
	changes := w.model.Subscribe(&live.SubscribeConfig{Calls: []string{last}})
	defer changes.Close()
	if _, err := w.client.Do(ctx, action.New("Hold", "Channels", strconv.Itoa(phones))); err != nil {
		return err
	}
	for {
		c, ok := w.model.Call(last)
		if ok && !slices.ContainsFunc(c.Parties, func(p live.Party) bool { return p.Held.IsZero() }) {
			return nil
		}
		if _, err := changes.Next(ctx); err != nil {
			return err
		}
	}
}

// members counts the members of all queues.
func members(m *live.Model) (n int) {
	v := m.View()
	for q := range v.Queues() {
		for range v.Members(q.Name) {
			n++
		}
	}
	return n
}

// ofStanding are the rights of who has one of the standing channels.
func ofStanding(user int) gateway.Rights {
	return gateway.Rights{Own: []gateway.Ref{{Name: fmt.Sprintf("PJSIP/%d", 100+user)}}}
}

// resumedBrowsers are cut, and come back after each of their phones has changed.
func (j job) resumedBrowsers(ctx context.Context) (result, error) {
	w, err := j.watch(ctx, standingUser, ofStanding)
	if err != nil {
		return result{}, err
	}
	defer w.stop()
	for _, do := range [][]any{{"open", 0, idleClients, 1}, {"drop"}, {"begin"}} {
		if _, err := w.browsers.do(do[0].(string), do[1:]...); err != nil {
			return result{}, err
		}
	}
	if err := w.hold(ctx, idleClients); err != nil {
		return result{}, err
	}
	if _, err := w.browsers.do("resume"); err != nil {
		return result{}, err
	}
	c, err := w.browsers.do("report")
	r := result{Bytes: float64(c.Bytes) / idleClients, Changed: float64(c.Changed) / idleClients}
	if c.Resumed != idleClients || c.Closed > 0 || c.Changed == 0 {
		r.Invalid = fmt.Sprintf("%d clients went on, %d were ended", c.Resumed, c.Closed)
	}
	return r, err
}
