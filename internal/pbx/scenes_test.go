package pbx_test

import (
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

// The captures of packages live and gateway, and those that tell also of variables and keys. They are of the same calls.
const lives, endings, kept = "../../ami/live/testdata", "../../ami/gateway/testdata", "testdata"

var scenes = []scene{
	{lives, "direct-call", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, p.ann.Hangup)
	}},
	{lives, "direct-call-busy", false, func(p *player) {
		p.bea.Refuses(486)
		p.dials(p.ann, "101")
	}},
	{lives, "direct-call-given-up", false, abandoned},
	{endings, "abandoned", true, abandoned},
	{endings, "declined", true, func(p *player) { declined(p, 603) }},
	{endings, "declined-as-busy", true, func(p *player) { declined(p, 486) }},
	{endings, "missed", true, func(p *player) { p.dials(p.ann, "3201") }},
	{endings, "elsewhere", true, func(p *player) {
		p.bea.RingsAfter(time.Millisecond)
		p.dials(p.ann, "330")
		p.do(p.cem.Answer, p.ann.Hangup)
	}},
	{endings, "queue-abandoned", true, func(p *player) {
		p.bea.RingsAfter(time.Millisecond)
		p.dials(p.ann, "615")
		p.do(p.ann.Hangup)
	}},
	{endings, "queue-declined", true, func(p *player) {
		p.dials(p.ann, "615")
		p.do(func() { p.bea.Refuse(486) }, p.cem.Answer, p.ann.Hangup)
	}},
	{endings, "queue-elsewhere", true, func(p *player) {
		if p.major == 22 { // there bea's phone was slower
			p.bea.RingsAfter(time.Millisecond)
		}
		p.dials(p.ann, "615")
		p.do(p.cem.Answer, p.ann.Hangup)
	}},
	{endings, "queue-missed", true, func(p *player) {
		p.dials(p.ann, "607")
		p.pass(2 * time.Second)
		p.do(p.cem.Answer, p.ann.Hangup)
	}},
	{lives, "queue", false, func(p *player) {
		p.dials(p.ann, "600")
		p.do(p.bea.Answer, p.ann.Hangup)
	}},
	{lives, "queue-left-by-key", true, leftByKey},
	{lives, "blind-transfer", false, blindTransfer},
	{lives, "blind-transfer-feature", true, blindFeature},
	{lives, "click-to-call", false, func(p *player) {
		o := pbx.Originate{Channel: "PJSIP/100", Context: "default", Exten: "101", Priority: 1, Async: true, ActionID: "1"}
		p.do(func() { p.succeeds(p.Originate(o, nil)) }, p.ann.Answer, p.bea.Answer, p.ann.Hangup)
	}},
	{lives, "conference", false, func(p *player) {
		p.dials(p.ann, "601")
		p.pass(4 * time.Second)
		p.dials(p.bea, "601")
		p.do(p.ann.Hangup, p.bea.Hangup)
	}},
	{lives, "parking", false, func(p *player) {
		if p.major == 16 { // there a second began while she was parked
			p.pass(900 * time.Millisecond)
		}
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, func() { p.parks(pbx.Park{Channel: p.ann.Channels()[0]}) })
		p.pass(100 * time.Millisecond)
		p.dials(p.cem, "701")
		p.do(p.ann.Hangup)
	}},
	{lives, "pickup", false, func(p *player) { pickedUp(p, "602") }},
	{kept, "picked-up-directed", false, later(func(p *player) { pickedUp(p, "602") })},
	{kept, "picked-up-by-group", false, later(func(p *player) { pickedUp(p, "603") })},
	{kept, "parked-and-retrieved", false, later(parked)},
	{kept, "parked-by-action-timed-out", false, later(func(p *player) {
		parked(p)
		p.pass(time.Second)
		p.events = nil // the parking lot has its bridge
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, func() {
			p.parks(pbx.Park{Channel: p.ann.Channels()[0], TimeoutChannel: p.bea.Channels()[0], Timeout: time.Second})
		})
		p.pass(time.Second)
		p.do(p.bea.Answer)
		p.pass(time.Second)
		p.bea.HangupNewest()
	})},
	{kept, "conference-of-three", false, later(func(p *player) {
		p.dials(p.ann, "601")
		p.dials(p.bea, "601")
		p.pass(time.Second)
		p.dials(p.cem, "601")
		p.do(p.bea.Hangup, p.ann.Hangup, p.cem.Hangup)
	})},
	{kept, "originate-to-an-application", false, later(func(p *player) {
		o := pbx.Originate{Channel: "PJSIP/100", Application: "ConfBridge", Data: "7,,quiet", Async: true, ActionID: "1"}
		p.do(func() { p.succeeds(p.Originate(o, nil)) }, p.ann.Answer, p.ann.Hangup)
	})},
	{kept, "both-redirected-apart", false, later(func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, func() {
			p.succeeds(p.Redirect(pbx.Redirect{
				Channel: p.ann.Channels()[0], Context: "default", Exten: "601", Priority: 1,
				ExtraChannel: p.bea.Channels()[0], ExtraContext: "default", ExtraExten: "612", ExtraPriority: 1,
			}))
		}, p.ann.Hangup, p.bea.Hangup)
	})},
	{lives, "attended-transfer", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer)
		p.dials(p.bea, "102")
		p.do(p.cem.Answer, p.transfer(1, 0), p.ann.Hangup)
	}},
	{kept, "attended-transfer-by-REFER", false, later(func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer)
		p.dials(p.bea, "102")
		p.do(p.cem.Answer, p.transfer(0, 1), p.ann.Hangup)
	})},
	{lives, "attended-transfer-early", true, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer)
		p.dials(p.bea, "102")
		p.do(p.transfer(0, 1), p.cem.Answer, p.ann.Hangup)
	}},
	{lives, "attended-transfer-queue", true, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer)
		p.dials(p.bea, "614")
		p.do(p.transfer(0, 1), p.cem.Answer, p.ann.Hangup)
	}},
	{lives, "attended-transfer-conference", true, func(p *player) {
		p.dials(p.cem, "601")
		p.dials(p.ann, "101")
		p.do(p.bea.Answer)
		p.dials(p.bea, "601")
		p.do(p.transfer(0, 1), p.ann.Hangup, p.cem.Hangup)
	}},
	{kept, "Local-channels-in-a-row", false, later(func(p *player) {
		p.dials(p.ann, "608")
		p.do(p.bea.Answer, p.ann.Hangup)
	})},
	{kept, "attended-transfer-by-feature", false, later(consulted)},
	{lives, "attended-transfer-feature", true, consulted},
	{lives, "attended-transfer-ringing", true, func(p *player) {
		p.dials(p.ann, "3101")
		p.do(p.bea.Answer, func() { p.bea.Press("*2102") }, p.bea.Hangup, p.cem.Answer, p.ann.Hangup)
	}},
	{lives, "attended-transfer-feature-queue", true, func(p *player) {
		p.dials(p.bea, "3100")
		p.do(p.ann.Answer, func() { p.bea.Press("*2613") }, p.bea.Hangup, p.cem.Answer, p.ann.Hangup)
	}},
	{kept, "direct", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, p.bea.Hangup)
	}},
	{kept, "busy", false, func(p *player) {
		p.bea.Refuses(486)
		p.dials(p.ann, "101")
	}},
	{kept, "rejected", false, func(p *player) {
		p.bea.Refuses(603)
		p.dials(p.ann, "101")
	}},
	{kept, "queue-ring-no-answer", false, func(p *player) {
		p.dials(p.ann, "607")
		p.pass(2 * time.Second)
		p.do(p.cem.Answer, p.ann.Hangup)
	}},
	{kept, "blind-transfer-by-the-caller", false, afterQueues(func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, p.refer(p.ann, "102"), p.cem.Answer, p.bea.Hangup)
	})},
	{kept, "attended-transfer-by-REFER-of-two-calls-that-she-made", false, afterQueues(func(p *player) {
		p.dials(p.bea, "100")
		p.do(p.ann.Answer)
		p.dials(p.bea, "102")
		p.do(p.cem.Answer, p.transfer(1, 0), p.ann.Hangup)
	})},
	{kept, "attended-transfer-by-feature-all-three", false, afterQueues(func(p *player) {
		slow := func() {
			if p.major == 16 { // there they took their time
				p.pass(450 * time.Millisecond)
			}
		}
		wait := map[int]time.Duration{16: 500 * time.Millisecond, 22: time.Second}[p.major]
		consults(p, wait, slow, p.cem.Answer, func() { p.bea.Press("*3") }, p.bea.Hangup, slow, p.ann.Hangup)
	})},
	{kept, "attended-transfer-by-feature-aborted", false, afterQueues(func(p *player) {
		consults(p, time.Second, p.cem.Answer, func() { p.bea.Press("*1") }, p.ann.Hangup)
	})},
	{kept, "attended-transfer-by-feature-returned", false, afterQueues(func(p *player) {
		p.cem.Refuses(486)
		consults(p, time.Second, p.ann.Hangup)
	})},
	{kept, "hangup-caller", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, func() { p.succeeds(p.Machine.Hangup(p.ann.Channels()[0], 0)) })
	}},
	{kept, "hangup-callee", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, func() { p.succeeds(p.Machine.Hangup(p.bea.Channels()[0], 0)) })
	}},
	{kept, "hangup-ringing", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(func() { p.succeeds(p.Machine.Hangup(p.ann.Channels()[0], 0)) })
	}},
	{kept, "queue-members", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer,
			func() {
				p.succeeds(p.QueueAdd("cem", pbx.MemberConfig{Interface: "PJSIP/100", Name: "Ann", Penalty: 3}, false))
			},
			func() { p.succeeds(p.QueuePause("cem", "PJSIP/100", true, "lunch")) },
			func() { p.succeeds(p.QueuePenalty("cem", "PJSIP/100", 2)) },
			func() { p.succeeds(p.QueuePause("cem", "PJSIP/100", false, "")) },
			func() { p.succeeds(p.QueueRemove("cem", "PJSIP/100")) },
			p.ann.Hangup)
	}},
	{kept, "redirect-caller", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, func() {
			p.succeeds(p.Redirect(pbx.Redirect{Channel: p.ann.Channels()[0], Context: "default", Exten: "612", Priority: 1}))
		}, p.ann.Hangup)
	}},
	{kept, "redirect-callee", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, func() {
			p.succeeds(p.Redirect(pbx.Redirect{Channel: p.bea.Channels()[0], Context: "default", Exten: "612", Priority: 1}))
		}, p.bea.Hangup)
	}},
	{kept, "kick", false, func(p *player) {
		p.dials(p.ann, "601")
		p.pass(time.Second)
		p.dials(p.bea, "601")
		p.do(func() {
			p.succeeds(p.ConfbridgeMute("7", p.bea.Channels()[0], true))
			p.succeeds(p.ConfbridgeMute("7", p.bea.Channels()[0], false))
			p.succeeds(p.ConfbridgeKick("7", p.ann.Channels()[0]))
		}, p.bea.Hangup)
	}},
	{kept, "answered-elsewhere", false, func(p *player) {
		if p.major == 22 { // there bea's phone was slower
			p.bea.RingsAfter(time.Millisecond)
		}
		p.dials(p.ann, "330")
		p.do(p.cem.Answer, p.ann.Hangup)
	}},
	{kept, "held-and-resumed", false, func(p *player) {
		p.dials(p.ann, "101")
		p.do(p.bea.Answer, p.bea.Hold, p.bea.Resume, p.ann.Hold, p.ann.Resume, p.bea.Hangup)
	}},
	{kept, "cancelled", false, abandoned},
	{kept, "no-answer", false, func(p *player) { p.dials(p.ann, "3201") }},
	{kept, "queue-answered", false, func(p *player) {
		p.dials(p.ann, "600")
		p.do(p.bea.Answer, p.bea.Hangup)
	}},
	{kept, "queue-abandoned", false, later(func(p *player) {
		p.dials(p.ann, "600")
		p.do(p.ann.Hangup)
	})},
	{kept, "queue-timed-out", false, later(func(p *player) { p.dials(p.ann, "604") })},
	{kept, "queue-left-by-key", false, later(leftByKey)},
	{kept, "originate-to-a-person", false, later(func(p *player) {
		o := pbx.Originate{Channel: "PJSIP/100", Context: "default", Exten: "101", Priority: 1, Async: true, ActionID: "1"}
		p.do(func() { p.succeeds(p.Originate(o, nil)) }, p.ann.Answer, p.bea.Answer, p.bea.Hangup)
	})},
	{kept, "blind-transfer-by-REFER", false, later(blindTransfer)},
	{kept, "blind-transfer-by-feature", false, later(blindFeature)},
	{lives, "queue-timed-out", true, func(p *player) { p.dials(p.ann, "604") }},
}

func parked(p *player) {
	p.dials(p.ann, "3101")
	p.do(p.bea.Answer, func() { p.bea.Press("#72") })
	p.pass(3 * time.Second)
	p.dials(p.cem, "701")
	p.do(p.ann.Hangup)
}

func consulted(p *player) {
	p.dials(p.ann, "3101")
	p.do(p.bea.Answer, func() { p.bea.Press("*2") })
	p.pass(time.Second)
	p.do(func() { p.bea.Press("102") }, p.cem.Answer, p.bea.Hangup, p.ann.Hangup)
}

// consults has bea call cem while ann waits, after bea has waited for the dial tone.
func consults(p *player, wait time.Duration, steps ...func()) {
	p.dials(p.ann, "3101")
	p.do(p.bea.Answer, func() { p.bea.Press("*2") })
	p.pass(wait)
	p.do(func() { p.bea.Press("102") })
	p.do(steps...)
}

func pickedUp(p *player, number string) {
	p.dials(p.ann, "101")
	p.dials(p.cem, number)
	p.do(p.ann.Hangup)
}

func leftByKey(p *player) {
	p.dials(p.ann, "605")
	p.do(func() { p.ann.Press("1") }, p.cem.Answer, p.ann.Hangup)
}

func blindTransfer(p *player) {
	p.dials(p.ann, "101")
	p.do(p.bea.Answer, p.refer(p.bea, "102"), p.cem.Answer, p.ann.Hangup)
}

func blindFeature(p *player) {
	p.dials(p.ann, "3101")
	p.do(p.bea.Answer, func() { p.bea.Press("#1") })
	p.pass(time.Second)
	p.do(func() { p.bea.Press("102") }, p.cem.Answer, p.ann.Hangup)
}

func abandoned(p *player) {
	p.dials(p.ann, "101")
	p.do(p.ann.Hangup)
}

func declined(p *player, status int) {
	p.dials(p.ann, "101")
	p.do(func() { p.bea.Refuse(status) })
}
