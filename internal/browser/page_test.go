package browser_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// page is a tab with cookies of its own, and all that the gateway has sent to it.
type page struct {
	tab context.Context

	mu       sync.Mutex // guards all of them
	frames   []string   // messages by WebSocket, the oldest first
	sent     []string   // messages of the page's
	problems []string   // exceptions, and what the browser has refused
}

// newPage opens a tab for as long as the office is open, and then tells what went wrong in it.
func (o *office) newPage() (*page, error) { return o.newTab(chromedp.WithNewBrowserContext()) }

// newTab is one with other cookies.
func (o *office) newTab(cookies chromedp.ContextOption) (*page, error) {
	p := new(page)
	tab, end := chromedp.NewContext(o.chromium, cookies, chromedp.WithListener(p.hear))
	p.tab = tab
	o.t.Cleanup(end)
	o.t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, problem := range p.problems {
			o.t.Errorf("the browser says: %s", problem)
		}
	})
	return p, chromedp.Do(tab, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}), chromedp.EmulateViewport(1280, 900))
}

// hear takes an event of the tab, on chromedp's goroutine.
func (p *page) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventWebSocketFrameReceived:
		p.frames = append(p.frames, string(e.Response.PayloadData))
	case *network.EventWebSocketFrameSent:
		p.sent = append(p.sent, string(e.Response.PayloadData))
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		p.problems = append(p.problems, text)
	case *log.EventEntryAdded:
		// Of the network are requests that were refused, as of who is not signed in yet.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.problems = append(p.problems, e.Entry.Text)
		}
	}
}

// received returns the messages that have a text.
func (p *page) received(text string) (frames []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, frame := range p.frames {
		if strings.Contains(frame, text) {
			frames = append(frames, frame)
		}
	}
	return frames
}

// asked counts the actions of a name that the page has sent.
func (p *page) asked(action string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, frame := range p.sent {
		if strings.Contains(frame, `"action":"`+action+`"`) {
			n++
		}
	}
	return n
}

// last returns the latest messages.
func (p *page) last(n int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.frames[max(0, len(p.frames)-n):])
}

// user is somebody at a page, in one test.
type user struct {
	*page
	t  *testing.T
	id string
}

// within runs steps with the time that a wait may take.
func (u *user) within(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(u.tab, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

func (u *user) visit(url string) {
	u.t.Helper()
	if err := u.within(chromedp.Navigate(url)); err != nil {
		u.t.Fatalf("%s visits %s: %v", u.id, url, err)
	}
}

func (u *user) signIn(password string) {
	u.t.Helper()
	u.sees(`body[data-view="signin"]`)
	u.types("#signin-name", u.id)
	u.types("#signin-password", password)
	u.clicks("#signin-submit")
	u.sees(`body[data-connection="current"]:not([data-view="signin"])`)
}

// fail ends the test with what the page shows.
func (u *user) fail(format string, arguments ...any) {
	u.t.Helper()
	var text string
	if u.tab.Err() == nil {
		text, _ = chromedp.Run(u.tab, chromedp.Evaluate[string](`document.body.outerHTML`)) // empty if that fails, too
	}
	u.t.Fatalf("%s; the page of %s is\n%s\nand the last messages were\n%s", fmt.Sprintf(format, arguments...), u.id, text, strings.Join(u.last(8), "\n"))
}
