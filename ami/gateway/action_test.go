package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// exchange is a fake PBX, where every number is there and phones ring when they are called.
type exchange struct {
	answers func(p *amitest.Peer, a amitest.Action) // to Originate; nil rings

	mu      sync.Mutex // guards all below
	actions []string   // the questions and calls that were sent
}

func (e *exchange) script(p *amitest.Peer) {
	p.Handle("BridgeList", func(p *amitest.Peer, a amitest.Action) { p.List(a, "BridgeListComplete") })
	p.Handle("Status", func(p *amitest.Peer, a amitest.Action) { p.List(a, "StatusComplete") })
	p.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) {
		e.note(a)
		p.Success(a, "Variable", a.Get("Variable"), "Value", "1")
	})
	p.Handle("Originate", func(p *amitest.Peer, a amitest.Action) {
		e.note(a)
		if e.answers != nil {
			e.answers(p, a)
			return
		}
		p.Success(a)
		e.channel(p, a, "Newchannel", "0")
	})
	p.Login()
	p.Serve()
}

// channel tells of the channel that an Originate has made.
func (e *exchange) channel(p interface{ Emit(fields ...string) }, a amitest.Action, event, state string, more ...string) {
	p.Emit(append([]string{"Event", event, "Privilege", "call,all", "Channel", fmt.Sprintf("%s-%08x", a.Get("Channel"), e.count("Originate")), "ChannelState", state, "ChannelStateDesc",
		map[string]string{"0": "Down", "5": "Ringing"}[state], "CallerIDNum", "<unknown>", "CallerIDName", "<unknown>", "ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>",
		"Language", "en", "AccountCode", "", "Context", "default", "Exten", "", "Priority", "1", "Uniqueid", a.Get("ChannelId"), "Linkedid", a.Get("ChannelId")}, more...)...)
}

func (e *exchange) note(a amitest.Action) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.actions = append(e.actions, a.Name())
}

// count is how many Actions of a name were sent.
func (e *exchange) count(name string) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range e.actions {
		if a == name {
			n++
		}
	}
	return n
}

var (
	ann    = gateway.User{ID: "ann", Name: "Ann"}
	dialer = gateway.Rights{Own: []gateway.Ref{{Name: "PJSIP/100"}}, Actions: []message.Name{message.NameDial, message.NameNote, message.NameHangup},
		Dial: gateway.Dial{Allow: []string{"1XX"}, PerMinute: 1000, PerDay: 1000}}
)

func atDesk(t *testing.T, e *exchange, config *gateway.Config, test func(t *testing.T, d *gateway.Desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, e.script)
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		m, err := live.Watch(t.Context(), client, &live.Config{Parts: []live.PartName{live.PartCalls}, Recheck: -1})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		config.Servers = []gateway.Server{{Model: m, Session: client, Context: "inside"}}
		d := gateway.NewDesk(config)
		defer d.Close()
		test(t, d)
	})
}

func dial(id, number string) message.Action {
	return message.Action{ID: id, Action: message.NameDial, Number: number}
}

// What may not be dialled is refused before anything is sent.
func TestActionsThatSendNothing(t *testing.T) {
	e := new(exchange)
	atDesk(t, e, new(gateway.Config), func(t *testing.T, d *gateway.Desk) {
		for i, test := range [][2]string{{"900", "may not dial"}, {"100\r\nAction: Logoff", "not a number"}, {"", "not a number"}, {"+100", "may not dial"},
			{"100@outside", "not a number"}, {"1000", "may not dial"}} {
			number, words := test[0], test[1]
			if r := d.Act(t.Context(), ann, dialer, dial("number-"+string(rune('a'+i)), number)); r.Outcome != message.OutcomeRefused || !strings.Contains(r.Reason, words) {
				t.Errorf("dial %q: %+v", number, r)
			}
		}
		for i, a := range []message.Action{
			{Action: "shutdown"}, {Action: message.NameListen, Key: "party::1"}, {Action: message.NameHangup, Key: "party::1"}, {Action: message.NameHangup},
			{Action: message.NameDial, Number: "100", Key: "x"}, {Action: message.NameDial, Number: "100", Device: "device::PJSIP/200"},
		} {
			a.ID = "refused-" + string(rune('a'+i))
			if r := d.Act(t.Context(), ann, dialer, a); r.Outcome != message.OutcomeRefused || r.Reason == "" || r.ID != a.ID || r.Type != "result" {
				t.Errorf("%+v: %+v", a, r)
			}
		}
		if r := d.Act(t.Context(), ann, dialer, dial("short", "100")); r.Outcome != message.OutcomeRefused {
			t.Errorf("an ID that is none: %+v", r)
		}
		before := dial("earlier-start", "100")
		before.Instance = "another-1"
		if r := d.Act(t.Context(), ann, dialer, before); r.Outcome != message.OutcomeUnknown {
			t.Errorf("an Action of before the start: %+v", r)
		}
		if r := d.Act(t.Context(), ann, gateway.Rights{}, dial("no-rights", "100")); r.Outcome != message.OutcomeRefused {
			t.Errorf("without rights: %+v", r)
		}
		if len(e.actions) > 0 {
			t.Errorf("sent %q", e.actions)
		}
	})
}

// An Action that comes again is answered, and not run again.
func TestActionOnce(t *testing.T) {
	e := new(exchange)
	atDesk(t, e, new(gateway.Config), func(t *testing.T, d *gateway.Desk) {
		results := make([]message.Result, 3)
		var all sync.WaitGroup
		for i := range results {
			all.Go(func() {
				a := dial("double-click", "100")
				a.Instance = []string{"", gateway.DeskStart + "-1", gateway.DeskStart + "-2"}[i]
				results[i] = d.Act(t.Context(), ann, dialer, a)
			})
		}
		all.Wait()
		if results[0].Outcome != message.OutcomeDone || !strings.HasPrefix(results[0].Object, "party::go-") || results[1] != results[0] || results[2] != results[0] {
			t.Errorf("results %+v", results)
		}
		if r := d.Act(t.Context(), ann, dialer, dial("double-click", "101")); r.Outcome != message.OutcomeRefused {
			t.Errorf("the ID with another number: %+v", r)
		}
		<-time.After(9 * time.Minute)
		if r := d.Act(t.Context(), ann, dialer, dial("double-click", "100")); r != results[0] {
			t.Errorf("after 9 minutes %+v", r)
		}
		if n := e.count("Originate"); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
		if r := d.Act(t.Context(), gateway.User{ID: "bob"}, dialer, dial("double-click", "100")); r.Outcome != message.OutcomeDone || e.count("Originate") != 2 {
			t.Errorf("the ID of another user: %+v", r)
		}
	})
}

// A connection that is lost between Originate and its answer leaves the outcome unknown, and nothing is sent twice.
func TestActionCut(t *testing.T) {
	e := &exchange{answers: func(p *amitest.Peer, a amitest.Action) { p.Cut() }}
	atDesk(t, e, new(gateway.Config), func(t *testing.T, d *gateway.Desk) {
		for range 2 {
			if r := d.Act(t.Context(), ann, dialer, dial("cut-in-two", "100")); r.Outcome != message.OutcomeUnknown || r.Object != "" {
				t.Errorf("Result %+v, want unknown", r)
			}
		}
		if n := e.count("Originate"); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
	})
}

// An Originate that is never answered is done, if the phone's channel is seen, and else unknown after half a minute. What there is of it later is
// shown, and the call is not made again.
func TestActionUnanswered(t *testing.T) {
	for name, test := range map[string]struct {
		before, after []string // what is told of the phone's channel until half a minute has passed, and then
		want          message.Outcome
		shown         bool // in the end
	}{
		"it rings":           {before: []string{"Newchannel", "Newstate"}, want: message.OutcomeDone, shown: true},
		"nothing is seen":    {want: message.OutcomeUnknown},
		"it is seen later":   {after: []string{"Newchannel", "Newstate"}, want: message.OutcomeUnknown, shown: true},
		"it rang, and ended": {before: []string{"Newchannel", "Newstate", "Hangup"}, want: message.OutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			later := make(chan func(), 1)
			e := new(exchange)
			e.answers = func(p *amitest.Peer, a amitest.Action) {
				tell := func(events []string) {
					for i, event := range events {
						e.channel(p, a, event, []string{"0", "5", "5"}[i], [][]string{nil, nil, {"Cause", "16", "Cause-txt", "Normal Clearing"}}[i]...)
					}
				}
				tell(test.before)
				later <- func() { tell(test.after) }
			}
			atDesk(t, e, new(gateway.Config), func(t *testing.T, d *gateway.Desk) {
				began := time.Now()
				r := d.Act(t.Context(), ann, dialer, dial("no-answer", "100"))
				if r.Outcome != test.want || (r.Object != "") != (test.want == message.OutcomeDone) {
					t.Errorf("Result %+v, want %s", r, test.want)
				}
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("it took %v", took)
				}
				(<-later)()
				synctest.Wait()
				if shown := len(d.Parties()) == 1; shown != test.shown {
					t.Errorf("the parties are %q", d.Parties())
				}
				if again := d.Act(t.Context(), ann, dialer, dial("no-answer", "100")); again != r {
					t.Errorf("the same again: %+v", again)
				}
				if n := e.count("Originate"); n != 1 {
					t.Errorf("%d calls, want 1", n)
				}
			})
		})
	}
}

// Who goes away does not end what was begun: the outcome waits.
func TestActionGoesOn(t *testing.T) {
	waits := make(chan struct{})
	config := &gateway.Config{Note: func(ctx context.Context, _ gateway.User, _, _, _ string) error { <-waits; return nil }}
	noting(t, config, func(t *testing.T, d *gateway.Desk, key string) {
		a := message.Action{ID: "note-note", Action: message.NameNote, Key: key, Text: "two\nlines"}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if r := d.Act(ctx, ann, dialer, a); r.Outcome != message.OutcomeUnknown {
			t.Errorf("of one who has gone: %+v", r)
		}
		close(waits)
		if r := d.Act(t.Context(), ann, dialer, a); r.Outcome != message.OutcomeDone {
			t.Errorf("the same again: %+v", r)
		}
	})
}

// noting has a call of the user's.
func noting(t *testing.T, config *gateway.Config, test func(t *testing.T, d *gateway.Desk, key string)) {
	t.Helper()
	atDesk(t, new(exchange), config, func(t *testing.T, d *gateway.Desk) {
		r := d.Act(t.Context(), ann, dialer, dial("first-call", "100"))
		if r.Outcome != message.OutcomeDone {
			t.Fatalf("%+v", r)
		}
		test(t, d, r.Object)
	})
}

func TestNote(t *testing.T) {
	var mu sync.Mutex // guards kept
	var kept []string
	var slow chan struct{}
	config := &gateway.Config{Note: func(ctx context.Context, user gateway.User, server, callID, text string) error {
		mu.Lock()
		kept = append(kept, user.ID+" "+text)
		mu.Unlock()
		switch text {
		case "panic":
			panic("the application's fault")
		case "error":
			return errors.New("no room for secrets")
		case "slow":
			<-slow
		}
		if callID == "" {
			t.Error("a note has no call")
		}
		return nil
	}}
	noting(t, config, func(t *testing.T, d *gateway.Desk, key string) {
		slow = make(chan struct{})
		for i, test := range []struct {
			text string
			want message.Outcome
		}{
			{"wants a\ncall back", message.OutcomeDone}, {"panic", message.OutcomeUnknown}, {"error", message.OutcomeRefused}, {"slow", message.OutcomeUnknown},
			{"", message.OutcomeRefused}, {"\n ", message.OutcomeRefused}, {strings.Repeat("ä", 2000), message.OutcomeDone},
			{strings.Repeat("ä", 2001), message.OutcomeRefused}, {"a\x1bb", message.OutcomeRefused}, {"a\xff", message.OutcomeRefused},
		} {
			began := time.Now()
			r := d.Act(t.Context(), ann, dialer, message.Action{ID: "note-note-" + string(rune('a'+i)), Action: message.NameNote, Key: key, Text: test.text})
			if r.Outcome != test.want || strings.Contains(r.Reason, "secrets") || strings.Contains(r.Reason, "fault") {
				t.Errorf("%.20q: %+v, want %s", test.text, r, test.want)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("%.20q took %v", test.text, took)
			}
			<-time.After(time.Second)
		}
		close(slow)
	})
	if len(kept) != 5 {
		t.Errorf("the application got %.80q", kept)
	}
}

// Calls are counted for each user, over a minute and a day.
func TestDialRates(t *testing.T) {
	e := new(exchange)
	rights := dialer
	rights.Dial.PerMinute, rights.Dial.PerDay = 2, 5
	atDesk(t, e, new(gateway.Config), func(t *testing.T, d *gateway.Desk) {
		n := 0
		dials := func(user gateway.User, words string) {
			t.Helper()
			n++
			r := d.Act(t.Context(), user, rights, dial("dial-dial-"+string(rune('a'+n)), "100"))
			if (r.Outcome == message.OutcomeDone) != (words == "") || !strings.Contains(r.Reason, words) {
				t.Errorf("call %d: %+v, want %q", n, r, words)
			}
		}
		dials(ann, "")
		dials(ann, "")
		dials(ann, "in a minute")
		dials(gateway.User{ID: "bob"}, "")
		<-time.After(time.Minute + time.Second)
		dials(ann, "")
		dials(ann, "")
		dials(ann, "in a minute")
		<-time.After(time.Minute + time.Second)
		dials(ann, "")
		dials(ann, "in a day")
		<-time.After(24 * time.Hour)
		dials(ann, "")
		if got := e.count("Originate"); got != 7 {
			t.Errorf("%d calls, want 7", got)
		}
	})
}

// A user's Actions have a rate, too.
func TestActionRate(t *testing.T) {
	e := new(exchange)
	atDesk(t, e, new(gateway.Config), func(t *testing.T, d *gateway.Desk) {
		var ran, unsent int
		for i := range 26 {
			switch r := d.Act(t.Context(), ann, dialer, dial("many-many-"+string(rune('A'+i)), "900")); r.Outcome {
			case message.OutcomeRefused:
				ran++
			case message.OutcomeUnsent:
				unsent++
			}
		}
		if ran != 20 || unsent != 6 {
			t.Errorf("of 26 at once %d ran, %d did not", ran, unsent)
		}
		<-time.After(time.Second)
		if r := d.Act(t.Context(), ann, dialer, dial("many-many-Z", "900")); r.Outcome != message.OutcomeRefused {
			t.Errorf("the last one again: %+v", r)
		}
	})
}

// The audit log has who, what and its outcome, each once and in one line.
func TestAudit(t *testing.T) {
	var log bytes.Buffer
	config := &gateway.Config{Audit: slog.New(slog.NewJSONHandler(&log, nil))}
	atDesk(t, new(exchange), config, func(t *testing.T, d *gateway.Desk) {
		for _, number := range []string{"100", "100", "900\r\nx"} { // the second is the first again
			d.Act(t.Context(), ann, dialer, dial("audit-audit-"+number[:1], number))
		}
		d.Act(t.Context(), ann, dialer, message.Action{ID: "audit-key", Action: message.NameHangup, Key: strings.Repeat("k", 5000) + "\n"})
		d.Close()
	})
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 {
		t.Errorf("%d lines, want 3:\n%s", len(lines), log.String())
	}
	for i, want := range []string{`"outcome":"done"`, `"number":"900`, `"outcome":"refused"`} {
		if i < len(lines) && (!strings.Contains(lines[i], want) || !strings.Contains(lines[i], `"user":"ann","name":"Ann","action":"`)) {
			t.Errorf("line %d lacks %s: %s", i, want, lines[i])
		}
		if len(lines[i]) > 1500 {
			t.Errorf("line %d has %d bytes", i, len(lines[i]))
		}
	}
}

// No preset may listen, record or dial a number, and a role that there is not has nothing.
func TestPresets(t *testing.T) {
	ref := []gateway.Ref{{Name: "PJSIP/100"}}
	for _, role := range []string{"agent", "supervisor", "wallboard", "", "Agent", "root"} {
		rights, err := gateway.ByRole(t.Context(), gateway.User{ID: "ann", Role: role, Devices: ref, Queues: ref, Team: ref})
		if known := slices.Contains([]string{"agent", "supervisor", "wallboard"}, role); known != (err == nil) {
			t.Errorf("role %q: %v", role, err)
		}
		for _, name := range []message.Name{message.NameListen, message.NameRecord} {
			if slices.Contains(rights.Actions, name) || slices.Contains(rights.Others, name) {
				t.Errorf("role %q may %s", role, name)
			}
		}
		if len(rights.Dial.Allow) > 0 || rights.Stats || role == "wallboard" && (len(rights.Actions) > 0 || rights.Own != nil) || err != nil && rights.Own != nil {
			t.Errorf("role %q has %+v", role, rights)
		}
	}
}
