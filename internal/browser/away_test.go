package browser_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// resumeWindow is how long the screen-pop of these tests knows where a page was.
const resumeWindow = 3 * time.Second

// absences are the ways in which a page misses what happens. Each ends without a click.
var absences = []struct {
	name       string
	away, back func(*shift)
	forgets    bool // what has ended meanwhile is not known any more
}{
	{name: "reload", away: (*shift).leaves, back: (*shift).returns},
	{name: "cut", away: (*shift).cut, back: (*shift).mended},
	{name: "beyond the window", away: (*shift).cut, back: (*shift).mendedLate},
	{name: "frozen", away: (*shift).frozen, back: (*shift).thawed},
	{name: "gateway restarted", away: (*shift).stopped, back: (*shift).started, forgets: true},
}

// After an absence the page is right again: what has begun meanwhile is there, what has ended is no more, or with how it ended, and what
// happens from then on is seen.
func TestAway(t *testing.T) {
	if !lab.Full() {
		t.Skip("pages that were away are for tests at full size (ASTERISK_FULL=1)")
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			w := newWay(t)
			o := open(t, v, func(c *app.Config) {
				c.Hosts = append(c.Hosts, w.address())
				c.Adjust = func(g *gateway.Config) { g.ResumeWindow = resumeWindow }
			})
			o.url = w.lead(o.url)
			for i, absence := range absences {
				t.Run(absence.name, func(t *testing.T) {
					d := &shift{story: o.story(t), way: w, numbers: strangers(303+i, 5)}
					d.begins()
					absence.away(d)
					d.goesOn()
					absence.back(d)
					d.isRight(absence.forgets)
				})
			}
		})
	}
}

// strangers are numbers for fiction, of nobody else.
func strangers(area, count int) (numbers []string) {
	for i := range count {
		numbers = append(numbers, fmt.Sprintf("+1%d55501%02d", area, i))
	}
	return numbers
}

// shift is what happens at Ann's phone, before and while her page misses it: the callers, in this order, talk, give up, talk and end,
// are declined, and ring.
type shift struct {
	*story
	way     *way
	numbers []string

	phone            *person
	ann, frida       *user
	gone             *outgoing
	goneRings, rings *ringing
	talks            *sipua.Call
	last             *outgoing
}

const annsNumber = "+12025550111"

// begins has one caller talk with Ann, and one ring.
func (d *shift) begins() {
	d.ann, d.frida, d.phone = d.at("ann"), d.at("frida"), d.story.phone("101")
	d.frida.clicks("#nav-board")
	first := d.customer(d.numbers[0], "", annsNumber)
	rings := d.phone.rings()
	d.ann.finds(d.numbers[0], "ringing")
	d.talks = rings.answers()
	first.talks()
	d.ann.finds(d.numbers[0], "talking")
	d.gone = d.customer(d.numbers[1], "", annsNumber)
	d.goneRings = d.phone.rings()
	d.ann.finds(d.numbers[1], "ringing")
	d.frida.lists(d.numbers[0], d.numbers[1])
}

// goesOn is what the page misses.
func (d *shift) goesOn() {
	d.t.Helper()
	if err := d.talks.Hold(d.ctx); err != nil {
		d.t.Fatal(err)
	}
	d.gone.givesUp()
	d.goneRings.stops()
	third := d.customer(d.numbers[2], "", annsNumber)
	call := d.phone.rings().answers()
	d.hangsUp(call)
	d.ended(third.talks())
	fourth := d.customer(d.numbers[3], "", annsNumber)
	d.phone.rings().declines()
	fourth.fails()
	d.last = d.customer(d.numbers[4], "", annsNumber)
	d.rings = d.phone.rings()
}

// isRight tests what the page shows then, and goes on to show.
func (d *shift) isRight(forgets bool) {
	d.t.Helper()
	for _, u := range []*user{d.ann, d.frida} {
		u.sees(`body[data-connection="current"]`)
		u.lacks("#connection")
	}
	d.ann.finds(d.numbers[0], "talking")
	d.ann.finds(d.numbers[4], "ringing")
	endings := []string{"", "abandoned", "answered", "rejected", ""}
	for i, ending := range endings {
		switch {
		case ending == "":
		case forgets:
			d.ann.waits(fmt.Sprintf("!document.querySelector(%s)", quote(card(d.numbers[i]))))
		default:
			d.ann.finds(d.numbers[i], ending)
		}
	}
	d.ann.hasCards(d.numbers[0], d.numbers[4])
	d.frida.lists(d.numbers[0], d.numbers[4])
	if !forgets { // no list tells who holds a call
		d.ann.sees(card(d.numbers[0]) + `[data-held="true"]`)
	}

	if err := d.talks.Resume(d.ctx); err != nil {
		d.t.Fatal(err)
	}
	d.ann.lacks(card(d.numbers[0]) + `[data-held="true"]`)
	call := d.rings.answers()
	d.last.talks()
	d.ann.finds(d.numbers[4], "talking")
	d.hangsUp(call)
	d.hangsUp(d.talks)
	d.ann.finds(d.numbers[0], "answered")
	d.ann.finds(d.numbers[4], "answered")
	d.ann.hasCards()
	d.frida.lists()
}

// hasCards waits until the cards of calls that have not ended are those of some numbers, and no number has two.
func (u *user) hasCards(numbers ...string) {
	u.t.Helper()
	u.waits(fmt.Sprintf(`(() => {
		const numbers = (cards) => [...document.querySelectorAll(cards)].map((c) => c.dataset.number).sort();
		const all = numbers("#cards > article");
		return numbers('#cards > article:not([data-state="left"])').join() === %s && new Set(all).size === all.length;
	})()`, quote(sorted(numbers))))
}

// lists waits until the wallboard has the calls of some numbers alone.
func (u *user) lists(numbers ...string) {
	u.t.Helper()
	u.waits(fmt.Sprintf(`[...document.querySelectorAll('#calls tr [data-field="from"]')].map((e) => e.textContent).sort().join() === %s`, quote(sorted(numbers))))
}

func sorted(numbers []string) string { return strings.Join(slices.Sorted(slices.Values(numbers)), ",") }

// isStale waits until a page says since when it is not right.
func (u *user) isStale() {
	u.t.Helper()
	u.sees(`body[data-connection="stale"]`)
	u.says("No connection")
}

// says waits until a page says of something that it is so since now, or two minutes ago at most.
func (u *user) says(what string) {
	u.t.Helper()
	u.waits(fmt.Sprintf(`[0, 1, 2].some((minutes) => {
		const time = new Date(Date.now() - minutes * 60000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
		const says = %s?.textContent ?? "";
		return says.includes(%s) && says.includes("since " + time);
	})`, visible("#connection"), quote(what)))
}

func (d *shift) leaves()  { d.ann.visit("about:blank") }
func (d *shift) returns() { d.ann.visit(d.url) }

func (d *shift) cut() {
	d.way.cut()
	d.ann.isStale()
	d.frida.isStale()
}

func (d *shift) mended() {
	d.way.mend()
	d.ann.welcomed(true)
}

func (d *shift) mendedLate() {
	timer := time.NewTimer(2 * resumeWindow)
	defer timer.Stop()
	<-timer.C
	d.way.mend()
	d.ann.welcomed(false)
}

// welcomed tests whether the page could go on where it was.
func (u *user) welcomed(resumed bool) {
	u.t.Helper()
	u.sees(`body[data-connection="current"]`)
	welcomes := u.received(`"type":"welcome"`)
	if want := fmt.Sprintf(`"resumed":%v`, resumed); !strings.Contains(welcomes[len(welcomes)-1], want) {
		u.t.Errorf("%s is welcomed by %s, want %s", u.id, welcomes[len(welcomes)-1], want)
	}
}

func (d *shift) frozen() { d.ann.lives(cdppage.SetWebLifecycleStateStateFrozen) }

func (d *shift) thawed() {
	if heard := d.ann.received(d.numbers[4]); len(heard) > 0 {
		d.t.Errorf("a frozen page has heard %s", heard)
	}
	d.ann.lives(cdppage.SetWebLifecycleStateStateActive)
}

func (u *user) lives(state cdppage.SetWebLifecycleStateState) {
	u.t.Helper()
	if err := u.within(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, cdppage.SetWebLifecycleState, cdppage.SetWebLifecycleStateParams{State: state})
		return err
	})); err != nil {
		u.fail("%s's page becomes %s: %v", u.id, state, err)
	}
}

func (d *shift) stopped() {
	d.stop()
	d.ann.isStale()
	d.frida.isStale()
}

func (d *shift) started() {
	d.start(d.t)
	d.url = d.way.lead(d.url)
}
