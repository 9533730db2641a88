package pbxtest_test

import (
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// TestConfigNames has everything wrong in a Config named.
func TestConfigNames(t *testing.T) {
	phones := []pbxtest.Phone{{ID: "100", Context: "a"}}
	const plan = "[a]\nexten => 1,1,Dial(PJSIP/100)\n"
	queue := func(members ...pbxtest.Member) []pbxtest.Queue { return []pbxtest.Queue{{Name: "q", Members: members}} }
	with := func(step string) pbxtest.Config {
		return pbxtest.Config{Phones: phones, Queues: queue(), Dialplan: plan + "exten => 2,1," + step + "\n same => n(end),Hangup()\n"}
	}
	for want, config := range map[string]pbxtest.Config{
		"no context \"b\"":                       {Phones: []pbxtest.Phone{{ID: "100", Context: "b"}}, Dialplan: plan},
		"phone 100 is there twice":               {Phones: append(phones, phones...), Dialplan: plan},
		"PJSIP/109":                              with("Dial(PJSIP/100&PJSIP/109,20)"),
		"PJSIP/1@provider":                       with("Dial(PJSIP/1@provider)"),
		"3 in a":                                 with("Dial(Local/3@a/n)"),
		"SIP/100":                                with("Dial(SIP/100)"),
		"no such queue: support":                 with("Queue(support,t)"),
		"no such extension: nowhere":             with("GotoIf(1?end:nowhere)"),
		"no such extension: b,1,1":               with("Goto(b,1,1)"),
		"PJSIP/7":                                with("PauseQueueMember(q,PJSIP/7)"),
		"includes b":                             {Dialplan: "[a]\ninclude => b\n"},
		"hint of 9":                              {Dialplan: "[a]\nexten => 9,hint,PJSIP/9\n"},
		"queue q: there is no such device":       {Phones: phones, Dialplan: plan, Queues: queue(pbxtest.Member{Interface: "PJSIP/102"})},
		"queue q: there is no such extension: 7": {Phones: phones, Dialplan: plan, Queues: queue(pbxtest.Member{Interface: "Local/7@a"})},
		"PJSIP/103":                              {Phones: phones, Dialplan: plan, Queues: queue(pbxtest.Member{Interface: "PJSIP/100", StateInterface: "PJSIP/103"})},
		"there is no strategy best":              {Queues: []pbxtest.Queue{{Name: "q", Strategy: "best"}}},
		"queue q: the dialplan has no context":   {Queues: []pbxtest.Queue{{Name: "q", Context: "keys"}}},
		"line 2":                                 {Dialplan: "[a]\nexten => 1,1,Festival(hello)\n"},
		"user eve: there is no class of rights \"cal\"":           {Users: []pbxtest.User{{Name: "eve", Secret: "s", Read: "cal"}}},
		"phone 100: RingAfter":                                    {Phones: []pbxtest.Phone{{ID: "100", Context: "a", RingAfter: -1}}, Dialplan: plan},
		"phone 100: a call can't be rejected with the status 200": {Phones: []pbxtest.Phone{{ID: "100", Context: "a", Reject: 200}}, Dialplan: plan},
		"queue q: Timeout":                                        {Queues: []pbxtest.Queue{{Name: "q", WrapUp: -1}}},
		"queue q: the Penalty of PJSIP/1":                         {Phones: phones, Dialplan: plan, Queues: queue(pbxtest.Member{Interface: "PJSIP/100", Penalty: -1})},
		"user eve: filter":                                        {Users: []pbxtest.User{{Name: "eve", Secret: "s", Filters: []string{"("}}}},
		"can be 16 or 22":                                         {Version: office.Version, Seed: 1, Users: []pbxtest.User{{}}},
	} {
		if want == "can be 16 or 22" {
			config.Users, config.Version.Major = nil, 18
		}
		p, err := pbxtest.New(&config)
		if err == nil {
			_ = p.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "pbxtest: ") {
			t.Errorf("New = %v, want pbxtest: ... %s", err, want)
		}
	}
	for _, step := range []string{"Dial(PJSIP/${EXTEN})", "Queue(${Q})", "Goto(end)", "GotoIf(0?a,1,1)", "Goto(${X})", "PauseQueueMember(,PJSIP/${CHANNEL(endpoint)})", "Dial(Local/1@a)"} {
		config := with(step)
		p, err := pbxtest.New(&config)
		if err != nil {
			t.Errorf("%s: %v", step, err)
			continue
		}
		_ = p.Close()
	}
}

// TestCallErrors has everything that a user can't do with a phone named, and nothing changed by it.
func TestCallErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := desk
		away.Phones = append([]pbxtest.Phone{{ID: "109", Context: "office", Unreachable: true}}, desk.Phones...)
		p, _ := open(t, &away)
		other := newDesk(t)
		fails := func(err error, words string) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), words) || !strings.HasPrefix(err.Error(), "pbxtest: ") {
				t.Errorf("%v, want pbxtest: ... %s", err, words)
			}
		}
		_, err := p.Phone("110")
		fails(err, "no phone 110")
		ann, bea := take(t, p, "100"), take(t, p, "101")
		_, err = ann.Call("999")
		fails(err, "phone 100 calls \"999\": there is no such extension: 999 in office")
		_, err = take(t, p, "109").Call("101")
		fails(err, "not registered")
		call := ann.call("101")
		rings := bea.next()
		fails(call.Answer(), "answer PJSIP/100-00000000: no call rings")
		fails(rings.Reject(200), "status 200")
		fails(rings.Hold(), "talks to nobody")
		must(t, rings.Answer())
		fails(rings.Press("12x"), "no keys \"x\"")
		fails(rings.Transfer("999"), "999")
		fails(rings.TransferTo(nil), "none of this PBX")
		fails(rings.TransferTo(take(t, other, "100").call("101")), "none of this PBX")
		fails(rings.TransferTo(rings), "no two channels")
		fails(rings.TransferTo(call), "no two channels")
		select {
		case <-call.Ended():
			t.Error("the call has ended")
		default:
		}
		must(t, call.Hangup())
		fails(call.Hangup(), "no such channel")
		fails(rings.Resume(), "talks to nobody")
		must(t, p.Close())
		for _, err := range []error{call.Hangup(), rings.Answer(), p.Restart(), errorOf(ann.Call("101")), errorOf(ann.Next(t.Context()))} {
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("after Close: %v, want net.ErrClosed", err)
			}
		}
	})
}

func errorOf(_ *pbxtest.Call, err error) error { return err }
