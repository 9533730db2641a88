package live

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

var captures = []string{"direct-call", "direct-call-busy", "direct-call-given-up", "click-to-call", "queue", "blind-transfer", "attended-transfer",
	"pickup", "parking", "conference"}

// gap is a loss of events.
func gap(at time.Time) event.Gap {
	return event.Gap{Base: event.NewBase(transport.ParseFields("Event: Gap\r\n"), at), Reason: event.GapDisconnected, Missed: -1}
}

// itemsOf is what BridgeList and Status would say of what a state shows.
func itemsOf(s *state, at time.Time) (items []event.Event) {
	for b := range s.bridges.all() {
		items = append(items, decoded(block("Event", "BridgeListItem", "BridgeUniqueid", b.ID, "BridgeType", b.Type, "BridgeTechnology", b.Technology,
			"BridgeCreator", b.Creator, "BridgeName", b.Name, "BridgeNumChannels", strconv.Itoa(len(b.Channels)), "BridgeVideoSourceMode", "none"), at))
	}
	for c := range s.channels.all() {
		item := []string{"Event", "Status", "Privilege", "Call", "Channel", c.Name, "ChannelState", strconv.Itoa(int(c.State)),
			"ChannelStateDesc", c.State.String(), "CallerIDNum", c.CallerIDNum, "CallerIDName", c.CallerIDName, "ConnectedLineNum", c.ConnectedLineNum,
			"ConnectedLineName", c.ConnectedLineName, "Language", c.Language, "AccountCode", c.AccountCode, "Context", c.Context, "Exten", c.Exten,
			"Priority", strconv.Itoa(c.Priority), "Uniqueid", c.UniqueID, "Linkedid", c.LinkedID, "Type", "PJSIP", "DNID", "", "EffectiveConnectedLineNum", "",
			"EffectiveConnectedLineName", "", "TimeToHangup", "0", "BridgeID", c.BridgeID, "Application", c.Application, "Data", c.ApplicationData,
			"Nativeformats", "", "Readformat", "", "Readtrans", "", "Writeformat", "", "Writetrans", "", "Callgroup", "0", "Pickupgroup", "0", "Seconds", "1"}
		items = append(items, decoded(block(append(item, variablesOf(s, c)...)...), at))
	}
	return items
}

// ticketed is a capture in which each channel gets a variable, some are recorded and some are put on hold.
func ticketed(events []event.Event) (all []event.Event) {
	for i, ev := range events {
		all = append(all, ev)
		var c *event.ChannelSnapshot
		switch e := ev.(type) {
		case event.Newchannel:
			c = &e.ChannelSnapshot
		case event.BridgeEnter:
			c = &e.ChannelSnapshot
		default:
			continue
		}
		own := []string{"Privilege", "call,all", "Channel", c.Channel, "ChannelState", strconv.Itoa(int(c.ChannelState)), "ChannelStateDesc", c.ChannelState.String(),
			"CallerIDNum", c.CallerIDNum, "CallerIDName", c.CallerIDName, "ConnectedLineNum", c.ConnectedLineNum, "ConnectedLineName", c.ConnectedLineName,
			"Language", c.Language, "AccountCode", c.AccountCode, "Context", c.Context, "Exten", c.Exten, "Priority", strconv.Itoa(c.Priority),
			"Uniqueid", c.UniqueID, "Linkedid", c.LinkedID}
		told := func(name string, more ...string) {
			all = append(all, decoded(block(append(append([]string{"Event", name}, own...), more...)...), ev.Received()))
		}
		told("VarSet", "Variable", "__TICKET", "Value", `a\n`+strconv.Itoa(i))
		switch e, _ := ev.(event.BridgeEnter); i % 3 {
		case 0:
			if e.BridgeNumChannels == 2 && e.SwapUniqueID == "" {
				told("Hold", "MusicClass", "default")
			}
		case 1:
			told("VarSet", "Variable", recordingName, "Value", fmt.Sprintf("/%d.wav", i))
			told("MixMonitorStart")
		}
	}
	return all
}

// variablesOf is what Status says of the variables of a channel.
func variablesOf(s *state, c *Channel) (fields []string) {
	line := strings.NewReplacer("\r", " ", "\n", " ")
	onHold := "0"
	if c.OnHold {
		onHold = "1"
	}
	values := []string{onHold, line.Replace(c.Recording.File)}
	for _, name := range s.asked.listed {
		values = append(values, line.Replace(c.Variables.Get(name)))
	}
	for i, label := range s.asked.labels {
		fields = append(fields, "Variable", label+"="+values[i])
	}
	return fields
}

var tickets = Config{Variables: []string{"TICKET"}}

func block(keyValues ...string) transport.Fields {
	var b transport.Builder
	for i := 0; i < len(keyValues); i += 2 {
		b.Add(keyValues[i], keyValues[i+1])
	}
	fields, err := b.Fields()
	if err != nil {
		panic(err)
	}
	return fields
}

// facts is what a list tells, for a comparison.
func facts(s *state) string {
	var lines []string
	for c := range s.channels.all() {
		lines = append(lines, fmt.Sprintf("%s %s %s %v %q %q %q %q bridge %s hold %t variables %q", c.UniqueID, c.Name, c.LinkedID, c.State, c.CallerIDNum, c.CallerIDName,
			c.ConnectedLineNum, c.ConnectedLineName, c.BridgeID, c.OnHold, strings.ReplaceAll(variablesText(c.Variables), "\n", " ")))
	}
	for b := range s.bridges.all() {
		members := slices.Sorted(slices.Values(b.Channels))
		lines = append(lines, fmt.Sprintf("bridge %s %s %s %q", b.ID, b.Type, b.Name, members))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// asking answers from what a state shows.
func asking(s *state) func(question) answer {
	return func(q question) answer {
		for c := range s.channels.all() {
			if c.Name == q.name {
				return answer{there: true, uniqueID: c.UniqueID, linkedID: c.LinkedID}
			}
		}
		return answer{}
	}
}

// truth is what a state knows that has seen the first n events in their order.
func truth(t testing.TB, events []event.Event, n int) *follower {
	f := follow(t)
	f.answer = oracle(events)
	f.state.asked = tickets.asked()
	f.takes(events[:n]...)
	return f
}

// Whatever a state has seen, after a gap and lists it shows what they say: events shuffled, cut, doubled or of another call.
func TestListsAreRight(t *testing.T) {
	for _, name := range captures {
		for _, version := range []string{"-16", "-22"} {
			events := ticketed(capture(t, name+version))
			for seed := range uint64(40) {
				random := rand.New(rand.NewPCG(seed, 7))
				n := random.IntN(len(events) + 1)
				relist(t, fmt.Sprintf("%s%s, seed %d", name, version, seed), events, n, mangled(random, events))
			}
		}
	}
}

// mangled is some of the events, in any order, some of them twice.
func mangled(random *rand.Rand, events []event.Event) (some []event.Event) {
	for _, ev := range events[:random.IntN(len(events)+1)] {
		for range random.IntN(3) {
			some = append(some, ev)
		}
	}
	if random.IntN(2) == 0 {
		random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	}
	return some
}

// relist has a state see odd events, and then the lists that are true after the first n events.
func relist(t testing.TB, name string, events []event.Event, n int, odd []event.Event) {
	t.Helper()
	want := truth(t, events, n)
	f := follow(t)
	f.answer = asking(want.state)
	f.state.asked = tickets.asked()
	f.odd = name == "fuzz"
	f.takes(odd...)
	at := start.Add(time.Hour)
	f.takes(gap(at))
	f.takes(itemsOf(want.state, at)...)
	f.takes(synced(at))
	if got, want := facts(f.state), facts(want.state); got != want {
		t.Errorf("%s, after %d events: the state has\n%s\nwant\n%s", name, n, got, want)
	}
	for c := range want.channels.all() { // a list without a file says nothing
		if got, _ := f.channels.get(c.UniqueID); c.Recording.File != "" && got.Recording.File != c.Recording.File {
			t.Errorf("%s, after %d events: %v is recorded as %+v, want %+v", name, n, c, got.Recording, c.Recording)
		}
	}
	f.takes(gap(at), synced(at)) // and nothing is left
	if f.channels.size != 0 || f.bridges.size != 0 {
		t.Errorf("%s: after empty lists there are %v", name, f.view())
	}
}

// ends wants one beginning and at most one end of each channel.
func ends(t testing.TB, changes []Change) {
	t.Helper()
	lives := make(map[string]bool)
	over := make(map[string]bool)
	for _, change := range changes {
		c, ok := change.(Changed[Channel])
		if !ok {
			continue
		}
		id := c.After.UniqueID
		switch {
		case over[id]:
			t.Errorf("%v after its end", c)
		case lives[id] == (c.Kind == KindAdded):
			t.Errorf("%v, and it lives: %t", c, lives[id])
		}
		lives[id], over[id] = c.Kind != KindRemoved, c.Kind == KindRemoved
	}
}

// Events from before Synced may be older than the lists, or newer: applied twice they do no harm.
func TestEventsAroundLists(t *testing.T) {
	for _, name := range captures {
		for _, version := range []string{"-16", "-22"} {
			events := ticketed(capture(t, name+version))
			for n := range events {
				for _, back := range []int{1, 3, 10} {
					want := truth(t, events, n)
					f := follow(t)
					f.answer = asking(want.state)
					f.state.asked = tickets.asked()
					early := max(0, n-back)
					f.takes(events[:early]...)
					at := start.Add(time.Duration(n) * 10 * time.Millisecond)
					f.takes(gap(at))
					f.takes(itemsOf(want.state, at)...)
					f.takes(events[early:n]...) // which Asterisk had queued before the lists
					f.takes(synced(at))
					if got, want := facts(f.state), facts(want.state); got != want {
						t.Fatalf("%s, list after %d events and then the last %d: the state has\n%s\nwant\n%s", name+version, n, back, got, want)
					}
					ends(t, f.changes)
				}
			}
		}
	}
}

func FuzzAnyEventsThenLists(f *testing.F) {
	var all []event.Event
	for _, name := range captures {
		all = append(all, ticketed(capture(f, name+"-22"))...)
	}
	f.Add(uint64(1), []byte{1, 2, 3})
	f.Add(uint64(2), []byte("\x00\x10\x20\x30\x40"))
	f.Fuzz(func(t *testing.T, at uint64, order []byte) {
		odd := make([]event.Event, 0, len(order))
		from := int(at % uint64(len(all)))
		for _, b := range order {
			odd = append(odd, all[(from+int(b))%len(all)])
		}
		relist(t, "fuzz", all, from, odd)
	})
}

// An event that overtakes the first one of its channel leaves the Call complete once that has come.
func TestEarlyEvents(t *testing.T) {
	for _, begins := range []bool{true, false} {
		f := follow(t)
		f.takes(synced(start), victim.event("Newstate"))
		if begins {
			f.takes(victim.event("Newchannel"))
		}
		if c, ok := f.calls.get("1.1"); !ok || c.Complete != begins {
			t.Errorf("Newchannel came: %t, and the call is %v", begins, c)
		}
	}
}
