package browser_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// A day at the office without a mouse: signing in, a call with a note that is transferred, a pause, and the supervisor's board.
func TestKeyboard(t *testing.T) {
	if !lab.Full() {
		t.Skip("the keyboard alone is for tests at full size (ASTERISK_FULL=1)")
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) { byKeyboard(t, v) })
	}
}

func byKeyboard(t *testing.T, v lab.Version) {
	o := open(t, v, nil)
	s := o.story(t)
	const number = "+12025550143"
	ann := o.typist(t, "ann")
	phone, chloes := s.phone("101"), s.phone("103")
	caller := s.customer(number, "GRACE OKAFOR", annsNumber)
	rings := phone.rings()
	ann.finds(number, "ringing")
	ann.waits(`document.querySelector("#announce").textContent.includes("GRACE OKAFOR")`) // read to who does not see
	call := rings.answers()
	caller.talks()
	ann.finds(number, "talking")

	ann.tabsTo(card(number, `[data-field="note-text"]`))
	ann.presses("Wants a call back" + kb.Tab)
	ann.has(card(number, button("note")))
	ann.presses(kb.Enter)
	ann.reads(card(number, "[data-note]"), "Wants a call back")

	ann.tabsTo(card(number, button("transfer-open")))
	ann.presses(kb.Enter)
	ann.has(card(number, `[data-field="transfer-number"]`))
	ann.presses(kb.Escape) // and back
	ann.has(card(number, button("transfer-open")))
	ann.presses(kb.Enter)
	ann.has(card(number, `[data-field="transfer-number"]`))
	ann.presses("103" + kb.Enter)
	ringsAtChloe := chloes.rings()
	ann.done()
	s.ended(call)
	ann.finds(number, "answered")
	ann.tabsTo(card(number, button("dismiss")))
	ann.presses(kb.Enter)
	ann.lacks(card(number))
	ringsAtChloe.declines()

	ann.tabsTo(`#memberships [data-field="reason"]`)
	ann.presses("Lunch" + kb.Tab)
	ann.has("#memberships " + button("pause"))
	ann.presses(kb.Enter)
	ann.sees(`#memberships li[data-state="paused"]`)
	ann.reads("#memberships li", "Lunch")
	ann.tabsTo("#memberships " + button("resume"))
	ann.presses(kb.Enter)
	ann.sees(`#memberships li[data-state="free"]`)

	frida := o.typist(t, "frida")
	frida.tabsTo("#nav-board")
	frida.presses(kb.Enter)
	row := `#members tr[data-interface="PJSIP/103"][data-queue="sales"]`
	frida.tabsTo(row + ` [data-field="reason"]`)
	frida.presses("Meeting")
	frida.tabsTo(row + " " + button("pause"))
	frida.presses(kb.Enter)
	frida.sees(row + `[data-state="paused"]`)
	frida.tabsTo("#nav-calls")
	frida.presses(kb.Enter)
	frida.sees(`body[data-view="calls"]`)
	frida.tabsTo("#sign-out")
	frida.presses(kb.Enter)
	frida.sees(`body[data-view="signin"]`)
}

// typist opens the page of a user who signs in without a mouse.
func (o *office) typist(t *testing.T, id string) *user {
	t.Helper()
	p, err := o.newPage()
	if err != nil {
		t.Fatal(err)
	}
	o.pages[id] = p
	u := &user{page: p, t: t, id: id}
	u.visit(o.url)
	u.sees(`body[data-view="signin"]`)
	u.has("#signin-name")
	u.presses(id + kb.Tab)
	u.has("#signin-password")
	u.presses(password + kb.Enter)
	u.sees(`body[data-connection="current"]:not([data-view="signin"])`)
	return u
}

// has waits until an element has the focus.
func (u *user) has(selector string) {
	u.t.Helper()
	u.waits(fmt.Sprintf("document.activeElement?.matches(%s)", quote(selector)))
}

// tabsTo goes on to an element by the key Tab, where the focus can be seen.
func (u *user) tabsTo(selector string) {
	u.t.Helper()
	u.sees(selector)
	for range 150 {
		u.presses(kb.Tab)
		if !u.is(fmt.Sprintf("document.activeElement?.matches(%s)", quote(selector))) {
			continue
		}
		if !u.is(`document.activeElement.matches(":focus-visible") && getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
			u.t.Errorf("the focus on %s can't be seen", selector)
		}
		return
	}
	u.fail("%s can't reach %s by Tab", u.id, selector)
}
