package sipua_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// TestLiveGatewayChange takes rights away in the middle of calls, and has a user try what is another's.
func TestLiveGatewayChange(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &frontConfig)
			for _, test := range []struct {
				name string
				play func(f *front)
			}{
				{"reconsidered", reconsidered},
				{"revoked", revoked},
				{"acts on the other's", actsOnTheOthers},
				{"tickets", tickets},
				{"supervisor logs others in", logsIn},
			} {
				t.Run(test.name, func(t *testing.T) { withFront(t, s, test.play) })
			}
		})
	}
}

// reconsidered takes anna's phone from her while she talks, and the supervisor's right on it; later both are given back.
func reconsidered(f *front) {
	socket, stream := f.pair("anna7")
	chief, _ := f.pair("chief")
	f.pair("bert8")
	f.learns("anna7", xenia.texts()...)
	near, far := f.talks(xenia, toAnna, f.anna)
	for _, p := range []*page{socket, stream, chief} {
		p.shows("anna7 talking, 491751110001 Xenia Thal")
	}
	key := socket.key("anna7")
	before := f.users["anna7"]
	for _, user := range []gateway.User{{ID: "anna7", Name: "anna7", Role: "agent"}, {ID: "chief", Name: "chief", Role: "supervisor"}} {
		f.reconsider(user)
	}
	for _, p := range []*page{socket, stream, chief} {
		p.until("nothing", func() bool { return p.resets == 1 && len(p.describe()) == 0 && len(p.objects) == 1 }) // Self
	}
	mark := socket.received()
	f.bye(near) // nobody hears of it
	f.gone(far)
	f.empty()
	for _, p := range []*page{socket, stream} {
		if r := p.act(message.Action{Action: message.NameHangup, Key: key}); r.Outcome != message.OutcomeRefused || r.Reason != p.act(message.Action{Action: message.NameHangup, Key: "party::1.1"}).Reason {
			f.t.Errorf("a call that is hers no more: %+v", r)
		}
	}
	for _, frame := range socket.since(mark) {
		if kind := typeOf(frame); kind != "result" && kind != "alive" {
			f.t.Errorf("after her rights have gone she receives %s", frame)
		}
	}
	f.reconsider(before)
	socket.shows("anna7 left answered, 491751110001 Xenia Thal")
	f.finish()
}

// revoked ends anna's pages while she talks. Bert's stay, and so does her call.
func revoked(f *front) {
	socket, stream := f.pair("anna7")
	bert, _ := f.pair("bert8")
	f.learns("anna7", xenia.texts()...)
	near, far := f.talks(xenia, toAnna, f.anna)
	socket.shows("anna7 talking")
	f.mu.Lock()
	delete(f.users, "anna7")
	f.mu.Unlock()
	f.gateway.Revoke("anna7")
	for _, p := range []*page{socket, stream} {
		<-p.done
		if p.closing.Code != message.CodeRevoked {
			f.t.Errorf("it is closed by %+v, want %d", p.closing, message.CodeRevoked)
		}
	}
	answer := f.post(f.ctx, "/stream", f.header("anna7"), greeting())
	answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		f.t.Errorf("she comes back, and is answered with %s", answer.Status)
	}
	f.bye(near)
	f.gone(far)
	f.until("ended")
	f.learns("bert8", yves.texts()...)
	a := f.calls(yves, toBert)
	bert.shows("bert8 ringing, 491752220002 Yves Brook")
	a.givesUp()
	f.finish()
}

// actsOnTheOthers has anna ask for everything with what is bert's: it is answered as if there were no such thing, and bert talks on.
func actsOnTheOthers(f *front) {
	f.pair("anna7")
	bert, _ := f.pair("bert8")
	chief, _ := f.pair("chief")
	f.learns("bert8", xenia.texts()...)
	near, far := f.talks(xenia, toBert, f.bert)
	bert.shows("bert8 talking")
	chief.shows("bert8 talking")
	keys := map[message.Kind]string{}
	chief.until("a member", func() bool {
		for key, o := range chief.objects {
			if o.Kind != message.KindMember || value[message.Member](o).Device == "PJSIP/bert8" {
				keys[o.Kind] = key
			}
		}
		return keys[message.KindMember] != "" && keys[message.KindQueue] != ""
	})
	bert.until("the call", func() bool {
		for key, o := range bert.objects {
			keys[o.Kind] = key
		}
		return keys[message.KindCall] != ""
	})
	for i, name := range []message.Name{message.NameAnswer, message.NameHangup, message.NameTransfer, message.NameConsult, message.NamePark, message.NameRetrieve,
		message.NamePickup, message.NamePause, message.NameLogin, message.NameLogout, message.NamePauseRecording, message.NameNote} {
		p := f.anotherAnna(i) // a user may do only so much in a second
		for kind, key := range keys {
			if kind != message.KindSelf {
				f.isUnseen(p, message.Action{Action: name, Key: key, Number: "7701001", On: new(bool), Text: "hello"})
			}
		}
	}
	p := f.page("anna7")
	r := p.act(message.Action{Action: message.NameDial, Number: "7702002", Device: keys[message.KindDevice]})
	other := p.act(message.Action{Action: message.NameDial, Number: "7702002", Device: "device::PJSIP%2Fnobody"})
	if r.Outcome != message.OutcomeRefused || r.Reason != other.Reason {
		f.t.Errorf("a call from bert's phone: %+v, and from nobody's: %+v", r, other)
	}
	bert.shows("bert8 talking, 491751110001 Xenia Thal")
	f.bye(near)
	f.gone(far)
	f.finish()
}

// anotherAnna is a page of another user with anna's phone, by either transport.
func (f *front) anotherAnna(i int) (p *page) {
	f.t.Helper()
	id := "anna7-" + strconv.Itoa(i)
	f.mu.Lock()
	f.users[id] = gateway.User{ID: id, Role: "agent", Devices: f.users["anna7"].Devices}
	f.mu.Unlock()
	if i%2 == 0 {
		p = f.socket(id, greeting())
	} else {
		p = f.stream(id, greeting())
	}
	p.until("Self", func() bool { return len(p.objects) > 0 })
	p.user = "anna7"
	return p
}

// isUnseen wants an Action to be refused as one with a thing that is not there.
func (f *front) isUnseen(p *page, a message.Action) {
	f.t.Helper()
	r := p.act(a)
	a.Key += "9"
	other := p.act(a)
	if other.ID = r.ID; r != other || r.Outcome != message.OutcomeRefused || r.Reason != "That is not there, or you may not see it." {
		f.t.Errorf("%s of %s: %+v; of what is not there: %+v", a.Action, a.Key, r, other)
	}
}

// tickets are each for one page, once.
func tickets(f *front) {
	origin := "http://" + f.host
	ticket := func(user string) string {
		f.t.Helper()
		text, err := f.gateway.Ticket(f.users[user], origin)
		if err != nil {
			f.t.Fatal(err)
		}
		return text
	}
	refused := func(what string, p *page) {
		f.t.Helper()
		<-p.done
		if p.closing.Code != message.CodeExpired || len(p.frames) != 1 {
			f.t.Errorf("%s: it is closed by %+v, after %d messages", what, p.closing, len(p.frames))
		}
	}
	with := func(ticket string) message.Hello {
		h := greeting()
		h.Ticket = ticket
		return h
	}
	his, hers := ticket("bert8"), ticket("anna7")
	bert := f.socket("", with(his))
	bert.user = "bert8"
	bert.until("Self", func() bool { return len(bert.objects) > 0 })
	refused("his ticket in her hands", f.socket("anna7", with(his)))
	anna := f.socket("", with(hers))
	anna.user = "anna7"
	anna.until("Self", func() bool { return len(anna.objects) > 0 })
	refused("her own once more", f.socket("anna7", with(hers)))
	answer := f.post(f.ctx, "/stream", f.header("anna7"), with(hers))
	answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		f.t.Errorf("her own by a stream is answered with %s", answer.Status)
	}
	f.learns("bert8", xenia.texts()...)
	a := f.calls(xenia, toBert)
	bert.shows("bert8 ringing")
	a.givesUp()
	f.finish()
}

// logsIn has the supervisor add bert's phone to a queue, and take it out again, which anna may do with her own alone.
func logsIn(f *front) {
	anna, _ := f.pair("anna7")
	chief, _ := f.pair("chief")
	f.pair("bert8")
	const queue, device = "queue::empty", "device::PJSIP%2Fbert8"
	if r := anna.act(message.Action{Action: message.NameLogin, Key: queue, Device: device}); r.Outcome != message.OutcomeRefused {
		f.t.Errorf("anna logs bert in: %+v", r)
	}
	chief.until("bert's phone", func() bool { return chief.objects[device].Key != "" })
	r := chief.act(message.Action{Action: message.NameLogin, Key: queue, Device: device})
	if r.Outcome != message.OutcomeDone {
		f.t.Fatalf("the supervisor logs bert in: %+v", r)
	}
	chief.until("the member", func() bool { return value[message.Member](chief.objects[r.Object]).Dynamic })
	on := true
	if r := chief.act(message.Action{Action: message.NamePause, Key: r.Object, On: &on, Reason: "lunch"}); r.Outcome != message.OutcomeDone {
		f.t.Errorf("the supervisor has bert pause: %+v", r)
	}
	chief.until("his pause", func() bool { return value[message.Member](chief.objects[r.Object]).Reason == "lunch" })
	if r := chief.act(message.Action{Action: message.NameLogout, Key: r.Object}); r.Outcome != message.OutcomeDone {
		f.t.Errorf("the supervisor logs bert out: %+v", r)
	}
	chief.until("no member", func() bool { return chief.objects[r.Object].Key == "" })
	f.finish()
}

// talks is a call from outside that a person has answered.
func (f *front) talks(who caller, number string, to *person) (near, far conversation) {
	f.t.Helper()
	a := f.calls(who, number)
	f.until(to.number() + " rings")
	far = to.answers()
	near = a.up()
	f.until(to.number() + "+trunk")
	return near, far
}

func (f *front) reconsider(user gateway.User) {
	f.t.Helper()
	f.mu.Lock()
	f.users[user.ID] = user
	f.mu.Unlock()
	if err := f.gateway.Reconsider(f.ctx, user); err != nil {
		f.t.Fatal(err)
	}
}

// received is how much a page has received.
func (p *page) received() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.frames)
}

func (p *page) since(mark int) [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.frames[mark:])
}

func typeOf(frame []byte) string {
	var m struct{ Type string }
	_ = json.Unmarshal(frame, &m)
	return m.Type
}
