package live

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// followRooms follows channels, conferences and parking.
func followRooms(t testing.TB) *follower {
	f := follow(t)
	f.keep(&conferencesDesign, 1e6)
	f.keep(&parkingDesign, 1e6)
	f.takes(syncedRooms(start))
	return f
}

// syncedRooms ends all lists of those.
func syncedRooms(at time.Time) event.Synced {
	s := synced(at)
	for _, a := range []string{"ConfbridgeListRooms", "Parkinglots", "ParkedCalls", "ConfbridgeList"} {
		s.Lists = append(s.Lists, event.ListResult{Action: a})
	}
	return s
}

// bridgeText is the fields of a conference's bridge.
func bridgeText(id, name string) string {
	return "BridgeUniqueid: " + id + "\r\nBridgeType: base\r\nBridgeTechnology: softmix\r\nBridgeCreator: ConfBridge\r\nBridgeName: " + name +
		"\r\nBridgeNumChannels: 1\r\nBridgeVideoSourceMode: none\r\n"
}

// rest is the end of an event of a channel, which one with a stranger's line breaks does not have.
func (o of) rest(more string) string {
	if strings.Contains(o.exten, "\r\n") {
		return ""
	}
	return "Priority: 1\r\nUniqueid: " + o.id + "\r\nLinkedid: " + o.linked + "\r\n" + more
}

// confbridge is an event of ConfBridge, of a channel unless that has no name.
func confbridge(name, conference, bridge string, o of, more string) event.Event {
	text := "Event: " + name + "\r\nPrivilege: call,all\r\nConference: " + conference + "\r\n" + bridgeText(bridge, conference)
	if o.name != "" {
		text += o.text() + o.rest(more)
	}
	return decoded(transport.ParseFields(text), start)
}

// bridged is an event of a conference's bridge.
func bridged(name, conference, bridge string, o of) event.Event {
	text := "Event: " + name + "\r\nPrivilege: call,all\r\n" + bridgeText(bridge, conference)
	if o.name != "" {
		text += o.text() + o.rest("")
	}
	return decoded(transport.ParseFields(text), start)
}

// listedUser is an item of ConfbridgeList.
func listedUser(conference string, o of, muted string) event.Event {
	text := "Event: ConfbridgeList\r\nActionID: x\r\nConference: " + conference + "\r\nAdmin: No\r\nMarkedUser: Yes\r\nWaitMarked: No\r\nEndMarked: No\r\n" +
		"EndMarkedAny: No\r\nWaiting: No\r\nMuted: " + muted + "\r\nTalking: No\r\nAnsweredTime: 1\r\n" + o.text() + o.rest("")
	return decoded(transport.ParseFields(text), start)
}

func listedRoom(conference, locked string) event.Event {
	return decoded(block("Event", "ConfbridgeListRooms", "ActionID", "x", "Conference", conference, "Parties", "1", "Marked", "0", "Locked", locked, "Muted", "No"), start)
}

// has wants those conferences and participants, and that they fit together.
func (f *follower) has(what string, want ...string) {
	f.t.Helper()
	var got []string
	v := f.view()
	for c := range v.Conferences() {
		got = append(got, c.String())
		for _, id := range c.Participants {
			if p, ok := v.Participant(id); !ok || p.Conference != c.Name {
				f.t.Errorf("%s: %v lists %s, which is %v", what, c, id, p)
			}
		}
	}
	for p := range v.Participants() {
		got = append(got, p.String())
		c, ok := v.Conference(p.Conference)
		if !ok || !slices.Contains(c.Participants, p.UniqueID) {
			f.t.Errorf("%s: %v is not in %v", what, p, c)
		}
		if l, ok := v.Channel(p.UniqueID); !ok || l.Name != p.Channel || l.CallID != p.CallID {
			f.t.Errorf("%s: %v has the channel %v", what, p, l)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		f.t.Errorf("%s: there are\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// told is the changes of conferences and participants, a line each.
func (f *follower) told() string {
	var lines []string
	for _, change := range f.changes {
		switch change.(type) {
		case Changed[Conference], Changed[Participant], Changed[ParkedCall], Changed[ParkingLot]:
			lines = append(lines, change.String())
		}
	}
	f.changes = nil
	return strings.Join(lines, "\n")
}

// roomItems is what the lists would say of what a state shows.
func roomItems(f *follower, at time.Time) []event.Event {
	items := itemsOf(f.state, at)
	yes := map[bool]string{false: "No", true: "Yes"}
	v := f.view()
	for c := range v.Conferences() {
		items = append(items, listedRoom(c.Name, yes[c.Locked]))
	}
	for p := range v.Participants() {
		c, _ := v.Channel(p.UniqueID)
		items = append(items, listedUser(p.Conference, of{name: c.Name, id: c.UniqueID, linked: c.LinkedID}, yes[p.Muted]))
	}
	for p := range v.ParkedCalls() {
		c, _ := v.Channel(p.UniqueID)
		items = append(items, parked("ParkedCall", of{name: c.Name, id: c.UniqueID, linked: c.LinkedID}, p.ParkingSpace, "ActionID: x\r\n"))
	}
	return items
}

// roomFacts is what those lists tell.
func roomFacts(f *follower) string {
	var lines []string
	v := f.view()
	for c := range v.Conferences() {
		bridge := "" // which only those who are in it tell
		for _, id := range c.Participants {
			if l, _ := v.Channel(id); l.BridgeID != "" {
				bridge = c.BridgeID
			}
		}
		lines = append(lines, fmt.Sprint("conference ", c.Name, " ", bridge, len(c.Participants)))
	}
	for p := range v.Participants() {
		lines = append(lines, fmt.Sprint("participant ", p.UniqueID, p.Conference, p.Muted, p.CallID != ""))
	}
	for p := range v.ParkedCalls() {
		lines = append(lines, fmt.Sprint("parked ", p.UniqueID, p.ParkingLot, p.ParkingSpace))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

var roomCaptures = []string{"conference-16", "conference-22", "parking-16", "parking-22"}

// relistRooms has a state see odd events, and then the lists that are true after the first n events. It returns what they tell.
func relistRooms(t testing.TB, name string, events []event.Event, n int, odd []event.Event) string {
	t.Helper()
	want, f := followRooms(t), followRooms(t)
	want.answer = oracle(events)
	want.takes(events[:n]...)
	for n < len(events) && !settled(want) {
		want.takes(events[n])
		n++
	}
	f.answer = asking(want.state)
	f.odd = name == "fuzz"
	f.takes(odd...)
	at := start.Add(time.Hour)
	f.takes(gap(at))
	f.takes(roomItems(want, at)...)
	f.takes(syncedRooms(at))
	facts := roomFacts(want)
	if got := roomFacts(f); got != facts {
		t.Errorf("%s, after %d events: the state has\n%s\nwant\n%s", name, n, got, facts)
	}
	f.takes(gap(at), syncedRooms(at)) // and nothing is left
	if got := roomFacts(f); got != "" {
		t.Errorf("%s: after empty lists there is\n%s", name, got)
	}
	onceEach(t, f.changes)
	return facts
}

// settled reports whether all participants are in a bridge, and all parked calls in that of their lot. One who has left is not taken to
// be back for being listed. A call that has left the lot's bridge is listed no more, though UnParkedCall is still to come.
func settled(f *follower) bool {
	v := f.view()
	for p := range v.Participants() {
		if c, ok := v.Channel(p.UniqueID); ok && c.BridgeID == "" {
			return false
		}
	}
	for p := range v.ParkedCalls() {
		c, ok := v.Channel(p.UniqueID)
		if !ok {
			return false
		}
		if in, ok := v.Bridge(c.BridgeID); !ok || in.Type != "parking" {
			return false
		}
	}
	return true
}

// Whatever was seen, after a gap and lists there is what they say: events shuffled, cut or doubled.
func TestRoomListsAreRight(t *testing.T) {
	found := 0
	for _, name := range roomCaptures {
		events := capture(t, name)
		for seed := range uint64(60) {
			random := rand.New(rand.NewPCG(seed, 7))
			n := random.IntN(len(events) + 1)
			if relistRooms(t, fmt.Sprintf("%s, seed %d", name, seed), events, n, mangled(random, events)) != "" {
				found++
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d of the lists had something", found)
	}
}

func FuzzRoomEventsThenLists(f *testing.F) {
	of := make([][]event.Event, len(roomCaptures)) // each its own: names of channels are used again
	for i, name := range roomCaptures {
		of[i] = capture(f, name)
	}
	f.Add(uint64(1), []byte{1, 2, 3})
	f.Add(uint64(60), []byte("\x00\x10\x20\x30\x40"))
	f.Fuzz(func(t *testing.T, at uint64, order []byte) {
		all := of[at%uint64(len(of))]
		odd := make([]event.Event, 0, len(order))
		from := int(at / uint64(len(of)) % uint64(len(all)))
		for _, b := range order {
			odd = append(odd, all[(from+int(b))%len(all)])
		}
		relistRooms(t, "fuzz", all, from, odd)
	})
}

// onceEach wants one end of each object that began.
func onceEach(t testing.TB, changes []Change) {
	t.Helper()
	lives := make(map[string]bool)
	note := func(key string, kind Kind) {
		if lives[key] == (kind == KindAdded) {
			t.Errorf("%v %s, and it lives: %t", kind, key, lives[key])
		}
		lives[key] = kind != KindRemoved
	}
	for _, change := range changes {
		switch c := change.(type) {
		case Changed[Conference]:
			note("conference "+c.After.Name, c.Kind)
		case Changed[Participant]:
			note("participant "+c.After.UniqueID, c.Kind)
		case Changed[ParkedCall]:
			note("parked call "+c.After.UniqueID, c.Kind)
		}
	}
	for key, is := range lives {
		if is {
			t.Errorf("%s has no end", key)
		}
	}
}

// Events of other routers may come before a channel's first: they wait for that, and begin no channel, whose Call would not be whole.
func TestEventsBeforeTheChannel(t *testing.T) {
	f := followRooms(t)
	f.takes(lot, syncedRooms(start), bridged("BridgeCreate", "7", "b7", of{}), confbridge("ConfbridgeStart", "7", "b7", of{}, ""))
	f.told()
	f.takes(confbridge("ConfbridgeJoin", "7", "b7", attacker, joined), confbridge("ConfbridgeMute", "7", "b7", attacker, "Admin: No\r\n"), parked("ParkedCall", victim, 701, ""))
	f.has("before the channel", "conference 7 Participants=0")
	f.lot("before the channel")
	if got := f.told(); got != "" || f.channels.size != 0 {
		t.Errorf("the changes are %s, and the channels %v", got, f.view())
	}
	f.takes(attacker.event("Newchannel"), victim.event("Newchannel"))
	f.has("with the channel", "conference 7 Participants=1", "participant "+attackerName+" Conference=7 Call=1.2 (muted)")
	f.lot("with the channel", victimParked)
	for c := range f.calls.all() {
		if !c.Complete {
			t.Errorf("%v", c)
		}
	}
	got := f.told()
	for _, want := range []string{"added participant " + attackerName + " Conference=7 Call=1.2 by ConfbridgeJoin", "(muted) by ConfbridgeMute", "added " + victimParked + " by ParkedCall"} {
		if !strings.Contains(got, want) {
			t.Errorf("the changes are\n%s\nwant %q", got, want)
		}
	}
	other := of{name: "PJSIP/300-00000003", id: "1.3", linked: "1.3"}
	f.takes(confbridge("ConfbridgeLeave", "7", "b7", attacker, "Admin: No\r\n"), attacker.event("Hangup"),
		confbridge("ConfbridgeJoin", "7", "b7", other, joined), confbridge("ConfbridgeLeave", "7", "b7", other, "Admin: No\r\n"), confbridge("ConfbridgeEnd", "7", "b7", of{}, ""),
		other.event("Newchannel"))
	f.has("ended before the channel came")
	if f.waiting != 0 || len(f.asked) != 0 || len(f.state.wanted) != 0 {
		t.Errorf("asked for %q, lists of %q", f.asked, f.state.wanted)
	}
	for i := range maxBacklog + 1 {
		f.takes(confbridge("ConfbridgeMute", "7", "b7", of{name: fmt.Sprintf("PJSIP/1-%08x", i), id: fmt.Sprint("2.", i), linked: "2"}, "Admin: No\r\n"))
	}
	c := f.state.kept[0].keeper.(*conferences)
	if c.backlog.size != maxBacklog || !slices.Contains(f.state.wanted, PartConferences) {
		t.Errorf("%d events wait, and lists of %q are wanted", c.backlog.size, f.state.wanted)
	}
	f.takes(gap(start), syncedRooms(start))
	if c.backlog.size != 0 || len(c.backlog.waiting) != 0 {
		t.Errorf("after a gap %d events wait", c.backlog.size)
	}
}
