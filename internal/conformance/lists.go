package conformance

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

// list is a list action and how many items it must at least have. Left out are
// SKINNYdevices and SKINNYlines, which forget the empty lines between items.
type list struct {
	action action.Action
	least  int
	only   lab.Version // 0: of both
}

func allLists(channel string) []list {
	named := func(least int, name string, keyValues ...string) list {
		return list{action: action.New(name, keyValues...), least: least}
	}
	of := func(v lab.Version, l list) list { l.only = v; return l }
	return []list{
		{action: action.CoreShowChannels{}, least: 5},
		{action: action.Status{AllVariables: true}, least: 5},
		{action: action.Status{Channel: channel}, least: 1},
		{action: action.QueueStatus{}, least: 6}, // two queues, three members, a caller
		named(2, "QueueSummary"), named(1, "ParkedCalls"), named(1, "Parkinglots"),
		named(1, "ConfbridgeList", "Conference", "7"), named(1, "ConfbridgeListRooms"),
		named(1, "BridgeList"), named(3, "BridgeTechnologyList"),
		named(3, "PJSIPShowEndpoints"), named(3, "PJSIPShowEndpoint", "Endpoint", "100"), named(3, "PJSIPShowAors"), named(3, "PJSIPShowAuths"),
		named(3, "PJSIPShowRegistrationsInbound"), named(0, "PJSIPShowRegistrationsOutbound"), named(0, "PJSIPShowRegistrationInboundContactStatuses"),
		named(1, "DBGet", "Family", "lab", "Key", "k1"), named(3, "DBGetTree", "Family", "lab"),
		named(3, "DeviceStateList"), named(1, "ExtensionStateList"), named(0, "PresenceStateList"),
		named(10, "ShowDialPlan", "Context", "outcome"), named(50, "ShowDialPlan"),
		named(1, "Agents"), named(1, "IAXpeerlist"), named(0, "IAXregistry"), named(0, "FAXSessions"),
		of(lab.V16, named(1, "SIPpeers")), of(lab.V16, named(1, "SIPpeerstatus")), of(lab.V16, named(0, "SIPshowregistry")),
		of(lab.V22, named(2, "VoicemailUsersList")), of(lab.V22, named(1, "VoicemailUserStatus", "Context", "default", "Mailbox", "100")),
		of(lab.V22, named(0, "VoicemailBoxSummary", "Context", "default", "Mailbox", "100")),
		of(lab.V22, named(0, "CoreShowChannelMap", "Channel", channel)), of(lab.V22, named(0, "PJSIPShowMaintenance")),
		{action: action.Hangup{Channel: "/^Local/answer@outcome.*$/"}, least: 1},
	}
}

// lists: all items are there, the end has come, and the number in it is right.
func (p *place) lists(t *testing.T) {
	s := p.open(t, "all")
	by := p.conn(t, "")
	channel := furnish(t, by)
	defer hangUpAll(t, by)
	p.typed(t, s)
	for _, l := range allLists(channel) {
		if l.only != 0 && l.only != p.server.Version() {
			continue
		}
		name := l.action.ActionName()
		response, err := s.Do(deadline(t, 10*time.Second), l.action)
		if err != nil || response.End == nil {
			t.Errorf("Do(%s) = %+v, %v; want a list with its end", name, response, err)
			continue
		}
		checkList(t, name, response, l.least, p.server.Version() > lab.V16 || name != "DBGetTree")
	}
}

func checkList(t *testing.T, name string, response *ami.Response, least int, counted bool) {
	t.Helper()
	end := response.End.Fields()
	if !strings.EqualFold(end.Get("EventList"), "complete") {
		t.Errorf("%s: the end is %q", name, end)
	}
	items := end.Get("ListItems")
	if counted && items != "" && items != fmt.Sprint(len(response.Events)) {
		t.Errorf("%s: %d items, the end says %s", name, len(response.Events), items)
	}
	if len(response.Events) < least {
		t.Errorf("%s: %d items, want at least %d", name, len(response.Events), least)
	}
}

// typed: List and Each give what Do does, and leaving a list early harms nothing.
func (p *place) typed(t *testing.T, s ami.Session) {
	ctx := deadline(t, 10*time.Second)
	channels, err := ami.List(ctx, s, action.CoreShowChannels{})
	if err != nil || len(channels) == 0 || channels[0].UniqueID == "" {
		t.Errorf("List = %d channels, %v", len(channels), err)
	}
	count := 0
	for c, err := range ami.Each(ctx, s, action.CoreShowChannels{}) {
		if err != nil || c.Channel == "" {
			t.Errorf("Each = %q, %v", c.Channel, err)
		}
		count++
	}
	if count != len(channels) {
		t.Errorf("Each gave %d channels, List %d", count, len(channels))
	}
	for range ami.Each(ctx, s, action.CoreShowChannels{}) {
		break
	}
	do(t, s, action.Ping{})
}

// furnish puts something into every list that it can, and returns a channel.
func furnish(t *testing.T, by *ami.Conn) string {
	t.Helper()
	sub := by.Subscribe(event.Named("Newstate", "ParkedCall", "ConfbridgeJoin", "QueueCallerJoin"), nil)
	defer sub.Close()
	for key, value := range map[string]string{"k1": "one", "k2": "two words", "k3": "x: y"} {
		do(t, by, action.DBPut{Family: "lab", Key: key, Val: value})
	}
	for _, place := range []string{"answer@outcome", "park@app", "conf-7@app"} {
		begin(t, by, "Local/"+place, "Wait", "60")
	}
	begin(t, by, "Local/1@echo", "Queue", "empty")
	var channel string
	want := map[string]bool{"ParkedCall": true, "ConfbridgeJoin": true, "QueueCallerJoin": true}
	for ctx := deadline(t, 10*time.Second); len(want) > 0 || channel == ""; {
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

func begin(t testing.TB, s ami.Session, channel, application, data string) {
	t.Helper()
	do(t, s, action.Originate{Channel: channel, Application: application, Data: data, Async: true,
		CallerID: action.CallerID("O'Brien?", "1234"), Variables: []asterisk.Variable{{Name: "LAB", Value: `a,b "c" \d (e`}}})
}

// hangUpAll ends all calls and waits until they are gone.
func hangUpAll(t testing.TB, by ami.Session) {
	t.Helper()
	ctx := deadline(t, 20*time.Second)
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		_, _ = by.Do(ctx, action.Hangup{Channel: "/^.*$/"}) // refused when there is none
		channels, err := ami.List(ctx, by, action.CoreShowChannels{})
		if err != nil {
			t.Fatalf("List(CoreShowChannels) = %v", err)
		}
		if len(channels) == 0 {
			return
		}
		<-poll.C
	}
}
