package ami_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// cutter makes connections and cuts the one that next carries an Originate.
type cutter struct {
	mu   sync.Mutex // guards plan
	plan *cut
}

// cut says where: after some bytes of the Originate, or after some bytes that
// come when it was sent, or some time after that.
type cut struct {
	sent     int // bytes of the action; negative for all
	received int // bytes behind it; negative for no limit
	after    time.Duration
}

func (c cut) String() string {
	switch {
	case c.sent >= 0:
		return fmt.Sprintf("after %d bytes of the action", c.sent)
	case c.received >= 0:
		return fmt.Sprintf("%d bytes after the action", c.received)
	}
	return fmt.Sprintf("%v after the action", c.after)
}

// anywhere is a cut at a random place.
func anywhere() cut {
	switch rand.N(5) {
	case 0:
		return cut{sent: rand.N(150)}
	case 1:
		return cut{sent: -1, received: rand.N(120)} // in the answer, or before it
	case 2, 3:
		return cut{sent: -1, received: rand.N(6000)} // in the events
	}
	return cut{sent: -1, received: -1, after: rand.N(1800 * time.Millisecond)}
}

func (c *cutter) arm(plan cut) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plan = &plan
}

func (c *cutter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &cutConn{Conn: conn, cutter: c, left: -1}, nil
}

// take returns the plan if p is what it waits for.
func (c *cutter) take(p []byte) *cut {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plan == nil || !bytes.Contains(p, []byte("Action: Originate\r\n")) {
		return nil
	}
	plan := c.plan
	c.plan = nil
	return plan
}

type cutConn struct {
	net.Conn
	cutter *cutter

	mu   sync.Mutex // guards left
	left int        // bytes that may still be read; negative for no limit
}

func (c *cutConn) Write(p []byte) (int, error) {
	plan := c.cutter.take(p)
	if plan == nil {
		return c.Conn.Write(p)
	}
	if plan.sent >= 0 {
		n, _ := c.Conn.Write(p[:min(plan.sent, len(p)-1)])
		_ = c.Close()
		return n, net.ErrClosed
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.Conn.Write(p)
	switch {
	case plan.received > 0:
		c.left = plan.received
	case plan.received == 0:
		_ = c.Close()
	default:
		time.AfterFunc(plan.after, func() { _ = c.Close() })
	}
	return n, err
}

func (c *cutConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left < 0 || n < c.left {
		c.left = max(-1, c.left-n)
		return n, err
	}
	n, c.left = c.left, 0
	_ = c.Close()
	return n, err
}

// cutTruth is what becomes of a call if Asterisk gets to hear of it.
var cutTruth = map[string]ami.Result{
	"answer": ami.ResultAnswered, "delayed": ami.ResultAnswered, "busy": ami.ResultBusy, "hangup-17": ami.ResultBusy, "congestion": ami.ResultCongestion,
	"noanswer": ami.ResultNoAnswer, "hangup-16": ami.ResultRejected, "hangup-21": ami.ResultRejected, "nobody": ami.ResultRejected,
}

// cutRound is one call over a connection that is cut.
type cutRound struct {
	id, exten string
	cut       cut
	err       error // of Originate
	outcome   ami.Outcome
}

// A handle whose connection is cut tells what became of the call, or that
// nobody knows, and never anything else.
func TestLiveOriginateCut(t *testing.T) {
	const workers = 8
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			ctx := deadline(t, 5*time.Minute+lab.Soak())
			watching, caller := connect(t, s, "all", nil), connect(t, s, "all", silent)
			events := watching.Subscribe(event.Or(event.Of[event.OriginateResponse](), event.Of[event.UserEvent]()), &ami.SubscribeConfig{Limit: -1})
			results := make(chan cutRound)
			var group sync.WaitGroup
			for worker := range workers {
				cuts := new(cutter)
				client := connectClient(t, s, "all", func(c *ami.Config) { c.Dial = cuts.dial })
				// Ends with its rounds; Wait waits for it.
				group.Go(func() { cutRounds(ctx, t, client, cuts, worker, results) })
			}
			go func() { // ends with the rounds
				defer close(results)
				group.Wait()
			}()
			var all []cutRound
			for r := range results {
				all = append(all, r)
			}
			if err := mark(ctx, caller); err != nil {
				t.Fatalf("mark = %v", err)
			}
			checkCuts(ctx, t, events, all)
		})
	}
}

func cutRounds(ctx context.Context, t *testing.T, client *ami.Client, cuts *cutter, worker int, results chan<- cutRound) {
	for i := range lab.Rounds(3, 30) {
		if err := client.Ready(ctx); err != nil {
			t.Errorf("Ready = %v", err)
			return
		}
		r := cutRound{id: fmt.Sprintf("cut-%02d-%04d", worker, i), cut: anywhere()}
		for r.exten = range cutTruth { // any of them
			break
		}
		cuts.arm(r.cut)
		var call *ami.Origination
		call, r.err = ami.Originate(ctx, client, action.Originate{Channel: "Local/" + r.exten + "@outcome",
			Application: "Wait", Data: "0.3", Timeout: 1500 * time.Millisecond, ChannelID: r.id})
		if call != nil {
			var err error
			if r.outcome, err = call.Wait(ctx); err != nil {
				t.Errorf("%s: Wait = %v", r.id, err)
				return
			}
		}
		results <- r
	}
}

// checkCuts compares what callers were told with what a witness saw.
func checkCuts(ctx context.Context, t *testing.T, events *event.Subscription, results []cutRound) {
	t.Helper()
	seen := make(map[string]event.OriginateResponse)
	// The mark and the events of calls come by two queues, in any order.
	told := func(r cutRound) bool {
		return r.err == nil && r.outcome.Result != ami.ResultUnknown && seen[r.id].UniqueID == ""
	}
	for over := false; !over || slices.ContainsFunc(results, told); {
		ev, err := events.Next(ctx)
		if err != nil {
			t.Fatalf("the witness: Next = %v", err)
		}
		if e, ok := ev.(event.OriginateResponse); ok {
			seen[e.UniqueID] = e
		}
		if _, ok := ev.(event.UserEvent); ok {
			over = true
		}
	}
	tally := make(map[string]int)
	for _, r := range results {
		response, began := seen[r.id]
		truth := cutTruth[r.exten]
		if began && (response.Response == "Success") != (truth == ami.ResultAnswered) {
			t.Errorf("%s: the witness saw %s, reason %v; the dialplan of %s gives %s", r.id, response.Response, response.Reason, r.exten, truth)
		}
		switch {
		case errors.Is(r.err, ami.ErrNotSent) && !began:
			tally["not sent"]++
		case r.err != nil:
			t.Errorf("%s cut %s: Originate = %v, and the witness saw a call: %t", r.id, r.cut, r.err, began)
		case r.outcome.Result == ami.ResultUnknown && r.outcome.Why != "":
			tally["unknown"]++
		case began && r.outcome.Result == truth:
			tally["true"]++
		default:
			t.Errorf("%s to %s cut %s: outcome %+v, want %s or unknown with a reason; the witness saw a call: %t", r.id, r.exten, r.cut, r.outcome, truth, began)
		}
	}
	if tally["true"] == 0 || tally["unknown"] == 0 {
		t.Errorf("outcomes %v, want some true and some unknown", tally)
	}
	t.Logf("%d calls seen; outcomes %v", len(seen), tally)
}
