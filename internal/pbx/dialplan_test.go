package pbx_test

import (
	"fmt"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
	"github.com/asterisk-go/asterisk-go/transport"
)

// runs returns the data that NoOp is given for a number, or "refused".
func runs(t *testing.T, plan, number string) string {
	t.Helper()
	data := "refused"
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Now: start, Dialplan: plan, Phones: []pbx.PhoneConfig{{ID: "100", Number: "5551234", Name: "Ann", Context: "a"}},
		Event: func(e pbx.Event) {
			if fields := transport.ParseFields(string(e.Text)); e.Name == "Newexten" && fields.Get("Application") == "NoOp" {
				data = fields.Get("AppData")
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Phone("100").Dial(number)
	m.Run(start)
	m.Close()
	return data
}

func TestPatterns(t *testing.T) {
	const plan = `
[a]
exten => 100,1,NoOp(number)
exten => _1XX,1,NoOp(1XX)
exten => _1ZX,1,NoOp(1ZX)
exten => _1NX,1,NoOp(1NX)
exten => _1[5-7]X,1,NoOp(1[5-7]X)
exten => _2X.,1,NoOp(2X.)
exten => _3X!,1,NoOp(3X!)
exten => _[48-9]0,1,NoOp([48-9]0)
exten => 7,1,NoOp(own)
include => b

[b]
exten => 6,1,NoOp(included)
exten => 7,1,NoOp(never)
exten => _1.,1,NoOp(1.)
include => a ; in a circle
`
	for number, want := range map[string]string{
		"100": "number", "101": "1XX", "111": "1ZX", "121": "1NX", "161": "1[5-7]X", "1000": "1.",
		"2": "refused", "20": "refused", "201": "2X.", "3": "refused", "30": "3X!", "301": "3X!",
		"40": "[48-9]0", "90": "[48-9]0", "50": "refused", "6": "included", "7": "own", "": "refused",
	} {
		if got := runs(t, plan, number); got != want {
			t.Errorf("%q runs %s, want %s", number, got, want)
		}
	}
}

func TestVariables(t *testing.T) {
	for text, want := range map[string]string{
		"${EXTEN}":              "123456",
		"${EXTEN:2}":            "3456",
		"${EXTEN:-2}":           "56",
		"${EXTEN:1:2}":          "23",
		"${EXTEN:1:-1}":         "2345",
		"${EXTEN:-4:2}":         "34",
		"${EXTEN:9}":            "",
		"${EXTEN:-9}":           "123456",
		"${EXTEN:x}":            "123456",
		"${EXTEN:0:99}":         "123456",
		"${EXTEN:3:-9}":         "",
		"${CONTEXT}/${EXTEN:5}": "a/6",
		"${CALLERID(num)}":      "5551234",
		"${CALLERID(name)}":     "Ann",
		"${CALLERID(num):3}":    "1234",
		"${NONE}":               "",
		"${OPEN":                "${OPEN",
		"${EXTEN:${B}}":         "3456",
		"${B${NONE}}":           "2",
		"${C}":                  "${C}",
		"${A}":                  "a}",
		"$EXTEN":                "$EXTEN",
		"(${EXTEN:5})":          "(6)",
	} {
		plan := fmt.Sprintf("[a]\nexten => _X.,1,Set(A=a})\n same => n,Set(B=2)\n same => n,Set(C=$${NONE}{C})\n same => n,NoOp(%s)\n", text)
		if got := runs(t, plan, "123456"); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

// TestWait has a channel wait in the dialplan.
func TestWait(t *testing.T) {
	var at time.Time
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Now: start, Dialplan: "[a]\nexten => 1,1,Wait(1.5)\n same => n,NoOp()\n same => n,Wait(-1)\n same => n,Wait()\n",
		Phones: []pbx.PhoneConfig{{ID: "100", Context: "a"}},
		Event: func(e pbx.Event) {
			if e.Name == "Hangup" {
				at = start
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Phone("100").Dial("1")
	if next, want := m.Run(start), start.Add(1500*time.Millisecond); !next.Equal(want) || !at.IsZero() {
		t.Errorf("it waits until %v, want %v", next, want)
	}
	if m.Run(start.Add(1500 * time.Millisecond)); at.IsZero() {
		t.Error("it waits on")
	}
	m.Close()
}

func TestGoto(t *testing.T) {
	const plan = `
[a]
exten => 1,1,Goto(there)
 same => n,NoOp(never)
 same => n(there),NoOp(label)
exten => 2,1,Goto(1,3)
exten => 3,1,Goto(b,_4X,1)
exten => 4,1,Goto(b,41,x)
exten => 5,1,Goto(lost)
exten => 6,1(again),Goto(again)

[b]
exten => _4X,1,NoOp(first)
 same => n(x),NoOp(pattern)
`
	for number, want := range map[string]string{"1": "label", "2": "label", "3": "pattern", "4": "pattern", "5": "refused", "6": "refused"} {
		if got := runs(t, plan, number); got != want {
			t.Errorf("%q runs %s, want %s", number, got, want)
		}
	}
}

// TestRead has keys read: so many, up to #, too few in time, and none.
func TestRead(t *testing.T) {
	for _, test := range []struct{ keys, want string }{
		{"123", "123 OK"}, {"12#", "12 OK"}, {"12", "12 TIMEOUT"}, {"", "TIMEOUT"}, {"1234", "123 OK"},
	} {
		var told []string
		m, err := pbx.New(&pbx.Config{
			Version: asterisk.Version{Major: 22}, Now: start, Phones: []pbx.PhoneConfig{{ID: "100", Context: "a"}},
			Dialplan: "[a]\nexten => 1,1,Playback(hello)\n same => n,Read(D,beep,3,,1,5)\n same => n,UserEvent(Read,Result: ${D} ${READSTATUS},Bad)\n",
			Event: func(e pbx.Event) {
				if fields := transport.ParseFields(string(e.Text)); e.Name == "UserEvent" {
					told = append(told, fields.Get("UserEvent")+": "+fields.Get("Result"))
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		m.Phone("100").Dial("1")
		m.Run(start)
		m.Phone("100").Press("9") // lost, while the sound plays
		m.Run(start.Add(1500 * time.Millisecond))
		m.Phone("100").Press(test.keys)
		m.Run(start.Add(10 * time.Second))
		if want := "Read: " + test.want; len(told) != 1 || told[0] != want {
			t.Errorf("of %q is told %q, want %q", test.keys, told, want)
		}
		m.Close()
	}
}

// FuzzDialplan has strangers write the dialplan and dial numbers of it: nothing panics, runs without end, or outlives Close.
func FuzzDialplan(f *testing.F) {
	f.Add(plan, "101")
	f.Add("[default]\nexten => _X.,1,Dial(PJSIP/${EXTEN:-3}&Local/9@default/n,1,tTg)\nexten => 9,1,Queue(q,,,,2)\n", "1100")
	f.Add("[default]\nexten => _[1-\xff],1(x),Set(A=${A:1:${A}})\n same => n,Goto(1)\n", "1")
	f.Add("[default]\ninclude => default\nexten => _!,1,Wait(1e300)\n", "")
	f.Add("[default]\nexten => _[,1,ConfBridge()\nexten => _.,1,ParkedCall(,x)\n", "[")
	f.Fuzz(func(t *testing.T, plan, number string) {
		m, err := pbx.New(&pbx.Config{
			Version: asterisk.Version{Major: 16}, Now: start, Dialplan: plan + "\n[default]\n", MaxChannels: 20,
			Phones: []pbx.PhoneConfig{{ID: "100", Context: "default", Called: pbx.Called{Answer: time.Second}}},
			Queues: []pbx.QueueConfig{{Name: "q", Members: []pbx.MemberConfig{{Interface: "PJSIP/100"}}}},
		})
		if err != nil {
			return
		}
		m.Phone("100").Dial(number)
		m.Run(start)
		m.Phone("100").Press(number)
		m.Run(start.Add(3 * time.Second))
		m.Close()
		if m.Threads() != 0 {
			t.Errorf("%d threads outlive Close", m.Threads())
		}
	})
}
