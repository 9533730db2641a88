package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// After a restart of Asterisk pages have no call that was before, say since when they can't know, and show what happens from then on.
func TestAsteriskRestarts(t *testing.T) {
	if !lab.Full() {
		t.Skip("restarts of Asterisk are for tests at full size (ASTERISK_FULL=1)")
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			o := open(t, v, nil)
			d := &shift{story: o.story(t), numbers: strangers(313, 5)}
			d.begins()
			if err := o.server.Kill(); err != nil {
				t.Fatal(err)
			}
			for _, u := range []*user{d.ann, d.frida} {
				u.says("The telephone system can't be reached")
			}
			if err := o.server.Restart(); err != nil {
				t.Fatal(err)
			}
			if err := o.Register(d.ctx); err != nil {
				t.Fatal(err)
			}
			for _, u := range []*user{d.ann, d.frida} {
				u.lacks("#connection")
			}
			d.ann.hasCards()
			d.frida.lists()

			later := d.customer(d.numbers[2], "", annsNumber)
			rings := d.phone.rings()
			d.ann.finds(d.numbers[2], "ringing")
			d.frida.lists(d.numbers[2])
			call := rings.answers()
			later.talks()
			d.ann.finds(d.numbers[2], "talking")
			d.hangsUp(call)
			d.ann.finds(d.numbers[2], "answered")
			d.ann.hasCards()
		})
	}
}

// Two tabs of a user have one connection, and show the same. When the one that has it is closed, the other goes on.
func TestTabs(t *testing.T) {
	if !lab.Full() {
		t.Skip("tabs are for tests at full size (ASTERISK_FULL=1)")
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) { tabs(t, v) })
	}
}

func tabs(t *testing.T, v lab.Version) {
	o := open(t, v, nil)
	s := o.story(t)
	numbers := strangers(314, 3)
	keeper, err := o.newPage() // keeps the cookies when tabs go
	if err != nil {
		t.Fatal(err)
	}
	cookies := chromedp.WithExistingBrowserContext(chromedp.FromContext(keeper.tab).BrowserContextID)
	tab := func() *user {
		p, err := o.newTab(cookies)
		if err != nil {
			t.Fatal(err)
		}
		u := &user{page: p, t: t, id: "ann"}
		u.visit(o.url)
		return u
	}
	first := tab()
	first.signIn(password)
	second := tab()
	second.sees(`body[data-connection="current"][data-view="calls"]`)

	phone := s.phone("101")
	caller := s.customer(numbers[0], "", annsNumber)
	rings := phone.rings()
	for _, u := range []*user{first, second} {
		u.finds(numbers[0], "ringing")
	}
	if first, second := first.received(numbers[0]), second.received(numbers[0]); len(first) == 0 || len(second) != 0 {
		t.Errorf("the gateway has told the first tab %d times, and the second one %d times", len(first), len(second))
	}
	call := rings.answers()
	caller.talks()
	second.finds(numbers[0], "talking")
	second.clicks(card(numbers[0], button("hangup"))) // by the connection of the other one
	s.ended(call)
	for _, u := range []*user{first, second} {
		u.finds(numbers[0], "answered")
	}

	if err := chromedp.Cancel(first.tab); err != nil {
		t.Fatal(err)
	}
	another := s.customer(numbers[1], "", annsNumber)
	ringsAgain := phone.rings()
	second.finds(numbers[1], "ringing")
	second.sees(`body[data-connection="current"]`)
	another.givesUp()
	ringsAgain.stops()
	second.finds(numbers[1], "abandoned")
	second.finds(numbers[0], "answered")
	second.hasCards()
	if len(second.received(`"type":"welcome"`)) != 1 {
		t.Error("the second tab has no connection of its own")
	}
	third := tab()
	third.sees(`body[data-connection="current"]`)
	third.finds(numbers[1], "abandoned")
	if len(third.received(`"type":"welcome"`)) != 0 {
		t.Error("the third tab has a connection of its own")
	}
}
