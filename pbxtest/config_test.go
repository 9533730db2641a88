package pbxtest_test

import (
	"strings"
	"testing"

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
		"user eve: there is no class of rights \"cal\"": {Users: []pbxtest.User{{Name: "eve", Secret: "s", Read: "cal"}}},
		"user eve: filter": {Users: []pbxtest.User{{Name: "eve", Secret: "s", Filters: []string{"("}}}},
		"can be 16 or 22":  {Version: office.Version, Seed: 1, Users: []pbxtest.User{{}}},
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
	p := newDesk(t)
	if _, err := p.Phone("109"); err == nil || !strings.Contains(err.Error(), "109") {
		t.Errorf("Phone(109) = %v, want an error that names it", err)
	}
	h := take(t, p, "100")
	if _, err := h.Call("999"); err == nil || !strings.Contains(err.Error(), "999") {
		t.Errorf("Call(999) = %v, want an error that names it", err)
	}
}
