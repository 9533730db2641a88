package live_test

import (
	"context"
	"maps"
	"net"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
)

// wire is the connections that a model has, one after the other.
type wire struct {
	reach func(ctx context.Context, network, addr string) (net.Conn, error)

	mu      sync.Mutex // guards all below
	conn    net.Conn
	held    chan struct{}  // closed when reading goes on; nil if it does
	actions map[string]int // how many were sent
}

func newWire(s server) *wire { return &wire{reach: dialer(s)} }

// tapped is a connection of a wire.
type tapped struct {
	net.Conn
	wire *wire
}

func (w *wire) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := w.reach(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
	return tapped{conn, w}, nil
}

func (c tapped) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.wire.mu.Lock()
	held := c.wire.held
	c.wire.mu.Unlock()
	if held != nil {
		<-held
	}
	return n, err
}

var actionName = regexp.MustCompile(`(?m)^Action: (\w+)`)

func (c tapped) Write(b []byte) (int, error) {
	c.wire.mu.Lock()
	if c.wire.actions == nil {
		c.wire.actions = make(map[string]int)
	}
	for _, name := range actionName.FindAllSubmatch(b, -1) {
		c.wire.actions[string(name[1])]++
	}
	c.wire.mu.Unlock()
	return c.Conn.Write(b)
}

// lists is how often each list was asked for, and other actions that a model runs.
func (w *wire) lists() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	some := maps.Clone(w.actions)
	for _, other := range []string{"Login", "Challenge", "Getvar", "Ping", "CoreSettings", "ListCommands", "Command"} {
		delete(some, other)
	}
	return some
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.conn.Close()
}

// stall has nothing read until the function that it returns is called.
func (w *wire) stall() (goOn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	held := make(chan struct{})
	w.held = held
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.held = nil
		close(held)
	}
}

// narrow is a session whose subscriptions have a short queue, which overflows where much happens at once.
type narrow struct {
	ami.Session
	limit int
	sub   *event.Subscription
}

func (n *narrow) Subscribe(filter event.Filter, config *ami.SubscribeConfig) *event.Subscription {
	if config == nil || len(config.Snapshot) == 0 {
		return n.Session.Subscribe(filter, config)
	}
	with := *config
	with.Limit = n.limit
	n.sub = n.Session.Subscribe(filter, &with)
	return n.sub
}

// witness hears of all channels: nothing happens to its connection, and its queue has no limit.
type witness struct {
	sub         *event.Subscription
	came, ended map[string]int // by Uniqueid
}

func newWitness(t *testing.T, s server) *witness {
	sub := connectTo(t, s, nil).Subscribe(event.Or(event.Of[event.Newchannel](), event.Of[event.Hangup]()), &ami.SubscribeConfig{Limit: -1})
	t.Cleanup(sub.Close)
	return &witness{sub, make(map[string]int), make(map[string]int)}
}

// testify reads on until all channels have ended that have begun, but for those that Asterisk keeps, and wants of the changes that
// each channel was one.
func (w *witness) testify(t *testing.T, m *mirror, kept map[string]bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for w.sub.Stats().Queued > 0 || len(w.ended)+len(kept) < len(w.came) {
		ev, err := w.sub.Next(ctx)
		if err != nil {
			t.Fatalf("%d channels began and %d ended: %v", len(w.came), len(w.ended), err)
		}
		switch e := ev.(type) {
		case event.Newchannel:
			w.came[e.UniqueID]++
		case event.Hangup:
			w.ended[e.UniqueID]++
		}
	}
	for id, ends := range m.channels {
		if ends == 1 == kept[id] || w.came[id] != 1 {
			t.Errorf("channel %s was shown and has %d ends; the witness has heard of %d", id, ends, w.came[id])
		}
	}
	t.Logf("%d channels, %d of them were shown", len(w.came), len(m.channels))
}

// The same with a connection that is cut, stalled and overflows now and then: what was missed is found by lists, each channel that was
// ever shown ends once, none is left, and a Call keeps its ID while one of its channels lives.
func TestLiveStormWithFaults(t *testing.T) {
	stormy(t, sized(2), func(t *testing.T, server server) (watched, func(watched, int)) {
		w, session, end := watchFaulty(t, server)
		return w, func(w watched, _ int) {
			if session.sub.Stats().Missed == 0 {
				t.Error("nothing was missed")
			}
			end()
		}
	}, func(s *storm) { s.faulty(30) })
}

// watchFaulty watches over a wire that can be cut and stalled, by a subscription that overflows. After end the model has ended, and all of
// its channels were right.
func watchFaulty(t *testing.T, server server) (w watched, session *narrow, end func()) {
	heard := newWitness(t, server)
	wire := newWire(server)
	session = &narrow{Session: connectTo(t, server, wire.dial), limit: 100}
	w = watchBy(t, server, session, nil)
	w.wire = wire
	m := mirrorOf(w.model)
	return w, session, func() {
		t.Helper()
		kept := make(map[string]bool)
		for c := range w.model.View().Channels() {
			kept[c.UniqueID] = true
		}
		m.compare(t, w.model)
		heard.testify(t, m, kept)
		t.Logf("%v; %+v", wire.lists(), session.sub.Stats())
	}
}

// faulty is a storm with faults.
func (s *storm) faulty(calls int) {
	s.t.Helper()
	wire := s.wire
	fault := func() {
		switch s.random.IntN(3) {
		case 0:
			wire.cut()
		case 1:
			time.AfterFunc(time.Duration(s.random.IntN(1000))*time.Millisecond, wire.stall())
		}
	}
	goOn := wire.stall()
	s.begin(calls) // all its events come at once
	goOn()
	if !s.agrees("after the first fault") {
		return
	}
	for range 3 {
		s.disturb(calls / 3)
		fault()
		s.disturb(calls / 3)
		if !s.agrees("after a fault") {
			return
		}
	}
	fault()
	s.end()
}
