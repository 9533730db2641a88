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
	{"day", day},
	{"endings", endings},
	{"attended", attended},
	{"kept", kept},
	{"phones", phones},
	{"pickup", pickup},
	{"parking", parking},
	{"pause", pause},
	{"recording", recording},
	{"dial", dial},
	{"answer", answer},
	{"customer", customer},
	{"queue", queue},
	{"elsewhere", lookedElsewhere},
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

// A call is on the screen of whose phone rings, and of nobody else, nor on the way there. It can be held at the phone, and transferred
// and ended with the page.
func day(s *story) {
	const number, name, his = "+12025550143", "GRACE OKAFOR", "+442079460731"
	ann, ben, chloe := s.at("ann"), s.at("ben"), s.at("chloe")
	phone, bens, chloes := s.phone("101"), s.phone("102"), s.phone("103")

	caller := s.customer(number, name, "+12025550111")
	rings := phone.rings()
	ann.finds(number, "ringing")
	ann.reads(card(number, field("customer-name")), "Grace Okafor")
	ann.reads(card(number, field("did")), "+12025550111")
	ann.sees(card(number, `a[data-action="crm"][href="https://crm.example.com/find?phone=%2B12025550143"]`))
	ann.watches(number)
	call := rings.answers()
	outside := caller.talks()
	ann.finds(number, "talking")

	if err := call.Hold(s.ctx); err != nil {
		s.t.Fatal(err)
	}
	ann.sees(card(number) + `[data-held="true"]`)
	ann.reads(card(number, field("state")), "You hold")
	if err := call.Resume(s.ctx); err != nil {
		s.t.Fatal(err)
	}
	ann.sees(card(number) + `:not([data-held])`)

	ann.transfers(number, "103", "transfer")
	chloesRing := chloes.rings()
	s.ended(call)
	ann.finds(number, "answered")
	ann.never(number)
	chloe.finds(number, "ringing")
	chloe.reads(card(number, field("name")), "Grace Okafor")
	chloesCall := chloesRing.answers()
	chloe.finds(number, "talking")
	chloe.does(number, "hangup")
	s.ended(chloesCall, outside)
	chloe.finds(number, "answered")

	// What comes to Ben comes after all of that.
	other := s.customer(his, "", "+12025550112")
	bens.rings()
	ben.finds(his, "ringing")
	other.givesUp()
	ben.finds(his, "abandoned")
	s.untold(ben, number, name, "+12025550111", "PJSIP/101", "Grace")
	s.untold(ann, his, "+12025550112") // that Ben's phone is in use she is told: they are members of one queue
}

// untold fails if a page was told, or shows, what is not its user's.
func (s *story) untold(u *user, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if frames := u.received(text); len(frames) > 0 {
			s.t.Errorf("the page of %s was told of %s: %s", u.id, text, frames)
		}
		if u.is(`(document.title + document.body.outerHTML).includes(` + quote(text) + `)`) {
			s.t.Errorf("the page of %s shows %s", u.id, text)
		}
	}
}
