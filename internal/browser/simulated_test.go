package browser_test

import (
	"context"
	"testing"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	demo "github.com/asterisk-go/asterisk-go/internal/browser/demo/page"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// simulation is a PBX with the phones of an office, and who calls.
var simulation = pbxtest.Config{
	Phones: []pbxtest.Phone{
		{ID: "101", Name: "Ann Lindqvist", Context: "office"}, {ID: "102", Name: "Ben Carter", Context: "office"}, {ID: "103", Name: "Chloe Martin", Context: "office"},
		{ID: "outside", Context: "trunk", Trunk: true},
	},
	Users: []pbxtest.User{{Name: demo.Login, Secret: "screenpop", Read: demo.Read, Write: demo.Write}},
	Dialplan: `
[office]
exten => _10X,1,Dial(PJSIP/${EXTEN},300,tT)
 same => n,Hangup()

[trunk]
exten => +12025550111,1,Dial(PJSIP/101,300,t)
 same => n,Hangup()
exten => +12025550112,1,Dial(PJSIP/102,300,t)
 same => n,Hangup()
`,
}

// simulated is an office without Asterisk: a PBX that is simulated, the screen-pop in front of it, and a Chromium.
type simulated struct {
	*office
	t   *testing.T
	ctx context.Context
	pbx *pbxtest.PBX
}

func openSimulated(t *testing.T) *simulated {
	t.Helper()
	pbx, err := pbxtest.New(&simulation)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	address, err := pbx.Listen()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, pages: make(map[string]*page)}
	o.config = screenpopAt(t, app.PBX{Address: address, Username: demo.Login, Secret: "screenpop"})
	o.start(t)
	t.Cleanup(func() { o.stop() })
	o.chromium = browse(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	t.Cleanup(cancel)
	return &simulated{o, t, ctx, pbx}
}

// TestSimulatedDay is the story day without a real Asterisk: a call is on the screen of whose phone rings, and of nobody else. It is held at the
// phone, and transferred and ended with the page.
func TestSimulatedDay(t *testing.T) {
	const number, name, his = "+12025550143", "GRACE OKAFOR", "+442079460731"
	s := openSimulated(t)
	ann, ben, chloe := s.user(t, "ann"), s.user(t, "ben"), s.user(t, "chloe")
	anns, bens, chloes, outside := s.phone("101"), s.phone("102"), s.phone("103"), s.phone("outside")

	caller := outside.calls(number, name, "+12025550111")
	call := anns.rings()
	ann.finds(number, "ringing")
	ann.reads(card(number, field("customer-name")), "Grace Okafor")
	ann.reads(card(number, field("did")), "+12025550111")
	ann.watches(number)
	s.does(call.Answer())
	s.over(caller.Answered(), "the call is answered")
	ann.finds(number, "talking")

	s.does(call.Hold())
	ann.sees(card(number) + `[data-held="true"]`)
	ann.reads(card(number, field("state")), "You hold")
	s.does(call.Resume())
	ann.sees(card(number) + `:not([data-held])`)

	ann.transfers(number, "103", "transfer")
	chloesCall := chloes.rings()
	s.over(call.Ended(), "Ann's call has ended")
	ann.finds(number, "answered")
	ann.never(number)
	chloe.finds(number, "ringing")
	chloe.reads(card(number, field("name")), "Grace Okafor")
	s.does(chloesCall.Answer())
	chloe.finds(number, "talking")
	chloe.does(number, "hangup")
	s.over(chloesCall.Ended(), "Chloe's call has ended")
	s.over(caller.Ended(), "the caller's has ended")
	chloe.finds(number, "answered")

	// What comes to Ben comes after all of that.
	other := outside.calls(his, "", "+12025550112")
	bens.rings()
	ben.finds(his, "ringing")
	s.does(other.Hangup())
	ben.finds(his, "abandoned")
	told := &story{s.office, t, s.ctx}
	told.untold(ben, number, name, "+12025550111", "PJSIP/101", "Grace")
	told.untold(ann, his, "+12025550112")
}

func (s *simulated) does(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *simulated) over(ended <-chan struct{}, what string) {
	s.t.Helper()
	(&story{s.office, s.t, s.ctx}).over(ended, what)
}

// handset is a phone of the simulation.
type handset struct {
	*simulated
	phone *pbxtest.Handset
}

func (s *simulated) phone(id string) handset {
	s.t.Helper()
	phone, err := s.pbx.Phone(id)
	s.does(err)
	return handset{s, phone}
}

// calls has somebody outside call.
func (h handset) calls(number, name, to string) *pbxtest.Call {
	h.t.Helper()
	call, err := h.phone.CallAs(number, name, to)
	h.does(err)
	return call
}

// rings waits until the phone rings.
func (h handset) rings() *pbxtest.Call {
	h.t.Helper()
	call, err := h.phone.Next(h.ctx)
	h.does(err)
	return call
}
