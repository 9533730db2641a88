package live_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// serveAGI serves FastAGI until the test ends, and returns the URL.
func serveAGI(t *testing.T, s server, handler agi.HandlerFunc) string {
	t.Helper()
	listener, err := listenAGI(s)
	if err != nil {
		t.Fatal(err)
	}
	server := &fastagi.Server{Handler: handler}
	served := make(chan error, 1)
	// Ends with the server; the cleanup waits for it.
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-served; !errors.Is(err, fastagi.ErrServerClosed) {
			t.Error(err)
		}
	})
	return "agi://" + listener.Addr().String()
}

// listenAGI listens where a server finds FastAGI.
func listenAGI(s server) (net.Listener, error) {
	if in, ok := s.(simulated); ok {
		return in.ListenAGI(), nil
	}
	return net.Listen("tcp", "127.0.0.1:0")
}

// enter calls an extension of the context served, and has it run AGI. The call's ID is id.
func (w watched) enter(ctx context.Context, exten, id, target string) {
	w.t.Helper()
	_, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/" + exten + "@served/n", ChannelID: id, Application: "Wait", Data: "60",
		Variables: []asterisk.Variable{{Name: "__TARGET", Value: target}}})
	if err != nil {
		w.t.Fatal(err)
	}
}

// gate holds what a connection reads while it is closed.
type gate struct {
	net.Conn
	mu *sync.RWMutex
}

func (g gate) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	g.mu.RLock()
	defer g.mu.RUnlock()
	return n, err
}

// An AGI session of half of a Local channel begins before the model has read of its channel; it has ended; it never was. (That
// a user may not see channels is in TestLiveRights.)
func TestLiveWait(t *testing.T) {
	onBoth(t, func(t *testing.T, s *lab.Server) {
		var mu sync.RWMutex
		var conns atomic.Int32
		user := s.User("all")
		client, err := ami.Connect(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, ActionSessions: 1, PingInterval: -1,
			Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
				if conns.Add(1) > 1 || err != nil { // the first is that of the events
					return conn, err
				}
				return gate{conn, &mu}, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		model, err := live.Watch(t.Context(), client, &live.Config{Recheck: -1})
		if err != nil {
			t.Fatal(err)
		}
		defer model.Close()
		w := watch(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()

		type result struct {
			uniqueID string
			call     *live.Call
			err      error
		}
		results := make(chan result, 1)
		started := make(chan string, 1)
		url := serveAGI(t, s, func(ctx context.Context, session *agi.Session) error {
			id := session.Env.UniqueID
			started <- id
			c, err := model.Wait(ctx, id)
			results <- result{id, c, err}
			return nil
		})
		mu.Lock() // the model reads nothing
		w.enter(ctx, "early", "wait-1", url)
		id := <-started
		if _, ok := model.Channel(id); ok {
			t.Errorf("the model knows %s", id)
		}
		select {
		case r := <-results:
			t.Errorf("Wait = %v, %v, before there was any event", r.call, r.err)
		default:
		}
		mu.Unlock()
		r := <-results
		if r.err != nil || r.call.ID != "wait-1" || !strings.HasSuffix(r.uniqueID, ";2") || !slices.Contains(r.call.Channels, r.uniqueID) || !r.call.Complete {
			t.Fatalf("Wait(%s) = %v with %q, %v", r.uniqueID, r.call, r.call.Channels, r.err)
		}
		if whole, err := model.Wait(ctx, "wait-1"); err != nil || whole.ID != "wait-1" {
			t.Errorf("Wait of the other half = %v, %v", whole, err)
		}
		hangUpAll(t, ctx, w)
		w.agrees("after", 0)
		if over, err := model.Wait(ctx, id); err != nil || over.ID != "wait-1" {
			t.Errorf("Wait of a channel that has ended = %v, %v", over, err)
		}
		if _, err := model.Wait(ctx, "wait-2"); !errors.Is(err, ami.ErrNoSuchChannel) {
			t.Errorf("Wait of a channel that never was = %v", err)
		}
	})
}

// joined is what a handler knows of its call.
type joined struct {
	id     string // of the call, as the test made it
	call   *live.Call
	err    error
	waited time.Time // when Wait had returned
	leaves time.Time // before the handler ended
}

// Of many FastAGI calls at once each handler gets its own Call, and the end of that is right as soon as it is told: why, when, how
// long.
func TestLiveWaitOfMany(t *testing.T) {
	many := 40
	if lab.Full() {
		many = 500
	}
	onBoth(t, func(t *testing.T, s *lab.Server) { waitOfMany(t, s, many) })
}

func waitOfMany(t *testing.T, s server, many int) {
	w := watch(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	results := make(chan joined, many)
	var present sync.WaitGroup // all handlers, at once
	present.Add(many)
	url := serveAGI(t, s, func(ctx context.Context, session *agi.Session) error {
		j := joined{id: session.Env.Path()}
		j.call, j.err = w.model.Wait(ctx, session.Env.UniqueID)
		j.waited = time.Now()
		if j.err == nil && !slices.Contains(j.call.Channels, session.Env.UniqueID) {
			j.err = fmt.Errorf("%s is none of the channels %q", session.Env.UniqueID, j.call.Channels)
		}
		present.Done()
		present.Wait()
		j.leaves = time.Now()
		results <- j
		_, err := session.Exec(ctx, "Hangup", strconv.Itoa(int(causeOf(j.id))))
		return err
	})
	var ends sync.WaitGroup
	for i := range many {
		id := fmt.Sprintf("many-%d", i)
		changes := w.model.Subscribe(&live.SubscribeConfig{Calls: []string{id}})
		began := time.Now()
		w.enter(ctx, "early", id, url+"/"+id)
		// Ends with the call, or with ctx; the test waits for it.
		ends.Go(func() {
			defer changes.Close()
			checkEnd(ctx, t, changes, id, began)
		})
	}
	var all []joined
	for len(all) < many && ctx.Err() == nil {
		select {
		case j := <-results:
			all = append(all, j)
		case <-ctx.Done():
			t.Errorf("%d handlers have begun, want %d", len(all), many)
		}
	}
	ends.Wait()
	for _, j := range all {
		switch over, ok := w.model.Call(j.id); {
		case j.err != nil:
			t.Errorf("%s: %v", j.id, j.err)
		case j.call.ID != j.id || j.call.Began.After(j.waited):
			t.Errorf("the handler of %s has %v, which began %v", j.id, j.call, j.call.Began)
		case !ok || over.Ended.Before(j.leaves):
			t.Errorf("%s ended at %v, before its handler did, at %v", j.id, over.Ended, j.leaves)
		}
	}
	w.agrees("after", 0)
}

// checkEnd waits for the end of a call, and wants it to be right.
func checkEnd(ctx context.Context, t *testing.T, changes *live.Subscription, id string, began time.Time) {
	for change := range changes.All(ctx) {
		c, ok := change.(live.Changed[live.Call])
		if !ok || c.After.Ended.IsZero() {
			continue
		}
		over := c.After
		if over.Began.Before(began) || over.Ended.After(time.Now()) || !over.Complete || over.Cause != causeOf(id) {
			t.Errorf("%s: %v began %v and ended %v with %v, want %v", id, over, over.Began, over.Ended, over.Cause, causeOf(id))
		}
		if party := over.Parties[0]; party.Cause != causeOf(id) || party.Left.IsZero() {
			t.Errorf("%s: its party is %+v", id, party)
		}
		return
	}
	t.Errorf("%s has not ended: %v, %v", id, context.Cause(ctx), changes.Err())
}

// causeOf is the cause that a call ends with.
func causeOf(id string) asterisk.Cause {
	causes := []asterisk.Cause{asterisk.CauseUserBusy, asterisk.CauseNoAnswer, asterisk.CauseCallRejected, asterisk.CauseNormalClearing}
	return causes[int(id[len(id)-1])%len(causes)]
}
