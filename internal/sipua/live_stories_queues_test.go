package sipua_test

import (
	"context"

	"github.com/asterisk-go/asterisk-go/agi"
)

// queueStories are calls with a queue.
var queueStories = []liveStory{
	{name: "queue, answered", short: true, equal: true, play: func(s *act) {
		ann, bea := s.talk(s.ann, s.bea, "600")
		s.until("100+101")
		s.bye(bea)
		s.gone(ann)
	}, told: `
  100 in desk
  100 in desk left
  100 in desk answered by 101, Bea
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`},
	{name: "queue, abandoned", play: func(s *act) {
		s.bea.rings()
		a := s.ann.dials("600")
		s.until("101 rings")
		a.givesUp()
	}, told: `
  100 in desk
  100 in desk abandoned
100 left(127), 101 left(0) for 100; ended
`},
	{name: "queue, timed out", capture: "queue-timed-out", play: func(s *act) {
		s.bea.rings()
		s.ann.dials("604").fails()
	}, told: `
  100 in desk
  100 in desk left
100 left(16), 101 left(0) for 100; ended
`},
	{name: "queue, ring no answer", play: missedInQueue, told: `
  100 in turns
  100 in turns left
  100 in turns answered by 102, Cem
100 up, 101 left(0) for 100, 102 up for 100; 100+102
100 left(16), 101 left(0) for 100, 102 left(16) for 100; ended
`},
	{name: "queue, left by key", capture: "queue-left-by-key", play: func(s *act) {
		s.bea.rings()
		s.cem.rings()
		ann := s.ann.dials("605").up()
		s.until("101 rings")
		s.press(ann, "1")
		s.until("102 rings")
		cem := s.cem.answers()
		s.until("100+102")
		s.bye(ann)
		s.gone(cem)
	}, told: `
  100 in keys
  100 in keys left
100 up, 101 left(0) for 100, 102 up for 100; 100+102
100 left(16), 101 left(0) for 100, 102 left(16) for 100; ended
`},
	{name: "AGI, then queue", short: true, play: func(s *act) {
		asked := make(chan string, 1)
		s.serve(func(ctx context.Context, session *agi.Session) error {
			asked <- session.Env.UniqueID
			return session.Answer(ctx)
		})
		s.bea.rings()
		ann := s.ann.dials("606").up()
		s.until("101 rings")
		bea := s.bea.answers()
		s.until("100+101")
		id := <-asked
		if c, ok := s.model.Channel(id); !ok || c.CallID != id {
			s.t.Errorf("the AGI's channel %s is %v", id, c)
		}
		s.bye(ann)
		s.gone(bea)
	}, told: `
  100 in desk
  100 in desk left
  100 in desk answered by 101, Bea
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`},
}
