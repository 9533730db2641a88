package pbx_test

import (
	"time"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

var otherScenes = []scene{
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
	{kept, "Local-channels-in-a-row", false, later(func(p *player) {
		p.dials(p.ann, "608")
		p.do(p.bea.Answer, p.ann.Hangup)
	})},
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
	{kept, "originate-to-a-person", false, later(func(p *player) {
		o := pbx.Originate{Channel: "PJSIP/100", Context: "default", Exten: "101", Priority: 1, Async: true, ActionID: "1"}
		p.do(func() { p.succeeds(p.Originate(o, nil)) }, p.ann.Answer, p.bea.Answer, p.bea.Hangup)
	})},
}

func parked(p *player) {
	p.dials(p.ann, "3101")
	p.do(p.bea.Answer, func() { p.bea.Press("#72") })
	p.pass(3 * time.Second)
	p.dials(p.cem, "701")
	p.do(p.ann.Hangup)
}

func pickedUp(p *player, number string) {
	p.dials(p.ann, "101")
	p.dials(p.cem, number)
	p.do(p.ann.Hangup)
}
