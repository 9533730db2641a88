package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// whenTrue is an expression of JavaScript for the value of another, once that is true. It is evaluated when the page has
// changed and at no other time. (The Poll of chromedp makes a function of a text, which the page's Content-Security-Policy forbids.)
func whenTrue(expression string) string {
	return fmt.Sprintf(`new Promise((resolve, reject) => {
		const observer = new MutationObserver(() => check());
		const check = () => {
			try {
				const value = (%s);
				if (!value) return;
				observer.disconnect();
				resolve(value);
			} catch (err) {
				observer.disconnect();
				reject(err);
			}
		};
		observer.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
		check();
	})`, expression)
}

// evaluate waits for the value of an expression in a user's page. A page that is loaded anew meanwhile is asked again.
func evaluate[T any](u *user, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(u.tab, patience)
	defer cancel()
	for {
		value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
		if err == nil || ctx.Err() != nil || !loadedAnew(err) {
			return value, err
		}
	}
}

func loadedAnew(err error) bool {
	for _, text := range []string{"context was destroyed", "Cannot find context", "navigated or closed", "Promise was collected"} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// waits for an expression of JavaScript to be true.
func (u *user) waits(expression string) {
	u.t.Helper()
	if _, err := evaluate[bool](u, whenTrue("Boolean("+expression+")")); err != nil {
		u.fail("%s waits for %s: %v", u.id, expression, err)
	}
}

// is evaluates an expression now.
func (u *user) is(expression string) bool {
	u.t.Helper()
	value, err := evaluate[bool](u, "Boolean("+expression+")")
	if err != nil {
		u.fail("%s: %s: %v", u.id, expression, err)
	}
	return value
}

// text is that of an element, now.
func (u *user) text(selector string) string {
	u.t.Helper()
	value, err := evaluate[string](u, fmt.Sprintf(`document.querySelector(%s)?.textContent ?? ""`, quote(selector)))
	if err != nil {
		u.fail("%s: text of %s: %v", u.id, selector, err)
	}
	return value
}

// visible is an expression for an element that is there to be seen.
func visible(selector string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].find((e) => e.checkVisibility({ visibilityProperty: true }))`, quote(selector))
}

// sees waits until an element can be seen.
func (u *user) sees(selector string) {
	u.t.Helper()
	u.waits(visible(selector))
}

// lacks waits until an element can't be seen, or is not there.
func (u *user) lacks(selector string) {
	u.t.Helper()
	u.waits("!" + visible(selector))
}

// reads waits until an element that can be seen has a text.
func (u *user) reads(selector, text string) {
	u.t.Helper()
	u.waits(fmt.Sprintf(`[...document.querySelectorAll(%s)].some((e) => e.checkVisibility() && e.textContent.includes(%s))`, quote(selector), quote(text)))
}

// clicks presses the mouse button at the middle of an element.
func (u *user) clicks(selector string) {
	u.t.Helper()
	place := u.place(selector)
	if err := u.within(chromedp.MouseClickXY(place.X, place.Y)); err != nil {
		u.fail("%s clicks %s: %v", u.id, selector, err)
	}
}

// clicksTwice is a double click.
func (u *user) clicksTwice(selector string) {
	u.t.Helper()
	place := u.place(selector)
	if err := u.within(chromedp.MouseClickXY(place.X, place.Y), chromedp.MouseClickXY(place.X, place.Y, chromedp.ClickCount(2))); err != nil {
		u.fail("%s clicks twice on %s: %v", u.id, selector, err)
	}
}

type point struct{ X, Y float64 }

// place is the middle of an element: once it can be seen, is not disabled, and nothing is in front of it.
func (u *user) place(selector string) point {
	u.t.Helper()
	place, err := evaluate[point](u, whenTrue(fmt.Sprintf(`(() => {
		const element = %s;
		if (!element || element.disabled) return null;
		element.scrollIntoView({ block: "center", behavior: "instant" });
		const box = element.getBoundingClientRect();
		const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
		return element.contains(document.elementFromPoint(place.x, place.y)) ? place : null;
	})()`, visible(selector))))
	if err != nil {
		u.fail("%s clicks %s: %v", u.id, selector, err)
	}
	return place
}

// types puts a text into an input, in place of what is there.
func (u *user) types(selector, text string) {
	u.t.Helper()
	u.clicks(selector)
	if _, err := evaluate[bool](u, fmt.Sprintf(`(document.querySelector(%s).select(), true)`, quote(selector))); err != nil {
		u.fail("%s types into %s: %v", u.id, selector, err)
	}
	u.presses(text)
}

// chooses takes an option of a select by its words, as a keyboard does.
func (u *user) chooses(selector, words string) {
	u.t.Helper()
	u.sees(selector)
	if _, err := evaluate[bool](u, fmt.Sprintf(`(%s.focus(), true)`, visible(selector))); err != nil {
		u.fail("%s chooses of %s: %v", u.id, selector, err)
	}
	u.presses(words)
	u.waits(fmt.Sprintf(`%s?.selectedOptions[0]?.textContent === %s`, visible(selector), quote(words)))
}

// presses sends keys to what has the focus.
func (u *user) presses(keys string) {
	u.t.Helper()
	if err := u.within(chromedp.KeyEvent(keys)); err != nil {
		u.fail("%s presses %q: %v", u.id, keys, err)
	}
}

// quote is a text in JavaScript.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // of a string there is none
	}
	return string(quoted)
}

// card is the selector of the cards with a number, and what is within it.
func card(number string, within ...string) string {
	return strings.Join(append([]string{fmt.Sprintf(`#cards > article[data-number="%s"]`, number)}, within...), " ")
}

// button is the selector of one of a card's.
func button(action string) string { return fmt.Sprintf(`button[data-action="%s"]`, action) }

// field is the selector of one of a card's.
func field(name string) string { return fmt.Sprintf(`[data-field="%s"]`, name) }

// finds waits for a card with a number in a state, as ringing, or for one that ended so, as missed.
func (u *user) finds(number, state string) {
	u.t.Helper()
	u.sees(fmt.Sprintf(`%s:is([data-state="%s"],[data-ending="%s"])`, card(number), state, state))
}

// does clicks a button of a card, and waits until the page says that it is done.
func (u *user) does(number, action string) {
	u.t.Helper()
	u.clicks(card(number, button(action)))
	u.done()
}

// done waits until the last action is said to be done. What was said before is forgotten by then.
func (u *user) done() {
	u.t.Helper()
	u.sees(`#message[data-outcome="done"]`)
	if _, err := evaluate[bool](u, `(document.querySelector("#message").dataset.outcome = "read", true)`); err != nil {
		u.fail("%s: %v", u.id, err)
	}
}

// watches has the page remember each moment in which the card of a number has another one, or none.
func (u *user) watches(number string) {
	u.t.Helper()
	if !u.is(fmt.Sprintf(`(window.lost = [], new MutationObserver((all) => { for (const { target } of all) window.lost.push(target.dataset.number ?? ""); })
		.observe(document.querySelector(%s), { attributeFilter: ["data-number"] }), true)`, quote(card(number)))) {
		u.fail("%s can't watch the card of %s", u.id, number)
	}
}

// never fails if there was one.
func (u *user) never(number string) {
	u.t.Helper()
	if lost, err := evaluate[[]string](u, `window.lost`); err != nil || len(lost) > 0 {
		u.t.Errorf("the card of %s had %q meanwhile, %v", number, lost, err)
	}
}
