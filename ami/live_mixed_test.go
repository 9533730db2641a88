package ami_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// question is an action and what its answer must be like, whatever else is
// asked meanwhile.
type question struct {
	action action.Action
	is     error // of the refusal it must get; nil for success
	fits   func(*ami.Response) bool
}

const mixedKeys = 200 // variables and keys of the database that tell answers apart

// questions are the ways to ask something that only one question has as its
// answer; n tells them apart, channels are the running calls by their LAB.
func questions(n int, channels []string) []question {
	key, value := fmt.Sprint("K", n%mixedKeys), fmt.Sprint("value ", n%mixedKeys)
	call := n % len(channels)
	field := func(name, want string) func(*ami.Response) bool {
		return func(r *ami.Response) bool { return r.Get(name) == want }
	}
	item := func(name, want string) func(*ami.Response) bool {
		return func(r *ami.Response) bool {
			return len(r.Events) == 1 && r.End != nil && r.Events[0].Fields().Get(name) == want
		}
	}
	says := func(want string) func(*ami.Response) bool {
		return func(r *ami.Response) bool { return strings.Contains(r.Message(), want) }
	}
	return []question{
		{action: action.Ping{}, fits: field("Ping", "Pong")},
		{action: action.Getvar{Variable: key}, fits: field("Value", value)},
		{action: action.Getvar{Channel: channels[call], Variable: "LAB"}, fits: field("Value", fmt.Sprint("call ", call))},
		{action: action.Status{Channel: channels[call]}, fits: item("Channel", channels[call])},
		{action: action.New("DBGet", "Family", "mixed", "Key", key), fits: item("Val", value)},
		{action: action.Command{Command: "database get mixed " + key}, fits: func(r *ami.Response) bool {
			out := r.Output()
			return len(out) > 0 && out[0] == "Value: "+value
		}},
		{action: action.QueueStatus{Queue: "support"}, fits: func(r *ami.Response) bool { return len(r.Events) == 4 && r.End != nil }},
		{action: action.New("ExtensionState", "Context", "default", "Exten", fmt.Sprint(100+n%3)), fits: field("Exten", fmt.Sprint(100+n%3))},
		{action: action.UserEvent{UserEvent: "Mixed", Fields: []action.Field{{Key: "Number", Value: fmt.Sprint(n)}}}, fits: says("Event Sent")},
		{action: action.Hangup{Channel: fmt.Sprint("none-", n)}, is: ami.ErrNoSuchChannel, fits: says("No such channel")},
		{action: action.New(fmt.Sprint("Unknown", n)), is: ami.ErrUnknownAction, fits: says(fmt.Sprintf("command: Unknown%d.", n))},
		{action: action.New("ModuleLoad"), is: errAny, fits: says("Incomplete ModuleLoad")}, // answered three times
		{action: action.New("JabberSend"), is: errAny, fits: says("No transport")},
		{action: action.New("IAXnetstats"), fits: func(r *ami.Response) bool { return r.Fields.Len() == 0 }}, // not answered
	}
}

var errAny = errors.New("any refusal")

// check returns what is wrong with the answer, or "".
func (q question) check(response *ami.Response, err error) string {
	var refusal *ami.Error
	if errors.As(err, &refusal) {
		response = refusal.Response
	}
	switch {
	case q.is == nil && err != nil, q.is != nil && refusal == nil, q.is != nil && q.is != errAny && !errors.Is(err, q.is):
		return fmt.Sprintf("%s = %v, want error %v", q.action.ActionName(), err, q.is)
	case !q.fits(response):
		return fmt.Sprintf("%s %+v got the answer of another action: %s %d events", q.action.ActionName(), q.action, response.Fields, len(response.Events))
	}
	return ""
}

func TestLiveMixedActions(t *testing.T) {
	total, calls := 3000, 60
	if lab.Full() {
		total, calls = 10000, 500
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, nil)
			conn := connect(t, s, "all", nil)
			channels := beginCalls(t, conn, calls)
			for n := range mixedKeys {
				key, value := fmt.Sprint("K", n), fmt.Sprint("value ", n)
				do(t, conn, action.Setvar{Variable: key, Value: value})
				do(t, conn, action.New("DBPut", "Family", "mixed", "Key", key, "Val", value))
			}
			m := mixed{conn: conn, channels: channels, total: int64(total), call: make(chan struct{}, 1)}
			begun := conn.Subscribe(event.Of[event.Newchannel](), nil)
			start := time.Now()
			var workers, others sync.WaitGroup
			caller := connect(t, s, "all", silent)
			// Ends when call is closed.
			others.Go(func() { m.makeCalls(t, caller) })
			for worker := range 64 {
				workers.Go(func() { m.work(t, uint64(worker)) })
			}
			workers.Wait()
			close(m.call)
			others.Wait()
			took := time.Since(start)
			stats := conn.Stats()
			t.Logf("%d actions answered, %d cancelled, %d channel lists, in %v (%.0f a second) while %d calls ran; %+v",
				m.answered.Load(), m.cancelled.Load(), m.lists.Load(), took.Round(time.Millisecond), float64(total)/took.Seconds(), calls, stats)
			if n := begun.Stats().Matched; m.cancelled.Load() == 0 || m.lists.Load() == 0 || n == 0 {
				t.Errorf("%d cancelled, %d lists, %d channels begun, want some of each", m.cancelled.Load(), m.lists.Load(), n)
			}
			if left := atRest(do(t, conn, action.CoreShowChannels{})); left != 2*calls {
				t.Errorf("%d channels after the actions, want %d", left, 2*calls)
			}
		})
	}
}

// mixed is a run of many actions on one connection.
type mixed struct {
	conn     *ami.Conn
	channels []string
	total    int64
	call     chan struct{} // holds a token when another short call is due

	next, answered, cancelled, lists atomic.Int64
}

// makeCalls makes events between the answers.
func (m *mixed) makeCalls(t *testing.T, caller *ami.Conn) {
	for range m.call {
		if _, err := caller.Do(t.Context(), action.Originate{Channel: "Local/s@storm", Application: "Wait", Data: "0.05"}); err != nil {
			t.Errorf("Do(Originate) = %v", err)
			return
		}
	}
}

// atRest counts the channels of beginCalls in a list.
func atRest(r *ami.Response) (n int) {
	for _, ev := range r.Events {
		if strings.HasPrefix(ev.Fields().Get("Uniqueid"), "mixed-") {
			n++
		}
	}
	return n
}

func (m *mixed) work(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 1))
	for m.answered.Load() < m.total {
		n := m.next.Add(1)
		all := questions(int(n), m.channels)
		q := all[random.IntN(len(all))]
		if random.IntN(100) == 0 {
			m.lists.Add(1)
			q = question{action: action.CoreShowChannels{}, fits: func(r *ami.Response) bool {
				return atRest(r) == 2*len(m.channels) && r.End.Fields().Get("ListItems") == fmt.Sprint(len(r.Events))
			}}
		}
		limit, impatient := time.Minute, random.IntN(20) == 0
		if impatient {
			limit = time.Duration(random.IntN(5000)) * time.Microsecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		response, err := m.conn.Do(ctx, q.action)
		cancel()
		if impatient && errors.Is(err, context.DeadlineExceeded) {
			m.cancelled.Add(1)
			if errors.Is(err, ami.ErrNotSent) == errors.Is(err, ami.ErrOutcomeUnknown) {
				t.Errorf("%s cancelled = %v, want either ErrNotSent or ErrOutcomeUnknown", q.action.ActionName(), err)
			}
			continue
		}
		if m.answered.Add(1)%50 == 0 {
			select {
			case m.call <- struct{}{}:
			default:
			}
		}
		if wrong := q.check(response, err); wrong != "" {
			t.Errorf("action %d: %s", n, wrong)
		}
	}
}

// beginCalls begins calls whose variable LAB numbers them, and returns their
// channels when all are up and at rest: Asterisk may list a channel twice while
// it goes on in the dialplan.
func beginCalls(t *testing.T, conn *ami.Conn, calls int) []string {
	t.Helper()
	sub := conn.Subscribe(event.Of[event.OriginateResponse](), nil)
	defer sub.Close()
	resting := conn.Subscribe(event.And(event.Of[event.Newexten](), event.Where("Application", "Wait"), event.Where("Context", "outcome")), nil)
	defer resting.Close()
	channels := make([]string, calls)
	for n := range calls {
		do(t, conn, action.Originate{Channel: "Local/answer@outcome", Application: "Wait", Data: "600", Async: true,
			ChannelID: fmt.Sprintf("mixed-%03d", n), Variables: []asterisk.Variable{{Name: "LAB", Value: fmt.Sprint("call ", n)}}})
	}
	ctx := deadline(t, time.Minute)
	for range calls {
		ev, err := sub.Next(ctx)
		response, ok := ev.(event.OriginateResponse)
		if err != nil || !ok || response.Response != "Success" {
			t.Fatalf("Originate = %v, %v, want success", ev, err)
		}
		var n int
		if _, err := fmt.Sscanf(response.UniqueID, "mixed-%d", &n); err != nil {
			t.Fatalf("OriginateResponse of %q: %v", response.UniqueID, err)
		}
		channels[n] = response.Channel
	}
	for range calls {
		if ev, err := resting.Next(ctx); err != nil {
			t.Fatalf("Newexten = %v, %v", ev, err)
		}
	}
	return channels
}
