package main

import (
	"errors"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// The menu alone, with a scripted caller.
func TestAsksOnlyWhomItCanCall(t *testing.T) {
	for caller, want := range map[string]string{"12025550143": "12025550143", "Anonymous": "", "1&Local/9@out": ""} {
		d := newDesk("PJSIP/100", "out")
		call := agitest.Start(t, d, &agitest.Config{Env: []string{"agi_callerid", caller}})
		call.Expect("ANSWER").Success()
		if want == "" {
			call.Expect("STREAM FILE", "unidentified-no-callback", "").Success()
		} else {
			call.Expect("GET DATA", "vm-tocallback", "5000", "1").Result("1")
			call.Expect("SET VARIABLE", "CALLBACK", "yes").Success()
		}
		if err := call.Wait(); err != nil {
			t.Error(err)
		}
		if want == "" && len(d.waiting) > 0 || want != "" && <-d.waiting != want {
			t.Errorf("%s: the wrong number is called back", caller)
		}
	}
}

func TestPromisesNothingToTooMany(t *testing.T) {
	d := newDesk("PJSIP/100", "out")
	for range maxWaiting {
		d.waiting <- "12025550111"
	}
	call := agitest.Start(t, d, &agitest.Config{Env: []string{"agi_callerid", "12025550143"}, Automatic: true, Digits: "1"})
	if err := call.Wait(); !errors.Is(err, errTooMany) {
		t.Errorf("%v, want that too many wait", err)
	}
}

// The call alone, with a scripted manager, which says that the agent is busy.
func TestAgentIsBusy(t *testing.T) {
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Login()
		a := p.Expect("Originate")
		if a.Get("Channel") != "PJSIP/100" || a.Get("Context") != "out" || a.Get("Exten") != "12025550143" {
			p.Fatalf("%v, want the agent called for the customer", a)
		}
		p.Success(a, "Message", "Originate successfully queued")
		p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", a.ID(), "Response", "Failure", "Channel", "PJSIP/100", "Reason", "5",
			"Uniqueid", a.Get("ChannelId"))
		p.Serve()
	})
	client, err := ami.Connect(t.Context(), "pbx", &ami.Config{Dial: srv.Dial, Username: "callback", Secret: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	outcome, err := newDesk("PJSIP/100", "out").callBack(t.Context(), client, "12025550143")
	if err != nil || outcome.Result != ami.ResultBusy {
		t.Errorf("%v, %v, want busy", outcome, err)
	}
}
