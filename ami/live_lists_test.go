package ami_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// filledList is a list action and how many items it must at least have. Left out are
// SKINNYdevices and SKINNYlines, which forget the empty lines between items and
// end: all is one block there.
type filledList struct {
	action action.Action
	least  int
	only   lab.Version // 0: of both
}

func filledLists(channel string) []filledList {
	return []filledList{
		{action: action.CoreShowChannels{}, least: 5},
		{action: action.Status{AllVariables: true}, least: 5},
		{action: action.Status{Channel: channel}, least: 1},
		{action: action.QueueStatus{}, least: 6}, // two queues, three members, a caller
		{action: action.QueueStatus{Queue: "empty"}, least: 2},
		{action: action.New("QueueSummary"), least: 2},
		{action: action.New("ParkedCalls"), least: 1},
		{action: action.New("Parkinglots"), least: 1},
		{action: action.New("ConfbridgeList", "Conference", "7"), least: 1},
		{action: action.New("ConfbridgeListRooms"), least: 1},
		{action: action.New("BridgeList"), least: 1},
		{action: action.New("BridgeTechnologyList"), least: 3},
		{action: action.New("PJSIPShowEndpoints"), least: 3},
		{action: action.New("PJSIPShowEndpoint", "Endpoint", "100"), least: 3},
		{action: action.New("PJSIPShowAors"), least: 3},
		{action: action.New("PJSIPShowAuths"), least: 3},
		{action: action.New("PJSIPShowRegistrationsInbound"), least: 3},
		{action: action.New("PJSIPShowRegistrationsOutbound"), least: 0},
		{action: action.New("PJSIPShowRegistrationInboundContactStatuses"), least: 0},
		{action: action.New("DBGet", "Family", "lab", "Key", "k1"), least: 1},
		{action: action.New("DBGetTree", "Family", "lab"), least: 3},
		{action: action.New("DeviceStateList"), least: 3},
		{action: action.New("ExtensionStateList"), least: 1},
		{action: action.New("PresenceStateList"), least: 0},
		{action: action.New("ShowDialPlan", "Context", "outcome"), least: 10},
		{action: action.New("ShowDialPlan"), least: 50},
		{action: action.New("Agents"), least: 1},
		{action: action.New("IAXpeerlist"), least: 1},
		{action: action.New("IAXregistry"), least: 0},
		{action: action.New("FAXSessions"), least: 0},
		{action: action.New("SIPpeers"), least: 1, only: lab.V16},
		{action: action.New("SIPpeerstatus"), least: 1, only: lab.V16},
		{action: action.New("SIPshowregistry"), least: 0, only: lab.V16},
		{action: action.New("VoicemailUsersList"), least: 2, only: lab.V22},
		{action: action.New("VoicemailUserStatus", "Context", "default", "Mailbox", "100"), least: 1, only: lab.V22},
		{action: action.New("VoicemailBoxSummary", "Context", "default", "Mailbox", "100"), least: 0, only: lab.V22},
		{action: action.New("CoreShowChannelMap", "Channel", channel), least: 0, only: lab.V22},
		{action: action.New("PJSIPShowMaintenance"), least: 0, only: lab.V22},
		{action: action.Hangup{Channel: "/^Local/answer@outcome.*$/"}, least: 1},
	}
}

// Every list action with something in its list: the items are all there, the
// end has come, and the number in it is right.
func TestLiveEveryList(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{
				"extensions.conf": "\n[hints]\nexten => 100,hint,PJSIP/100\n",
			}})
			conn := connect(t, s, "all", nil)
			channel := furnish(t, conn)
			checkItems(t, conn, channel)
			for i, l := range filledLists(channel) {
				if l.only != 0 && l.only != v {
					continue
				}
				name := l.action.ActionName()
				response, err := conn.Do(deadline(t, 10*time.Second), l.action)
				if err != nil {
					t.Errorf("%s = %v", name, err)
					continue
				}
				// Asterisk 16 counts what it was asked for here, not what it sends.
				checkList(t, name, response, l.least, v > lab.V16 || name != "DBGetTree")
				inStep(t, conn, name, i)
			}
			checkActionIDs(t, conn)
			if stats := conn.Stats(); stats.Orphans+stats.Late+stats.Doubtful > 0 {
				t.Errorf("Stats = %+v, want no orphans, nothing late and nothing odd", stats)
			}
		})
	}
}

// checkActionIDs: the items of IAXpeers have none, which is not odd; those of
// BridgeInfo, which takes a bridge, have one.
func checkActionIDs(t *testing.T, conn *ami.Conn) {
	t.Helper()
	peers := do(t, conn, action.New("IAXpeers")).Events
	if len(peers) == 0 {
		t.Error("IAXpeers has no items")
	}
	for _, ev := range peers {
		if ev.Fields().Get("ActionID") != "" || ev.Doubt() != 0 {
			t.Errorf("IAXpeers: an item with an ActionID, or with the doubt %q: %s", ev.Doubt(), ev.Fields())
		}
	}
	for _, bridge := range do(t, conn, action.New("BridgeList")).Events {
		for _, ev := range do(t, conn, action.New("BridgeInfo", "BridgeUniqueid", bridge.Fields().Get("BridgeUniqueid"))).Events {
			if ev.Fields().Get("ActionID") == "" || ev.Doubt() != 0 {
				t.Errorf("BridgeInfo: an item without an ActionID, or with the doubt %q: %s", ev.Doubt(), ev.Fields())
			}
		}
	}
}

func checkList(t *testing.T, name string, response *ami.Response, least int, counted bool) {
	t.Helper()
	if response.End == nil {
		t.Errorf("%s: no end event; %d items, %s", name, len(response.Events), response.Fields)
		return
	}
	end := response.End.Fields()
	if !strings.EqualFold(end.Get("EventList"), "complete") {
		t.Errorf("%s: the end is %q", name, end)
	}
	kinds := make(map[string]int)
	for _, ev := range response.Events {
		kinds[ev.EventName()]++
		if ev.Doubt() != 0 {
			t.Errorf("%s: an item of a real server: %v: %s", name, ev.Doubt(), ev.Fields())
		}
		if ev.Fields().Get("ActionID") == "" && name != "BridgeInfo" {
			t.Errorf("%s: item without ActionID: %s", name, ev.Fields())
		}
	}
	items := end.Get("ListItems")
	t.Logf("%-45s %-30s ListItems %q, got %d %v", name, end.Get("Event"), items, len(response.Events), kinds)
	if counted && items != "" && items != fmt.Sprint(len(response.Events)) {
		t.Errorf("%s: %d items %v, the end says %s", name, len(response.Events), kinds, items)
	}
	if len(response.Events) < least {
		t.Errorf("%s: %d items, want at least %d", name, len(response.Events), least)
	}
}

// furnish puts something into every list that it can, and returns a channel.
func furnish(t *testing.T, conn *ami.Conn) string {
	t.Helper()
	sub := conn.Subscribe(event.Or(
		event.Named("Newstate", "ParkedCall", "ConfbridgeJoin", "QueueCallerJoin", "QueueMemberStatus")), nil)
	defer sub.Close()
	for _, keyValue := range [][2]string{{"k1", "one"}, {"k2", "two words"}, {"k3", "x: y"}} {
		do(t, conn, action.New("DBPut", "Family", "lab", "Key", keyValue[0], "Val", keyValue[1]))
	}
	for _, place := range []string{"answer@outcome", "park@app", "conf-7@app"} {
		originate(t, conn, "Local/"+place, "Wait", "60")
	}
	originate(t, conn, "Local/1@echo", "Queue", "empty")
	var channel string
	want := map[string]bool{"ParkedCall": true, "ConfbridgeJoin": true, "QueueCallerJoin": true}
	ctx := deadline(t, 10*time.Second)
	for len(want) > 0 || channel == "" {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("waiting for %v and a channel of answer@outcome: %v", want, err)
		}
		delete(want, ev.EventName())
		if state, ok := ev.(event.Newstate); ok && state.ChannelState == asterisk.ChannelUp &&
			strings.HasPrefix(state.Channel, "Local/answer@outcome") && strings.HasSuffix(state.Channel, ";1") {
			channel = state.Channel
		}
	}
	return channel
}

// do runs an action that must succeed.
func do(t testing.TB, s ami.Session, a action.Action) *ami.Response {
	t.Helper()
	response, err := s.Do(deadline(t, 10*time.Second), a)
	if err != nil {
		t.Fatalf("%s = %v", a.ActionName(), err)
	}
	return response
}

// originate begins a call to channel, whose other end runs the application.
func originate(t testing.TB, s ami.Session, channel, application, data string) {
	t.Helper()
	do(t, s, action.Originate{Channel: channel, Application: application, Data: data, Async: true,
		CallerID: action.CallerID("O'Brien?", "1234"), Variables: []asterisk.Variable{{Name: "LAB", Value: `a,b "c" \d (e`}}})
}
