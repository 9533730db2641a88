package browser_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	"github.com/asterisk-go/asterisk-go/internal/callcentre"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// looks are how a page is looked at.
var looks = []struct {
	name          string
	width, height int64
	scheme        string
}{
	{"desktop", 1280, 900, "light"}, {"dark", 1280, 900, "dark"}, {"phone", 390, 844, "light"}, {"dark phone", 390, 844, "dark"},
}

// axe-core finds nothing to object to, on any page in any state.
func TestAccessible(t *testing.T) {
	modules := lab.NPM(t)
	axe, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) { accessible(t, v, string(axe)) })
	}
}

func accessible(t *testing.T, v lab.Version, axe string) {
	w := newWay(t)
	o := open(t, v, func(c *app.Config) { c.Hosts = append(c.Hosts, w.address()) })
	o.url = w.lead(o.url)
	s := o.longStory(t, 15*time.Minute)
	is := func(u *user, state string) { u.isAccessible(axe, state) }

	p, err := o.newPage()
	if err != nil {
		t.Fatal(err)
	}
	stranger := &user{page: p, t: t, id: "ann"}
	stranger.visit(o.url)
	stranger.sees(`body[data-view="signin"]`)
	is(stranger, "sign-in")
	stranger.types("#signin-name", "ann")
	stranger.types("#signin-password", "wrong")
	stranger.clicks("#signin-submit")
	stranger.reads("#signin-error", "wrong")
	is(stranger, "wrong password")

	ann, chloe, frida := s.at("ann"), s.at("chloe"), s.at("frida")
	phone, chloes := s.phone("101"), s.phone("103")
	is(ann, "no calls")
	frida.clicks("#nav-calls")
	is(frida, "calls of a supervisor")
	frida.clicks("#nav-board")
	is(frida, "wallboard of a quiet day")

	const known, unknown, third = "+12025550143", "+13155550100", "+13155550101"
	caller := s.customer(known, "GRACE OKAFOR", annsNumber)
	rings := phone.rings()
	ann.reads(card(known, field("customer-name")), "Grace Okafor")
	is(ann, "a customer rings")
	chloe.sees("#ringing li")
	is(chloe, "ringing at a colleague")
	call := rings.answers()
	caller.talks()
	ann.finds(known, "talking")
	ann.clicks(card(known, button("transfer-open")))
	is(ann, "talking, a transfer is typed")
	ann.types(card(known, `[data-field="note-text"]`), "Wants a call back")
	ann.clicks(card(known, button("note")))
	ann.sees(card(known, "[data-note]"))
	is(ann, "a note")
	if err := call.Hold(s.ctx); err != nil {
		t.Fatal(err)
	}
	ann.sees(card(known) + `[data-held="true"]`)
	is(ann, "on hold")

	s.customer(unknown, "", annsNumber).givesUpWhen(phone)
	ann.finds(unknown, "abandoned")
	declined := s.customer(third, "", annsNumber)
	phone.rings().declines()
	declined.fails()
	ann.finds(third, "rejected")
	is(ann, "missed and rejected")
	ann.types("#dial-number", "okaf")
	ann.sees("#dial-matches button")
	is(ann, "customers found")
	ann.types("#dial-number", "999")
	ann.clicks("#dial-submit")
	ann.sees(`#message[data-outcome="refused"]`)
	is(ann, "refused")

	waiting := s.customer("+13155550102", "", callcentre.MainNumber).talks()
	s.press(waiting, "1")
	chloes.rings()
	frida.sees(`#queues article[data-name="sales"] [data-caller]`)
	frida.sees("#calls tr")
	is(frida, "wallboard of a busy day")
	ann.clicks("#memberships " + button("pause"))
	ann.sees(`#memberships li[data-state="paused"]`)
	is(ann, "paused")

	if err := call.Resume(s.ctx); err != nil {
		t.Fatal(err)
	}
	ann.does(known, "park")
	ann.sees("#parked li")
	is(ann, "parked")
	w.cut()
	ann.isStale()
	frida.isStale()
	is(ann, "no connection")
	is(frida, "wallboard without connection")
	w.mend()
	ann.sees(`body[data-connection="current"]`) // a call that is parked may have ended by then
}

// isAccessible has axe-core look at the page in all looks.
func (u *user) isAccessible(axe, state string) {
	u.t.Helper()
	if _, err := evaluate[bool](u, axe+"; true"); err != nil {
		u.fail("%s: axe-core: %v", state, err)
	}
	for _, look := range looks {
		u.looks(look.width, look.height, look.scheme)
		violations, err := evaluate[[]string](u, `axe.run(document, { resultTypes: ["violations"] }).then((found) =>
			found.violations.flatMap((v) => v.nodes.map((node) => v.id + ": " + node.html.slice(0, 200) + " " + (node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? v.help))))`)
		if err != nil {
			u.fail("%s: axe-core: %v", state, err)
		}
		for _, violation := range violations {
			u.t.Errorf("%s, %s (%s): %s", state, look.name, u.id, violation)
		}
		if wide, err := evaluate[bool](u, "document.documentElement.scrollWidth > document.documentElement.clientWidth"); err != nil || wide {
			u.t.Errorf("%s, %s (%s): the page is wider than the window: %v, %v", state, look.name, u.id, wide, err)
		}
	}
	u.looks(1280, 900, "light")
}

// looks changes the size of the window, and whether it is day or night. Nothing moves, so that colours are what they are.
func (u *user) looks(width, height int64, scheme string) {
	u.t.Helper()
	media := func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	}
	if err := u.within(chromedp.Func(media), chromedp.EmulateViewport(width, height)); err != nil {
		u.fail("%s looks: %v", u.id, err)
	}
	u.waits(fmt.Sprintf("matchMedia('(prefers-color-scheme: %s)').matches && innerWidth === %d", scheme, width))
}
