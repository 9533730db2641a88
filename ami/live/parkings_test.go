package live

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// parked is an event of parking.
func parked(name string, o of, space int, more string) event.Event {
	var parkee strings.Builder
	for _, line := range strings.SplitAfter(o.text()+o.rest(""), "\r\n") {
		if line != "" {
			parkee.WriteString("Parkee" + line)
		}
	}
	text := "Event: " + name + "\r\nPrivilege: call,all\r\n" + parkee.String()
	if strings.Contains(o.exten, "\r\n") { // the stranger's lines have the prefix, too
		return decoded(transport.ParseFields(text), start)
	}
	text += "ParkerDialString: PJSIP/100\r\nParkinglot: default\r\nParkingSpace: " + fmt.Sprint(space) + "\r\nParkingTimeout: 60\r\nParkingDuration: 0\r\n" + more
	return decoded(transport.ParseFields(text), start)
}

// inLot is an event of a parking lot's bridge.
func inLot(name string, o of) event.Event {
	return decoded(transport.ParseFields("Event: "+name+"\r\nPrivilege: call,all\r\nBridgeUniqueid: lot\r\nBridgeType: parking\r\nBridgeTechnology: holding_bridge\r\n"+
		"BridgeCreator: Parking\r\nBridgeName: default\r\nBridgeNumChannels: 1\r\nBridgeVideoSourceMode: none\r\n"+o.text()+o.rest("")), start)
}

var lot = decoded(block("Event", "Parkinglot", "ActionID", "x", "Name", "default", "StartSpace", "701", "StopSpace", "720", "Timeout", "60"), start)

const victimParked = "parked call " + victimName + " ParkingLot=default ParkingSpace=701 Call=1.1"

// withParked is a state in which the victim is parked.
func withParked(t *testing.T) *follower {
	f := followRooms(t)
	f.takes(lot, syncedRooms(start), victim.event("Newchannel"), parked("ParkedCall", victim, 701, ""), inLot("BridgeEnter", victim))
	f.lot("victim parked", victimParked)
	f.told()
	if len(f.state.wanted) != 0 {
		t.Errorf("lists that are wanted are %q", f.state.wanted)
	}
	return f
}

// lot wants those calls to be parked.
func (f *follower) lot(what string, want ...string) {
	f.t.Helper()
	var got []string
	for p := range f.view().ParkedCalls() {
		got = append(got, p.String())
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		f.t.Errorf("%s: there are\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The parked call of docs/calls.md, as Asterisk 16 and 22 told it.
func TestParkingCapture(t *testing.T) {
	for _, version := range []string{"-16", "-22"} {
		events := capture(t, "parking"+version)
		f := followRooms(t)
		f.answer = oracle(events)
		f.takes(events...)
		var last *ParkedCall
		n := 0
		for _, change := range f.changes {
			if c, ok := change.(Changed[ParkedCall]); ok {
				n++
				last = c.After
				if (c.Kind == KindRemoved) != (n > 1) && c.Kind != KindUpdated {
					t.Errorf("%v", c)
				}
			}
		}
		if last == nil {
			t.Fatalf("parking%s: nothing was parked", version)
		}
		if last.ParkingSpace != 701 || last.End != ParkingEndRetrieved || last.Retriever == "" || last.Ended.IsZero() || last.NotSeen ||
			last.TimesOut.Sub(last.Parked).Seconds() != 60 || last.ParkerDialString == "" || last.CallID == "" {
			t.Errorf("parking%s: it was parked as %+v", version, last)
		}
		f.lot("parking" + version)
	}
}

// Each end is told before or after the bridge tells that the channel has left.
func TestParkingEnds(t *testing.T) {
	exit := inLot("BridgeLeave", victim)
	for end, want := range map[string]ParkingEnd{"ParkedCallGiveUp": ParkingEndGivenUp, "ParkedCallTimeOut": ParkingEndTimedOut, "UnParkedCall": ParkingEndRetrieved} {
		for i, events := range [][]event.Event{{parked(end, victim, 701, ""), exit}, {exit, parked(end, victim, 701, "")}, {parked(end, victim, 701, ""), victim.event("Hangup")}} {
			f := withParked(t)
			f.takes(events[0])
			f.lot(end+" began", victimParked)
			f.takes(events[1])
			f.lot(end)
			if got := f.told(); got != fmt.Sprintf("removed %s (%s) by %s", strings.ReplaceAll(victimParked, "\n", ""), want, events[1].EventName()) {
				t.Errorf("%s, order %d: %s", end, i, got)
			}
		}
	}
	f := withParked(t)
	f.takes(victim.event("Hangup"), parked("ParkedCallTimeOut", victim, 701, ""))
	if got := f.told(); got != "removed "+victimParked+" (timed out) by ParkedCallTimeOut" {
		t.Errorf("after a hangup: %s", got)
	}
	f = withParked(t)
	f.takes(victim.event("Hangup"), lot, syncedRooms(start))
	if got := f.told(); got != "removed "+victimParked+" (given up) by Synced" {
		t.Errorf("after a hangup and a list: %s", got)
	}
	if p := f.state.kept[1].keeper.(*parkings); len(p.gone)+len(p.ending)+p.backlog.size != 0 {
		t.Errorf("it remembers %v and %v", p.gone, p.ending)
	}
}

// Another channel takes the place of one that is parked.
func TestParkingSwap(t *testing.T) {
	swapped := "parked call " + attackerName + " ParkingLot=default ParkingSpace=701 Call=1.2"
	for i, events := range [][]event.Event{
		{parked("ParkedCallSwap", attacker, 701, ""), inLot("BridgeLeave", victim)},
		{inLot("BridgeLeave", victim), parked("ParkedCallSwap", attacker, 701, "")},
	} {
		f := withParked(t)
		f.takes(attacker.event("Newchannel"))
		f.takes(events...)
		f.lot(fmt.Sprintf("order %d", i), swapped)
		if got := f.told(); !strings.Contains(got, "removed "+victimParked+" (swapped)") || !strings.Contains(got, "added "+swapped) {
			t.Errorf("order %d: %s", i, got)
		}
	}
}

// Who is parked again before the bridge tells of the first time has two places, one after the other.
func TestParkedAgain(t *testing.T) {
	f := withParked(t)
	f.takes(parked("ParkedCallTimeOut", victim, 701, ""), parked("ParkedCall", victim, 702, ""))
	f.lot("parked again", strings.Replace(victimParked, "701", "702", 1))
	if got := f.told(); strings.Count(got, "removed") != 1 || !strings.Contains(got, "(timed out)") || strings.Count(got, "added") != 1 {
		t.Errorf("the changes are %s", got)
	}
	f.takes(inLot("BridgeLeave", victim), inLot("BridgeEnter", victim))
	f.lot("and told of by the bridge", strings.Replace(victimParked, "701", "702", 1))
	f.takes(gap(start), lot, syncedRooms(start))
	f.lot("not listed")
}

// A lot that is not known has them listed, as a reload of the module does.
func TestParkingLots(t *testing.T) {
	f := followRooms(t)
	f.takes(syncedRooms(start), victim.event("Newchannel"), parked("ParkedCall", victim, 701, ""))
	if !slices.Equal(f.state.wanted, []PartName{PartParking}) {
		t.Errorf("lists that are wanted are %q", f.state.wanted)
	}
	f.takes(lot)
	if l, ok := f.view().ParkingLot("default"); !ok || l.StartSpace != 701 || l.StopSpace != 720 || l.Timeout.Seconds() != 60 {
		t.Errorf("the lot is %v", l)
	}
	for module, want := range map[string]bool{"All": true, "res_parking.so": true, "app_queue.so": false} {
		f.state.wanted = nil
		f.takes(decoded(block("Event", "Reload", "Privilege", "system,all", "Module", module, "Status", "0"), start))
		if got := slices.Contains(f.state.wanted, PartParking); got != want {
			t.Errorf("a reload of %s lists: %t", module, got)
		}
	}
}

// What strangers write about another's parked call has Asterisk asked, and ends none.
func TestForgedParking(t *testing.T) {
	forged := attacker
	forged.exten = "1\r\nPriority: 1\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\nrLot: \r\n"
	other := victim
	other.id = "9.9"
	for i, ev := range []event.Event{
		parked("ParkedCallGiveUp", forged, 701, ""),
		parked("UnParkedCall", forged, 701, ""),
		parked("ParkedCall", forged, 701, ""),
		parked("ParkedCallTimeOut", other, 701, ""),
		parked("ParkedCallTimeOut", victim, 701, ""),  // a whole one, that is right
		parked("ParkedCallSwap", attacker, 702, ""),   // of another place
		parked("ParkedCallGiveUp", attacker, 701, ""), // of one that is not parked
	} {
		f := withParked(t)
		f.answer = func(q question) answer {
			if q.name == victimName {
				return answer{there: true, uniqueID: "1.1", linkedID: "1.1"}
			}
			return answer{there: true, uniqueID: "1.2", linkedID: "1.2"}
		}
		f.takes(attacker.event("Newchannel"), ev)
		if p, ok := f.view().ParkedCall("1.1"); !ok || p.String() != victimParked {
			t.Errorf("event %d: the victim is parked as %v", i, p)
		}
	}
	f := withParked(t)
	f.takes(attacker.event("Newchannel"), parked("ParkedCall", forged, 701, ""))
	if !slices.Contains(f.state.wanted, PartParking) {
		t.Errorf("lists that are wanted are %q", f.state.wanted)
	}
}

// The end of a parked call was told, and events are lost before its channel has left the bridge: lists end it, whether they have the
// channel or not.
func TestParkingEndBeforeAGap(t *testing.T) {
	for name, lists := range map[string][]event.Event{"the channel has ended": nil, "the channel talks": {victim.event("Status")}} {
		f := withParked(t)
		f.takes(parked("UnParkedCall", victim, 701, ""), gap(start))
		f.takes(lists...)
		f.takes(syncedRooms(start))
		f.lot(name)
		if got := f.told(); strings.Count(got, "removed parked call") != 1 {
			t.Errorf("%s: the changes are\n%s\nwant one end of the parked call", name, got)
		}
	}
}
