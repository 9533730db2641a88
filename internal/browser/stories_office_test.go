package browser_test

import (
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/callcentre"
)

// member is how Asterisk has a phone in a queue; nil if it is no member.
func (s *story) member(queue, phone string) *event.QueueMember {
	s.t.Helper()
	queues, err := ami.Queues(s.ctx, s.client, action.QueueStatus{Queue: queue})
	if err != nil || len(queues) != 1 {
		s.t.Fatalf("queue %s is %v, %v", queue, queues, err)
	}
	for _, m := range queues[0].Members {
		if m.Location == phone {
			return &m
		}
	}
	return nil
}

// Ann pauses, for a reason, and Frida ends the pause; she logs Ben in to a queue, and out.
func pause(s *story) {
	ann, frida := s.at("ann"), s.at("frida")
	const mine = `#memberships li[data-queue="sales"]`
	ann.chooses(mine+` select[data-field="reason"]`, "Lunch")
	ann.clicks(mine + " " + button("pause"))
	ann.done()
	ann.sees(mine + `[data-state="paused"]`)
	ann.reads(mine, "Lunch")
	if m := s.member("sales", "PJSIP/101"); m == nil || !m.Paused || m.PausedReason != "Lunch" {
		s.t.Errorf("Asterisk has %+v", m)
	}

	const row = `#members tr[data-interface="PJSIP/101"][data-queue="sales"]`
	frida.clicks("#nav-board")
	frida.sees(row + `[data-state="paused"]`)
	frida.reads(row, "Lunch")
	frida.clicks(row + " " + button("resume"))
	frida.done()
	ann.sees(mine + `:not([data-state="paused"])`)
	if m := s.member("sales", "PJSIP/101"); m == nil || m.Paused {
		s.t.Errorf("Asterisk has %+v", m)
	}

	const bens = `#members tr[data-interface="PJSIP/100"][data-queue="sales"]`
	frida.chooses("#login-queue", "sales")
	frida.chooses("#login-device", "PJSIP/100")
	frida.clicks(`#login button[data-action="login"]`)
	frida.done()
	frida.sees(bens)
	if s.member("sales", "PJSIP/100") == nil {
		s.t.Error("Asterisk has no new member")
	}
	frida.clicks(bens + " " + button("logout"))
	frida.done()
	frida.lacks(bens)
	if m := s.member("sales", "PJSIP/100"); m != nil {
		s.t.Errorf("Asterisk has %+v", m)
	}
}

// A caller whom nobody knows has a record by one click, and a note; both are there at the next call.
func customer(s *story) {
	const number, name = "+447700900555", "<b>R Bello</b>"
	ann := s.at("ann")
	_, call, outside := s.talk(number, name)
	ann.watches(number)
	ann.reads(card(number, field("customer-name")), "Not a customer yet")
	ann.reads(card(number, field("name")), name)
	ann.types(card(number, `textarea[data-field="note-text"]`), "Wants an offer.")
	ann.does(number, "note")
	ann.does(number, "createCustomer")
	ann.reads(card(number, field("customer-name")), name)
	ann.reads(card(number, `[data-list="notes"]`), "Wants an offer.")
	s.hangsUp(outside)
	s.ended(call)
	ann.finds(number, "answered")
	ann.never(number)

	caller := s.customer(number, "", "+12025550111")
	s.phone("101").rings()
	again := card(number) + `[data-state="ringing"] `
	ann.reads(again+field("customer-name"), name)
	ann.reads(again+`[data-list="notes"]`, "Wants an offer.")
	ann.reads(again+`[data-list="history"]`, "answered")
	ann.clicks(again + `[data-list="notes"] input[type="checkbox"]`)
	ann.lacks(again + `[data-list="notes"] li`)
	caller.givesUp()
	ann.finds(number, "abandoned")
}

// A caller of a queue is on the wallboard, and on the card with the queue's name.
func queue(s *story) {
	const number, other = "+12025550159", "+12025550160"
	ann, frida := s.at("ann"), s.at("frida")
	anns := s.phone("101")
	frida.clicks("#nav-board")
	const sales = `#queues article[data-name="sales"] `
	outside := s.customer(number, "WIRELESS CALLER", callcentre.MainNumber).talks()
	if err := outside.Press(s.ctx, "1"); err != nil {
		s.t.Fatal(err)
	}
	frida.reads(sales+field("waiting"), "1")
	frida.reads(sales+"[data-caller]", "WIRELESS CALLER")
	rings := anns.rings()
	ann.finds(number, "ringing")
	ann.reads(card(number, field("queue")), "sales")
	frida.sees(`#members tr[data-interface="PJSIP/101"][data-queue="sales"][data-state="ringing"]`)
	answered := frida.text(sales + field("answered"))
	call := rings.answers()
	frida.sees(`#members tr[data-interface="PJSIP/101"][data-queue="sales"][data-state="inCall"]`)
	frida.reads(sales+field("waiting"), "0")
	frida.waits(fmt.Sprintf(`Number(document.querySelector(%s).textContent) === %s + 1`, quote(sales+field("answered")), answered))
	frida.reads("#calls", number)
	s.hangsUp(call)
	s.ended(outside)
	frida.lacks("#calls tr")

	abandoned := frida.text(sales + field("abandoned"))
	outside = s.customer(other, "", callcentre.MainNumber).talks()
	if err := outside.Press(s.ctx, "1"); err != nil {
		s.t.Fatal(err)
	}
	frida.reads(sales+"[data-caller]", other)
	anns.rings()
	ann.finds(other, "ringing")
	s.hangsUp(outside)
	ann.finds(other, "abandoned")
	frida.waits(fmt.Sprintf(`Number(document.querySelector(%s).textContent) === %s + 1`, quote(sales+field("abandoned")), abandoned))
}

// Ann looks at another window: the title of the tab and a notification tell her who calls, until the phone rings no more.
func lookedElsewhere(s *story) {
	const number = "+12025550163"
	ann := s.at("ann")
	anns := s.phone("101")
	ann.waits(`(window.notes = [], window.Notification = class {
		static permission = "granted";
		constructor(title, options) { this.text = title + " " + options.body; window.notes.push(this); }
		close() { this.closed = true; }
	}, document.hasFocus = () => false, true)`)
	caller := s.customer(number, "R Bello", "+12025550111")
	anns.rings()
	ann.finds(number, "ringing")
	ann.waits(`document.title === "☎ R Bello rings"`)
	ann.waits(`notes.length === 1 && notes[0].text.includes("R Bello") && notes[0].text.includes("` + number + `") && !notes[0].closed`)
	ann.reads("#announce", "R Bello calls")
	caller.givesUp()
	ann.finds(number, "abandoned")
	ann.waits(`/^\([0-9]+\) Screen-pop$/.test(document.title) && notes.length === 1 && notes[0].closed`)
}
