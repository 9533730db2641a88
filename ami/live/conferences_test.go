package live

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

const joined = "Admin: No\r\nMuted: No\r\n"

// inConference is a state in which the victim is in conference 7.
func inConference(t *testing.T) *follower {
	f := followRooms(t)
	f.takes(syncedRooms(start), victim.event("Newchannel"), bridged("BridgeCreate", "7", "b7", of{}), confbridge("ConfbridgeStart", "7", "b7", of{}, ""),
		confbridge("ConfbridgeJoin", "7", "b7", victim, joined), bridged("BridgeEnter", "7", "b7", victim))
	f.changes = nil
	f.has("victim joined", "conference 7 Participants=1", "participant "+victimName+" Conference=7 Call=1.1")
	return f
}

// The conference of docs/calls.md, as Asterisk 16 and 22 told it.
func TestConferenceCapture(t *testing.T) {
	for _, version := range []string{"-16", "-22"} {
		events := capture(t, "conference"+version)
		f := followRooms(t)
		f.answer = oracle(events)
		f.takes(events...)
		var kinds []string
		for _, line := range strings.Split(f.told(), "\n") {
			words := strings.Fields(line)
			kinds = append(kinds, strings.Join(words[:2], " ")+" "+words[len(words)-1])
		}
		want := []string{"added conference ConfbridgeStart", "added participant ConfbridgeJoin", "updated conference ConfbridgeJoin",
			"added participant ConfbridgeJoin", "updated conference ConfbridgeJoin"}
		if len(kinds) < 5 || !slices.Equal(kinds[:5], want) {
			t.Errorf("conference%s: the changes begin with %q, want %q", version, kinds, want)
		}
		if ends := kinds[5:]; len(ends) != 5 || ends[4] != "removed conference ConfbridgeEnd" {
			t.Errorf("conference%s: the changes end with %q", version, ends)
		}
		f.has("conference" + version)
	}
}

// Join and Leave come before or after what the bridge tells, and a mute before the join.
func TestConferenceInAnyOrder(t *testing.T) {
	join, enter := confbridge("ConfbridgeJoin", "7", "b7", attacker, joined), bridged("BridgeEnter", "7", "b7", attacker)
	leave, exit := confbridge("ConfbridgeLeave", "7", "b7", attacker, "Admin: No\r\n"), bridged("BridgeLeave", "7", "b7", attacker)
	mute := confbridge("ConfbridgeMute", "7", "b7", attacker, "Admin: No\r\n")
	there := []string{"conference 7 Participants=1", "participant " + victimName + " Conference=7 Call=1.1"}
	both := []string{"conference 7 Participants=2", there[1], "participant " + attackerName + " Conference=7 Call=1.2"}
	muted := []string{both[0], both[1], both[2] + " (muted)"}
	for i, events := range [][]event.Event{{join, enter}, {enter, join}} {
		f := inConference(t)
		f.takes(attacker.event("Newchannel"))
		f.takes(events...)
		f.has(fmt.Sprintf("order %d", i), both...)
		c, _ := f.view().Conference("7")
		if !slices.Equal(c.Calls, []string{"1.1", "1.2"}) || !c.Complete || c.BridgeID != "b7" || c.Began.IsZero() {
			t.Errorf("the conference is %+v", c)
		}
		f.takes(mute)
		f.has("muted", muted...)
		f.takes(confbridge("ConfbridgeUnmute", "7", "b7", attacker, "Admin: No\r\n"), confbridge("ConfbridgeTalking", "7", "b7", attacker, "TalkingStatus: on\r\nAdmin: No\r\n"))
		f.has("talking", both[0], both[1], both[2]+" (talking)")
		if i == 0 {
			f.takes(leave, exit)
		} else {
			f.takes(exit, leave)
		}
		f.has("left", there...)
		if _, told := f.state.kept[0].keeper.(*conferences).leaving["1.2"]; told {
			t.Error("who has left is still to leave")
		}
	}
	f := inConference(t)
	f.takes(attacker.event("Newchannel"), mute, join)
	f.has("muted before the join", muted...)
	f.takes(attacker.event("Hangup"))
	f.has("hung up without a leave", there...)
	f.takes(leave)
	f.has("left after it", there...)
}

// Who joins again before the bridge tells that it has left has left once, and joined twice.
func TestConferenceJoinedAgain(t *testing.T) {
	f := inConference(t)
	f.takes(confbridge("ConfbridgeLeave", "7", "b7", victim, "Admin: No\r\n"), confbridge("ConfbridgeJoin", "7", "b7", victim, joined))
	if got := strings.Count(f.told(), "removed participant"); got != 1 {
		t.Errorf("it has left %d times", got)
	}
	f.has("joined again", "conference 7 Participants=1", "participant "+victimName+" Conference=7 Call=1.1")
	f.takes(bridged("BridgeLeave", "7", "b7", victim), bridged("BridgeEnter", "7", "b7", victim))
	f.has("and told of by the bridge", "conference 7 Participants=1", "participant "+victimName+" Conference=7 Call=1.1")
}

// A conference that begins while the end of one with its name is still to be told is another one.
func TestConferenceWithTheSameName(t *testing.T) {
	f := inConference(t)
	f.takes(confbridge("ConfbridgeLeave", "7", "b7", victim, "Admin: No\r\n"), bridged("BridgeLeave", "7", "b7", victim))
	f.told()
	f.takes(bridged("BridgeCreate", "7", "c7", of{}), confbridge("ConfbridgeStart", "7", "c7", of{}, ""), confbridge("ConfbridgeEnd", "7", "b7", of{}, ""))
	if got, want := f.told(), "removed conference 7 Participants=0 by ConfbridgeStart\nadded conference 7 Participants=0 by ConfbridgeStart"; got != want {
		t.Errorf("the changes are\n%s\nwant\n%s", got, want)
	}
	f.takes(confbridge("ConfbridgeRecord", "7", "c7", of{}, ""))
	f.has("recorded", "conference 7 Participants=0 (recorded)")
	f.takes(confbridge("ConfbridgeStopRecord", "7", "b7", of{}, ""))
	f.has("another's recording ends", "conference 7 Participants=0 (recorded)")
	f.takes(confbridge("ConfbridgeStopRecord", "7", "c7", of{}, ""), confbridge("ConfbridgeEnd", "7", "c7", of{}, ""))
	f.has("ended")
}

// After a gap nobody is left who is not listed, each ends once, and what no list tells is not known.
func TestConferenceAfterAGap(t *testing.T) {
	f := inConference(t)
	f.takes(attacker.event("Newchannel"), confbridge("ConfbridgeJoin", "7", "b7", attacker, joined), confbridge("ConfbridgeRecord", "7", "b7", of{}, ""))
	f.told()
	f.takes(gap(start))
	f.takes(itemsOf(f.state, start)...)
	f.takes(listedRoom("7", "Yes"), listedUser("7", victim, "Yes"), syncedRooms(start))
	f.has("listed", "conference 7 Participants=1 (locked)", "participant "+victimName+" Conference=7 Call=1.1 (marked) (muted)")
	if c, _ := f.view().Conference("7"); c.Complete || c.BridgeID != "b7" {
		t.Errorf("the conference is %+v", c)
	}
	got := f.told()
	if strings.Count(got, "removed participant "+attackerName) != 1 || !strings.Contains(got, "(not seen) by Synced") {
		t.Errorf("the changes are\n%s", got)
	}
	f.takes(gap(start), syncedRooms(start))
	f.has("listed again, empty")
	if c := f.state.kept[0].keeper.(*conferences); len(c.members) != 0 || len(c.leaving) != 0 || len(c.early) != 0 {
		t.Errorf("it remembers %v, %v and %v", c.members, c.leaving, c.early)
	}
}

// Lists that begin the picture have the bridge of each conference; those of a conference that failed end nobody.
func TestConferenceListFails(t *testing.T) {
	f := inConference(t)
	f.takes(gap(start))
	f.takes(itemsOf(f.state, start)...)
	failed := syncedRooms(start)
	failed.Lists[len(failed.Lists)-1].Err = fmt.Errorf("no answer")
	f.takes(listedRoom("7", "No"), failed)
	f.has("failed", "conference 7 Participants=1", "participant "+victimName+" Conference=7 Call=1.1")
}

// Who was removed, and still hears that, is in the list, but not in the conference.
func TestConferenceOfOneWhoLeaves(t *testing.T) {
	f := inConference(t)
	f.takes(confbridge("ConfbridgeLeave", "7", "b7", victim, "Admin: No\r\n"), bridged("BridgeLeave", "7", "b7", victim))
	f.state.renewParts(slices.Concat(coreLists, conferencesDesign.lists), false)
	f.takes(itemsOf(f.state, start)...)
	f.takes(listedRoom("7", "No"), listedUser("7", victim, "No"), syncedRooms(start))
	f.has("listed", "conference 7 Participants=0")
}

// What strangers write about another's channel has Asterisk asked, and moves nobody.
func TestForgedConference(t *testing.T) {
	forged := attacker
	forged.exten = tail("1.1", "1.1")
	other := victim
	other.id = "9.9" // an event that a stranger has written as a whole, who does not know the Uniqueid
	for i, ev := range []event.Event{
		confbridge("ConfbridgeLeave", "7", "b7", forged, ""),
		confbridge("ConfbridgeMute", "7", "b7", forged, ""),
		confbridge("ConfbridgeJoin", "8", "b8", forged, ""),
		confbridge("ConfbridgeTalking", "7", "b7", forged, ""),
		confbridge("ConfbridgeMute", "7", "b7", other, "Admin: No\r\n"),
		confbridge("ConfbridgeJoin", "8", "b8", other, joined),
		confbridge("ConfbridgeLeave", "7", "b7", victim, "Admin: No\r\n"), // a whole one, that is right
		confbridge("ConfbridgeStart", "7", "b9", of{}, ""),
		confbridge("ConfbridgeEnd", "7", "b9", of{}, ""),
		decoded(transport.ParseFields("Event: ConfbridgeEnd\r\nPrivilege: call,all\r\nConference: 7\r\n"), start),
	} {
		f := inConference(t)
		f.answer = func(q question) answer {
			if q.name == victimName {
				return answer{there: true, uniqueID: "1.1", linkedID: "1.1"}
			}
			return answer{there: true, uniqueID: "1.2", linkedID: "1.2"}
		}
		f.takes(attacker.event("Newchannel"), bridged("BridgeCreate", "8", "b8", of{}))
		f.told()
		f.takes(ev)
		if got := f.told(); got != "" {
			t.Errorf("event %d: %s", i, got)
		}
		f.has(fmt.Sprintf("event %d", i), "conference 7 Participants=1", "participant "+victimName+" Conference=7 Call=1.1")
	}
}

// Of a stranger's own channel the list tells that it is there, by what stands before all that they write.
func TestForgedConferenceItem(t *testing.T) {
	f := inConference(t)
	forged := attacker
	forged.exten = tail("1.1", "1.1")
	f.takes(attacker.event("Newchannel"), confbridge("ConfbridgeJoin", "7", "b7", forged, ""))
	if !slices.Contains(f.state.wanted, PartConferences) {
		t.Errorf("lists that are wanted are %q", f.state.wanted)
	}
	f.takes(listedRoom("7", "No"), listedUser("7", victim, "No"), listedUser("7", forged, "No"), syncedRooms(start))
	f.has("listed", "conference 7 Participants=2", "participant "+victimName+" Conference=7 Call=1.1 (marked)", "participant "+attackerName+" Conference=7 Call=1.2 (marked)")
	f.answer = func(question) answer { return answer{there: true, uniqueID: "1.2", linkedID: "1.2"} }
	f.takes(attacker.event("Hangup"))
	f.has("hung up", "conference 7 Participants=1", "participant "+victimName+" Conference=7 Call=1.1 (marked)")
}

// A conference that is found by a list has the bridge that its participants are in.
func TestConferenceBridgeOfAList(t *testing.T) {
	of := inConference(t)
	f := followRooms(t)
	f.answer = asking(of.state)
	f.takes(itemsOf(of.state, start)...)
	f.takes(listedRoom("7", "No"), listedUser("7", victim, "No"), syncedRooms(start))
	if c, ok := f.view().Conference("7"); !ok || c.BridgeID != "b7" || c.Complete {
		t.Errorf("the conference is %+v", c)
	}
}

// told is an event of one of Asterisk's routers, in the order in which things happened.
type told struct {
	router int
	event  event.Event
}

// life makes the events of a conference that channels join and leave, and in which they are muted: who is in it at the end, and whether muted.
func life(random *rand.Rand, channels []of) (events []told, inside map[string]bool) {
	const bridges, conferences, mutes = 0, 1, 2
	add := func(router int, ev event.Event) { events = append(events, told{router, ev}) }
	for _, c := range channels {
		add(bridges, c.event("Newchannel"))
	}
	inside = make(map[string]bool)
	id := ""
	left, again := make(map[string]int), make(map[string]int) // the number of events before
	for n := range 60 {
		c := channels[random.IntN(len(channels))]
		muted, is := inside[c.id]
		switch {
		case !is && left[c.id] > len(events)-late:
			add(bridges, c.event("Newstate")) // nobody can tell a late mute from one after another join
		case !is && len(inside) == 0:
			if id != "" {
				add(conferences, confbridge("ConfbridgeEnd", "7", id, of{}, ""))
				add(bridges, bridged("BridgeDestroy", "7", id, of{}))
			}
			id = fmt.Sprint("b", n)
			add(bridges, bridged("BridgeCreate", "7", id, of{}))
			add(conferences, confbridge("ConfbridgeStart", "7", id, of{}, ""))
			fallthrough
		case !is:
			add(conferences, confbridge("ConfbridgeJoin", "7", id, c, joined))
			add(bridges, bridged("BridgeEnter", "7", id, c))
			inside[c.id] = false
			if left[c.id] > 0 {
				again[c.id] = len(events)
			}
		case again[c.id] > len(events)-late:
			add(bridges, c.event("Newstate")) // a mute of one who has just left looks like it
		case random.IntN(2) == 0:
			name := map[bool]string{true: "ConfbridgeUnmute", false: "ConfbridgeMute"}[muted]
			add(mutes, confbridge(name, "7", id, c, "Admin: No\r\n"))
			inside[c.id] = !muted
		default:
			add(bridges, bridged("BridgeLeave", "7", id, c))
			add(conferences, confbridge("ConfbridgeLeave", "7", id, c, "Admin: No\r\n"))
			delete(inside, c.id)
			left[c.id] = len(events)
		}
	}
	return events, inside
}

// late is by how many events a router's event may be.
const late = 4

// deliver gives each router's events in their order, some of them late.
func deliver(random *rand.Rand, events []told) (delivered []event.Event) {
	type due struct {
		at    int
		event event.Event
	}
	var all []due
	last := make(map[int]int)
	for n, e := range events {
		at := max(last[e.router], 2*n+2*random.IntN(late)+random.IntN(2))
		last[e.router] = at
		all = append(all, due{at, e.event})
	}
	slices.SortStableFunc(all, func(a, b due) int { return a.at - b.at })
	for _, d := range all {
		delivered = append(delivered, d.event)
	}
	return delivered
}

// Who has left is muted with the others while he hears that he was removed, and who comes back before his join is told. Events do not tell
// which of both it was, so Asterisk is asked.
func TestConferenceMutedBeforeComingBack(t *testing.T) {
	f := inConference(t)
	f.takes(attacker.event("Newchannel"), confbridge("ConfbridgeJoin", "7", "b7", attacker, joined), bridged("BridgeEnter", "7", "b7", attacker),
		confbridge("ConfbridgeLeave", "7", "b7", attacker, "Admin: No\r\n"), bridged("BridgeLeave", "7", "b7", attacker),
		bridged("BridgeEnter", "7", "b7", attacker))
	f.state.wanted = nil
	f.takes(confbridge("ConfbridgeMute", "7", "b7", attacker, "Admin: No\r\n"))
	if len(f.state.wanted) > 0 {
		t.Errorf("%v are wanted before the join", f.state.wanted)
	}
	f.takes(confbridge("ConfbridgeJoin", "7", "b7", attacker, joined))
	if !slices.Contains(f.state.wanted, PartConferences) {
		t.Error("nobody asks whether the participant is muted")
	}
}

// However the routers' events are mixed, at the end those take part who do, each beginning has one end, and who is muted is known, or Asterisk
// was asked for it.
func TestConferenceRouters(t *testing.T) {
	channels := []of{victim, attacker, {name: "PJSIP/300-00000003", id: "1.3", linked: "1.3"}}
	asked := 0
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 1))
		events, inside := life(random, channels)
		f := followRooms(t)
		f.takes(syncedRooms(start))
		f.takes(deliver(random, events)...)
		n := 0
		for p := range f.view().Participants() {
			muted, is := inside[p.UniqueID]
			if n++; !is || muted != p.Muted && len(f.state.wanted) == 0 {
				t.Errorf("seed %d: %v, want that it is inside %t and muted %t", seed, p, is, muted)
			}
		}
		if n != len(inside) {
			t.Errorf("seed %d: %d participants, want %v", seed, n, inside)
		}
		asked += len(f.state.wanted)
		for _, c := range channels {
			f.takes(c.event("Hangup"))
		}
		f.takes(gap(start), syncedRooms(start))
		onceEach(t, f.changes)
		if t.Failed() {
			return
		}
	}
	t.Logf("asked %d times", asked)
}

// A conference that ended in a gap, and began again, is another one.
func TestConferenceOfAnotherBridge(t *testing.T) {
	f := inConference(t)
	f.takes(gap(start), bridged("BridgeCreate", "7", "c7", of{}), bridged("BridgeEnter", "7", "c7", victim))
	f.takes(itemsOf(f.state, start)...)
	f.takes(listedRoom("7", "Yes"), listedUser("7", victim, "No"), syncedRooms(start))
	f.has("listed", "conference 7 Participants=1 (locked)", "participant "+victimName+" Conference=7 Call=1.1 (marked)")
	if c, _ := f.view().Conference("7"); c.BridgeID != "c7" || !c.Began.IsZero() || c.Complete {
		t.Errorf("the conference is %+v", c)
	}
	if got := f.told(); strings.Count(got, "removed conference 7") != 1 || strings.Count(got, "removed participant") != 1 {
		t.Errorf("the changes are\n%s", got)
	}
}
