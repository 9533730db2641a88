package sipua_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// TestLiveGatewayRights plays calls of two users, and searches all that either receives for what is the other's.
func TestLiveGatewayRights(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &frontConfig)
			for _, test := range []struct {
				name string
				play func(f *front)
			}{
				{"calls of others", callsOfOthers},
				{"a call to the other", callToTheOther},
				{"blind transfer to the other", blindToTheOther},
				{"attended transfer to the other", attendedToTheOther},
				{"transferred away", transferredAway},
				{"picked up", pickedUpByTheOther},
				{"conference", conferenceOfBoth},
				{"queue", queueOfBoth},
				{"parked and retrieved", parkedForTheOther},
			} {
				t.Run(test.name, func(t *testing.T) {
					withFront(t, s, func(f *front) {
						f.pair("anna7")
						f.pair("bert8")
						f.pair("chief")
						test.play(f)
						f.finish()
					})
				})
			}
		})
	}
}

// page is the first page of a user.
func (f *front) page(user string) *page {
	for _, p := range f.pages {
		if p.user == user {
			return p
		}
	}
	return nil
}

// calls begins a call from outside.
func (f *front) calls(who caller, number string) *attempt {
	return f.begins(func(ctx context.Context) (conversation, error) {
		return f.outside.DialFrom(ctx, who.number, who.name, number)
	})
}

// callsOfOthers: bert is called, puts on hold, asks cleo and gives the call to her. Anna sees none of it.
func callsOfOthers(f *front) {
	bert := f.page("bert8")
	f.learns("bert8", xenia.texts()...)
	a := f.calls(xenia, toBert)
	bert.shows("bert8 ringing, 491751110001 Xenia Thal")
	far := f.bert.answers()
	near := a.up()
	bert.shows("bert8 talking, 491751110001 Xenia Thal")
	must(f.t, far.Hold(f.ctx))
	f.until("bert8 holds")
	f.learns("bert8", "7703003", "Santos")
	second := f.bert.dials("7703003")
	f.until("cleo9 rings")
	cleo := f.cleo.answers()
	his := second.up()
	f.until("bert8+cleo9")
	must(f.t, referTo(f.ctx, far, his))
	f.page("chief").shows("bert8 left answered, 7703003 Cleo Santos")
	f.until("cleo9+trunk")
	f.bye(near)
	f.gone(cleo)
}

// callToTheOther: anna calls bert. Each sees the other's number and name, and nothing else of theirs. Then bert is called.
func callToTheOther(f *front) {
	f.learns("anna7", "7702002", "Rasmus")
	f.learns("bert8", "7701001", "Quendel")
	a := f.anna.dials("7702002")
	f.page("bert8").shows("bert8 ringing, 7701001 Anna Quendel")
	far := f.bert.answers()
	near := a.up()
	f.page("anna7").shows("anna7 talking, 7702002 Bert Rasmus")
	f.bye(near)
	f.gone(far)
	f.page("anna7").shows("anna7 left answered")
	f.learns("bert8", xenia.texts()...)
	b := f.calls(xenia, toBert)
	f.page("bert8").shows("bert8 ringing, 491751110001 Xenia Thal")
	b.givesUp()
	f.page("bert8").shows("bert8 left abandoned, 491751110001 Xenia Thal")
}

// blindToTheOther: bert sends his caller to anna.
func blindToTheOther(f *front) {
	f.learns("bert8", xenia.texts()...)
	a := f.calls(xenia, toBert)
	f.page("bert8").shows("bert8 ringing")
	far := f.bert.answers()
	near := a.up()
	f.until("bert8+trunk")
	f.learns("anna7", append(xenia.texts(), toBert)...) // the number that was called is the call's
	f.learns("bert8", "7701001")                        // he dials it
	must(f.t, far.Refer(f.ctx, "7701001"))
	f.page("anna7").shows("anna7 ringing, 491751110001 Xenia Thal")
	anna := f.anna.answers()
	f.page("anna7").shows("anna7 talking, 491751110001 Xenia Thal")
	f.bye(near)
	f.gone(anna)
}

// attendedToTheOther: bert asks anna first.
func attendedToTheOther(f *front) {
	f.learns("bert8", xenia.texts()...)
	a := f.calls(xenia, toBert)
	f.page("bert8").shows("bert8 ringing")
	first := f.bert.answers()
	near := a.up()
	f.until("bert8+trunk")
	f.learns("anna7", "7702002", "Rasmus")
	f.learns("bert8", "7701001", "Quendel")
	b := f.bert.dials("7701001")
	f.page("anna7").shows("anna7 ringing, 7702002 Bert Rasmus")
	anna := f.anna.answers()
	second := b.up()
	f.page("anna7").shows("anna7 talking, 7702002 Bert Rasmus")
	f.until("anna7+bert8")
	f.learns("anna7", append(xenia.texts(), toBert)...)
	must(f.t, referTo(f.ctx, first, second))
	f.page("anna7").shows("anna7 talking, 491751110001 Xenia Thal")
	f.bye(near)
	f.gone(anna)
}

// transferredAway: anna gives her caller to bert, who gives him to cleo: that is not hers any more.
func transferredAway(f *front) {
	f.learns("anna7", yves.texts()...)
	a := f.calls(yves, toAnna)
	f.page("anna7").shows("anna7 ringing, 491752220002 Yves Brook")
	far := f.anna.answers()
	near := a.up()
	f.until("anna7+trunk")
	f.learns("anna7", "7702002") // she dials it
	f.learns("bert8", append(yves.texts(), toAnna)...)
	must(f.t, far.Refer(f.ctx, "7702002"))
	f.page("bert8").shows("bert8 ringing, 491752220002 Yves Brook")
	bert := f.bert.answers()
	f.page("anna7").shows("anna7 left answered, 491752220002 Yves Brook")
	f.until("bert8+trunk")
	f.learns("bert8", "7703003")
	must(f.t, bert.Refer(f.ctx, "7703003"))
	f.until("cleo9 rings")
	cleo := f.cleo.answers()
	f.until("cleo9+trunk")
	f.bye(near)
	f.gone(cleo)
}

// pickedUpByTheOther: anna takes what rings at bert's phone, and bert what rings at hers.
func pickedUpByTheOther(f *front) {
	f.learns("bert8", xenia.texts()...)
	a := f.calls(xenia, toBert)
	f.page("bert8").shows("bert8 ringing, 491751110001 Xenia Thal")
	f.until("bert8 rings")
	f.learns("anna7", append(xenia.texts(), toBert)...)
	anna := f.anna.dials("602").up()
	near := a.up()
	f.page("anna7").shows("anna7 talking, 491751110001 Xenia Thal")
	f.page("bert8").shows("bert8 left elsewhere")
	f.bye(near)
	f.gone(anna)
	f.until("ended")

	f.learns("anna7", yves.texts()...)
	b := f.calls(yves, toAnna)
	f.page("anna7").shows("anna7 ringing, 491752220002 Yves Brook")
	f.until("anna7 rings")
	f.learns("bert8", append(yves.texts(), toAnna)...)
	bert := f.bert.dials("603").up()
	near = b.up()
	f.page("bert8").shows("bert8 talking, 491752220002 Yves Brook")
	f.page("anna7").shows("anna7 left elsewhere")
	f.bye(near)
	f.gone(bert)
}

// conferenceOfBoth: both are in one conference, where each sees that they are in one, and nobody else in it.
func conferenceOfBoth(f *front) {
	anna := f.anna.dials("601").up()
	f.until("anna7 in raum5")
	bert := f.bert.dials("601").up()
	f.until("bert8 in raum5")
	f.page("anna7").shows("anna7 talking")
	f.page("bert8").shows("bert8 talking")
	f.bye(bert)
	f.until("bert8 left")
	f.bye(anna)
}

// queueOfBoth: a caller rings at both, and bert answers; another one rings at bert alone, for anna pauses.
func queueOfBoth(f *front) {
	f.learns("anna7", xenia.texts()...)
	f.learns("bert8", xenia.texts()...)
	a := f.calls(xenia, toQueue)
	f.page("anna7").shows("anna7 ringing, 491751110001 Xenia Thal")
	f.page("bert8").shows("bert8 ringing, 491751110001 Xenia Thal")
	bert := f.bert.answers()
	near := a.up()
	f.page("anna7").shows("anna7 left elsewhere")
	f.page("bert8").shows("bert8 talking, 491751110001 Xenia Thal")
	f.bye(near)
	f.gone(bert)
	f.do(action.QueuePause{Interface: "PJSIP/anna7", Queue: "beide", Paused: true})
	f.do(action.QueuePause{Interface: "Local/7703003@innendienst", Queue: "beide", Paused: true})
	f.learns("bert8", yves.texts()...)
	b := f.calls(yves, toQueue)
	f.page("bert8").shows("bert8 ringing, 491752220002 Yves Brook")
	bert = f.bert.answers()
	near = b.up()
	f.page("bert8").shows("bert8 talking, 491752220002 Yves Brook")
	f.bye(bert)
	f.gone(near)
	f.do(action.QueuePause{Interface: "PJSIP/anna7", Queue: "beide"})
	f.do(action.QueuePause{Interface: "Local/7703003@innendienst", Queue: "beide"})
}

// parkedForTheOther: bert parks his caller, whom anna fetches.
func parkedForTheOther(f *front) {
	f.learns("bert8", xenia.texts()...)
	a := f.calls(xenia, toBert)
	f.page("bert8").shows("bert8 ringing")
	bert := f.bert.answers()
	near := a.up()
	f.page("bert8").shows("bert8 talking")
	f.until("bert8+trunk")
	page := f.page("bert8")
	r := page.act(message.Action{Action: message.NamePark, Key: page.key("bert8")})
	if r.Outcome != message.OutcomeDone {
		f.t.Fatalf("bert parks: %+v", r)
	}
	f.gone(bert)
	var space string
	page.until("the parked call", func() bool {
		parked := value[message.Parked](page.objects[r.Object])
		space = strconv.Itoa(parked.Space)
		return parked.Space != 0
	})
	f.learns("anna7", append(xenia.texts(), toBert)...)
	anna := f.anna.dials(space).up()
	f.page("anna7").shows("anna7 talking, 491751110001 Xenia Thal")
	f.bye(anna)
	f.gone(near)
}
