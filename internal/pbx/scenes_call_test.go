package pbx_test

import (
	"time"
)

var callScenes = []scene{
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
	{kept, "busy-application", false, func(p *player) { p.dials(p.ann, "902") }},
	{kept, "congestion-application", false, func(p *player) { p.dials(p.ann, "903") }},
	{kept, "nobody-dialled", false, func(p *player) { p.dials(p.ann, "905") }},
	{kept, "cancelled", false, abandoned},
	{kept, "no-answer", false, func(p *player) { p.dials(p.ann, "3201") }},
}

func abandoned(p *player) {
	p.dials(p.ann, "101")
	p.do(p.ann.Hangup)
}

func declined(p *player, status int) {
	p.dials(p.ann, "101")
	p.do(func() { p.bea.Refuse(status) })
}
