package pbx_test

import (
	"time"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

var queueScenes = []scene{
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
	{kept, "queue-ring-no-answer", false, func(p *player) {
		p.dials(p.ann, "607")
		p.pass(2 * time.Second)
		p.do(p.cem.Answer, p.ann.Hangup)
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
	{lives, "queue-timed-out", true, func(p *player) { p.dials(p.ann, "604") }},
}

func leftByKey(p *player) {
	p.dials(p.ann, "605")
	p.do(func() { p.ann.Press("1") }, p.cem.Answer, p.ann.Hangup)
}
