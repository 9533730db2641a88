package event_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

func TestFilterMatch(t *testing.T) {
	hangup := fields("Event: Hangup", "Channel: PJSIP/1", "Cause: 16", "Cause: 17")
	a, b := event.Named("Hangup"), event.Where("Cause", "16")
	no := event.Named("Other")
	for _, test := range []struct {
		filter event.Filter
		want   bool
		text   string
	}{
		{event.Filter{}, true, "all"},
		{event.Of[event.Hangup](), true, "named(hangup)"},
		{event.Of[event.Newchannel](), false, "named(newchannel)"},
		{event.Named(), false, "named()"},
		{event.Named("hANGUP", "Newchannel"), true, "named(hangup, newchannel)"},
		{event.Named("Hang"), false, "named(hang)"},
		{event.Where("channel", "PJSIP/1"), true, `where(channel, "PJSIP/1")`},
		{event.Where("Channel", "pjsip/1"), false, `where(Channel, "pjsip/1")`},
		{event.Where("Cause", "16"), true, `where(Cause, "16")`},
		{event.Where("Cause", "17"), false, `where(Cause, "17")`},
		{event.Where("Nothing", ""), false, `where(Nothing, "")`},
		{event.And(), true, "and()"},
		{event.And(a, b), true, `and(named(hangup), where(Cause, "16"))`},
		{event.And(a, no), false, "and(named(hangup), named(other))"},
		{event.And(event.Filter{}, a), true, "and(all, named(hangup))"},
		{event.Or(), false, "or()"},
		{event.Or(no, b), true, `or(named(other), where(Cause, "16"))`},
		{event.Or(no, event.Filter{}), true, "or(named(other), all)"},
		{event.And(event.Or(no, a), event.Or(b)), true, `and(or(named(other), named(hangup)), or(where(Cause, "16")))`},
	} {
		if got := test.filter.Match(hangup); got != test.want {
			t.Errorf("%s: Match = %t, want %t", test.filter, got, test.want)
		}
		if got := test.filter.String(); got != test.text {
			t.Errorf("String = %s, want %s", got, test.text)
		}
	}
}

// What would match nothing, in silence, says what to write instead.
func TestFiltersThatMatchNothingPanic(t *testing.T) {
	wantPanic(t, "Of[*event.Hangup] matches nothing: events are values, so write Of[event.Hangup]", func() { event.Of[*event.Hangup]() })
	wantPanic(t, "Of[event.Event] matches nothing", func() { event.Of[event.Event]() })
	wantPanic(t, "Of[event.Unknown] matches nothing", func() { event.Of[event.Unknown]() })
	wantPanic(t, "Of[event.Raw] matches nothing", func() { event.Of[event.Raw]() })
	wantPanic(t, "Of[event.Base] matches nothing", func() { event.Of[event.Base]() })
	for name, advice := range map[string]string{
		"Queue*": "no wildcards", "Queue?": "no wildcards", "": "all events", "Newchannel,Hangup": "as an argument", "Newchannel Hangup": "as an argument",
		" Hangup": "as an argument", "Hangup\r\n": "one line", "Hang\x00up": "one line", "Event: Hangup": "as an argument",
	} {
		wantPanic(t, advice, func() { event.Named("Hangup", name) })
	}
	for _, key := range []string{"", "Dest*", "Channel\n", "Channel\r", "Channel\x00", "Channel:"} {
		wantPanic(t, "the name of one field", func() { event.Where(key, "1") })
	}
	wantPanic(t, "OfUser[*event_test.ticket] matches nothing", func() { event.OfUser[*ticket]() })
	wantPanic(t, "DecodeUser[*event_test.ticket] matches nothing", func() { event.DecodeUser[*ticket](event.UserEvent{}) })
	wantPanic(t, "OnUser[*event_test.ticket] matches nothing", func() { event.OnUser(new(event.Handlers), func(*ticket, event.UserEvent) {}) })
	wantPanic(t, "OfUser[event_test.nameless] matches nothing", func() { event.OfUser[nameless]() })
	wantPanic(t, "OfUser[event_test.number] matches nothing", func() { event.OfUser[number]() })
}

type nameless struct{}

func (nameless) UserEventName() string { return "" }

type number int

func (number) UserEventName() string { return "Number" }

// Every name that a type has is one that Named takes.
func TestNamedTakesEveryName(t *testing.T) {
	for _, name := range append(event.TypeNames(), "Gap", "Connected", "Synced", "pbx.Some_Event-2", "UserEvent<x>", "khomp/Alarm:1", "Abfrage\u00fc") {
		if filter := event.Named(name); !filter.Match(fields("Event: " + name)) {
			t.Errorf("%s does not match %s", filter, name)
		}
	}
	for _, name := range []string{"Alarm Cleared", "Queue*", "a,b"} { // the way that the panic of Named tells
		if filter := event.Where("Event", name); !filter.Match(fields("Event: "+name)) || filter.Match(fields("Event: Hangup")) {
			t.Errorf("%s does not match %s", filter, name)
		}
	}
}

// A filter takes a key as the wire spells it or as the field of the type is called.
func TestWhereTakesEitherSpelling(t *testing.T) {
	hangup := fields("Event: Hangup", "Channel: PJSIP/1", "Uniqueid: 1.2", "Linkedid: 1.1")
	cel := fields("Event: CEL", "UniqueID: 1.2", "LinkedID: 1.1")
	for _, key := range []string{"Uniqueid", "UniqueID", "uniqueid"} {
		for _, f := range []transport.Fields{hangup, cel} {
			if !event.Where(key, "1.2").Match(f) || event.Where(key, "1.3").Match(f) {
				t.Errorf("Where(%s) of %q", key, f)
			}
			var hub event.Hub
			sub := hub.Subscribe(event.Where(key, "1.2"), nil)
			hub.Publish(transport.NewBlock(f))
			if got := sub.Stats().Queued; got != 1 {
				t.Errorf("a subscription Where(%s) was given %d events of one", key, got)
			}
			sub.Close()
		}
	}
}

type parkedTooLong struct{ event.Base }

func (parkedTooLong) EventName() string { return "ParkedTooLong" }

func TestOfATypeOfTheUser(t *testing.T) {
	if !event.Of[parkedTooLong]().Match(fields("Event: ParkedTooLong")) {
		t.Error("Of does not match by the name of a user's type")
	}
}

// The case of a key does not matter for what counts of several values either.
func TestWhereWithoutRegardToCase(t *testing.T) {
	sent := fields("Event: UserEvent", "ActionID: 1", "UserEvent: Mine", "Event: Hangup", "ActionID: 2")
	variables := fields("Event: BridgeMerge", "ChanVariable(PJSIP/1): a=1", "ChanVariable(PJSIP/1): b=2")
	for _, test := range []struct {
		fields     transport.Fields
		key, value string
	}{
		{sent, "Event", "UserEvent"}, {sent, "EVENT", "UserEvent"},
		{sent, "ActionID", "1"}, {sent, "actionid", "1"},
		{variables, "ChanVariable(PJSIP/1)", "a=1"}, {variables, "chanvariable(PJSIP/1)", "a=1"},
	} {
		if filter := event.Where(test.key, test.value); !filter.Match(test.fields) {
			t.Errorf("%s does not match %q", filter, test.fields)
		}
	}
}

// TestFilterIndex compares what a hub delivers by its index with Match, for
// random filters and events.
func TestFilterIndex(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	long := strings.Repeat("Long", 30)
	names := []string{"A", "a", "B", "Be", "C", "", "\u212Aelvin", "kelvin", "\u0130", long, strings.ToUpper(long)}
	for range 3000 {
		filter := randomFilter(random, names, 3)
		var hub filled
		sub := hub.Subscribe(filter, nil)
		want := int64(0)
		for _, name := range names {
			f := fields("Event: "+name, fmt.Sprintf("K: %d", random.IntN(3)))
			hub.Publish(transport.NewBlock(f))
			if filter.Match(f) {
				want++
			}
			if got := sub.Stats().Matched; got != want {
				t.Fatalf("%s: with %q the hub matched %d, Match %d", filter, f, got, want)
			}
		}
		sub.Close()
	}
}

func randomFilter(random *rand.Rand, names []string, depth int) event.Filter {
	kind := random.IntN(8)
	if depth == 0 {
		kind %= 4
	}
	switch kind {
	case 0:
		return event.Filter{}
	case 1, 2:
		var some []string
		for range random.IntN(4) {
			if name := names[random.IntN(len(names))]; !isNoName(name) {
				some = append(some, name)
			}
		}
		return event.Named(some...)
	case 3:
		return event.Where([]string{"K", "k", "Event"}[random.IntN(3)], fmt.Sprint(random.IntN(3)))
	}
	var parts []event.Filter
	for range random.IntN(4) {
		parts = append(parts, randomFilter(random, names, depth-1))
	}
	if kind < 6 {
		return event.And(parts...)
	}
	return event.Or(parts...)
}
