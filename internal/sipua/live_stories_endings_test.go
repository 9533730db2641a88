package sipua_test

// endingStories are how calls end that ring: package gateway tells users of each.
var endingStories = []liveStory{
	{name: "ending: declined", ending: "declined", play: func(s *act) { declined(s, 603) }, told: "100 left(21), 101 left(21) for 100; ended"},
	{name: "ending: declined as busy", ending: "declined-as-busy", play: func(s *act) { declined(s, 486) }, told: "100 left(17), 101 left(17) for 100; ended"},
	{name: "ending: missed", ending: "missed", play: missed, told: "100 left(16), 101 left(0) for 100; ended"},
	{name: "ending: abandoned", ending: "abandoned", play: abandoned, told: "100 left(127), 101 left(127) for 100; ended"},
	{name: "ending: elsewhere", ending: "elsewhere", loose: true, play: func(s *act) { elsewhere(s, "330") }, told: "100 left(16), 101 left(26) for 100, 102 left(16) for 100; ended"},
	{name: "ending: elsewhere in a queue", ending: "queue-elsewhere", loose: true, play: func(s *act) { elsewhere(s, "615") }, told: "100 left(16), 101 left(*) for 100, 102 left(16) for 100; ended"},
	{name: "ending: declined in a queue", ending: "queue-declined", loose: true, play: func(s *act) {
		s.bea.declines(486)
		s.cem.rings()
		a := s.ann.dials("615")
		s.until("101 rings for 100, 102 rings for 100")
		s.bea.word <- struct{}{}
		s.until("101 left(17) for 100, 102 rings for 100")
		answeredByCem(s, a)
	}, told: "100 left(16), 101 left(*) for 100, 102 left(16) for 100; ended"},
	{name: "ending: abandoned in a queue", ending: "queue-abandoned", loose: true, play: func(s *act) {
		s.bea.rings()
		s.cem.rings()
		a := s.ann.dials("615")
		s.until("101 rings for 100, 102 rings for 100")
		a.givesUp()
	}, told: "100 left(127), 101 left(*) for 100, 102 left(*) for 100; ended"},
	{name: "ending: missed in a queue", ending: "queue-missed", loose: true, play: missedInQueue, told: "100 left(16), 101 left(0) for 100, 102 left(16) for 100; ended"},
}

// declined: ann calls bea, whose phone rings, and who declines.
func declined(s *act, code int) {
	s.bea.declines(code)
	a := s.ann.dials("101")
	s.until("101 rings")
	s.bea.word <- struct{}{}
	a.fails()
}

// elsewhere: ann calls bea and cem, and cem answers.
func elsewhere(s *act, number string) {
	s.bea.rings()
	s.cem.rings()
	a := s.ann.dials(number)
	s.until("101 rings for 100, 102 rings for 100")
	answeredByCem(s, a)
}

// missed: ann calls bea, who does not answer in time.
func missed(s *act) {
	s.bea.rings()
	s.ann.dials("3201").fails()
}

// missedInQueue: ann waits in a queue that calls bea, who does not answer in time, and then cem.
func missedInQueue(s *act) {
	s.bea.rings()
	s.cem.rings()
	a := s.ann.dials("607")
	s.until("102 rings")
	answeredByCem(s, a)
}

// abandoned: ann calls bea, and hangs up while bea's phone rings.
func abandoned(s *act) {
	s.bea.rings()
	a := s.ann.dials("101")
	s.until("101 rings")
	a.givesUp()
}

// answeredByCem: cem answers ann's call, and ann hangs up.
func answeredByCem(s *act, a *attempt) {
	cem := s.cem.answers()
	ann := a.up()
	s.until("100+102")
	s.bye(ann)
	s.gone(cem)
}
