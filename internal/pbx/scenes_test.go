package pbx_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
	"github.com/asterisk-go/asterisk-go/transport"
)

// plan is the dialplan of the tests of internal/sipua that have recorded the captures.
const plan = `
[default]
include => parkedcalls
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup()
exten => _31XX,1,Dial(PJSIP/1${EXTEN:2},20,tTkK)
 same => n,Hangup()
exten => _32XX,1,Dial(PJSIP/1${EXTEN:2},1)
 same => n,Hangup()
exten => 600,1,Queue(desk,tT)
 same => n,Hangup()
exten => 601,1,Answer()
 same => n,ConfBridge(7,,quiet)
 same => n,Hangup()
exten => 602,1,PickupChan(PJSIP/101,p)
 same => n,Hangup()
exten => 603,1,Pickup()
 same => n,Hangup()
exten => 612,1,Answer()
 same => n,MusicOnHold(default,60)
 same => n,Hangup()
exten => 604,1,Queue(desk,,,,1)
 same => n,Hangup()
exten => 605,1,Answer()
 same => n,Queue(keys)
 same => n,Hangup()
exten => 607,1,Queue(turns)
 same => n,Hangup()
exten => 613,1,Queue(cem)
 same => n,Hangup()
exten => 614,1,Answer()
 same => n,Queue(cem)
 same => n,Hangup()
exten => 617,1,Queue(any)
 same => n,Hangup()
exten => 615,1,Queue(both)
 same => n,Hangup()
exten => 330,1,Dial(PJSIP/101&PJSIP/102,20)
 same => n,Hangup()

exten => 902,1,Busy(1)
exten => 903,1,Congestion(1)
exten => 905,1,Ringing()
 same => n,Wait(0.2)
 same => n,Dial(PJSIP/999,5)
 same => n,NoOp(${DIALSTATUS})
 same => n,Progress()
exten => 608,1,Dial(Local/hop@rows/n,20)
 same => n,Hangup()

[rows]
exten => hop,1,Dial(Local/end@rows/n,20)
 same => n,Hangup()
exten => end,1,Dial(PJSIP/101,20)
 same => n,Hangup()

[left]
exten => 1,1,Dial(PJSIP/102,20)
 same => n,Hangup()
`

var queues = []pbx.QueueConfig{
	{Name: "desk", Members: []pbx.MemberConfig{{Interface: "PJSIP/101", Name: "Bea"}}},
	{Name: "cem", Members: []pbx.MemberConfig{{Interface: "PJSIP/102", Name: "Cem"}}},
	{Name: "both", Members: []pbx.MemberConfig{{Interface: "PJSIP/101", Name: "Bea"}, {Interface: "PJSIP/102", Name: "Cem"}}},
	{Name: "keys", Context: "left", Members: []pbx.MemberConfig{{Interface: "PJSIP/101", Name: "Bea"}}},
	{
		Name: "turns", Strategy: "linear", Timeout: time.Second, Retry: time.Second,
		Members: []pbx.MemberConfig{{Interface: "PJSIP/101", Name: "Bea"}, {Interface: "PJSIP/102", Name: "Cem"}},
	},
}

const (
	moment = 20 * time.Millisecond
	minute = time.Minute
)

var start = time.Date(2026, 11, 29, 22, 56, 26, 0, time.UTC)

// player plays calls on a Machine, and keeps what it tells.
type player struct {
	*pbx.Machine
	t             *testing.T
	major         int
	now           time.Time
	events        []transport.Fields
	ann, bea, cem *pbx.Phone
}

// begin makes a Machine as the servers were of TestLiveStories, or of the guide of calls.
func begin(t *testing.T, major int, guide bool) *player {
	t.Helper()
	plan, queues := plan, queues
	if guide {
		plan, queues = strings.NewReplacer("desk,tT", "desk", "7,,quiet", "7").Replace(plan), queues[:1]
	}
	p := &player{now: start, t: t, major: major}
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: major}, Now: start, Dialplan: plan, ParkTime: time.Minute, Queues: queues,
		Phones: []pbx.PhoneConfig{
			{ID: "100", Number: "100", Name: "Phone 100", Context: "default", CallGroup: "1", PickupGroup: "1"},
			{ID: "101", Number: "101", Name: "Phone 101", Context: "default", CallGroup: "1", PickupGroup: "1"},
			{ID: "102", Number: "102", Name: "Phone 102", Context: "default", CallGroup: "1", PickupGroup: "1"},
		},
		Event: func(e pbx.Event) { p.events = append(p.events, transport.ParseFields(string(e.Text))) },
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Machine = m
	p.ann, p.bea, p.cem = m.Phone("100"), m.Phone("101"), m.Phone("102")
	return p
}

// pass lets time pass.
func (p *player) pass(d time.Duration) {
	until := p.now.Add(d)
	p.Run(until)
	p.now = until
}

// later plays what came before a capture: bea has taken a call of the queue.
func later(play func(p *player)) func(p *player) {
	return func(p *player) {
		p.dials(p.ann, "600")
		p.do(p.bea.Answer, p.bea.Hangup)
		p.pass(time.Second)
		p.events = nil
		play(p)
	}
}

// afterQueues plays what came before a capture: bea and cem have taken a call of a queue each.
func afterQueues(play func(p *player)) func(p *player) {
	return later(func(p *player) {
		p.dials(p.ann, "607")
		p.pass(2 * time.Second)
		p.do(p.cem.Answer, p.ann.Hangup)
		p.pass(time.Second)
		p.events = nil
		play(p)
	})
}

// do does one thing after the other, and lets a moment pass after each.
func (p *player) do(steps ...func()) {
	for _, step := range steps {
		step()
		p.pass(moment)
	}
}

func (p *player) dials(who *pbx.Phone, exten string) {
	p.t.Helper()
	if who.Dial(exten) == "" {
		p.t.Fatalf("the dialplan has no %s", exten)
	}
	p.pass(moment)
}

func (p *player) refer(who *pbx.Phone, exten string) func() {
	return func() {
		p.t.Helper()
		p.succeeds(who.Refer(exten))
	}
}

// transfer has bea connect two of her calls.
func (p *player) transfer(from, to int) func() {
	return func() {
		p.t.Helper()
		all := p.bea.Channels()
		p.succeeds(p.bea.Transfer(all[from], all[to]))
	}
}

func (p *player) parks(call pbx.Park) {
	p.t.Helper()
	if place, err := p.Park(call); err != nil || place != 701 {
		p.t.Errorf("it was parked at %d: %v", place, err)
	}
}

func (p *player) succeeds(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Error(err)
	}
}

// The captures of packages live and gateway were recorded by TestLiveGuideOfCalls and TestLiveStories of internal/sipua, and leave out
// variables. Those in testdata tell all: what Asterisk 16.28 and 22.10.1 sent on 2026-11-30 of more of these stories, and of a few
// that played only what their names say. They have no CEL, no RTCP, no security events, no VarSet of RTPAUDIO..., and one address for all.
const lives, endings, kept = "../../ami/live/testdata", "../../ami/gateway/testdata", "testdata"

// scenes are all that are played.
var scenes = slices.Concat(callScenes, queueScenes, transferScenes, otherScenes)
