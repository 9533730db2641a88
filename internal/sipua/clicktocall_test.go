package sipua_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/conformance"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// clickDialplan is the dialplan: the agent is the phone 100, customers are 101 and 102.
const clickDialplan = `
[click]
exten => 101,1,Dial(PJSIP/101,20)
 same => n,Hangup()
exten => short,1,Dial(PJSIP/101,1)
 same => n,Hangup()
exten => forward,1,Dial(PJSIP/101,20)
 same => n,Hangup()
exten => both,1,Dial(PJSIP/101&PJSIP/102,20)
 same => n,Hangup()
exten => next,1,Dial(PJSIP/101,20)
 same => n,Dial(PJSIP/102,20)
 same => n,Hangup()
exten => local,1,Dial(Local/101@click,20)
 same => n,Hangup()
exten => localn,1,Dial(Local/101@click/n,20)
 same => n,Hangup()
exten => nodevice,1,Dial(PJSIP/nobody,20)
 same => n,Hangup()
exten => nobody,1,Wait(0.5)
 same => n,Hangup()
exten => agent,1,Dial(PJSIP/100,20)
 same => n,Hangup()
`

// behaviour is what a phone does with a call.
type behaviour int

const (
	accepts behaviour = iota // once it rings
	isBusy
	declines // once it rings
	unknown  // 404
	rings    // and nothing more
	redirects
)

// click is a click-to-call and what must be told of it. Each leg's steps are in
// order; those of a channel that a Local channel is optimized into are of the Local channel's.
type click struct {
	name           string
	channel, exten string // PJSIP/100 and 101 where empty
	timeout        time.Duration
	agent          behaviour
	customer, two  behaviour // of the phones 101 and 102
	hangUp         string    // who hangs up once the customer has answered, or else rings: agent, customer, program
	first, second  []string
}

const answered = "answered"

var agentUp = []string{"dialing", "ringing", answered}

// clicks are the outcomes that agent and customer can have, each: answered, busy, rejected,
// no answer, no such extension, hung up in between; and what lies behind Local channels.
var clicks = []click{
	{name: "both answer", hangUp: "customer", first: end(agentUp, answered, 16), second: end(agentUp, answered, 16)},
	{name: "customer is busy", customer: isBusy, first: end(agentUp, answered, 17), second: end(agentUp[:1], "busy", 17)},
	{name: "customer rejects", customer: declines, first: end(agentUp, answered, 21), second: end(agentUp[:2], "rejected", 21)},
	{name: "customer does not answer", exten: "short", customer: rings, first: end(agentUp, answered, -1), second: end(agentUp[:2], "no answer", -1)},
	{name: "customer does not exist", customer: unknown, first: end(agentUp, answered, 1), second: end(agentUp[:1], "rejected", 1)},
	{name: "agent hangs up in between", customer: rings, hangUp: "agent", first: end(agentUp, answered, -1), second: end(agentUp[:2], "cancelled", -1)},
	{name: "program hangs up in between", customer: rings, hangUp: "program", first: end(agentUp, answered, -1), second: end(agentUp[:2], "cancelled", -1)},
	{name: "customer's device does not exist", exten: "nodevice", first: end(agentUp, answered, 3)},
	{name: "nobody is dialled", exten: "nobody", first: end(agentUp, answered, -1)},

	{name: "agent is busy", agent: isBusy, first: end(agentUp[:1], "busy", 17)},
	{name: "agent rejects", agent: declines, first: end(agentUp[:2], "rejected", 21)},
	{name: "agent does not answer", agent: rings, timeout: time.Second, first: end(agentUp[:2], "no answer", -1)},
	{name: "agent does not exist", agent: unknown, first: end(agentUp[:1], "rejected", 1)},
	{name: "agent's extension does not exist", channel: "Local/777@click", first: end(agentUp[:1], "rejected", 0)},
	{name: "agent's device does not exist", channel: "PJSIP/nobody", first: end(nil, "rejected", 0)},
	{name: "hung up before the agent answers", agent: rings, hangUp: "program", first: end(agentUp[:2], "cancelled", -1)},

	{name: "the customer's other phone answers", exten: "both", customer: rings, hangUp: "agent", first: end(agentUp, answered, 16),
		second: []string{"101 dialing", "102 dialing", "101 ringing", "102 ringing", "102 answered", "101 ended: cancelled 26", "102 ended: answered 16"}},
	{name: "the next phone answers", exten: "next", customer: isBusy, hangUp: "customer", first: end(agentUp, answered, 16),
		second: []string{"101 dialing", "101 ended: busy 17", "102 dialing", "102 ringing", "102 answered", "102 ended: answered 16"}},
	{name: "customer behind a Local channel", exten: "local", hangUp: "agent", first: end(agentUp, answered, 16), second: end(agentUp, answered, 16)},
	{name: "customer behind a Local channel is busy", exten: "local", customer: isBusy, first: end(agentUp, answered, 17), second: end(agentUp[:1], "busy", 17)},
	{name: "customer behind a Local channel that stays", exten: "localn", hangUp: "customer", first: end(agentUp, answered, 16), second: end(agentUp, answered, 16)},
	{name: "agent behind a Local channel", channel: "Local/agent@click", hangUp: "customer", first: end(agentUp, answered, 16), second: end(agentUp, answered, 16)},
	{name: "agent behind a Local channel is busy", channel: "Local/agent@click", agent: isBusy, first: end(agentUp[:1], "busy", 17)},
	{name: "agent behind a Local channel that stays", channel: "Local/agent@click/n", hangUp: "agent", first: end(agentUp, answered, 16), second: end(agentUp, answered, 16)},
	{name: "customer redirects", exten: "forward", customer: redirects, hangUp: "agent", first: end(agentUp, answered, 16),
		second: []string{"101 dialing", "102 dialing", "101 ended: cancelled", "102 ringing", "102 answered", "102 ended: answered 16"}},
}

// end appends the last step. A negative cause is any.
func end(steps []string, result string, cause int) []string {
	last := "ended: " + result
	if cause >= 0 {
		last = fmt.Sprintf("%s %d", last, cause)
	}
	return append(steps[:len(steps):len(steps)], last)
}

// sessions are the ways to a server.
func sessions(t *testing.T, ctx context.Context, s *lab.Server) map[string]ami.Session {
	user := s.User("all")
	client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	web, err := ajam.Connect(ctx, "http://"+s.HTTP(), &ajam.Config{Config: ami.Config{Username: user.Name, Secret: user.Secret}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = web.Close() })
	return map[string]ami.Session{"AMI": client, "AJAM": web}
}

// Both legs are told as they happen, and each outcome as what it is.
func TestLiveClickToCall(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": clickDialplan}})
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			o := newOffice(t, ctx, s)
			for _, c := range clicks {
				t.Run("recorded/"+c.name, func(t *testing.T) { o.record(t, ctx, s, c) })
			}
			for name, session := range sessions(t, ctx, s) {
				for _, c := range clicks {
					t.Run(name+"/"+c.name, func(t *testing.T) { o.place(t, ctx, session, c) })
				}
				t.Run(name+"/the dialplan has no such extension", func(t *testing.T) {
					call, err := ami.Originate(ctx, session, action.Originate{Channel: "PJSIP/100", Context: "click", Exten: "777"})
					var refusal *ami.Error
					if call != nil || !errors.As(err, &refusal) || !errors.Is(err, ami.ErrNoSuchExtension) {
						t.Errorf("Originate = %v, %v, want no handle and an Error", call, err)
					}
				})
			}
		})
	}
}

// record places a call on a connection of its own, and plays the recording again: it tells the same.
// With ASTERISK_RECORD=1 the recordings replace those of package ami.
func (o *office) record(t *testing.T, ctx context.Context, s *lab.Server, c click) {
	var record bytes.Buffer
	user := s.User("all")
	conn, err := ami.Dial(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, EventMask: conformance.ClickMask, Record: &record})
	if err != nil {
		t.Fatal(err)
	}
	told := o.place(t, ctx, conn, c)
	_ = conn.Close()
	conformance.ReplayClick(t, record.Bytes(), told)
	if os.Getenv("ASTERISK_RECORD") != "1" || t.Failed() || c.exten != "" && c.exten != "short" || strings.HasPrefix(c.channel, "Local/agent") {
		return
	}
	name := strings.NewReplacer(" ", "-", "'", "").Replace(c.name) + "-" + s.Version().String()
	for ending, content := range map[string]string{".ami": record.String(), ".told": told} {
		if err := os.WriteFile(filepath.Join("..", "..", "ami", "testdata", "click", name+ending), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// office is the phones of agent and customer.
type office struct {
	phones  map[string]*sipua.Phone
	faults  chan error                  // of what phones do
	ringing map[string]chan bool        // a call is to be taken, for it was told to ring
	calls   map[string]chan *sipua.Call // that have been answered
	rung    map[string]bool             // phones of customers that have been told to ring
}

func newOffice(t *testing.T, ctx context.Context, s *lab.Server) *office {
	o := &office{faults: make(chan error, 100), phones: make(map[string]*sipua.Phone), ringing: make(map[string]chan bool), calls: make(map[string]chan *sipua.Call)}
	for _, user := range []string{"100", "101", "102"} {
		phone := sipua.Open(t, s, user)
		if err := phone.Register(ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = phone.Unregister(context.WithoutCancel(ctx)) })
		o.phones[user] = phone
	}
	return o
}

// expect has a phone behave so. It answers and declines once Progress has told that it rings.
func (o *office) expect(ctx context.Context, user string, b behaviour) {
	ringing, calls := make(chan bool, 8), make(chan *sipua.Call, 8)
	o.ringing[user], o.calls[user] = ringing, calls
	o.phones[user].Answer(func(i *sipua.Incoming) {
		if err := b.answer(ctx, i, ringing, calls); err != nil {
			o.faults <- fmt.Errorf("phone %s: %w", user, err)
		}
	})
}

func (b behaviour) answer(ctx context.Context, i *sipua.Incoming, ringing <-chan bool, calls chan<- *sipua.Call) error {
	switch b {
	case isBusy:
		return i.Refuse(486, "Busy Here")
	case unknown:
		return i.Refuse(404, "Not Found")
	case redirects:
		return i.Redirect("102")
	}
	if err := i.Ring(); err != nil || b == rings {
		return err
	}
	select {
	case <-ringing:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if b == declines {
		return i.Refuse(603, "Decline")
	}
	if call, err := i.Accept(); err == nil {
		calls <- call
	} // else it was ended before its ACK came
	return nil
}

// place makes a call and compares what is told of it.
func (o *office) place(t *testing.T, ctx context.Context, s ami.Session, c click) (told string) {
	a := action.Originate{Channel: "PJSIP/100", Context: "click", Exten: "101", Timeout: c.timeout}
	if c.channel != "" {
		a.Channel = c.channel
	}
	if c.exten != "" {
		a.Exten = c.exten
	}
	does := map[string]behaviour{"100": c.agent, "101": c.customer, "102": c.two}
	o.rung = make(map[string]bool)
	for user, b := range does {
		o.expect(ctx, user, b)
	}
	ctx, cancel := context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	ringing := s.Subscribe(event.And(event.Of[event.DialState](), event.Where("DialStatus", "RINGING")), nil)
	defer ringing.Close()
	call, err := ami.Originate(ctx, s, a)
	if err != nil {
		t.Fatal(err)
	}
	var steps []ami.Progress
	for p, err := range call.Progress(ctx) {
		if err != nil {
			t.Fatalf("%v after %v", err, steps)
		}
		steps = append(steps, p)
		o.react(t, ctx, call, c, does, ringing, p)
	}
	told = compareSteps(t, ctx, call, c, steps)
	select {
	case err := <-o.faults:
		t.Error(err)
	default:
	}
	return told
}

// react does what the people do when a step is told.
func (o *office) react(t *testing.T, ctx context.Context, call *ami.Origination, c click, does map[string]behaviour, ringing *event.Subscription, p ami.Progress) {
	user := "100"
	if p.Leg == ami.LegSecond {
		if user = "101"; strings.HasPrefix(p.Channel, "PJSIP/102") || strings.HasPrefix(p.Channel, "Local/102") {
			user = "102"
		}
	}
	if p.State == ami.ProgressRinging {
		o.rung[user] = true
		switch {
		case c.exten != "both" || user == "100":
			o.ringing[user] <- true
		case o.rung["101"] && o.rung["102"]: // an answer ends the other's ringing, perhaps before it has begun
			o.ringing["102"] <- true
		}
	}
	now := p.State == ami.ProgressRinging && does[user] == rings && c.exten != "both" || p.State == ami.ProgressAnswered && p.Leg == ami.LegSecond
	if !now {
		return
	}
	var err error
	switch c.hangUp {
	case "agent":
		err = (<-o.calls["100"]).Bye(ctx)
	case "customer":
		err = (<-o.calls[user]).Bye(ctx)
	case "program":
		// Newstate and DialState tell that it rings. In a recording both come before the Hangup, whichever a replay hears.
		if _, err = event.Await(ctx, ringing, func(e event.DialState) bool { return e.Dest.UniqueID == p.UniqueID }); err == nil {
			err = call.Hangup(ctx)
		}
	}
	if err != nil {
		t.Error(err)
	}
}

func compareSteps(t *testing.T, ctx context.Context, call *ami.Origination, c click, steps []ami.Progress) (told string) {
	t.Helper()
	var first, second []string
	agentIsUp := false
	for _, p := range steps {
		text := string(p.State)
		if p.State == ami.ProgressEnded {
			text = fmt.Sprintf("%s: %s %d", text, p.Result, max(p.Cause, 0))
		}
		switch p.Leg {
		case ami.LegFirst:
			first = append(first, text)
			agentIsUp = agentIsUp || p.State == ami.ProgressAnswered
		case ami.LegSecond:
			if !agentIsUp {
				t.Errorf("the second leg begins before the first is up: %v", steps)
			}
			if slices.Contains([]string{"both", "next", "forward"}, c.exten) {
				_, number, _ := strings.Cut(p.Channel, "/")
				text = number[:3] + " " + text
			}
			second = append(second, text)
		default:
			t.Errorf("told %v", p)
		}
	}
	if c.exten == "both" || c.exten == "forward" { // what two phones do may be in any order
		slices.Sort(second)
		c.second = slices.Sorted(slices.Values(c.second))
	}
	same := sameSteps
	if c.exten == "short" || c.timeout > 0 { // within a second a phone need not have said that it rings
		same = func(got, want []string) bool { return sameSteps(got, want) || sameSteps(got, unrung(want)) }
	}
	if !same(first, c.first) || !same(second, c.second) {
		t.Errorf("first leg: %q\nwant %q\nsecond leg: %q\nwant %q", first, c.first, second, c.second)
	}
	outcome, err := call.Wait(ctx)
	if want := steps[len(first)-1]; err != nil || want.Leg == ami.LegFirst && !outcome.Answered() && outcome.Result != want.Result {
		t.Errorf("the outcome is %v, %v, want as in the first leg: %v", outcome, err, want)
	}
	if outcome.Cause == asterisk.CauseNormalClearing && outcome.Answered() {
		t.Errorf("the outcome %v has a cause", outcome)
	}
	return conformance.Told(steps, outcome)
}

// unrung is steps without ringing.
func unrung(steps []string) []string {
	return slices.DeleteFunc(slices.Clone(steps), func(step string) bool { return step == string(ami.ProgressRinging) })
}

func sameSteps(got, want []string) bool {
	return slices.EqualFunc(got, want, func(got, want string) bool { return got == want || strings.HasPrefix(got, want+" ") })
}
