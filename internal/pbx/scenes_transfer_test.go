package pbx_test

import (
	"time"
)

var transferScenes = []scene{
	{lives, "blind-transfer", false, blindTransfer},
	{lives, "blind-transfer-feature", true, blindFeature},
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
	{kept, "blind-transfer-by-REFER", false, later(blindTransfer)},
	{kept, "blind-transfer-by-feature", false, later(blindFeature)},
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
