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
		{event.Of[event.Unknown](), false, "or()"},
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

// These have no name before there is an event.
func TestOfMatchesNothingWithoutAName(t *testing.T) {
	for _, filter := range []event.Filter{
		event.Of[event.Event](), event.Of[*event.Hangup](), event.Of[event.Unknown](), event.Of[event.Raw](), event.Of[event.Base](),
	} {
		for _, f := range []transport.Fields{fields("Event: Hangup"), fields("Event: "), fields()} {
			if filter.Match(f) {
				t.Errorf("%s matches %q", filter, f)
			}
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
			some = append(some, names[random.IntN(len(names))])
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
