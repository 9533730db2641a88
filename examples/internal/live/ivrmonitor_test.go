package live_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// recorded is the record of a call.
type recorded struct {
	Call, From, Queue, AnsweredBy, Recording, Outcome, Cause, Dialled string
	Choices                                                           []string
	Waited, Talked                                                    float64
	Began, Ended                                                      time.Time
	Complete                                                          bool
}

// next is the next record that the monitor writes.
func (p *program) record() (r recorded) {
	p.t.Helper()
	if !p.stdout.Scan() {
		p.t.Fatal("the monitor has ended")
	}
	if err := json.Unmarshal(p.stdout.Bytes(), &r); err != nil {
		p.t.Fatalf("%s: %v", p.stdout.Bytes(), err)
	}
	return r
}

// Calls whose menu FastAGI serves, and calls whose menu a script serves, in a process of its own: one record has what they chose, and
// what became of them.
func TestIVRMonitor(t *testing.T) {
	t.Parallel()
	file := build(t, "ivr-monitor")
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel() // it mostly waits
			s := lab.Start(t, v, &lab.Config{Users: []lab.User{{Name: "ivr", Secret: "s3cret", Read: "call,agent,dialplan", Write: "call"}}})
			install(t, s, file)
			p := start(t, file, login(s, "ivr"), "-listen", "127.0.0.1:0", "-reports", "127.0.0.1:0")
			reports := p.logs(`taking reports.*address=([0-9.]+:\d+)`)
			fast := p.address()
			for way, target := range map[string]string{
				"FastAGI": "agi://" + fast + "/ivr", "script": "ivr-monitor,-report,http://" + reports,
			} {
				t.Run(way, func(t *testing.T) {
					answered(t, p, visit.Enter(t, s, visit.Call{Target: target, CallerID: "Ada <4930123>"}))
					abandoned(t, p, visit.Enter(t, s, visit.Call{Target: target}))
					hungUp(t, p, visit.Enter(t, s, visit.Call{Target: target}))
				})
			}
		})
	}
}

// answered is a call that hears the hours, and that Ann takes then.
func answered(t *testing.T, p *program, call *visit.Visit) {
	t.Helper()
	call.Press(t, "GET DATA", "1")
	call.Press(t, "GET DATA", "2")
	call.Await(t, `EXEC "Queue" "support"`)
	call.End(t)
	r := p.record()
	if !slices.Equal(r.Choices, []string{"1", "2"}) || r.Outcome != "answered" || r.Queue != "support" || r.AnsweredBy != "Ann" {
		t.Errorf("the record of a call that Ann took is %+v", r)
	}
	// Ann rings for a second, and talks for one.
	if r.Waited < 0.9 || r.Talked < 0.9 || r.Ended.Sub(r.Began).Seconds() < r.Waited+r.Talked || r.Dialled != "live" || r.From != "4930123" || !r.Complete {
		t.Errorf("the record of a call that Ann took is %+v", r)
	}
	if !strings.Contains(r.Recording, "ivr-"+r.Call) || r.Cause != "normal clearing" {
		t.Errorf("the recording of %s is %s; it ended with %s", r.Call, r.Recording, r.Cause)
	}
}

// abandoned is a call that ends in the queue.
func abandoned(t *testing.T, p *program, call *visit.Visit) {
	t.Helper()
	joined := call.Client.Subscribe(event.Of[event.QueueCallerJoin](), nil)
	defer joined.Close()
	call.Press(t, "GET DATA", "2")
	queue := call.Await(t, `EXEC "Queue" "support"`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := event.Await(ctx, joined, func(e event.QueueCallerJoin) bool { return e.Channel == queue.Channel }); err != nil {
		t.Fatal(err)
	}
	caller := strings.TrimSuffix(queue.Channel, "2") + "1" // the other half: who waits hangs up, and is not cut off by a manager
	if _, err := call.Client.Do(ctx, action.Hangup{Channel: caller}); err != nil {
		t.Fatal(err)
	}
	call.End(t)
	if r := p.record(); !slices.Equal(r.Choices, []string{"2"}) || r.Outcome != "abandoned" || r.AnsweredBy != "" || r.Waited <= 0 || !r.Complete {
		t.Errorf("the record of a call that was abandoned is %+v", r)
	}
}

// hungUp is a call that ends in the menu.
func hungUp(t *testing.T, p *program, call *visit.Visit) {
	t.Helper()
	call.Press(t, "GET DATA", "1")
	call.HangUp(t, "GET DATA")
	call.End(t)
	if r := p.record(); !slices.Equal(r.Choices, []string{"1"}) || r.Outcome != "not queued" || r.Queue != "" || r.Recording != "" {
		t.Errorf("the record of a call that ended in the menu is %+v", r)
	}
}
