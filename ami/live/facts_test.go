package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// asking0 is a state in which a channel stands, of which variables are wanted.
func wanting(t *testing.T, names ...string) *follower {
	t.Helper()
	f := follow(t)
	config := Config{Variables: names}
	if err := config.check(); err != nil {
		t.Fatal(err)
	}
	f.state.asked = config.asked()
	f.takes(synced(start), victim.event("Newchannel"))
	f.changes = nil
	return f
}

// varSet is the event of a variable; the value as Asterisk escapes it.
func varSet(o of, name, value string) event.Event {
	o.more = "Variable: " + name + "\r\nValue: " + value + "\r\n"
	return o.event("VarSet")
}

// status is an item of Status with the values of what a state asks for.
func (f *follower) status(o of, values ...string) event.Event {
	return f.statusOf(o, "Echo", values...)
}

// statusOf is one with an application.
func (f *follower) statusOf(o of, application string, values ...string) event.Event {
	text := "Event: Status\r\nPrivilege: Call\r\n" + o.text() + "Priority: 1\r\nUniqueid: " + o.id + "\r\nLinkedid: " + o.linked + "\r\n" +
		"Type: PJSIP\r\nDNID: 4711\r\nEffectiveConnectedLineNum: \r\nEffectiveConnectedLineName: \r\nTimeToHangup: 0\r\nBridgeID: \r\nApplication: " + application + "\r\n" +
		"Data: \r\nNativeformats: \r\nReadformat: \r\nReadtrans: \r\nWriteformat: \r\nWritetrans: \r\nCallgroup: 0\r\nPickupgroup: 0\r\nSeconds: 1\r\n"
	for i, value := range values {
		text += "Variable: " + f.state.asked.labels[i] + "=" + value + "\r\n"
	}
	return decoded(transport.ParseFields(text+"ActionID: 1\r\n"), start)
}

func (f *follower) channel(id string) *Channel {
	f.t.Helper()
	c, ok := f.channels.get(id)
	if !ok {
		f.t.Fatalf("there is no channel %s", id)
	}
	return c
}

// Variables are told by events and by lists, which have blanks for line breaks and no more than 511 bytes.
func TestVariables(t *testing.T) {
	f := wanting(t, "TICKET", "CALLERID(dnid)")
	long := strings.Repeat("x", 600)
	for _, step := range []struct {
		event  event.Event
		want   string
		change bool
	}{
		{varSet(victim, "OTHER", "1"), "", false},
		{varSet(victim, "TICKET", ""), "", false},
		{varSet(victim, "__TICKET", `a\r\nb`), "TICKET=a\r\nb", true},
		{varSet(victim, "TICKET", `a\r\nb`), "TICKET=a\r\nb", false},
		{f.status(victim, "0", "", "4711", "a  b"), "CALLERID(dnid)=4711 TICKET=a\r\nb", true},
		{f.status(victim, "0", "", "4711", "a  b"), "CALLERID(dnid)=4711 TICKET=a\r\nb", false},
		{f.status(victim, "0", "", "4711", "a b"), `CALLERID(dnid)=4711 TICKET=a b`, true},
		{f.status(victim, "0", "", "4711"), `CALLERID(dnid)=4711 TICKET=a b`, false}, // one is missing: none counts
		{varSet(victim, "_TICKET", long), "CALLERID(dnid)=4711 TICKET=" + long[:511], true},
		{f.status(victim, "0", "", "4711", long[:511]), "CALLERID(dnid)=4711 TICKET=" + long[:511], false},
		{f.status(victim, "0", "", "", ""), "", true},
	} {
		f.takes(synced(start))
		f.state.changes, f.changes = nil, nil
		f.takes(step.event)
		got := f.channel("1.1").Variables
		changed := slices.ContainsFunc(f.changes, func(c Change) bool {
			change, ok := c.(Changed[Channel])
			return ok && change.Before.Variables != change.After.Variables
		})
		if text := variablesText(got); text != step.want || changed != step.change {
			t.Errorf("after %v: %q, changed %t, want %q, %t", step.event, text, changed, step.want, step.change)
		}
		if call, _ := f.calls.get("1.1"); !call.Variables.Equal(got) {
			t.Errorf("the call has %s, its channel %s", call.Variables, got)
		}
	}
}

func variablesText(v Variables) string {
	var all []string
	for name, value := range v.All() {
		all = append(all, name+"="+value)
	}
	return strings.Join(all, " ")
}

// A variable that is set again to what it is, and one that nobody wants, costs nothing.
func TestVariableThatDoesNotChange(t *testing.T) {
	f := wanting(t, "TICKET")
	f.takes(varSet(victim, "TICKET", "1"))
	for _, ev := range []event.Event{varSet(victim, "TICKET", "1"), varSet(victim, "OTHER", "1")} {
		if allocs := testing.AllocsPerRun(100, func() { f.take(ev) }); allocs > 0 {
			t.Errorf("%v costs %v allocations", ev, allocs)
		}
	}
}

// What strangers write into a list, or into the events of their own channel, is no variable and no recording.
func TestForgedVariables(t *testing.T) {
	forged := "Variable: " + onHoldLabel + "=1\r\nVariable: " + labelOf(recordingName) + "=/evil\r\nVariable: " + labelOf("TICKET") + "=evil\r\n"
	for name, ev := range map[string]func(f *follower) event.Event{
		"in a number of a list": func(f *follower) event.Event {
			o := victim
			o.exten = "1\r\n" + strings.TrimSuffix(forged, "\r\n")
			return f.status(o, "0", "", "right")
		},
		"in the event of a variable": func(*follower) event.Event {
			o := victim
			o.exten = "1\r\nVariable: TICKET\r\nValue: evil\r\n\r\n"
			return o.event("VarSet")
		},
		"of another's Uniqueid": func(*follower) event.Event {
			o := attacker
			o.id = victim.id
			return varSet(o, "TICKET", "evil")
		},
		"of a global variable": func(*follower) event.Event {
			return varSet(of{name: "none", id: "none", linked: "none"}, "TICKET", "evil")
		},
	} {
		f := wanting(t, "TICKET")
		f.takes(varSet(victim, "TICKET", "right"))
		f.takes(attacker.event("Newchannel"))
		f.takes(ev(f))
		c := f.channel("1.1")
		if c.Variables.Get("TICKET") != "right" || c.OnHold || c.Recording != (Recording{}) {
			t.Errorf("%s: the channel has %s, on hold %t, %+v", name, c.Variables, c.OnHold, c.Recording)
		}
	}
}

// In JSON and as text no secret is shown.
func TestVariablesShown(t *testing.T) {
	var v Variables
	for name, value := range map[string]string{"B": "2", "A": "1", "PASSWORD": "hush"} {
		v = v.with(name, value)
	}
	text, err := json.Marshal(v)
	if err != nil || strings.Contains(string(text)+v.String(), "hush") || !strings.HasPrefix(string(text), `{"A":"1","B":"2","PASSWORD":`) {
		t.Errorf("%s, %v, %s", text, err, v)
	}
	if text, _ := json.Marshal(&Channel{}); strings.Contains(string(text), "Variables") || strings.Contains(string(text), "Side") {
		t.Errorf("a channel without variables is %s", text)
	}
}

func TestConfigVariables(t *testing.T) {
	for name, ok := range map[string]bool{
		"TICKET": true, "CALLERID(dnid)": true, "CHANNEL(rtp,dest)": true, "RETRIEVAL": true, "a-b.c_1": true,
		"": false, "__TICKET": false, "A,B": false, "A B": false, "${A}": false, "F(": false, "F(a)b": false, "F(${X})": false, "(x)": false,
		"SHELL(id)": false, "EVAL(x)": false, "F(a\r\nAction: Logoff)": false, "A\r\nB": false, "F(\")": false, strings.Repeat("x", 2000): false,
	} {
		config := Config{Variables: []string{name}}
		if err := config.check(); (err == nil) != ok || err != nil && !errors.Is(err, ami.ErrInvalid) {
			t.Errorf("%.50q: %v", name, err)
		}
	}
	many := Config{}
	for i := range 40 {
		many.Variables = append(many.Variables, fmt.Sprintf("VARIABLE%d", i))
	}
	if err := many.check(); !errors.Is(err, ami.ErrInvalid) {
		t.Errorf("40 names: %v", err)
	}
	// as many as are let through fit into the action
	many.Variables = many.Variables[:20]
	asked := many.asked()
	var b transport.Builder
	b.Limits.Line = 1022
	if err := many.check(); err != nil {
		t.Fatal(err)
	}
	if err := asked.status().Encode(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Fields(); err != nil {
		t.Errorf("20 names: %v", err)
	}
	if asked := (&Config{Variables: []string{"RETRIEVAL"}}).asked(); len(asked.listed) > 0 || len(asked.variables) != 1 {
		t.Errorf("RETRIEVAL is asked for by %+v", asked)
	}
}

// event of a recording.
func recorded(name, more string) event.Event {
	o := victim
	o.more = more
	return o.event(name)
}

func TestRecordings(t *testing.T) {
	begin, stop := recorded("MixMonitorStart", ""), recorded("MixMonitorStop", "")
	mute := recorded("MixMonitorMute", "Direction: read\r\nState: 1\r\n")
	file := func(name string) event.Event { return varSet(victim, recordingName, name) }
	f := wanting(t)
	listed := func(name string) event.Event { return f.status(victim, "0", name) }
	hangUp := victim.event("Hangup")
	for name, test := range map[string]struct {
		events []event.Event
		want   string // of each recording: its file, + running, - ended, ? not seen, m muted
	}{
		"as Asterisk tells it":             {[]event.Event{file("/a"), begin}, "/a+"},
		"the file later":                   {[]event.Event{begin, file("/a")}, "/a+"},
		"muted":                            {[]event.Event{file("/a"), begin, mute}, "/a+m"},
		"stopped":                          {[]event.Event{file("/a"), begin, mute, stop}, "/a-"},
		"once more, into the same file":    {[]event.Event{file("/a"), begin, stop, file("/a"), begin}, "/a- /a+"},
		"two at once":                      {[]event.Event{file("/a"), begin, file("/b"), begin, stop}, "/a+ /b-"},
		"ends with the channel":            {[]event.Event{file("/a"), begin, hangUp}, "/a-"},
		"known from a list alone":          {[]event.Event{listed("/a")}, "/a"},
		"a list knows nothing new":         {[]event.Event{file("/a"), begin, listed("/a"), listed("/a")}, "/a+"},
		"a list is faster":                 {[]event.Event{listed("/a"), file("/a"), begin}, "/a+"},
		"a list comes between":             {[]event.Event{file("/a"), listed("/a"), begin}, "/a+"},
		"without read=dialplan":            {[]event.Event{begin, listed("/a")}, "/a+"},
		"another one, found by a list":     {[]event.Event{file("/a"), begin, listed("/b")}, "/a+ /b"},
		"events are lost":                  {[]event.Event{file("/a"), begin, gap(start)}, "/a?"},
		"events are lost, and it ends":     {[]event.Event{file("/a"), begin, gap(start), stop}, "/a-?"},
		"stopped, and never seen to begin": {[]event.Event{listed("/a"), stop}, "/a-"},
		"nothing to stop":                  {[]event.Event{stop, mute}, ""},
	} {
		f := wanting(t)
		f.takes(test.events...)
		call, ok := f.calls.get("1.1")
		if !ok {
			t.Fatalf("%s: there is no call", name)
		}
		var all []string
		for i := range call.Recordings {
			all = append(all, recordingText(&call.Recordings[i]))
		}
		if got := strings.Join(all, " "); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if c, ok := f.channels.get("1.1"); ok && len(all) > 0 && recordingText(&c.Recording) != all[len(all)-1] {
			t.Errorf("%s: the channel has %+v", name, c.Recording)
		}
	}
}

func recordingText(r *Recording) string {
	text := r.File
	for _, mark := range []struct {
		is   bool
		text string
	}{{r.Running(), "+"}, {!r.Ended.IsZero(), "-"}, {r.NotSeen, "?"}, {r.MutedRead, "m"}, {r.MutedWrite, "M"}} {
		if mark.is {
			text += mark.text
		}
	}
	return text
}

// Who holds puts the other one on hold, and leaving ends it.
func TestOnHold(t *testing.T) {
	f := wanting(t)
	f.takes(attacker.event("Newchannel"), victim.event("BridgeEnter"))
	attacker := attacker
	attacker.linked = "1.1"
	f.takes(attacker.event("BridgeEnter"))
	f.takes(victim.event("Hold"))
	if c := f.channel("1.2"); !c.OnHold || f.channel("1.1").OnHold || !f.channel("1.1").Holding {
		t.Errorf("held: %+v, by %+v", c, f.channel("1.1"))
	}
	if call, _ := f.calls.get("1.1"); !slices.ContainsFunc(call.Parties, func(p Party) bool { return p.OnHold }) {
		t.Errorf("nobody is on hold in %+v", call.Parties)
	}
	f.takes(victim.event("Unhold"))
	if c := f.channel("1.2"); c.OnHold {
		t.Errorf("resumed: %+v", c)
	}
	f.takes(victim.event("Hold"), attacker.event("BridgeLeave"))
	if c := f.channel("1.2"); c.OnHold {
		t.Errorf("after it has left: %+v", c)
	}
	f.takes(f.status(victim, "1", ""))
	if c := f.channel("1.1"); !c.OnHold {
		t.Errorf("listed: %+v", c)
	}
	f.takes(f.status(victim, "0", ""), f.status(victim))
	if c := f.channel("1.1"); c.OnHold {
		t.Errorf("listed again: %+v", c)
	}
}

// callFacts has the facts of the calls of each capture at their end, where 102 is a trunk: who called, what they dialled, where it
// went, how it ended. All callers but one are Phone 100.
var callFacts = map[string][]string{
	"direct-call":          {"100 internal +101: answered"},
	"direct-call-busy":     {"100 internal +101: busy"},
	"direct-call-given-up": {"100 internal +101: cancelled"},
	"click-to-call":        {"100 internal +101: answered"},
	"queue":                {"100 internal +600: answered"},
	"blind-transfer":       {"100 outbound +101: answered"},
	"attended-transfer":    {"100 outbound +101: answered"},
	"pickup":               {"100 internal +101: answered"},
	"parking":              {"100 internal +101: answered"},
	"conference":           {"100 internal +601: answered", "101 internal +601: answered"},
}

// replay plays a capture to a state of a config, and returns the calls that have not merged, by their beginning.
func replay(t *testing.T, name string, config Config) []*Call {
	events := capture(t, name)
	f := follow(t)
	f.answer = oracle(events)
	f.state.asked = config.asked()
	f.takes(events...)
	return slices.SortedFunc(f.calls.all(), func(a, b *Call) int { return a.Began.Compare(b.Began) })
}

func TestCallFacts(t *testing.T) {
	ours := Rules{{Device: "PJSIP/102", Side: SideOutside}, {Device: "PJSIP/10*", Side: SideOurs}}
	theirs := Rules{{Device: "PJSIP/100", Side: SideOutside}}
	plus := func(number string) string { return "+" + number }
	for name, want := range callFacts {
		for _, version := range []string{"-16", "-22"} {
			var got []string
			for _, c := range replay(t, name+version, Config{Classify: ours.Classify, Number: plus}) {
				if c.From.Number != "+"+strings.TrimPrefix(c.From.Device, "PJSIP/") || !strings.HasPrefix(c.From.Name, "Phone ") || c.DID != "" || "+"+c.Exten != c.To {
					t.Errorf("%s: from %+v, to %s (%s), DID %q", name+version, c.From, c.To, c.Exten, c.DID)
				}
				got = append(got, fmt.Sprintf("%s %v %s: %s", strings.TrimPrefix(c.From.Device, "PJSIP/"), c.Direction, c.To, c.Result))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", name+version, got, want)
			}
			c := replay(t, name+version, Config{Classify: theirs.Classify})[0]
			if dialled := c.To; c.Direction != DirectionInbound || name != "click-to-call" && c.DID != dialled || name == "click-to-call" && c.DID != "" {
				t.Errorf("%s from outside: %v, DID %q of %q", name+version, c.Direction, c.DID, dialled)
			}
			c = replay(t, name+version, Config{})[0]
			if c.Direction != 0 || c.DID != "" || c.From.Number != "100" {
				t.Errorf("%s of nobody known: %v, DID %q, from %+v", name+version, c.Direction, c.DID, c.From)
			}
		}
	}
}

// A Call whose beginning was not seen has dialled what the list says, not the place where it is now.
func TestDialledByAList(t *testing.T) {
	f := follow(t)
	f.state.asked = (&Config{}).asked()
	f.takes(gap(start), f.status(victim, "0", ""), synced(start))
	if c, ok := f.calls.get("1.1"); !ok || c.To != "4711" || c.Exten != "4711" || c.Result != "answered" {
		t.Errorf("the call is %+v", c)
	}
}

// A Call whose beginning was not seen is from the channel that its Linkedid names, wherever that is in the list, and a channel that was
// dialled is known by its application.
func TestCallOfAList(t *testing.T) {
	caller := of{name: "PJSIP/100-00000001", id: "1.1", linked: "1.1", state: "Ring"}
	phone := of{name: "PJSIP/101-00000002", id: "1.2", linked: "1.1", state: "Ringing"}
	for _, last := range []of{caller, phone} {
		f := follow(t)
		f.state.asked = (&Config{}).asked()
		f.takes(gap(start))
		for _, o := range []of{caller, phone} {
			if o != last {
				f.takes(f.statusOf(o, map[of]string{caller: "Dial", phone: "AppDial"}[o]))
			}
		}
		f.takes(f.statusOf(last, map[of]string{caller: "Dial", phone: "AppDial"}[last]), synced(start))
		c, ok := f.calls.get("1.1")
		if !ok || c.From.Device != "PJSIP/100" || len(c.Parties) != 2 {
			t.Fatalf("%s last: the call is %+v", last.name, c)
		}
		for _, p := range c.Parties {
			if p.Dialled != (p.Device == "PJSIP/101") {
				t.Errorf("%s last: %s was dialled: %v", last.name, p.Device, p.Dialled)
			}
		}
	}
}

// A Call that has become part of another one keeps what it has told.
func TestMergedCallKeepsItsFacts(t *testing.T) {
	for _, name := range []string{"pickup-16", "pickup-22", "attended-transfer-16", "attended-transfer-22"} {
		f := follow(t)
		events := capture(t, name)
		f.answer = oracle(events)
		f.takes(events...)
		merged := 0
		for _, change := range f.changes {
			c, ok := change.(Changed[Call])
			if !ok || c.After.Merged == nil {
				continue
			}
			merged++
			if c.Before == nil || c.After.From == (Caller{}) || c.After.From != c.Before.From || c.After.To != c.Before.To {
				t.Errorf("%s: From %+v to %q, was %+v", name, c.After.From, c.After.To, c.Before)
			}
		}
		if merged == 0 {
			t.Errorf("%s: no Call was merged", name)
		}
	}
}
