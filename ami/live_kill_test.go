package ami_test

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

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// connectClient makes a Client that ends with the test and comes back fast.
func connectClient(t testing.TB, s *lab.Server, user string, mutate func(*ami.Config)) *ami.Client {
	t.Helper()
	config := configFor(s, user, mutate)
	config.RetryMin, config.RetryMax = 20*time.Millisecond, 200*time.Millisecond
	client, err := ami.Connect(deadline(t, 30*time.Second), s.AMI(), config)
	if err != nil {
		t.Fatalf("Connect(%s) = %v", user, err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// numbered are the UserEvents of many goroutines and what became of each.
type numbered struct {
	next    atomic.Int64
	mu      sync.Mutex        // guards all below
	done    map[string]string // number to ActionID
	notSent []string
	unknown []string
	others  []error
}

// send sends UserEvents, each with the next number, until one is not sent.
func (n *numbered) send(ctx context.Context, s ami.Session) {
	for ctx.Err() == nil {
		number := strconv.FormatInt(n.next.Add(1), 10)
		response, err := s.Do(ctx, action.UserEvent{UserEvent: "Numbered", Fields: []action.Field{{Key: "Number", Value: number}}})
		n.mu.Lock()
		switch {
		case err == nil:
			n.done[number] = response.Get("ActionID")
		case errors.Is(err, ami.ErrNotSent):
			n.notSent = append(n.notSent, number)
		case errors.Is(err, ami.ErrOutcomeUnknown):
			n.unknown = append(n.unknown, number)
		default:
			n.others = append(n.others, err)
		}
		n.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// order is the place of an action in its session: the end of the ActionID.
func order(id string) uint64 {
	n, _ := strconv.ParseUint(id[strings.LastIndexByte(id, '-')+1:], 16, 64)
	return n
}

// check compares what the callers were told with what a witness saw. The
// witness dies of the same kill, so the very last events may not have reached
// it: Asterisk publishes them in order, so these are the latest, and nothing
// before them may be missing.
func (n *numbered) check(t *testing.T, seen map[string]string) (late int) {
	t.Helper()
	if len(seen) == 0 {
		t.Error("the witness saw no UserEvent")
	}
	var last uint64
	for _, id := range seen {
		last = max(last, order(id))
	}
	for number, id := range n.done {
		switch {
		case seen[number] == id:
		case order(id) > last:
			late++
		default:
			t.Errorf("UserEvent %s (%s) was done, and the witness saw %q, and later ones up to %x", number, id, seen[number], last)
		}
	}
	for _, number := range n.notSent {
		if id, ok := seen[number]; ok {
			t.Errorf("UserEvent %s was not sent, and the witness saw it as %s", number, id)
		}
	}
	if len(n.others) > 0 {
		t.Errorf("Do(UserEvent) = %v, want done, not sent or outcome unknown", n.others)
	}
	return late
}

// misses reports whether something that was done has not been seen.
func (n *numbered) misses(seen map[string]string) bool {
	for number, id := range n.done {
		if seen[number] != id {
			return true
		}
	}
	return false
}

// witness reads Numbered UserEvents until its connection dies.
func witness(t *testing.T, sub *event.Subscription) map[string]string {
	seen := make(map[string]string)
	for ev := range sub.All(context.Background()) {
		if e, ok := ev.(event.UserEvent); ok {
			number, id := e.Fields().Get("Number"), e.Fields().Get("ActionID")
			if first, twice := seen[number]; twice {
				t.Errorf("UserEvent %s was sent twice, as %s and as %s", number, first, id)
			}
			seen[number] = id
		}
	}
	return seen
}

// What callers are told of actions in flight when Asterisk is killed is true.
func TestLiveKillInFlight(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			client := connectClient(t, s, "all", nil)
			sub := client.Subscribe(event.Of[event.QueueParams](), &ami.SubscribeConfig{Snapshot: []action.Action{action.QueueStatus{}}})
			defer sub.Close()
			expectStream(t, sub, "QueueParams", "Synced")
			var outcomes [4]int
			enough := func() bool { return outcomes[0] > 0 && outcomes[1] > 0 && outcomes[2] > 0 }
			rounds := 0
			run := func() {
				killed, late := killRound(t, s, client, rounds)
				outcomes[0] += len(killed.done)
				outcomes[1] += len(killed.notSent)
				outcomes[2] += len(killed.unknown)
				outcomes[3] += late
				expectStream(t, sub, "Gap", "Connected", "QueueParams", "Synced")
				rounds++
			}
			for range lab.Rounds(2, 8) {
				run()
			}
			for !enough() && rounds < 20 { // a round may have nothing in flight
				run()
			}
			if !enough() {
				t.Errorf("%d done, %d not sent, %d unknown in %d rounds; want some of each", outcomes[0], outcomes[1], outcomes[2], rounds)
			}
			t.Logf("%d rounds: %d done (%d too late for the witness), %d not sent, %d unknown", rounds, outcomes[0], outcomes[3], outcomes[1], outcomes[2])
		})
	}
}

// killRound kills and restarts Asterisk in a burst of calls and of actions.
func killRound(t *testing.T, s *lab.Server, client *ami.Client, round int) (*numbered, int) {
	t.Helper()
	ctx := deadline(t, 60*time.Second)
	watching, caller := connect(t, s, "all", nil), newCaller(t, s)
	seen := make(chan map[string]string, 1)
	events := watching.Subscribe(event.Of[event.UserEvent](), &ami.SubscribeConfig{Limit: -1})
	// Ends with the connection; the test waits for it.
	go func() { seen <- witness(t, events) }()
	if err := client.Ready(ctx); err != nil {
		t.Fatalf("Ready = %v", err)
	}
	n := &numbered{done: make(map[string]string)}
	var senders sync.WaitGroup
	for range 100 {
		// Ends when Asterisk is gone.
		senders.Go(func() { n.send(ctx, client) })
	}
	// Ends when Asterisk is gone.
	senders.Go(func() {
		for i := 0; storm(ctx, caller, round*1000+i, 20) == nil; i++ {
		}
	})
	for n.next.Load() < int64(500+700*(round%4)) && ctx.Err() == nil {
		if _, err := caller.Do(ctx, action.Ping{}); err != nil {
			t.Fatalf("Do(Ping) = %v", err)
		}
	}
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	senders.Wait()
	n.send(ctx, client) // surely not sent
	late := n.check(t, <-seen)
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
	return n, late
}

// expectStream reads a stream with a snapshot of QueueStatus; several queues
// count as one.
func expectStream(t *testing.T, sub *event.Subscription, want ...string) {
	t.Helper()
	ctx := deadline(t, 30*time.Second)
	var got []string
	for len(got) < len(want) {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("Next = %v after %v, want %v", err, got, want)
		}
		switch e := ev.(type) {
		case event.QueueMember, event.QueueEntry:
			continue
		case event.Gap:
			if e.Reason != event.GapDisconnected || e.Missed != -1 || e.Err == nil {
				t.Errorf("Gap = %v, %d missed, Err %v; want disconnected, -1, the cause", e.Reason, e.Missed, e.Err)
			}
		case event.Synced:
			if e.Err != nil {
				t.Errorf("Synced.Err = %v", e.Err)
			}
		}
		if name := ev.EventName(); name != "QueueParams" || !slices.Contains(got[max(0, len(got)-1):], name) {
			got = append(got, name)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the stream is %v, want %v", got, want)
	}
}

// What callers are told of actions in flight when their connection breaks is
// true to the last one: here the witness lives on.
func TestLiveBreakInFlight(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		ctx := deadline(t, 2*time.Minute+lab.Soak())
		events := connect(t, s, "all", nil).Subscribe(event.Of[event.UserEvent](), &ami.SubscribeConfig{Limit: -1})
		var wire atomic.Pointer[net.Conn]
		client := connectClient(t, s, "all", func(c *ami.Config) {
			c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
				wire.Store(&conn)
				return conn, err
			}
		})
		counts, rounds := make(map[string]int), 0
		for round := range lab.Rounds(5, 50) {
			rounds++
			if err := client.Ready(ctx); err != nil {
				t.Fatalf("Ready = %v", err)
			}
			n := &numbered{done: make(map[string]string)}
			n.next.Store(int64(round) * 1_000_000)
			var senders sync.WaitGroup
			for range 100 {
				// Ends when the connection is gone.
				senders.Go(func() { n.send(ctx, client) })
			}
			seen := make(map[string]string)
			for len(seen) < 50+10*(round%50) {
				note(ctx, t, events, seen)
			}
			_ = (*wire.Load()).Close()
			senders.Wait()
			over := connect(t, s, "all", silent)
			if _, err := over.Do(ctx, action.UserEvent{UserEvent: "Over"}); err != nil {
				t.Fatalf("Do(UserEvent) = %v", err)
			}
			for note(ctx, t, events, seen) != "Over" {
			}
			// Events of two sessions may overtake each other.
			for patience := deadline(t, 5*time.Second); n.misses(seen) && patience.Err() == nil; {
				if ev, err := events.Next(patience); err == nil {
					take(ev, seen)
				}
			}
			if late := n.check(t, seen); late > 0 {
				t.Errorf("%d UserEvents were done, and never came", late)
			}
			counts["done"] += len(n.done)
			counts["not sent"] += len(n.notSent)
			counts["unknown"] += len(n.unknown)
			counts["seen"] += len(seen) - 1
		}
		if counts["unknown"] == 0 || counts["done"] == 0 {
			t.Errorf("outcomes %v, want some of each", counts)
		}
		t.Logf("%d rounds: %v", rounds, counts)
	})
}

// note adds the next UserEvent to what was seen and returns its name.
func note(ctx context.Context, t *testing.T, events *event.Subscription, seen map[string]string) string {
	t.Helper()
	ev, err := events.Next(ctx)
	if err != nil {
		t.Fatalf("the witness: Next = %v", err)
	}
	return take(ev, seen)
}

func take(ev event.Event, seen map[string]string) string {
	e, _ := ev.(event.UserEvent)
	seen[e.Fields().Get("Number")] = e.Fields().Get("ActionID")
	return e.UserEvent
}
