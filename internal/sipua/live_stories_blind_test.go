package sipua_test

import (
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// blindStories are calls that are sent on.
var blindStories = []liveStory{
	{name: "blind transfer by action", play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		s.cem.rings()
		s.do(action.BlindTransfer{Channel: s.bea.channel(), Context: "default", Exten: "102"})
		s.until("101 left(16) for 100, 102 rings")
		s.gone(bea)
		cem := s.cem.answers()
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
  blind transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 100; 100+102
100 left(16), 101 left(16) for 100, 102 left(16) for 100; ended
`},
	{name: "blind transfer by feature", capture: "blind-transfer-feature", short: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "3101")
		s.until("100+101")
		s.cem.rings()
		s.press(bea, "#1102")
		s.until("101 left(16) for 100, 102 rings")
		s.gone(bea)
		cem := s.cem.answers()
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100; 100+101
  blind transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 100; 100+102
100 left(16), 101 left(16) for 100, 102 left(16) for 100; ended
`},
	{name: "blind transfer by REFER", short: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		s.cem.rings()
		must(s.t, bea.Refer(s.ctx, "102"))
		s.until("101 left(16) for 100, 102 rings")
		cem := s.cem.answers()
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
  blind transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 100; 100+102
100 left(16), 101 left(16) for 100, 102 left(16) for 100; ended
`},
	{name: "blind transfer by the caller", play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		s.cem.rings()
		must(s.t, ann.Refer(s.ctx, "102"))
		s.until("100 left(16), 101 up for 100, 102 rings")
		cem := s.cem.answers()
		s.until("101+102")
		s.bye(bea)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
  blind transfer by 100 of 101 to 102: Success
100 left(16), 101 up for 100, 102 up for 101; 101+102
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`},
}
