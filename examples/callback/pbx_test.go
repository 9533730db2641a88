package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// shop is a simulated PBX with an agent, and a trunk by which customers call and are called.
var shop = pbxtest.Config{
	Phones: []pbxtest.Phone{
		{ID: "100", Name: "Ann", Context: "out", RingAfter: time.Second},
		{ID: "trunk", Context: "in", Trunk: true, RingAfter: time.Second},
	},
	Users: []pbxtest.User{{Name: "callback", Secret: "secret", Read: "call", Write: "originate,call,reporting"}},
	Dialplan: `
[in]
exten => _X.,1,AGI(agi://127.0.0.1/callback)
 same => n,Hangup()

[out]
exten => _1NXXNXXXXXX,1,Dial(PJSIP/${EXTEN}@trunk,60)
 same => n,Hangup()
`,
}

const customer = "12025550143"

// The whole program on a PBX: a customer calls, presses 1 and hangs up; Ann's phone rings, she answers, and the customer is called.
func TestCallsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // no time passes
		s := open(t)
		s.orders()
		rings := s.next("100")
		if rings.From() != customer {
			t.Errorf("Ann's phone shows %s, want %s", rings.From(), customer)
		}
		must(t, rings.Answer())
		again := s.next("trunk")
		if again.To() != customer {
			t.Errorf("%s is called back, want %s", again.To(), customer)
		}
		must(t, again.Answer())
		if outcome := <-s.outcomes; outcome.Result != ami.ResultAnswered {
			t.Errorf("%v, want answered", outcome)
		}
		must(t, again.Hangup())
		<-rings.Ended()
	})
}

// Ann does not answer. An Asterisk that is overloaded may lose the event that says so: then the outcome is unknown, and nothing waits for ever.
func TestAnnIsAway(t *testing.T) {
	for want, lost := range map[ami.Result]int{ami.ResultNoAnswer: 0, ami.ResultUnknown: 1} {
		synctest.Test(t, func(t *testing.T) {
			s := open(t)
			s.pbx.Lose("OriginateResponse", lost)
			s.orders()
			if outcome := <-s.outcomes; outcome.Result != want {
				t.Errorf("%v, want %s", outcome, want)
			}
		})
	}
}

// A cut connection loses no promise.
func TestConnectionIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		s.orders()
		rings := s.next("100")
		s.pbx.Cut()
		must(t, rings.Answer())
		must(t, s.next("trunk").Answer())
		if outcome := <-s.outcomes; outcome.Result != ami.ResultAnswered {
			t.Errorf("%v, want answered", outcome)
		}
	})
}

// scene is the program at the PBX.
type scene struct {
	t        *testing.T
	pbx      *pbxtest.PBX
	outcomes chan ami.Outcome
}

// open starts the program as main does, with the PBX in memory.
func open(t *testing.T) *scene {
	t.Helper()
	pbx, err := pbxtest.New(&shop)
	must(t, err)
	client, err := ami.Connect(t.Context(), "pbx", &ami.Config{Dial: pbx.Dial, Username: "callback", Secret: "secret"})
	must(t, err)
	s := &scene{t, pbx, make(chan ami.Outcome, 1)}
	d := newDesk("PJSIP/100", "out")
	ctx, cancel := context.WithCancel(t.Context())
	server, ended := &fastagi.Server{Handler: d}, make(chan error, 2)
	calls := pbx.ListenAGI()
	// Both end with the test, which waits for them.
	go func() { ended <- server.Serve(calls) }()
	go func() {
		d.work(ctx, client, func(_ string, outcome ami.Outcome, err error) {
			if err != nil {
				t.Error(err)
			}
			s.outcomes <- outcome
		})
		ended <- nil
	}()
	t.Cleanup(func() {
		cancel()
		_ = server.Close()
		<-ended
		<-ended
		_ = client.Close()
		_ = pbx.Close()
	})
	return s
}

// orders has the customer call, press 1 and hang up.
func (s *scene) orders() {
	s.t.Helper()
	trunk, err := s.pbx.Phone("trunk")
	must(s.t, err)
	call, err := trunk.CallAs(customer, "", "12025550100")
	must(s.t, err)
	<-call.Answered()
	must(s.t, call.Press("1"))
	<-call.Ended() // the dialplan hangs up
}

// next waits for a phone to ring, for a minute at most.
func (s *scene) next(id string) *pbxtest.Call {
	s.t.Helper()
	phone, err := s.pbx.Phone(id)
	must(s.t, err)
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	call, err := phone.Next(ctx)
	must(s.t, err)
	return call
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
