package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

// login: who may come in, and who not.
func (p *place) login(t *testing.T) {
	s := p.open(t, "all")
	if got := do(t, s, action.Ping{}).Get("Ping"); got != "Pong" {
		t.Errorf("Do(Ping) answered %q, want Pong", got)
	}
	wrong := p.server.User("all")
	wrong.Secret = "sesame-4711"
	p.turnedAway(t, "wrong secret", wrong)
	if !p.by.Fragile {
		p.turnedAway(t, "unknown user", lab.User{Name: "nobody", Secret: "sesame-4711"})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if s, err := p.by.Open(ctx, p.server, p.server.User("all"), Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with an ended context = %v, %v", s, err)
	}
}

func (p *place) turnedAway(t *testing.T, who string, u lab.User) {
	t.Helper()
	start := time.Now()
	s, err := p.by.Open(deadline(t, 10*time.Second), p.server, u, Limits{})
	if err == nil {
		_ = s.Close()
	}
	if !errors.Is(err, ami.ErrLoginRefused) {
		t.Errorf("%s: Open = %v, want %v", who, err, ami.ErrLoginRefused)
	}
	if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, u.Secret) {
		t.Errorf("%s: the error holds the secret: %s", who, text)
	}
	if took := time.Since(start); took > atOnce {
		t.Errorf("%s: turned away after %v", who, took)
	}
	t.Logf("%s: %v", who, err)
}

// refusals: each has its sentinel, and Asterisk's answer inside.
func (p *place) refusals(t *testing.T) {
	all, single, deaf := p.open(t, "all"), p.open(t, "readonly"), p.open(t, "noread")
	for _, c := range []struct {
		s    ami.Session
		a    action.Action
		want error
		says string
	}{
		{single, action.Command{Command: "core show uptime"}, ami.ErrPermissionDenied, "write=command"},
		{single, action.Setvar{Variable: "V", Value: "x"}, ami.ErrPermissionDenied, "write=call"},
		{all, action.New("Frobnicate"), ami.ErrUnknownAction, "module"},
		{all, action.Hangup{Channel: "Local/none"}, ami.ErrNoSuchChannel, "No such channel"},
		{deaf, action.Status{Channel: "Local/none"}, ami.ErrNoSuchChannel, ""},
	} {
		_, err := c.s.Do(deadline(t, 5*time.Second), c.a)
		var refusal *ami.Error
		if !errors.Is(err, c.want) || !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("Do(%s) = %v, want an *ami.Error that is %v and says %q", c.a.ActionName(), err, c.want, c.says)
		} else if got := refusal.Response.Get("Response"); got != "Error" {
			t.Errorf("Do(%s): the answer inside says %q", c.a.ActionName(), got)
		}
		do(t, c.s, action.Ping{}) // the session lives
	}
}

// check is the doctor's word on users with fewer rights.
func (p *place) check(t *testing.T) {
	for user, want := range map[string]string{"all": "", "readonly": "write=originate", "nocall": "read=call"} {
		report, err := ami.Check(deadline(t, 10*time.Second), p.open(t, user))
		if err != nil {
			t.Errorf("Check(%s) = %v", user, err)
			continue
		}
		if report.User != user || report.Version.Major != 0 && report.Version.Major < int(p.server.Version()) {
			t.Errorf("Check(%s) = user %q, version %v", user, report.User, report.Version)
		}
		if text := report.String(); !strings.Contains(text, want) {
			t.Errorf("Check(%s) says %s\nwant %q in it", user, text, want)
		}
	}
}

// close: what is in flight ends, and so do subscriptions, snapshots and calls;
// more of it is nothing.
func (p *place) close(t *testing.T) {
	s := p.open(t, "all")
	sub := s.Subscribe(ofCalls, nil)
	other := s.Subscribe(ofCalls, &ami.SubscribeConfig{Snapshot: []action.Action{action.New("ShowDialPlan")}})
	call, err := ami.Originate(deadline(t, 20*time.Second), s, action.Originate{Channel: "Local/noanswer@outcome", Application: "Wait", Data: "1", Timeout: time.Second})
	if err != nil {
		t.Errorf("Originate = %v", err)
	}
	start := time.Now()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	}
	if took := time.Since(start); took > atOnce {
		t.Errorf("Close took %v", took)
	}
	if p.by.Exact {
		leak.None(t, "internal/conformance")
	}
	if _, err := s.Do(deadline(t, time.Second), action.Ping{}); !errors.Is(err, ami.ErrNotSent) || !errors.Is(err, ami.ErrClosed) {
		t.Errorf("Do after Close = %v", err)
	}
	drain(t, sub)
	drain(t, other)
	if call != nil {
		if outcome, err := call.Wait(deadline(t, 5*time.Second)); err != nil || outcome.Result != ami.ResultUnknown {
			t.Errorf("Wait = %+v, %v; want a call whose end nobody saw", outcome, err)
		}
	}
	if err := ami.Refresh(sub, action.CoreShowChannels{}); err != nil {
		t.Errorf("Refresh after Close = %v", err)
	}
	drain(t, s.Subscribe(ofCalls, &ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}}))
}

// drain takes what a subscription of a closed session has, up to its end.
func drain(t *testing.T, sub *event.Subscription) {
	t.Helper()
	ctx := deadline(t, 5*time.Second)
	for range sub.All(ctx) {
	}
	if ctx.Err() != nil || sub.Err() != nil {
		t.Errorf("a subscription after Close: %v, Err = %v", ctx.Err(), sub.Err())
	}
}
