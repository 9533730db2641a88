package browser_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// stories are what people do, each with callers of its own. The first one is played in every run, all at full size, on both servers.
var stories = []struct {
	name string
	play func(*story)
}{
	{"ring", ring},
}

func TestStories(t *testing.T) {
	for _, v := range lab.Versions() {
		if v != lab.V22 && !lab.Full() {
			continue
		}
		t.Run(v.String(), func(t *testing.T) {
			o := open(t, v, nil)
			for i, story := range stories {
				if i > 0 && !lab.Full() {
					break
				}
				t.Run(story.name, func(t *testing.T) { story.play(o.story(t)) })
			}
		})
	}
}

// A call is on the screen of whose phone rings, and on that of the supervisor, until its end; on no other's, and not on the way there.
func ring(s *story) {
	const number, name = "+12025550143", "GRACE OKAFOR"
	ann, ben := s.at("ann"), s.at("ben")
	phone := s.phone("101")
	customer := s.customer(number, name, "+12025550111")
	rings := phone.rings()
	ann.finds(number, "ringing")
	ann.reads(card(number, field("customer-name")), "Grace Okafor")
	call := rings.answers()
	customer.talks()
	ann.finds(number, "talking")
	s.hangsUp(call)
	ann.finds(number, "answered")
	if seen := ben.received(number); len(seen) > 0 {
		s.t.Errorf("Ben's page was told of it: %s", seen)
	}
}
