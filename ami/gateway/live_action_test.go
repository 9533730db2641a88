package gateway_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// office is a user with phone 100 at a real server. Phones are Local channels that answer.
type office struct {
	t       *testing.T
	ctx     context.Context
	model   *live.Model
	session *ami.Client
	changes *live.Subscription
	desk    *gateway.Desk
	rights  gateway.Rights
	count   *int
}

const officeDialplan = `
[phones]
exten => _[12]XX,1,Answer()
 same => n,Playtones(440)
 same => n,Wait(60)
exten => _3XX,1,Ringing()
 same => n,Wait(60)
[inside]
exten => _[12]XX,1,Dial(Local/${EXTEN}@phones/n,,tTg)
 same => n,Wait(60)
exten => _3XX,1,Dial(Local/${EXTEN}@phones/n)
exten => 71,1,Ringing()
 same => n,Wait(0.2)
 same => n,Answer()
 same => n,Playtones(440)
 same => n,Wait(60)
[plain]
exten => _[12]XX,1,Dial(Local/${EXTEN}@phones/n)
`

func phone(n string) string { return "Local/" + n + "@phones" }

// TestLiveActions does every Action on real servers, and sees it in the model.
func TestLiveActions(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": officeDialplan}})
			for name, test := range map[string]func(office){
				"Dial": office.dials, "Transfer": office.transfers, "Consult": office.consults, "Park": office.parks, "ParkAway": office.parksAway,
				"Pickup": office.picksUp, "Member": office.members, "Record": office.records, "Listen": office.listens, "Stranger": office.stranger,
			} {
				t.Run(name, func(t *testing.T) { inOffice(t, s, test) })
			}
		})
	}
}

func inOffice(t *testing.T, s *lab.Server, test func(office)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	connect := func() *ami.Client {
		user := s.User("all")
		client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
	model, err := live.Watch(ctx, connect(), &live.Config{Recheck: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	o := office{t: t, ctx: ctx, model: model, session: connect(), changes: model.Subscribe(nil), count: new(int)}
	defer o.changes.Close()
	o.desk = gateway.NewDesk(&gateway.Config{Servers: []gateway.Server{{Model: model, Session: o.session, Context: "inside"}}})
	defer o.desk.Close()
	all := []message.Name{message.NameDial, message.NameHangup, message.NameTransfer, message.NameConsult, message.NamePark, message.NameRetrieve,
		message.NamePickup, message.NamePause, message.NameLogin, message.NameLogout, message.NameRecord, message.NamePauseRecording, message.NameListen}
	o.rights = gateway.Rights{Own: []gateway.Ref{{Name: phone("100") + "/n"}, {Name: phone("100")}}, Actions: all,
		Others: []message.Name{message.NamePickup, message.NameListen},
		Dial:   gateway.Dial{Allow: []string{"71", "9X", "[1-3]XX"}, PerMinute: 100}}
	defer o.clear()
	test(o)
}

// clear ends all calls.
func (o office) clear() {
	if _, err := o.session.Do(o.ctx, action.Hangup{Channel: "/./"}); err != nil {
		o.t.Error(err)
	}
	o.await("end of all", func(v *live.View) bool { return len(slices.Collect(v.Channels())) == 0 })
}

// await waits until the View is as wanted.
func (o office) await(what string, is func(v *live.View) bool) {
	o.t.Helper()
	for !is(o.model.View()) {
		if _, err := o.changes.Next(o.ctx); err != nil {
			var calls []string
			for c := range o.model.View().Calls() {
				calls = append(calls, fmt.Sprintf("%v %+v", c, c.Conversations))
			}
			o.t.Fatalf("no %s: %v\n%s", what, err, strings.Join(calls, "\n"))
		}
	}
}

// party is the Party of a device that lives.
func party(v *live.View, device string) (*live.Call, live.Party, bool) {
	for c := range v.Calls() {
		for _, p := range c.Parties {
			if p.Device == device && p.Left.IsZero() && c.Merged == nil {
				return c, p, true
			}
		}
	}
	return nil, live.Party{}, false
}

// talk is whether two devices talk with each other.
func talk(one, other string) func(v *live.View) bool {
	return func(v *live.View) bool {
		c, p, ok := party(v, one)
		_, q, too := party(v, other)
		return ok && too && slices.ContainsFunc(c.Conversations, func(t live.Conversation) bool {
			return slices.Contains(t.Parties, p.ID) && slices.Contains(t.Parties, q.ID)
		})
	}
}

func (o office) call(place, one, other string) {
	o.t.Helper()
	a := action.Originate{Channel: phone(one) + "/n", Context: place, Exten: other, Priority: 1, CallerID: "Ann <" + one + ">"}
	if _, err := ami.Originate(o.ctx, o.session, a); err != nil {
		o.t.Fatal(err)
	}
}

// talking begins a call between two phones.
func (o office) talking(place, one, other string) {
	o.t.Helper()
	o.call(place, one, other)
	o.await(one+" talks with "+other, talk(phone(one), phone(other)))
}

// key is that of the Party of a phone.
func (o office) key(n string) string {
	o.t.Helper()
	_, p, ok := party(o.model.View(), phone(n))
	if !ok {
		o.t.Fatalf("%s takes part in nothing", n)
	}
	return gateway.DeskKey(message.KindParty, "", p.ID)
}

func (o office) act(a message.Action) message.Result {
	*o.count++
	a.ID = fmt.Sprintf("action-%03d", *o.count)
	if a.Device == "" {
		a.Device = gateway.DeskKey(message.KindDevice, "", phone("100")+"/n")
	}
	return o.desk.Act(o.ctx, gateway.User{ID: "ann", Name: "Ann"}, o.rights, a)
}

// does is act that has to be done.
func (o office) does(a message.Action) message.Result {
	o.t.Helper()
	r := o.act(a)
	if r.Outcome != message.OutcomeDone {
		o.t.Fatalf("%s: %+v", a.Action, r)
	}
	return r
}

// refuses is act that has to be refused.
func (o office) refuses(a message.Action, words string) {
	o.t.Helper()
	if r := o.act(a); r.Outcome != message.OutcomeRefused || !strings.Contains(r.Reason, words) {
		o.t.Errorf("%s: %+v, want a refusal with %q", a.Action, r, words)
	}
}

func (o office) dials() {
	a := message.Action{ID: "double-click", Action: message.NameDial, Number: "71", Device: gateway.DeskKey(message.KindDevice, "", phone("100")+"/n")}
	var both sync.WaitGroup
	results := make([]message.Result, 2)
	for i := range results {
		both.Go(func() {
			results[i] = o.desk.Act(o.ctx, gateway.User{ID: "ann"}, o.rights, a)
		})
	}
	both.Wait()
	if results[0] != results[1] || results[0].Outcome != message.OutcomeDone {
		o.t.Fatalf("a double click: %+v", results)
	}
	o.await("call", func(v *live.View) bool { _, _, ok := party(v, phone("100")); return ok })
	if key := o.key("100"); key != results[0].Object {
		o.t.Errorf("the Object is %s, want %s", results[0].Object, key)
	}
	calls := 0
	for c := range o.model.View().Calls() {
		if c.Live() {
			calls++
		}
	}
	if calls != 1 {
		o.t.Errorf("%d calls of a double click", calls)
	}
	o.refuses(message.Action{Action: message.NameDial, Number: "99"}, "There is no such number")
	o.does(message.Action{Action: message.NameHangup, Key: results[0].Object})
	o.await("end", func(v *live.View) bool { _, _, ok := party(v, phone("100")); return !ok })
	o.refuses(message.Action{Action: message.NameHangup, Key: results[0].Object}, "The call is over")
}

func (o office) transfers() {
	o.talking("plain", "200", "100")
	o.refuses(message.Action{Action: message.NameTransfer, Key: o.key("100"), Number: "99"}, "There is no such number")
	o.refuses(message.Action{Action: message.NameTransfer, Key: o.key("200"), Number: "101"}, "You may not")
	o.does(message.Action{Action: message.NameTransfer, Key: o.key("100"), Number: "101"})
	o.await("200 with 101", talk(phone("200"), phone("101")))
	o.await("100 gone", func(v *live.View) bool { _, _, ok := party(v, phone("100")); return !ok })
}

func (o office) consults() {
	o.talking("plain", "201", "100")
	o.refuses(message.Action{Action: message.NameConsult, Key: o.key("100"), Number: "101"}, "option t or T")
	o.does(message.Action{Action: message.NameHangup, Key: o.key("100")})
	o.await("end", func(v *live.View) bool { _, _, ok := party(v, phone("201")); return !ok })

	o.talking("inside", "200", "100")
	o.does(message.Action{Action: message.NameConsult, Key: o.key("100"), Number: "101"})
	o.await("100 with 101", talk(phone("100"), phone("101")))
	o.does(message.Action{Action: message.NameHangup, Key: o.key("100")})
	o.await("200 with 101", talk(phone("200"), phone("101")))
}

func (o office) parks() {
	o.talking("inside", "200", "100")
	r := o.does(message.Action{Action: message.NamePark, Key: o.key("100")})
	var parked *live.ParkedCall
	o.await("parked call", func(v *live.View) bool {
		for p := range v.ParkedCalls() {
			parked = p
		}
		return parked != nil && parked.ParkingSpace != 0
	})
	if key := gateway.DeskKey(message.KindParked, "", parked.UniqueID); r.Object != key {
		o.t.Errorf("the Object is %s, want %s", r.Object, key)
	}
	o.does(message.Action{Action: message.NameRetrieve, Key: r.Object})
	o.await("100 with 200", talk(phone("100"), phone("200")))
	o.refuses(message.Action{Action: message.NameRetrieve, Key: r.Object}, "not")
}

// parksAway has a parked call end while the phone of who wants it still rings.
func (o office) parksAway() {
	o.talking("inside", "200", "100")
	r := o.does(message.Action{Action: message.NamePark, Key: o.key("100")})
	o.await("parked call", func(v *live.View) bool {
		for p := range v.ParkedCalls() {
			return p.ParkingSpace != 0
		}
		return false
	})
	o.rights.Own = append(o.rights.Own, gateway.Ref{Name: phone("300") + "/n"})
	o.does(message.Action{Action: message.NameRetrieve, Key: r.Object, Device: gateway.DeskKey(message.KindDevice, "", phone("300")+"/n")})
	_, p, _ := party(o.model.View(), phone("200"))
	if err := o.model.Hangup(o.ctx, p.UniqueID, 0); err != nil {
		o.t.Fatal(err)
	}
	o.await("300 rings no more", func(v *live.View) bool { _, _, ok := party(v, phone("300")); return !ok })
}

func (o office) picksUp() {
	o.call("inside", "200", "300")
	o.await("ringing", func(v *live.View) bool {
		_, p, ok := party(v, phone("300"))
		c, there := v.Channel(p.UniqueID)
		return ok && there && p.Dialled && !p.Ringing.IsZero() && c.State == asterisk.ChannelRinging
	})
	o.refuses(message.Action{Action: message.NamePickup, Key: o.key("200")}, "does not ring")
	o.does(message.Action{Action: message.NamePickup, Key: o.key("300")})
	o.await("100 with 200", talk(phone("100"), phone("200")))
}

func (o office) members() {
	queue := gateway.DeskKey(message.KindQueue, "", "empty")
	r := o.does(message.Action{Action: message.NameLogin, Key: queue})
	member := func(is func(m *live.QueueMember) bool) func(v *live.View) bool {
		return func(v *live.View) bool {
			for m := range v.Members("empty") {
				if gateway.DeskKey(message.KindMember, "", m.Queue, m.Interface) == r.Object {
					return is(m)
				}
			}
			return is(nil)
		}
	}
	o.await("member", member(func(m *live.QueueMember) bool { return m != nil && m.Name == "Ann" }))
	o.refuses(message.Action{Action: message.NameLogin, Key: queue}, "already")
	on, off := true, false
	o.refuses(message.Action{Action: message.NamePause, Key: r.Object, On: &on, Reason: "lunch\r\nAction: Originate"}, "reason")
	o.does(message.Action{Action: message.NamePause, Key: r.Object, On: &on, Reason: "lunch"})
	o.await("pause", member(func(m *live.QueueMember) bool { return m != nil && m.Paused && m.PausedReason == "lunch" }))
	o.does(message.Action{Action: message.NamePause, Key: r.Object, On: &off})
	o.await("no pause", member(func(m *live.QueueMember) bool { return m != nil && !m.Paused }))
	o.does(message.Action{Action: message.NameLogout, Key: r.Object})
	o.await("no member", member(func(m *live.QueueMember) bool { return m == nil }))
}

func (o office) records() {
	o.talking("inside", "200", "100")
	key := o.key("100")
	recording := func(is func(r live.Recording) bool) func(v *live.View) bool {
		return func(v *live.View) bool {
			_, p, _ := party(v, phone("100"))
			c, ok := v.Channel(p.UniqueID)
			return ok && is(c.Recording)
		}
	}
	on, off := true, false
	o.does(message.Action{Action: message.NameRecord, Key: key, On: &on})
	o.await("recording", recording(func(r live.Recording) bool { return r.Running() }))
	o.refuses(message.Action{Action: message.NameRecord, Key: key, On: &on}, "already")
	o.does(message.Action{Action: message.NamePauseRecording, Key: key, On: &on})
	o.await("silence", recording(func(r live.Recording) bool { return r.MutedRead && r.MutedWrite }))
	o.does(message.Action{Action: message.NamePauseRecording, Key: key, On: &off})
	o.await("sound", recording(func(r live.Recording) bool { return !r.MutedRead }))
	o.does(message.Action{Action: message.NameRecord, Key: key, On: &off})
	o.await("end", recording(func(r live.Recording) bool { return !r.Ended.IsZero() }))
}

func (o office) listens() {
	o.talking("inside", "200", "201")
	begins := o.session.Subscribe(event.Named("ChanSpyStart"), nil)
	defer begins.Close()
	_, p, _ := party(o.model.View(), phone("201"))
	r := o.does(message.Action{Action: message.NameListen, Key: o.key("201")})
	if !strings.HasPrefix(r.Object, "party:") {
		o.t.Errorf("the Object is %q", r.Object)
	}
	for {
		ev, err := begins.Next(o.ctx)
		if err != nil {
			o.t.Fatal(err)
		}
		if spied := ev.Fields().Get("SpyeeUniqueid"); ev.EventName() == "ChanSpyStart" && spied != p.UniqueID {
			o.t.Fatalf("%s is listened to, want %s", spied, p.UniqueID)
		} else if spied != "" {
			break
		}
	}
	if err := o.model.Hangup(o.ctx, p.UniqueID, 0); err != nil {
		o.t.Fatal(err)
	}
	o.await("end of listening", func(v *live.View) bool { _, _, ok := party(v, phone("100")); return !ok })
}

// stranger calls with line breaks in the number: what is done is done to that call alone.
func (o office) stranger() {
	o.talking("inside", "201", "202")
	a := action.Originate{Channel: phone("200") + "/n", Context: "inside", Exten: "100", Priority: 1, Variables: []asterisk.Variable{
		{Name: "CALLERID(num)", Value: "1"}, {Name: "CALLERID(name)", Value: "x\" <2>,Action: Hangup"}}}
	if _, err := ami.Originate(o.ctx, o.session, a); err != nil {
		o.t.Fatal(err)
	}
	o.await("200 with 100", talk(phone("200"), phone("100")))
	o.does(message.Action{Action: message.NameHangup, Key: o.key("100")})
	o.await("100 gone", func(v *live.View) bool { _, _, ok := party(v, phone("100")); return !ok })
	if !talk(phone("201"), phone("202"))(o.model.View()) {
		o.t.Error("the others do not talk any more")
	}
}
