package sipua_test

import (
	"context"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
)

// otherStories are calls that were parked or picked up, conferences, Local channels, and calls that a manager or an agent began.
var otherStories = []liveStory{
	{name: "parked and retrieved", play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "3101")
		s.until("100+101")
		s.press(bea, "#72")
		s.untilParked()
		s.gone(bea)
		cem := s.cem.dials("701").up()
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
102 up; merged
100 up, 101 left(16) for 100, 102 up; 100+102
100 left(16), 101 left(16) for 100, 102 left(16); ended
`},
	{name: "parked by action, timed out", play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		s.do(action.Park{Channel: s.ann.channel(), TimeoutChannel: s.bea.channel(), Timeout: time.Second})
		s.until("101 rings")
		again := s.bea.answers()
		s.gone(bea)
		s.until("100+101")
		s.bye(again)
		s.gone(ann)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 * for 100, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100, 101 left(16) for 100; ended
`},
	{name: "picked up, directed", short: true, play: func(s *act) { pickedUp(s, "602") }, told: `
102 up; merged
100 up, 101 * for 100, 102 up picked up 101; 100+102
100 left(16), 101 left(26) for 100, 102 left(16) picked up 101; ended
`},
	{name: "picked up, by group", play: func(s *act) { pickedUp(s, "603") }, told: `
102 up; merged
100 up, 101 * for 100, 102 up picked up 101; 100+102
100 left(16), 101 left(26) for 100, 102 left(16) picked up 101; ended
`},
	{name: "conference of three", play: func(s *act) {
		ann := s.ann.dials("601").up()
		s.until("100 in 7")
		bea := s.bea.dials("601").up()
		s.until("101 in 7")
		cem := s.cem.dials("601").up()
		s.until("102 in 7")
		s.bye(bea)
		s.until("101 left")
		s.bye(ann)
		s.until("100 left")
		s.bye(cem)
	}, told: `
100 up; 100 in 7
101 up; 101 in 7
102 up; 102 in 7
101 left(16); ended
100 left(16); ended
102 left(16); ended
`},
	{name: "Local channels in a row", short: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "608")
		s.until("100+101")
		s.bye(ann)
		s.gone(bea)
	}, told: `
100 up, 101 up for 100; 100+101 (3 bridges)
100 left(16), 101 left(16) for 100; ended
`},
	{name: "Local channels that are optimised away", real: true, short: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "609")
		s.until("100+101 (2 bridges)")
		speak, stop := context.WithCancel(s.ctx)
		var tasks sync.WaitGroup
		defer tasks.Wait()
		defer stop()
		for _, call := range []conversation{ann, bea} {
			tasks.Go(func() { must(s.t, call.Speak(speak)) }) // ends with speak; play waits for it
		}
		s.untilShort()
		stop()
		s.bye(ann)
		s.gone(bea)
	}, told: `
100 up, 101 up for 100; 100+101 (2 bridges)
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`},
	{name: "originate to a person", short: true, play: func(s *act) {
		s.ann.rings()
		s.bea.rings()
		s.do(action.Originate{Channel: "PJSIP/100", Context: "default", Exten: "101", Priority: 1, Async: true})
		s.until("100 rings")
		ann := s.ann.answers()
		s.until("101 rings")
		bea := s.bea.answers()
		s.until("100+101")
		s.bye(bea)
		s.gone(ann)
	}, told: `
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`},
	{name: "originate to an application", play: func(s *act) {
		s.ann.rings()
		s.do(action.Originate{Channel: "PJSIP/100", Application: "ConfBridge", Data: "7,,quiet", Async: true})
		s.until("100 rings")
		ann := s.ann.answers()
		s.until("100 in 7")
		s.bye(ann)
	}, told: `
100 up; 100 in 7
100 left(16); ended
`},
	{name: "both redirected apart", play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		s.do(action.Redirect{Channel: s.ann.channel(), Context: "default", Exten: "601", Priority: 1,
			ExtraChannel: s.bea.channel(), ExtraContext: "default", ExtraExten: "612", ExtraPriority: 1})
		s.until("100 in 7")
		s.bye(ann)
		s.until("100 left")
		s.bye(bea)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100 in 7
100 left(16), 101 left(16) for 100; ended
`},
	{name: "one agent with two callers", real: true, play: func(s *act) {
		bea := s.bea.dials("611").up()
		s.untilAgent("1001")
		ann := s.ann.dials("610").up()
		s.until("100+agent 1001")
		s.bye(ann)
		s.until("ended")
		cem := s.cem.dials("610").up()
		s.until("102+agent 1001")
		s.bye(cem)
		s.until("ended")
		s.bye(bea)
	}, told: `
100 up, agent 1001 up; 100+agent 1001
100 left(16), agent 1001 left(0); ended
102 up, agent 1001 up; 102+agent 1001
102 left(16), agent 1001 left(0); ended
`},
}

// pickedUp: ann calls bea, and cem picks up by a number.
func pickedUp(s *act, number string) {
	s.bea.rings()
	a := s.ann.dials("101")
	s.until("101 rings")
	cem := s.cem.dials(number).up()
	ann := a.up()
	s.until("100+102")
	s.bye(ann)
	s.gone(cem)
}
