package pbx_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

func TestConfigIsRefusedByName(t *testing.T) {
	const plan = "[default]\nexten => 1,1,Answer()\n"
	phone := pbx.PhoneConfig{ID: "100", Context: "default"}
	tests := map[string]struct {
		config pbx.Config
		want   string
	}{
		"phone without ID":        {pbx.Config{Dialplan: plan, Phones: []pbx.PhoneConfig{{Context: "default"}}}, "a phone has no ID"},
		"phone twice":             {pbx.Config{Dialplan: plan, Phones: []pbx.PhoneConfig{phone, phone}}, "phone 100 is there twice"},
		"phone without context":   {pbx.Config{Dialplan: plan, Phones: []pbx.PhoneConfig{{ID: "100", Context: "lost"}}}, `phone 100: the dialplan has no context "lost"`},
		"queue without name":      {pbx.Config{Dialplan: plan, Queues: []pbx.QueueConfig{{}}}, "a queue has no name"},
		"queue twice":             {pbx.Config{Dialplan: plan, Queues: []pbx.QueueConfig{{Name: "q"}, {Name: "q"}}}, "queue q is there twice"},
		"unknown strategy":        {pbx.Config{Dialplan: plan, Queues: []pbx.QueueConfig{{Name: "q", Strategy: "wrandom"}}}, "queue q: there is no strategy wrandom"},
		"unknown member":          {pbx.Config{Dialplan: plan, Queues: []pbx.QueueConfig{{Name: "q", Members: []pbx.MemberConfig{{Interface: "PJSIP/9"}}}}}, "queue q: there is no such device: PJSIP/9"},
		"unknown context of keys": {pbx.Config{Dialplan: plan, Queues: []pbx.QueueConfig{{Name: "q", Context: "lost"}}}, `queue q: the dialplan has no context "lost"`},
		"unknown application":     {pbx.Config{Dialplan: "[a]\nexten => 1,1,Fly()\n"}, "line 2 of the dialplan: there is no such application: Fly"},
		"no context":              {pbx.Config{Dialplan: "exten => 1,1,Answer()\n"}, `line 1 of the dialplan: "exten => 1,1,Answer()" is no extension of a context`},
		"same before exten":       {pbx.Config{Dialplan: "[a]\nsame => n,Answer()\n"}, "line 2 of the dialplan: same before any exten"},
		"no priority":             {pbx.Config{Dialplan: "[a]\nexten => 1,x,Answer()\n"}, `line 2 of the dialplan: "x" is no priority here`},
		"unknown key":             {pbx.Config{Dialplan: "[a]\nswitch => b\n"}, `line 2 of the dialplan: "switch" is not known`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := pbx.New(&test.config); err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("New = %v, want %s", err, test.want)
			}
		})
	}
}

// centre is a day of calls on a machine; it returns all that was told.
func centre(t *testing.T, seed uint64) []byte {
	t.Helper()
	var all bytes.Buffer
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Seed: seed, Now: start, Dialplan: plan, Queues: append(queues, pbx.QueueConfig{
			Name: "any", Strategy: "random", Members: []pbx.MemberConfig{{Interface: "PJSIP/101"}, {Interface: "PJSIP/102"}},
		}),
		Phones: []pbx.PhoneConfig{
			{ID: "100", Number: "100", Context: "default"},
			{ID: "101", Number: "101", Context: "default", Called: pbx.Called{Answer: time.Second}},
			{ID: "102", Number: "102", Context: "default", Called: pbx.Called{Answer: 2 * time.Second}},
		},
		Event: func(e pbx.Event) { all.Write(e.Text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	now := start
	for _, exten := range []string{"101", "330", "615", "601", "617", "617", "617"} {
		m.Phone("100").Dial(exten)
		for range 5 {
			now = now.Add(time.Second)
			m.Run(now)
		}
		m.Phone("100").Hangup()
		m.Run(now)
	}
	m.Close()
	return all.Bytes()
}

func TestSameSeedSameBytes(t *testing.T) {
	first := centre(t, 1)
	if len(first) < 50_000 {
		t.Fatalf("only %d bytes were told", len(first))
	}
	if !bytes.Equal(first, centre(t, 1)) {
		t.Error("the same seed told something else")
	}
	if bytes.Equal(first, centre(t, 2)) {
		t.Error("another seed told the same")
	}
}

// TestCloseEndsThreads closes a machine on which calls ring, wait, talk, are parked and are transferred.
func TestCloseEndsThreads(t *testing.T) {
	p := begin(t, 22, false)
	p.dials(p.ann, "3101")
	p.do(p.bea.Answer)
	p.do(func() { p.bea.Press("#1") }) // she is asked for a number
	p.dials(p.ann, "601")
	p.dials(p.ann, "607")
	p.dials(p.ann, "612")
	p.dials(p.ann, "330")
	p.dials(p.cem, "100")
	p.do(p.ann.Answer, func() { p.parks(pbx.Park{Channel: p.cem.Channels()[len(p.cem.Channels())-1]}) })
	if err := p.Originate(pbx.Originate{Channel: "PJSIP/101", Context: "default", Exten: "102", Priority: 1}, nil); err != nil {
		t.Fatal(err)
	}
	p.pass(moment)
	if p.Threads() < 6 {
		t.Fatalf("only %d threads run", p.Threads())
	}
	told := len(p.events)
	p.Close()
	if p.Threads() != 0 || len(p.Channels()) != 0 || len(p.events) != told {
		t.Errorf("after Close there are %d threads, %d channels and %d events more", p.Threads(), len(p.Channels()), len(p.events)-told)
	}
	if name := p.ann.Dial("101"); name != "" || p.Threads() != 0 {
		t.Errorf("after Close a call began: %q", name)
	}
	if next := p.Run(p.now.Add(time.Hour)); !next.IsZero() {
		t.Errorf("after Close something is due at %v", next)
	}
	p.Close()
}

// TestRunSaysWhenNext has a machine asked when something is due.
func TestRunSaysWhenNext(t *testing.T) {
	p := begin(t, 22, false)
	if next := p.Run(p.now); !next.IsZero() {
		t.Errorf("on an idle machine something is due at %v", next)
	}
	p.dials(p.ann, "3201") // Dial for a second
	if next, want := p.Run(p.now), p.now.Add(time.Second-moment); !next.Equal(want) {
		t.Errorf("something is due at %v, want %v", next, want)
	}
	if next := p.Run(p.now.Add(-time.Hour)); next.Before(p.now) {
		t.Errorf("time went back: something is due at %v", next)
	}
}

// TestTooManyChannels has a call dial itself without end.
func TestTooManyChannels(t *testing.T) {
	told := 0
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Now: start, MaxChannels: 10, Phones: []pbx.PhoneConfig{{ID: "100", Context: "a"}},
		Dialplan: "[a]\nexten => 1,1,Dial(PJSIP/100,5)\n", Event: func(e pbx.Event) { told++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		m.Phone("100").Dial("1")
		m.Run(start)
	}
	if n := len(m.Channels()); n != 10 {
		t.Errorf("there are %d channels, want 10", n)
	}
	m.Close()
}

// TestLineBreakInNumber has a caller whose number breaks lines: the events of Asterisk have it as it is. Names are escaped.
func TestLineBreakInNumber(t *testing.T) {
	var text strings.Builder
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 16}, Now: start, Phones: []pbx.PhoneConfig{{ID: "100", Number: "1\r\nEvent: Bad", Name: "O'Brien?\n", Context: "a"}},
		Dialplan: "[a]\nexten => 1,1,Set(A=\"?\")\n", Event: func(e pbx.Event) { text.Write(e.Text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Phone("100").Dial("1")
	m.Run(start)
	for _, want := range []string{"\r\nCallerIDNum: 1\r\nEvent: Bad\r\n", `CallerIDName: O\'Brien\?\n` + "\r\n", `Value: \"\?\"` + "\r\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("nothing tells %q", want)
		}
	}
}
