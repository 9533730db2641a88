package sipua_test

// attendedStories are calls that are given on by one who has talked before with whom they are given to.
var attendedStories = []liveStory{
	{name: "attended transfer by feature", capture: "attended-transfer-feature", loose: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "3101")
		s.until("100+101")
		s.cem.rings()
		s.press(bea, "*2102")
		s.until("102 rings")
		cem := s.cem.answers()
		s.until("101+102")
		s.bye(bea)
		s.until("101 left(16) for 100, 102 up for 101; 100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100*; 101 holds
100 up, 101 up for 100, 102 up for 101; 101+102 (2 bridges); 101 holds
  attended transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 101; 100+102 (2 bridges)
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`},
	{name: "attended transfer by feature, while ringing", capture: "attended-transfer-ringing", loose: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "3101")
		s.until("100+101")
		s.cem.rings()
		s.press(bea, "*2102")
		s.until("102 rings")
		s.bye(bea)
		s.until("attended") // her channel goes on until he answers
		cem := s.cem.answers()
		s.until("101 left(16) for 100, 102 up for 101; 100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100*; 101 holds
  attended transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 101; 100+102 (2 bridges)
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`},
	{name: "attended transfer by feature, all three", loose: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "3101")
		s.until("100+101")
		s.cem.rings()
		s.press(bea, "*2102")
		s.until("102 rings")
		cem := s.cem.answers()
		s.until("101+102")
		s.pressUntil(bea, "*3", "100+101+102")
		s.bye(bea)
		s.until("101 left(16) for 100, 102 up for 101; 100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100*; 101 holds
100 up, 101 up for 100, 102 up for 101; 101+102 (2 bridges); 101 holds
100 up, 101 up for 100, 102 up for 101; 100+101+102 (2 bridges); 101 holds
  attended transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 101; 100+102 (2 bridges)
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`},
	{name: "attended transfer by feature, aborted", loose: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "3101")
		s.until("100+101")
		s.cem.rings()
		s.press(bea, "*2102")
		s.until("102 rings")
		cem := s.cem.answers()
		s.until("101+102")
		s.pressUntil(bea, "*1", "; 100+101") // atxferabort
		s.gone(cem)
		s.bye(ann)
		s.gone(bea)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100*; 101 holds
100 up, 101 up for 100, 102 up for 101; 101+102 (2 bridges); 101 holds
100 up, 101 up for 100, 102 * for 101; 100+101
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`},
	{name: "attended transfer by feature, returned", loose: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "3101")
		s.until("100+101")
		s.cem.refuses(486)
		s.press(bea, "*2102")
		s.until("102 left(17) for 101; 100+101")
		s.bye(ann)
		s.gone(bea)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100*; 101 holds
100 up, 101 up for 100, 102* for 101; 100+101
100 left(16), 101 left(16) for 100, 102 left(17) for 101; ended
`},
	{name: "attended transfer by feature, into a queue", capture: "attended-transfer-feature-queue", loose: true, play: func(s *act) {
		bea, ann := s.talk(s.bea, s.ann, "3100")
		s.until("100+101")
		s.cem.rings()
		s.press(bea, "*2613")
		s.until("102 rings")
		s.bye(bea)
		s.until("attended transfer")
		cem := s.cem.answers()
		s.until("101 left(16), 100 up for 101, 102 up for 101; 100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
101 up, 100 up for 101; 100+101
101 up, 100 up for 101; 100+101; 101 holds
  101 in cem
  attended transfer by 101 of 100 to 102: Success
  100 in cem answered by 102, Cem
101 left(16), 100 up for 101, 102 up for 101; 100+102 (2 bridges)
101 left(16), 100 left(16) for 101, 102 left(16) for 101; ended
`},
	{name: "attended transfer by feature, into a conference", loose: true, play: func(s *act) {
		cem := s.cem.dials("601").up()
		s.until("102 in 7")
		ann, bea := s.talk(s.ann, s.bea, "3101")
		s.until("100+101")
		s.press(bea, "*2601")
		s.until("101 in 7")
		s.bye(bea)
		s.until("101 left(16) for 100; 100 in 7")
		s.bye(cem)
		s.until("102 left(16)")
		s.bye(ann)
	}, told: `
102 up; 102 in 7
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100*; 101 holds
100 up, 101 up for 100; 101 in 7 (2 bridges); 101 holds
  attended transfer by 101 of 100 to 601: Success
100 up, 101 left(16) for 100; 100 in 7 (2 bridges)
| 102 left(16); ended
| 100 left(16), 101 left(16) for 100; ended
`},
	{name: "attended transfer by REFER", short: true, play: func(s *act) {
		ann, first := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		second, cem := s.talk(s.bea, s.cem, "102")
		s.until("101+102")
		must(s.t, referTo(s.ctx, first, second))
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
101 up, 102 up for 101; 101+102
101 up, 102 up for 101; merged
100 up, 101 up for 100, 101 up, 102 up for 101; 100+102
  attended transfer by 101 of 100 to 102: Success
100 left(16), 101 left(16) for 100, 101 left(16), 102 left(16) for 101; ended
`},
	{name: "attended transfer by REFER, of two calls that she made", play: func(s *act) {
		first, ann := s.talk(s.bea, s.ann, "100")
		s.until("100+101")
		second, cem := s.talk(s.bea, s.cem, "102")
		s.until("101+102")
		must(s.t, referTo(s.ctx, second, first))
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
101 up, 100 up for 101; 100+101
101 up, 102 up for 101; 101+102
101 up, 102 up for 101; merged
101 up, 100 up for 101, 101 up, 102 up for 101; 100+102
  attended transfer by 101 of 100 to 102: Success
101 left(16), 100 left(16) for 101, 101 left(16), 102 left(16) for 101; ended
`},
	{name: "attended transfer by REFER, while ringing", capture: "attended-transfer-early", loose: true, play: func(s *act) {
		ann, first := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		s.cem.rings()
		second := s.bea.dials("102")
		s.until("102 rings")
		must(s.t, referToRinging(s.ctx, first, <-second.rings))
		second.fails()
		s.until("attended transfer")
		cem := s.cem.answers()
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
  attended transfer by 101 of 100 to Dial: Success
| 101 left(16), 102 * for 101; merged
  attended transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 101 left(16), 102 up for 101; 100+102
100 left(16), 101 left(16) for 100, 101 left(16), 102 left(16) for 101; ended
`},
	{name: "attended transfer by REFER, aborted", play: func(s *act) {
		ann, first := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		must(s.t, first.Hold(s.ctx))
		s.until("101 holds")
		second, cem := s.talk(s.bea, s.cem, "102")
		s.until("101+102")
		s.bye(second)
		s.gone(cem)
		s.until("ended")
		must(s.t, first.Resume(s.ctx))
		s.until("100+101")
		s.bye(first)
		s.gone(ann)
	}, told: `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
101 up, 102 up for 101; 101+102
101 left(16), 102 left(16) for 101; ended
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`},
	{name: "attended transfer by REFER, returned", play: func(s *act) {
		ann, first := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		second, cem := s.talk(s.bea, s.cem, "102")
		s.until("101+102")
		s.bye(cem)
		s.gone(second)
		s.until("ended")
		if err := referReplacing(s.ctx, first, second); err == nil {
			s.t.Error("a call that has ended was replaced")
		}
		s.bye(first)
		s.gone(ann)
	}, told: `
100 up, 101 up for 100; 100+101
101 up, 102 up for 101; 101+102
101 left(16), 102 left(16) for 101; ended
100 left(16), 101 left(16) for 100; ended
`},
	{name: "attended transfer by REFER, into a queue", capture: "attended-transfer-queue", loose: true, play: func(s *act) {
		ann, first := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		s.cem.rings()
		second := s.bea.dials("614").up()
		s.until("102 rings for 101")
		must(s.t, referReplacing(s.ctx, first, second)) // a phone that hangs up by itself may do so before Ann has its place
		s.until("100 in cem")
		s.bye(first, second)
		cem := s.cem.answers()
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
100 up, 101 up for 100; 100+101
  101 in cem
  attended transfer by 101 of 100 to Queue: Success
  100 in cem
  100 in cem left
  100 in cem answered by *, Cem
| 101 left(16), 102 * for 101; merged
100 up, 101 left(16) for 100, 101 left(16), 102 up for 101; 100+102
100 left(16), 101 left(16) for 100, 101 left(16), 102 left(16) for 101; ended
`},
	{name: "attended transfer by REFER, into a conference", capture: "attended-transfer-conference", loose: true, play: func(s *act) {
		cem := s.cem.dials("601").up()
		s.until("102 in 7")
		ann, first := s.talk(s.ann, s.bea, "101")
		s.until("100+101")
		second := s.bea.dials("601").up()
		s.until("101 in 7")
		must(s.t, referReplacing(s.ctx, first, second))
		s.until("100 in 7")
		s.bye(first, second)
		s.bye(cem)
		s.until("102 left(16)")
		s.bye(ann)
	}, told: `
102 up; 102 in 7
100 up, 101 up for 100; 100+101
101 up; 101 in 7
  attended transfer by 101 of 100 to ConfBridge: Success
100 up, 101 * for 100; 100 in 7
| 101 left(16); ended
| 100 left(16), 101 left(16) for 100; ended
| 102 left(16); ended
`},
}
