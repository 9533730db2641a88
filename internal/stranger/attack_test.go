package stranger_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
	"github.com/asterisk-go/asterisk-go/internal/stranger/witness"
)

// attack is a text of a stranger's, and its way.
type attack struct {
	by      string // who sends it: a trunk, or a phone with a password
	part    stranger.Part
	tail    string
	reached string // fastagi, script or async
}

func (a attack) String() string {
	return fmt.Sprintf("%s by %s to %s: %s", a.part, a.by, a.reached, a.tail)
}

var reached = map[string]string{"fastagi": "1", "script": "2", "async": "3"}

// attacks are all combinations.
func attacks() []attack {
	var all []attack
	for _, part := range stranger.Parts() {
		for _, by := range senders[part] {
			for _, tail := range stranger.Names() {
				for _, where := range []string{"fastagi", "script", "async"} {
					all = append(all, attack{by, part, tail, where})
				}
			}
		}
	}
	return all
}

// representatives has one of each kind: every part, sender, place that is reached, and every way to be believed.
var representatives = []attack{
	{"trunk", stranger.Number, "reply", "fastagi"},
	{"trunk", stranger.Number, "script", "fastagi"},
	{"200", stranger.Dialled, "whole", "fastagi"},
	{"trunk", stranger.Diversion, "hangup", "fastagi"},
	{"trunk", stranger.Redirect, "agi uniqueid", "fastagi"},
	{"200", stranger.ReferTo, "value", "fastagi"},
	{"trusted", stranger.Asserted, "cut", "fastagi"}, // what a manager hears of it
	{"200", stranger.Dialled, "whole and reply", "script"},
	{"203", stranger.Number, "hangup", "script"},
	{"202", stranger.Asserted, "reply", "script"},
	{"202", stranger.Callee, "value", "script"},
	{"trunk", stranger.Number, "uniqueid", "async"},
	{"trunk", stranger.Dialled, "cut", "async"},
	{"200", stranger.Diversion, "blank", "async"},
	{"200", stranger.Redirect, "uniqueid", "async"},
	{"trunk", stranger.ReferTo, "event", "async"},
	{"trusted", stranger.Callee, "whole hangup", "async"},
	{"200", stranger.Dialled, "whole hangup", "fastagi"},
	{"trunk", stranger.Number, "swap", "script"},
}

// TestAttacks has strangers send every text by every part to every kind of AGI, and looks whether anybody believes it.
func TestAttacks(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			p := newPBX(t, v)
			tried := representatives
			if lab.Full() {
				tried = attacks()
			}
			for _, a := range tried {
				t.Run(a.String(), func(t *testing.T) { p.attack(t, a) })
			}
		})
	}
}

// attack makes the call, waits for its end, and checks what the witness saw and that the victim is as before.
func (p *pbx) attack(t *testing.T, a attack) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	p.log.take()
	watching := make(chan struct{})
	// Ends with the call.
	go func() {
		defer close(watching)
		p.hangUpUnserved(ctx)
	}()
	if err := p.place(t, ctx, a); err != nil {
		t.Errorf("the call: %v", err)
	}
	cancel()
	<-watching
	reports := p.scriptReports(t)
	for len(p.reports) > 0 {
		reports = append(reports, <-p.reports)
	}
	p.judge(t, a, reports, p.log.take())
	// docs/safety.md lists the one that can't be told, unless its rest is read in one piece with it.
	if names := p.believed(t); len(names) > 0 && a.tail != "cut with crlf" {
		t.Errorf("nothing is odd about %q of the stranger's channel with the victim's Uniqueid or Linkedid", names)
	}
	if err := p.victim.check(t.Context()); err != nil {
		t.Errorf("the victim: %v", err)
		p.dialVictim()
	}
}

// hangUpUnserved ends the stranger's call if AsyncAGI will not serve it, as the stranger would when he gets bored.
func (p *pbx) hangUpUnserved(ctx context.Context) {
	select {
	case <-p.log.unserved:
		_, _ = p.client.Do(ctx, action.Hangup{Channel: `/^(PJSIP\/(trunk|trusted|200|202|203)-|Local\/)/`})
	case <-ctx.Done():
	}
}

// judge reads the reports: one of the stranger's own channel, which saw nothing but the truth. A call that AsyncAGI
// does not serve is logged.
func (p *pbx) judge(t *testing.T, a attack, reports []witness.Report, log string) {
	t.Helper()
	if len(reports) == 0 && a.reached == "async" && log != "" {
		return
	}
	if a.part == stranger.Redirect && strings.Contains(stranger.Tail(a.tail, ""), "/") {
		return // no Local channel has such a name
	}
	if len(reports) != 1 {
		t.Errorf("%d reports, want 1: %+v\nlogged: %s", len(reports), reports, log)
	}
	for _, r := range reports {
		if r.Name == p.victim.channel {
			t.Error("the commands run on the victim's channel")
		}
		if r.UniqueID == p.victim.id || r.Channel == p.victim.channel {
			t.Errorf("the environment names the victim: %+v", r)
		}
		if r.Script != "" && a.reached == "fastagi" {
			t.Errorf("the environment names the script %q of a URL without one", r.Script)
		}
		for _, wrong := range r.Wrong {
			t.Error(wrong)
		}
	}
}

// place makes the call and returns when it is over. The dialplan ends it after AGI.
func (p *pbx) place(t *testing.T, ctx context.Context, a attack) error {
	t.Helper()
	digit, tail := reached[a.reached], stranger.Tail(a.tail, p.victim.id)
	if strings.HasPrefix(a.tail, "whole") && a.part == stranger.Dialled && a.reached == "fastagi" {
		digit = "*" // where the dialplan has removed the other place
	}
	switch a.part {
	case stranger.Redirect: // the sender is the one who is called
		return p.redirected(t, ctx, a.by, a.part.Answer(digit, tail))
	case stranger.Callee:
		return p.transferred(t, ctx, "200", a.by, a.part.Answer("", tail), digit)
	case stranger.ReferTo:
		return p.transferred(t, ctx, a.by, "trunk", a.part.Answer("", ""), digit+tail)
	}
	_, ended := p.agent(t, a.by).Start(ctx, a.part.Invite(digit, tail))
	return over(<-ended)
}

// redirected is a call of phone 200 to one who answers with a 302.
func (p *pbx) redirected(t *testing.T, ctx context.Context, by string, answer func(stranger.Message) stranger.Message) error {
	t.Helper()
	callee := p.agent(t, by)
	callee.Answer(answer)
	_, ended := p.agent(t, "200").Start(ctx, stranger.Invite{Exten: "8"}.Reaching(by, callee))
	return over(<-ended)
}

// transferred is a call of from to one who answers, whom from then refers to what reaches AGI.
func (p *pbx) transferred(t *testing.T, ctx context.Context, from, to string, answer func(stranger.Message) stranger.Message, target string) error {
	t.Helper()
	callee := p.agent(t, to)
	callee.Answer(answer)
	call, err := p.agent(t, from).Dial(ctx, stranger.Invite{Exten: "8"}.Reaching(to, callee))
	if err != nil {
		return err
	}
	for { // until Asterisk has brought the two together
		err := call.Refer(ctx, "sip:"+stranger.Escape(target)+"@"+p.SIP())
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return fmt.Errorf("refer: %w", err)
		}
	}
	select {
	case <-callee.Byes():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
