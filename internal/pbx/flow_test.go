package pbx_test

import (
	"strings"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
	"github.com/asterisk-go/asterisk-go/transport"
)

// hear keeps an event.
func (p *player) hear(e pbx.Event) {
	p.events = append(p.events, transport.ParseFields(string(e.Text)))
}

func TestExpressions(t *testing.T) {
	for expression, want := range map[string]string{
		`$["a" = "a"]`: "1", `$["a" = "b"]`: "0", `$["${EXTEN}" = "1"]`: "1", `$["${NONE}" = ""]`: "1", `$[${EXTEN} < 10]`: "1", `$[2 > 10]`: "0",
		`$["2" != "10"]`: "1", `$[b >= a]`: "1", `$[1 & 2]`: "1", `$[1 & 0]`: "0", `$[0 | 3]`: "3", `$[1 = 2 | 2 = 2]`: "1", `x$[1 <= 1]y${EXTEN}`: "x1y1",
		`$["a b" = "a b"]`: "1",
	} {
		if got := runs(t, "[a]\nexten => 1,1,NoOp("+expression+")\n", "1"); got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
	for _, wrong := range []string{`$[1 + 1]`, `$["a"="a"]`, `$[a`, `${A:$[1 = 1]}`, `$[${A} : "b"]`, `$[]`, `$[= 1]`, `$[1 2]`} {
		_, err := pbx.New(&pbx.Config{Version: asterisk.Version{Major: 22}, Dialplan: "[a]\nexten => 1,1,NoOp(" + wrong + ")\n"})
		if err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %v, want an error of line 2", wrong, err)
		}
	}
}

func TestGotoIf(t *testing.T) {
	const plan = `
[a]
exten => 1,1,Goto(there)
 same => n,NoOp(passed over)
 same => n(there),GotoIf($["${CALLERID(name)}" = "Ann"]?b,7,in)
 same => n,NoOp(not she)
exten => 2,1,GotoIf(0?there)
 same => n,GotoIf(?there:3,1)
 same => n(there),NoOp(wrong)
exten => 3,1,NoOp(three)
exten => 4,1,Goto(9,1)

[b]
exten => 7,1,NoOp(before)
 same => n(in),NoOp(seven)
`
	for number, want := range map[string]string{"1": "seven", "2": "three", "4": "refused"} {
		if got := runs(t, plan, number); got != want {
			t.Errorf("%s runs %s, want %s", number, got, want)
		}
	}
}

// menu plays a call that presses keys a second after it has begun, and returns what variables it has set, as NAME=value.
func menu(t *testing.T, steps, keys string, after time.Duration) []string {
	t.Helper()
	p := new(player)
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Now: start, Dialplan: "[a]\nexten => 1,1," + steps + "\n", Phones: []pbx.PhoneConfig{{ID: "100", Context: "a"}},
		Queues: []pbx.QueueConfig{{Name: "q", Members: []pbx.MemberConfig{{Interface: "PJSIP/100"}}}}, Event: p.hear,
	})
	if err != nil {
		t.Fatal(err)
	}
	l := m.Phone("100").Call("1")
	m.Run(start.Add(time.Second))
	if keys != "" {
		if err := l.Press(keys); err != nil {
			t.Fatal(err)
		}
	}
	m.Run(start.Add(time.Second + after))
	m.Close()
	var set []string
	for _, e := range p.events {
		switch e.Get("Event") {
		case "VarSet":
			set = append(set, e.Get("Variable")+"="+e.Get("Value"))
		case "QueueMemberPause":
			set = append(set, e.Get("Paused")+" "+e.Get("PausedReason"))
		case "UserEvent":
			set = append(set, e.Get("UserEvent")+" "+e.Get("Key")+" "+e.Get("Channel"))
		}
	}
	return set
}

func TestMenus(t *testing.T) {
	for _, test := range []struct {
		steps, keys string
		after       time.Duration
		want        string
	}{
		{"PauseQueueMember(q,PJSIP/100,,Lunch)", "", 0, "1 Lunch PQMSTATUS=PAUSED"},
		{"UnpauseQueueMember(,PJSIP/100)", "", 0, "0  UPQMSTATUS=UNPAUSED"},
		{"PauseQueueMember(,PJSIP/7)", "", 0, "PQMSTATUS=NOTFOUND"},
		{"UserEvent(Door,Key: open)", "", 0, "Door open PJSIP/100-00000000"},
	} {
		if got := strings.Join(menu(t, test.steps, test.keys, test.after), " "); got != test.want {
			t.Errorf("%s sets %q, want %q", test.steps, got, test.want)
		}
	}
}

func TestHints(t *testing.T) {
	p := new(player)
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Now: start, Dialplan: "[a]\nexten => 100,hint,PJSIP/100\nexten => 101,hint,PJSIP/100&PJSIP/101\nexten => 1,1,Dial(PJSIP/101)\n",
		Phones: []pbx.PhoneConfig{{ID: "100", Context: "a"}, {ID: "101", Context: "a"}}, Event: p.hear,
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Phone("100").Call("1")
	m.Run(start.Add(time.Second))
	m.Phone("101").Answer()
	m.Run(start.Add(2 * time.Second))
	m.Phone("100").Hangup()
	m.Run(start.Add(3 * time.Second))
	var told []string
	for _, e := range p.events {
		if e.Get("Event") == "ExtensionStatus" {
			told = append(told, e.Get("Exten")+" "+e.Get("StatusText"))
		}
	}
	if got, want := strings.Join(told, ", "), "101 InUse&Ringing, 100 InUse, 101 InUse, 100 Idle, 101 Idle"; got != want {
		t.Errorf("hints: %s, want %s", got, want)
	}
	m.Close()
}

func TestFunctions(t *testing.T) {
	const plan = "[a]\nexten => 1,1,NoOp(%s)\ninclude => b\n\n[b]\nexten => _2X,1,NoOp()\n"
	for function, want := range map[string]string{
		"${DIALPLAN_EXISTS(a,1,1)}": "1", "${DIALPLAN_EXISTS(a,25,1)}": "1", "${DIALPLAN_EXISTS(a,25,2)}": "0", "${DIALPLAN_EXISTS(b)}": "1",
		"${DIALPLAN_EXISTS(c)}": "0", "${DIALPLAN_EXISTS(a,3)}": "0", "${CHANNEL(endpoint)}": "100", "${CHANNEL(state)}": "Ring", "${CHANNEL(dtmf_features)}": "",
	} {
		if got := runs(t, strings.Replace(plan, "%s", function, 1), "1"); got != want {
			t.Errorf("%s is %q, want %q", function, got, want)
		}
	}
}
