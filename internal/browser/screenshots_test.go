package browser_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	"github.com/asterisk-go/asterisk-go/internal/callcentre"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// The pictures in docs/img are taken of a day in the office:
//
//	ASTERISK_RECORD=1 go test -run TestScreenshots .
func TestScreenshots(t *testing.T) {
	if os.Getenv("ASTERISK_RECORD") != "1" {
		t.Skip("ASTERISK_RECORD is not 1")
	}
	s := open(t, lab.V22, func(c *app.Config) {
		c.Users = slices.Clone(c.Users)
		c.Users[0].Queues, c.Users[0].Team = []string{"sales", "support"}, []string{"*"}
	}).story(t)
	ann, frida := s.at("ann"), s.at("frida")
	phones := make(map[string]*person)
	for _, agent := range callcentre.Agents() {
		phones[agent.Number] = s.phone(agent.Number)
	}

	s.customer("+447700900142", "", "+12025550111").givesUpWhen(phones["101"])
	ann.finds("+447700900142", "abandoned")
	frida.clicks("#nav-board")
	for _, queue := range []string{"sales", "support"} {
		row := `#members tr[data-interface="PJSIP/102"][data-queue="` + queue + `"] `
		frida.chooses(row+`select`, "Lunch")
		frida.clicks(row + button("pause"))
		frida.done()
	}
	s.customer("+491713920017", "", "+12025550113")
	phones["103"].rings().answers()
	parked := s.customer("+33199001234", "ATELIER FONTAINE", "+12025550114")
	darios := phones["104"].rings().answers()
	parked.talks()
	s.parks(darios)
	ann.sees("#parked li")

	grace := s.customer("+12025550143", "GRACE OKAFOR", callcentre.MainNumber).talks()
	s.press(grace, "1")
	rings := phones["101"].rings()
	ann.finds("+12025550143", "ringing")
	s.customer("+442079460731", "", "+12025550115")
	phones["105"].rings()
	ann.sees("#ringing li")
	ann.reads(card("+12025550143", field("ring-time")), "0:03")
	ann.pictures("ring", 1180, 800, "light")
	ann.pictures("phone", 390, 844, "light")

	call := rings.answers()
	ann.finds("+12025550143", "talking")
	ann.clicks(card("+12025550143", button("transfer-open")))
	ann.reads(card("+12025550143", field("talk-time")), "0:04")
	ann.pictures("dark", 1180, 800, "dark")

	weber := s.customer("+493023125042", "Weber Sanitaer", callcentre.MainNumber).talks()
	s.press(weber, "1")
	waits := s.customer("+442079460018", "A HART", callcentre.MainNumber).talks()
	s.press(waits, "2")
	phones["104"].rings()
	frida.sees(`#members tr[data-interface="PJSIP/104"][data-state="ringing"]`)
	frida.reads(`#queues article[data-name="sales"] [data-caller]`, "0:07")
	frida.pictures("board", 1180, 980, "light")
	s.hangsUp(call)
}

// pictures writes what the page shows at a size, by day or by night, to docs/img.
func (u *user) pictures(name string, width, height int64, scheme string) {
	u.t.Helper()
	media := func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	}
	if err := u.within(chromedp.Func(media), chromedp.EmulateViewport(width, height)); err != nil {
		u.fail("size: %v", err)
	}
	u.waits("(window.scrollTo(0, 0), document.activeElement?.blur(), true)")
	picture, err := chromedp.Run(u.tab, chromedp.CaptureScreenshot())
	if err != nil {
		u.fail("picture: %v", err)
	}
	const most = 150_000
	if len(picture) > most {
		u.t.Errorf("picture %s has %d bytes, want %d at most", name, len(picture), most)
	}
	if err := os.WriteFile(filepath.Join("../../docs/img", "screenpop-"+name+".png"), picture, 0o644); err != nil {
		u.t.Error(err)
	}
}

// givesUpWhen cancels the call when a phone rings.
func (o *outgoing) givesUpWhen(p *person) {
	p.rings()
	o.givesUp()
}

// parks has Asterisk park the other end of a call, as the phone's keys do.
func (s *story) parks(call interface {
	Press(context.Context, string) error
}) {
	s.press(call, "#72")
}

func (s *story) press(call interface {
	Press(context.Context, string) error
}, keys string) {
	s.t.Helper()
	if err := call.Press(s.ctx, keys); err != nil {
		s.t.Fatal(err)
	}
}
