package pbx_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
	"github.com/asterisk-go/asterisk-go/transport"
)

// desk is a machine with a queue of three members, and phones that call it.
type desk struct {
	*pbx.Machine
	t      *testing.T
	now    time.Time
	events []transport.Fields
}

func newDesk(t *testing.T, q pbx.QueueConfig) *desk {
	t.Helper()
	d := &desk{t: t, now: start}
	q.Name = "desk"
	if q.Members == nil {
		q.Members = []pbx.MemberConfig{{Interface: "PJSIP/1"}, {Interface: "PJSIP/2"}, {Interface: "PJSIP/3"}}
	}
	var phones []pbx.PhoneConfig
	for _, id := range []string{"1", "2", "3", "4", "7", "8", "9"} {
		phones = append(phones, pbx.PhoneConfig{ID: id, Number: id, Context: "a"})
	}
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Now: start, Phones: phones, Queues: []pbx.QueueConfig{q},
		Dialplan: "[a]\nexten => q,1,Queue(desk,tT)\nexten => 1,1,Dial(PJSIP/1)\n",
		Event:    func(e pbx.Event) { d.events = append(d.events, transport.ParseFields(string(e.Text))) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	d.Machine = m
	return d
}

func (d *desk) pass(length time.Duration) {
	d.now = d.now.Add(length)
	d.Run(d.now)
}

// rung returns whose phones ring or rang since it was last called, in order.
func (d *desk) rung() string {
	var all []string
	for _, e := range d.events {
		if e.Get("Event") == "AgentCalled" {
			all = append(all, strings.TrimPrefix(e.Get("Interface"), "PJSIP/"))
		}
	}
	d.events = nil
	return strings.Join(all, " ")
}

// call has a caller ring members, and returns who rang. The one who answers, if any, talks for a second.
func (d *desk) call(length time.Duration, answers string) string {
	d.Phone("9").Dial("q")
	d.pass(length)
	if answers != "" {
		d.Phone(answers).Answer()
		d.pass(time.Second)
	}
	rung := d.rung()
	d.Phone("9").Hangup()
	d.pass(time.Second)
	d.rung()
	return rung
}

func TestStrategies(t *testing.T) {
	type call struct {
		length  time.Duration
		answers string
		want    string
	}
	const s = time.Second
	tests := map[string]struct {
		queue pbx.QueueConfig
		calls []call
	}{
		"ringall":           {pbx.QueueConfig{}, []call{{s, "2", "1 2 3"}, {s, "", "1 2 3"}}},
		"ringall again":     {pbx.QueueConfig{Timeout: 2 * s, Retry: s}, []call{{4 * s, "", "1 2 3 1 2 3"}}},
		"linear":            {pbx.QueueConfig{Strategy: "linear", Timeout: s, Retry: s}, []call{{7 * s, "", "1 2 3 1"}, {5 * s / 2, "2", "1 2"}, {s, "", "1"}}},
		"rrmemory":          {pbx.QueueConfig{Strategy: "rrmemory"}, []call{{s, "1", "1"}, {s, "2", "2"}, {s, "3", "3"}, {s, "1", "1"}}},
		"leastrecent":       {pbx.QueueConfig{Strategy: "leastrecent"}, []call{{s, "1", "1"}, {s, "2", "2"}, {s, "3", "3"}, {s, "1", "1"}, {s, "2", "2"}}},
		"fewestcalls":       {pbx.QueueConfig{Strategy: "fewestcalls"}, []call{{s, "1", "1"}, {s, "2", "2"}, {s, "3", "3"}, {s, "1", "1"}}},
		"wrap-up":           {pbx.QueueConfig{Strategy: "linear", WrapUp: time.Minute}, []call{{s, "1", "1"}, {s, "2", "2"}, {s, "", "3"}}},
		"lowest penalty":    {pbx.QueueConfig{Members: []pbx.MemberConfig{{Interface: "PJSIP/1", Penalty: 1}, {Interface: "PJSIP/2"}, {Interface: "PJSIP/3"}}}, []call{{s, "", "2 3"}}},
		"name and unlisted": {pbx.QueueConfig{Members: []pbx.MemberConfig{{Interface: "PJSIP/4", Name: "Dan"}}}, []call{{s, "4", "4"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, test.queue)
			for i, c := range test.calls {
				if got := d.call(c.length, c.answers); got != c.want {
					t.Errorf("call %d: %q rang, want %q", i+1, got, c.want)
				}
			}
		})
	}
}

// TestRefusalRingsNext has a member refuse: with linear the next one rings at once.
func TestRefusalRingsNext(t *testing.T) {
	d := newDesk(t, pbx.QueueConfig{Strategy: "linear"})
	d.Phone("1").Refuses(486)
	if got := d.call(10*time.Millisecond, ""); got != "1 2" {
		t.Errorf("%q rang, want 1 2", got)
	}
}

// TestFreeOnly has members ring only while they don't talk.
func TestFreeOnly(t *testing.T) {
	d := newDesk(t, pbx.QueueConfig{FreeOnly: true})
	d.Phone("8").Dial("1")
	d.pass(time.Second)
	d.Phone("1").Answer()
	d.pass(time.Second)
	if got := d.call(time.Second, ""); got != "2 3" {
		t.Errorf("%q rang, want 2 3", got)
	}
}

// TestPause pauses members, of one queue and of all, and adds and removes some.
func TestPause(t *testing.T) {
	d := newDesk(t, pbx.QueueConfig{})
	noError := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	noError(d.QueuePause("desk", "PJSIP/1", true, "lunch"))
	noError(d.QueuePause("", "PJSIP/2", true, ""))
	noError(d.QueueAdd("desk", pbx.MemberConfig{Interface: "PJSIP/4", Name: "Dan"}, false))
	if got := d.call(time.Second, ""); got != "3 4" {
		t.Errorf("%q rang, want 3 4", got)
	}
	if one := d.Queues()[0].Members[0]; !one.Paused || one.PausedReason != "lunch" || one.LastPause.IsZero() {
		t.Errorf("the member is %+v", one)
	}
	noError(d.QueuePause("desk", "PJSIP/1", false, "lunch"))
	noError(d.QueueRemove("desk", "PJSIP/4"))
	noError(d.QueuePenalty("desk", "PJSIP/3", 5))
	if got := d.call(time.Second, ""); got != "1" {
		t.Errorf("%q rang, want 1", got)
	}
	for _, test := range []struct {
		err  error
		want error
	}{
		{d.QueueAdd("lost", pbx.MemberConfig{Interface: "PJSIP/4"}, false), pbx.ErrNoQueue},
		{d.QueueAdd("desk", pbx.MemberConfig{Interface: "PJSIP/1"}, false), pbx.ErrMemberThere},
		{d.QueueAdd("desk", pbx.MemberConfig{Interface: "PJSIP/99"}, false), pbx.ErrNoDevice},
		{d.QueueRemove("desk", "PJSIP/4"), pbx.ErrNoMember},
		{d.QueueRemove("desk", "PJSIP/1"), pbx.ErrNoMember},
		{d.QueuePause("", "PJSIP/4", true, ""), pbx.ErrNoMember},
		{d.QueuePenalty("lost", "PJSIP/1", 1), pbx.ErrNoQueue},
	} {
		if !errors.Is(test.err, test.want) {
			t.Errorf("%v, want %v", test.err, test.want)
		}
	}
}

// TestCallersInOrder has three callers wait for one member: each gets through in turn.
func TestCallersInOrder(t *testing.T) {
	d := newDesk(t, pbx.QueueConfig{MaxLen: 3, Members: []pbx.MemberConfig{{Interface: "PJSIP/1"}}, FreeOnly: true})
	for _, id := range []string{"7", "8", "9", "4"} { // the queue is full for the last
		d.Phone(id).Dial("q")
		d.pass(time.Second)
	}
	var waiting []string
	for _, caller := range d.Queues()[0].Callers {
		waiting = append(waiting, caller.Channel.CallerIDNum)
	}
	if want := []string{"7", "8", "9"}; !slices.Equal(waiting, want) {
		t.Errorf("%q wait, want %q", waiting, want)
	}
	var answered []string
	for range 3 {
		d.events = nil
		d.Phone("1").Answer()
		d.pass(time.Second)
		for _, e := range d.events {
			if e.Get("Event") == "AgentConnect" {
				answered = append(answered, e.Get("CallerIDNum"))
			}
		}
		d.Phone("1").Hangup()
		d.pass(10 * time.Second)
	}
	if want := []string{"7", "8", "9"}; !slices.Equal(answered, want) {
		t.Errorf("%q were answered, want %q", answered, want)
	}
	if q := d.Queues()[0]; q.Completed != 3 || q.Members[0].CallsTaken != 3 || q.Members[0].InCall {
		t.Errorf("the queue is %+v", q)
	}
}
