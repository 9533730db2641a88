package browser_test

import (
	"context"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// How a call ended is told apart: answered here or elsewhere, rejected, missed, abandoned.
func endings(s *story) {
	const elsewhere, rejected, missed, abandoned = "+12025550151", "+12025550152", "+12025550153", "+12025550154"
	ann, ben := s.at("ann"), s.at("ben")
	anns, bens := s.phone("101"), s.phone("102")

	late := s.customer(missed, "", "+12025550121") // rings for some seconds, while the others are played
	bens.rings()

	s.customer(rejected, "", "+12025550111")
	anns.rings().declines()
	ann.finds(rejected, "rejected")
	ann.reads(card(rejected, field("state")), "Rejected")

	caller := s.customer(abandoned, "", "+12025550111")
	anns.rings()
	ann.finds(abandoned, "ringing")
	caller.givesUp()
	ann.finds(abandoned, "abandoned")
	ann.reads(card(abandoned, field("state")), "Caller hung up")

	ben.finds(missed, "missed")
	ben.reads(card(missed, field("state")), "Missed")
	late.fails()

	caller = s.customer(elsewhere, "", "+12025550120")
	rings := anns.rings()
	bens.rings()
	ben.finds(elsewhere, "ringing")
	call := rings.answers()
	ann.finds(elsewhere, "talking")
	ben.finds(elsewhere, "elsewhere")
	ben.reads(card(elsewhere, field("state")), "Answered elsewhere")
	s.hangsUp(call)
	s.ended(caller.talks())
	ann.finds(elsewhere, "answered")
	ann.reads(card(elsewhere, field("state")), "Ended")

	for _, number := range []string{rejected, abandoned} {
		ann.clicks(card(number, button("dismiss")))
		ann.lacks(card(number))
	}
	s.untold(ben, rejected, abandoned)
	s.untold(ann, missed)
}

// talk has a customer talk with Ann.
func (s *story) talk(number, name string) (anns *person, call, outside *sipua.Call) {
	s.t.Helper()
	anns = s.phone("101")
	caller := s.customer(number, name, "+12025550111")
	call = anns.rings().answers()
	outside = caller.talks()
	s.at("ann").finds(number, "talking")
	return anns, call, outside
}

// transfers sends the caller of a card to a number: at once, or by consult after a question.
func (u *user) transfers(number, to, how string) {
	u.t.Helper()
	u.clicks(card(number, button("transfer-open")))
	u.types(card(number, `input[data-field="transfer-number"]`), to)
	u.does(number, how)
}

// An attended transfer: the caller is nobody's while Ann asks Chloe, and hers when Ann hangs up.
func attended(s *story) {
	const number = "+12025550155"
	ann, chloe := s.at("ann"), s.at("chloe")
	_, call, outside := s.talk(number, "")
	chloes := s.phone("103")
	ann.transfers(number, "103", "consult")
	chloesCall := chloes.rings().answers()
	ann.finds("103", "talking")
	ann.does("103", "hangup")
	s.ended(call)
	chloe.finds(number, "talking")
	s.hangsUp(outside)
	s.ended(chloesCall)
	chloe.finds(number, "answered")
}

// No caller is lost by a transfer that can't be: to a number that there is not, or to Chloe, who declines.
func kept(s *story) {
	const number = "+12025550161"
	ann := s.at("ann")
	_, call, outside := s.talk(number, "")
	ann.clicks(card(number, button("transfer-open")))
	ann.types(card(number, `input[data-field="transfer-number"]`), "109")
	ann.clicks(card(number, button("transfer")))
	ann.sees(`#message[data-outcome="refused"]`)
	ann.sees(card(number) + `[data-state="talking"]`)

	ann.types(card(number, `input[data-field="transfer-number"]`), "103")
	chloes := s.phone("103")
	ann.does(number, "consult")
	rings := chloes.rings()
	bridges := s.client.Subscribe(event.Of[event.BridgeEnter](), nil)
	defer bridges.Close()
	rings.declines()
	for back := false; !back; { // with the caller
		ev, err := bridges.Next(s.ctx)
		if err != nil {
			s.t.Fatalf("Ann is not back with the caller: %v", err)
		}
		enter, ok := ev.(event.BridgeEnter)
		back = ok && event.Device(enter.Channel) == "PJSIP/101"
	}
	ann.sees(card(number) + `[data-state="talking"]:not([data-held],[data-onhold])`)
	select {
	case <-call.Ended():
		s.t.Error("Ann's call has ended")
	case <-outside.Ended():
		s.t.Error("the caller is lost")
	default:
	}
	ann.does(number, "hangup")
	s.ended(outside)
}

// The card follows the caller also where phones transfer: Ann asks Chloe with her phone, and connects the two.
func phones(s *story) {
	const number = "+12025550162"
	ann, chloe := s.at("ann"), s.at("chloe")
	anns, call, outside := s.talk(number, "")
	if err := call.Hold(s.ctx); err != nil {
		s.t.Fatal(err)
	}
	ann.sees(card(number) + `[data-held="true"]`)
	chloes := s.phone("103")
	asks := s.begin(func(ctx context.Context) (*sipua.Call, error) { return anns.phone.Dial(ctx, "103") })
	chloesCall := chloes.rings().answers()
	second := asks.talks()
	ann.finds("103", "talking")
	chloe.finds("101", "talking")
	if err := call.ReferTo(s.ctx, second); err != nil {
		s.t.Fatal(err)
	}
	chloe.finds(number, "talking")
	ann.finds(number, "answered")
	s.hangsUp(outside)
	s.ended(chloesCall)
	chloe.finds(number, "answered")
}

// Chloe takes the call that rings at Ann's.
func pickup(s *story) {
	const number = "+12025550156"
	ann, chloe := s.at("ann"), s.at("chloe")
	anns, chloes := s.phone("101"), s.phone("103")
	caller := s.customer(number, "", "+12025550111")
	rings := anns.rings()
	ann.finds(number, "ringing")
	chloe.reads("#ringing", number)
	chloe.clicks(`#ringing button[data-action="pickup"]`)
	call := chloes.rings().answers()
	chloe.done()
	rings.stops()
	outside := caller.talks()
	chloe.finds(number, "talking")
	ann.finds(number, "elsewhere")
	s.hangsUp(outside)
	s.ended(call)
}

// Ann parks a caller, and fetches the call again.
func parking(s *story) {
	const number = "+12025550157"
	ann := s.at("ann")
	anns, call, outside := s.talk(number, "")
	ann.does(number, "park")
	s.ended(call)
	ann.reads("#parked", number)
	lot, err := ami.List(s.ctx, s.client, action.ParkedCalls{})
	if err != nil || len(lot) != 1 || lot[0].Parkee.CallerIDNum != number {
		s.t.Errorf("Asterisk has parked %+v, %v", lot, err)
	}
	ann.clicks(`#parked button[data-action="retrieve"]`)
	again := anns.rings().answers()
	ann.done()
	ann.lacks("#parked li")
	ann.sees(card(number) + `[data-state="talking"]`)
	s.hangsUp(again)
	s.ended(outside)
}

// Ann records a call, with a pause.
func recording(s *story) {
	const number = "+12025550158"
	ann := s.at("ann")
	events := s.client.Subscribe(event.Named("MixMonitorStart", "MixMonitorMute", "MixMonitorStop"), nil)
	defer events.Close()
	_, call, outside := s.talk(number, "")
	for _, step := range []struct{ action, words, event string }{
		{"record", "Recording", "MixMonitorStart"},
		{"pauseRecording", "Recording paused", "MixMonitorMute"},
		{"pauseRecording", "Recording", "MixMonitorMute"},
		{"record", "", "MixMonitorStop"},
	} {
		ann.does(number, step.action)
		ann.waits(fmt.Sprintf(`document.querySelector(%s)?.textContent === %s`, quote(card(number, field("recording"))), quote(step.words)))
		ev, err := events.Next(s.ctx)
		if err != nil || ev.EventName() != step.event {
			s.t.Fatalf("after %s Asterisk tells %v, %v; want %s", step.action, ev, err, step.event)
		}
	}
	s.hangsUp(call)
	s.ended(outside)
}

// Ann calls a customer by name: her phone rings first. What must not be dialled is refused before anything rings.
func dial(s *story) {
	const number = "+442079460018" // Amelia Hart
	ann, anns, called := s.at("ann"), s.phone("101"), s.outside(number)
	ann.types("#dial-number", "0900123456")
	ann.clicks("#dial-submit")
	ann.sees(`#message[data-outcome="refused"]`)

	before := ann.asked("dial")
	ann.types("#dial-number", "Amelia")
	ann.clicksTwice(`#dial-matches button[data-action="dial"]`)
	call := anns.rings().answers()
	ann.done()
	ann.finds(number, "talking")
	ann.reads(card(number, field("company")), "Hart & Daughters")
	s.hangsUp(call)
	s.ended(called())
	ann.finds(number, "answered")

	ann.types("#dial-number", number)
	ann.clicksTwice("#dial-submit")
	call = anns.rings().answers()
	ann.done()
	if n := ann.asked("dial") - before; n != 2 {
		s.t.Errorf("the page has dialled %d times, want 2", n)
	}
	ann.waits(`!document.querySelector("#dial-number").value`) // so that Enter, held down, dials no more
	s.hangsUp(called())
	s.ended(call)
}

// outside has a customer answer who is called. The function that it returns waits for that.
func (s *story) outside(number string) func() *sipua.Call {
	calls := make(chan *sipua.Call, 1)
	s.Outside().Answer(func(i *sipua.Incoming) {
		if i.To != number {
			s.t.Errorf("%s is called", i.To)
		}
		if call, err := i.Accept(); err == nil {
			calls <- call
		}
	})
	s.t.Cleanup(func() { s.Outside().Answer(nil) })
	return func() *sipua.Call {
		s.t.Helper()
		select {
		case call := <-calls:
			return s.ends(call)
		case <-s.ctx.Done():
			s.t.Fatalf("%s was not called", number)
			return nil
		}
	}
}

// Ann missed a call, and calls back with one click; the phone answers when she clicks.
func answer(s *story) {
	const number = "+447700900142" // Tom Whitfield
	ann, anns, called := s.at("ann"), s.phone("101"), s.outside(number)
	caller := s.customer(number, "", "+12025550111")
	anns.rings()
	ann.finds(number, "ringing")
	caller.givesUp()
	ann.finds(number, "abandoned")
	ann.clicks(card(number, button("callback")))
	anns.rings().answers()
	ann.done()
	ann.finds(number, "talking")
	outside := called()
	ann.does(number, "hangup")
	s.ended(outside)
	ann.finds(number, "answered")

	caller = s.customer(number, "", "+12025550111")
	rings := anns.rings()
	ann.clicks(card(number, button("answer")))
	s.over(rings.Asked(), "the phone is asked to answer")
	call := rings.answers()
	ann.done()
	ann.sees(card(number) + `[data-state="talking"]`)
	s.hangsUp(caller.talks())
	s.ended(call)
}
