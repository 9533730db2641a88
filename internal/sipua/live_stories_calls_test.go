package sipua_test

// callStories are calls of two phones, and of more that ring.
var callStories = []liveStory{
	{name: "direct", short: true, equal: true, play: direct, told: `
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`},
	{name: "busy", short: true, equal: true, play: func(s *act) {
		s.bea.refuses(486)
		s.ann.dials("101").fails()
	}, told: `
100 left(17), 101 left(17) for 100; ended
`},
	{name: "no answer", play: missed, told: `
100 left(16), 101 left(0) for 100; ended
`},
	{name: "rejected", play: func(s *act) {
		s.bea.refuses(603)
		s.ann.dials("101").fails()
	}, told: `
100 left(21), 101 left(21) for 100; ended
`},
	{name: "cancelled", short: true, play: abandoned, told: `
100 left(127), 101 left(127) for 100; ended
`},
	{name: "answered elsewhere", short: true, play: func(s *act) { elsewhere(s, "330") }, told: `
100 up, 101 * for 100, 102 up for 100; 100+102
100 left(16), 101 left(26) for 100, 102 left(16) for 100; ended
`},
	{name: "forwarded", real: true, short: true, play: func(s *act) {
		s.bea.redirects("102")
		s.cem.rings()
		a := s.ann.dials("101")
		s.until("102 rings")
		cem := s.cem.answers()
		ann := a.up()
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 left(*) for 100, 102 up for 100; 100+102 (2 bridges)
100 left(16), 101 left(*) for 100, 102 left(16) for 100; ended
`},
	{name: "held and resumed", short: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		must(s.t, bea.Hold(s.ctx))
		s.until("101 holds")
		must(s.t, bea.Resume(s.ctx))
		s.until("100+101")
		must(s.t, ann.Hold(s.ctx))
		s.until("100 holds")
		must(s.t, ann.Resume(s.ctx))
		s.until("100+101")
		s.bye(bea)
		s.gone(ann)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 100 holds
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`},
}

// direct: ann calls bea, who answers and hangs up.
func direct(s *act) {
	ann, bea := s.talk(s.ann, s.bea, "101")
	s.until("100+101")
	s.bye(bea)
	s.gone(ann)
}
