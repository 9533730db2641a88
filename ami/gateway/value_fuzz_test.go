package gateway

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// hostile are changes in which every text is a stranger's.
func hostile(x string) []live.Change {
	c := live.Call{ID: x, To: x, DID: x, Exten: x, Context: "secretcontext", From: live.Caller{Number: x, Name: x, Device: x}, Direction: live.DirectionInbound, Began: time.Now(), Result: "answered",
		Queues: []live.QueueVisit{{Queue: x}}, Recordings: []live.Recording{{File: "secretfile", Began: time.Now()}}}
	conference := live.Conference{Name: x}
	var changes []live.Change
	for i := range 70 {
		id := fmt.Sprint(i, x)
		c.Parties = append(c.Parties, live.Party{ID: id, UniqueID: id, Channel: x, Device: "Local/" + x + "@secretcontext", Number: x, Name: x, Agent: x, Side: live.SideOutside, Began: time.Now()})
		conference.Participants = append(conference.Participants, id)
		changes = append(changes, live.Changed[live.Channel]{Kind: live.KindAdded, After: &live.Channel{UniqueID: id, CallID: x, Name: x, CallerIDNum: x, CallerIDName: x, Context: "secretcontext"}},
			live.Changed[live.Participant]{Kind: live.KindAdded, After: &live.Participant{UniqueID: id, CallID: x, Channel: x, Conference: x}})
	}
	c.Conversations = []live.Conversation{{Conference: x}}
	for i := range c.Parties {
		c.Conversations[0].Parties = append(c.Conversations[0].Parties, c.Parties[i].ID)
	}
	return append(changes, live.Changed[live.Call]{Kind: live.KindAdded, After: &c}, live.Changed[live.Conference]{Kind: live.KindAdded, After: &conference},
		live.Changed[live.Device]{Kind: live.KindAdded, After: &live.Device{Name: x}},
		live.Changed[live.Queue]{Kind: live.KindAdded, After: &live.Queue{Name: x, Callers: []string{x}}},
		live.Changed[live.QueueMember]{Kind: live.KindAdded, After: &live.QueueMember{Queue: x, Interface: "Local/" + x + "@secretcontext", StateInterface: x, Name: x, PausedReason: x, Membership: x}},
		live.Changed[live.QueueCaller]{Kind: live.KindAdded, After: &live.QueueCaller{Queue: x, UniqueID: x, Channel: x, CallerIDNum: x, CallerIDName: x}},
		live.Changed[live.ParkedCall]{Kind: live.KindAdded, After: &live.ParkedCall{UniqueID: x, Channel: x, ParkingLot: x, ParkerDialString: "Local/1@secretcontext"}})
}

// No text of a stranger makes a value too large, a message that can't be read, or a key of another kind, and no place of the dialplan goes out.
func FuzzValues(f *testing.F) {
	for _, x := range []string{"", "100", "<script>alert(1)</script>", strings.Repeat("\x01", 200), strings.Repeat("<", 5000), strings.Repeat("😀", 300), "\xff\xfe" + strings.Repeat("\x80", 300),
		"\u2028\u2029\u202e", "a:b:c%3A/..", "*", strings.Repeat(`"\`, 300), "\r\nEvent: Hangup\r\n\r\n", strings.Repeat("ä:", 400)} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, x string) {
		if strings.Contains("secretcontext secretfile", x) && x != "" {
			t.Skip()
		}
		s := newState(&Config{Servers: []Server{{}}})
		s.servers[0].name, s.names[0] = x, x
		s.apply(s.servers[0], append([]live.Change{live.Changed[live.Server]{After: &live.Server{Name: x, Reason: "secretcontext"}}}, hostile(x)...))
		all := []Ref{{Name: All}}
		for _, hidden := range []Rights{{}, {ShowDigits: 2}, {ShowDigits: -1, Hide: []string{"name", "call.did", "parties"}}} {
			hidden.Devices, hidden.Queues, hidden.Conferences, hidden.ParkingLots = all, all, all, all
			for i := range 100 {
				hidden.Own = append(hidden.Own, Ref{Name: fmt.Sprint(x, i)})
			}
			b := connected(t, viewOf(t, s, hidden))
			b.reads(-1)
			if n := len(b.objects); n < 7 {
				t.Fatalf("there are %d objects", n)
			}
			for key, value := range b.objects {
				kind, _, _ := strings.Cut(key, ":")
				if kinds[message.Kind(kind)] == nil || len(key) > 600 || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
					t.Errorf("the key is %q", key)
				}
				if len(value) > message.MaxValue || !utf8.ValidString(value) || strings.Contains(value, "secret") {
					t.Errorf("%s has %d bytes: %s", key, len(value), value)
				}
				var fields map[string]any
				if err := json.Unmarshal([]byte(value), &fields); err != nil {
					t.Errorf("%s: %v", key, err)
				}
				tooLong(t, key, fields)
			}
			if strings.Contains(b.all.String(), "secret") {
				t.Error("a key tells a place of the dialplan")
			}
		}
	})
}

// tooLong wants all texts short.
func tooLong(t *testing.T, key string, value any) {
	t.Helper()
	switch v := value.(type) {
	case string:
		if n := utf8.RuneCountInString(v); n > message.MaxText && !strings.HasPrefix(v, "party:") && !strings.HasPrefix(v, "call:") && !strings.HasPrefix(v, "device:") {
			t.Errorf("%s has a text of %d characters", key, n)
		}
	case map[string]any:
		for _, inner := range v {
			tooLong(t, key, inner)
		}
	case []any:
		for _, inner := range v {
			tooLong(t, key, inner)
		}
	}
}

// What Hide names is left out, and nothing else; a name that there is not is an error.
func TestHide(t *testing.T) {
	s, p := newStateOf(&Config{})
	c := talk("1", "100", "trunk")
	c.Parties[1].Number = "4930123456"
	c.DID, c.Parties[1].Name, c.Recordings = "4930999", "call 4930123456", []live.Recording{{}}
	s.apply(p, []live.Change{callOf(c)})
	for _, test := range []struct {
		rights    Rights
		has, lack []string
	}{
		{Rights{}, []string{`"4930123456"`, `"did":"4930999"`, `"recorded":true`, "call 49"}, []string{"•"}},
		{Rights{ShowDigits: 3}, []string{`"•••••••456"`, `"did":"••••999"`, "call •••••••456"}, []string{"4930"}},
		{Rights{ShowDigits: -1}, []string{`"••••••••••"`}, []string{"4930", `"100"`}},
		{Rights{Hide: []string{"call.did"}}, []string{`"4930123456"`, `"did":"4930999"`}, []string{`"parties":2,"did"`}},
		{Rights{Hide: []string{"did"}}, []string{`"4930123456"`}, []string{"did"}},
		{Rights{Hide: []string{"number", "recording"}}, []string{"call 49"}, []string{`"number"`, "did", "recorded"}},
		{Rights{Hide: []string{"name"}}, []string{`"4930123456"`}, []string{"call 49"}},
		{Rights{Hide: []string{"party.number", "call.parties"}}, []string{`"did"`}, []string{`"4930123456"`}},
	} {
		test.rights.Devices = []Ref{{Name: All}}
		b := connected(t, viewOf(t, s, test.rights))
		b.reads(-1)
		for _, text := range test.has {
			if !strings.Contains(b.all.String(), text) {
				t.Errorf("%v %d: %s is not in %s", test.rights.Hide, test.rights.ShowDigits, text, b.all.String())
			}
		}
		for _, text := range test.lack {
			if strings.Contains(b.all.String(), text) {
				t.Errorf("%v %d: %s is in %s", test.rights.Hide, test.rights.ShowDigits, text, b.all.String())
			}
		}
	}
	for _, wrong := range []string{"", "call", "call.", "call.nothing", "nobody.number", "party.key", "call.id", "queue.number", "server"} {
		if _, err := s.view(Rights{Hide: []string{wrong}}); err == nil {
			t.Errorf("Hide %q is no error", wrong)
		}
	}
}

// What a view shows without a change that its users can see is not sent again.
func TestHiddenChange(t *testing.T) {
	s, p := newStateOf(&Config{})
	b := connected(t, viewOf(t, s, Rights{Devices: []Ref{{Name: "PJSIP/100"}}, Hide: []string{"number"}}))
	c := talk("1", "100", "101")
	s.apply(p, []live.Change{callOf(c)})
	b.reads(-1)
	c.To = "7"
	s.apply(p, []live.Change{callOf(c)})
	if f, _, _ := b.cursor.next(time.Now()); f != nil {
		t.Errorf("it is sent %s", f.data())
	}
}
