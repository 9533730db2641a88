package ami_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// Results of each list: what one is refused for hides nothing of the others.
func TestResultOfEachList(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		threeLists(p)
		p.Handle("ConfbridgeListRooms", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No active conferences.") })
		p.Handle("PJSIPShowContacts", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No Contacts found") })
		p.Handle("Agents", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
		p.Handle("DBGet", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No active conferences.") }) // another's words
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(event.Named("Tick"), &ami.SubscribeConfig{Snapshot: []action.Action{
			action.New("Agents"), action.CoreShowChannels{}, action.New("confbridgelistrooms"), action.New("Frobnicate"), action.Getvar{},
			action.New("PJSIPShowContacts"), action.New("DBGet", "Family", "f", "Key", "k"), action.New("QueueSummary"),
		}})
		before, s := synced(t, sub)
		if before != "CoreShowChannel CoreShowChannel QueueSummary" {
			t.Errorf("the stream has %q", before)
		}
		wants := []error{ami.ErrPermissionDenied, nil, nil, ami.ErrUnknownAction, ami.ErrInvalid, nil, errSome, nil}
		if len(s.Lists) != len(wants) {
			t.Fatalf("Synced has %d results, want %d", len(s.Lists), len(wants))
		}
		for i, list := range s.Lists {
			if want := wants[i]; want == errSome && list.Err == nil || want != errSome && !errors.Is(list.Err, want) {
				t.Errorf("%s: %v, want %v", list.Action, list.Err, want)
			}
		}
		if s.Lists[1].Items != 2 || s.Lists[7].Items != 1 || !errors.Is(s.Err, ami.ErrPermissionDenied) {
			t.Errorf("results %q, Err %v", results(s), s.Err)
		}
	})
}

// roomsOf is a list of each room that a list of rooms has.
func roomsOf(item event.Event) []action.Action {
	room, ok := item.(event.ConfbridgeListRooms)
	if !ok {
		return nil
	}
	return []action.Action{action.New("ConfbridgeList", "Conference", room.Conference)}
}

// Lists that depend on a list: their items are there before Synced, each has a
// result in the order in which they were run, and a room that is gone is empty.
func TestListsOfAList(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		threeLists(p)
		p.Handle("ConfbridgeListRooms", func(p *amitest.Peer, a amitest.Action) {
			p.List(a, "ConfbridgeListRoomsComplete", []string{"Event", "ConfbridgeListRooms", "Conference", "a"},
				[]string{"Event", "ConfbridgeListRooms", "Conference", "gone"}, []string{"Event", "ConfbridgeListRooms", "Conference", "c"})
		})
		p.Handle("ConfbridgeList", func(p *amitest.Peer, a amitest.Action) {
			if a.Get("Conference") == "gone" {
				p.Error(a, "No Conference by that name found.")
				return
			}
			p.List(a, "ConfbridgeListComplete", []string{"Event", "ConfbridgeList", "Conference", a.Get("Conference")})
		})
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(event.Named("Tick"), &ami.SubscribeConfig{Snapshot: []action.Action{action.New("ConfbridgeListRooms"), action.CoreShowChannels{}}, Then: roomsOf})
		for range 2 {
			before, s := synced(t, sub)
			before = strings.Replace(before, "CoreShowChannel CoreShowChannel ", "", 1)
			got := strings.Replace(results(s), "CoreShowChannels 2, ", "", 1)
			if before != "ConfbridgeListRooms ConfbridgeListRooms ConfbridgeListRooms ConfbridgeList ConfbridgeList" ||
				got != "ConfbridgeListRooms 3, ConfbridgeList 1, ConfbridgeList 0, ConfbridgeList 1" || s.Err != nil {
				t.Errorf("the stream has %q, then Synced of %q, %v", before, got, s.Err)
			}
			refresh(t, sub, "ConfbridgeListRooms")
		}
	})
}
