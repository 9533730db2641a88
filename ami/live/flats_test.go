package live

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// flats are the parts whose objects stand for themselves.
var flats = []*design{&devicesDesign, &extensionsDesign, &presencesDesign, &contactsDesign, &agentsDesign, &mailboxesDesign}

// said is an event of some lines.
func said(name string, lines ...string) event.Event {
	return decoded(transport.ParseFields("Event: "+name+"\r\n"+strings.Join(lines, "\r\n")+"\r\n"), start)
}

// flatItem is one of a list.
func flatItem(name string, lines ...string) event.Event {
	return said(name, append(lines, "ActionID: 1")...)
}

// flatsSynced ends all lists of those, which failed if there is an error.
func flatsSynced(failed error) event.Synced {
	s := event.Synced{Base: event.NewBase(transport.ParseFields("Event: Synced\r\n"), start)}
	for _, d := range flats {
		for _, a := range d.lists {
			s.Lists = append(s.Lists, event.ListResult{Action: a.ActionName(), Err: failed})
		}
	}
	return s
}

// flatItems is one object of each part.
func flatItems() []event.Event {
	return []event.Event{
		flatItem("DeviceStateChange", "Device: Custom:a", "State: NOT_INUSE"),
		flatItem("ExtensionStatus", "Exten: 700", "Context: hints", "Hint: Custom:a", "Status: 0", "StatusText: Idle"),
		flatItem("PresenceStateChange", "Presentity: CustomPresence:a", "Status: away", "Subtype: ", "Message: "),
		contactItem("100", "sip:100@192.0.2.1", "Reachable", "100"),
		flatItem("EndpointList", "ObjectType: endpoint", "ObjectName: 100", "Transport: ", "Aor: 100", "Auths: ", "OutboundAuths: ",
			"Contacts: 100/sip:100@192.0.2.1,", "DeviceState: Not in use", "ActiveChannels: 0"),
		agentItem("AGENT_IDLE"),
		flatItem("VoicemailUserEntry", "VMContext: default", "VoiceMailbox: 100", "Fullname: Ann", "NewMessageCount: 1", "OldMessageCount: 2"),
	}
}

func contactItem(aor, uri, status, endpoint string) event.Event {
	return flatItem("ContactStatusDetail", "AOR: "+aor, "URI: "+uri, "UserAgent: phone", "RegExpire: 1796001461", "ViaAddress: 192.0.2.1:5060", "CallID: 1",
		"Status: "+status, "RoundtripUsec: 593", "EndpointName: "+endpoint, "ID: 100;@1", "AuthenticateQualify: 0", "OutboundProxy: ", "Path: ",
		"QualifyFrequency: 1", "QualifyTimeout: 0.500")
}

const agentChannel = "PJSIP/1001-00000009"

const flatPicture = `agent 1001 Name=Bea Status=AGENT_IDLE Channel=PJSIP/1001-00000009
contact 100/sip:100@192.0.2.1 Endpoint=100 Status=Reachable
device Custom:a State=NOT_INUSE
extension 700@hints Hint=Custom:a Status=Idle
mailbox 100@default FullName=Ann New=1 Old=2
presence CustomPresence:a Status=away`

// followFlats is a state with one object of each of these parts.
func followFlats(t *testing.T) *follower {
	f := follow(t)
	f.blind, f.syncing = true, false
	for _, d := range flats {
		f.keep(d, 1000)
	}
	f.takes(flatItems()...)
	f.takes(flatsSynced(nil))
	f.flat("at first", flatPicture)
	for _, c := range f.flatChanges() {
		if !strings.HasPrefix(c.String(), "added ") {
			t.Errorf("the list made %v", c)
		}
	}
	f.changes = nil
	return f
}

// flatChanges are the changes of objects of these parts.
func (f *follower) flatChanges() []Change {
	return slices.DeleteFunc(f.changes, func(c Change) bool { _, ok := c.(Changed[Server]); return ok })
}

// flat wants the objects of these parts.
func (f *follower) flat(what, want string) {
	f.t.Helper()
	var got []string
	v := f.view()
	for d := range v.Devices() {
		got = append(got, d.String())
	}
	for x := range v.Extensions() {
		got = append(got, x.String())
	}
	for p := range v.Presences() {
		got = append(got, p.String())
	}
	for c := range v.Contacts() {
		got = append(got, c.String())
	}
	for a := range v.Agents() {
		got = append(got, a.String())
	}
	for b := range v.Mailboxes() {
		got = append(got, b.String())
	}
	slices.Sort(got)
	if got := strings.Join(got, "\n"); got != want {
		f.t.Errorf("%s: there are\n%s\nwant\n%s", what, got, want)
	}
}

// After a gap nothing is left that lists do not have; nothing is empty that is not known; and a refusal ends what there was.
func TestFlatsAfterAGap(t *testing.T) {
	f := followFlats(t)
	f.takes(gap(start))
	f.flat("after a gap", flatPicture)
	f.takes(flatsSynced(nil))
	f.flat("after empty lists", "")
	for _, c := range f.flatChanges() {
		if text := c.String(); !strings.HasPrefix(text, "removed ") || !strings.HasSuffix(text, " by Synced") {
			t.Errorf("the list made %v", c)
		}
	}
	if a := f.kept[4].keeper.(*agents); len(a.channels) != 0 {
		t.Errorf("it remembers the channels %v", a.channels)
	}
	f.takes(gap(start))
	f.takes(flatItems()...)
	f.takes(flatsSynced(nil))
	f.flat("after another gap", flatPicture)
	f.takes(gap(start), flatsSynced(fmt.Errorf("no answer")))
	f.flat("after lists that nobody answered", flatPicture)
	f.takes(gap(start), flatsSynced(&ami.Error{}))
	f.flat("after refusals", "")
	for _, k := range f.kept {
		if k.isShown() || !k.refused {
			t.Errorf("%s is shown after a refusal", k.name)
		}
		k.renew()
		if lists := f.renewParts(slices.Clone(k.lists), false); len(lists) != 0 {
			t.Errorf("%s is asked for again, though it was refused", k.name)
		}
		if lists := f.renewParts(slices.Clone(k.lists), true); len(lists) != len(k.lists) {
			t.Errorf("%s is not asked for when the program wants it", k.name)
		}
	}
	f.flat("while lists run", "")
	f.takes(flatItems()...)
	f.flat("before they are complete", "")
	f.changes = nil
	f.takes(flatsSynced(nil))
	f.flat("after lists that are allowed again", flatPicture)
	if made := f.flatChanges(); len(made) != 6 {
		t.Errorf("the changes are %q", made)
	}
}

// What strangers write moves nothing, and has lists run where something may have happened. (A contact is written by phones that are
// known, and Asterisk leaves line breaks in it as they were encoded.)
func TestForgedFlats(t *testing.T) {
	for _, test := range []struct {
		ev   event.Event
		want PartName
	}{
		{said("ExtensionStatus", "Privilege: call,all", "Exten: 5", "Exten: 700", "Context: hints", "Hint: Custom:a", "Status: 1", "StatusText: InUse"), PartExtensions},
		{said("ExtensionStatus", "Privilege: call,all", "Exten: 700", "Context: hints", "Hint: Custom:a", "Status: 1", "StatusText: InUse", "Context: x", "Hint: y"), PartExtensions},
		{said("DeviceStateChange", "Privilege: call,all", "Device: Local/5", "Device: Custom:a", "State: INUSE"), PartDevices},
		{said("DeviceStateChange", "Privilege: call,all", "Device: Custom:a", "State: INUSE", "@stranger", "State: NOT_INUSE"), PartDevices},
		{said("MessageWaiting", append(append([]string{"Privilege: call,all"}, ofAgent("1\r\nMailbox: 100@default\r\nNew: 9")...), "Mailbox: 100@default", "Waiting: 1",
			"New: 1", "Old: 2")...), PartMailboxes},
		{said("AgentLogoff", append(append([]string{"Privilege: agent,all"}, ofAgent("1\r\nAgent: 1001")...), "Agent: 1002", "Logintime: 3")...), PartAgents},
		{agentBridge("BridgeEnter", "basic", "1\r\nUniqueid: 1.1"), PartAgents},
	} {
		if test.ev.Doubt() == 0 {
			t.Errorf("there is nothing odd about %v", test.ev)
		}
		f := followFlats(t)
		f.takes(test.ev)
		f.flat(test.ev.EventName(), flatPicture)
		if made := f.flatChanges(); len(made) != 0 {
			t.Errorf("%v made %q", test.ev, made)
		}
		if !slices.Equal(f.wants(), []PartName{test.want}) {
			t.Errorf("%v: it wants lists of %q, want %s", test.ev, f.wants(), test.want)
		}
	}
}

// An item that is doubtful ends nothing.
func TestDoubtfulItemsOfFlats(t *testing.T) {
	f := followFlats(t)
	f.takes(gap(start))
	for _, ev := range flatItems() {
		text := strings.Replace(ev.Fields().String(), "ConnectedLineNum: <unknown>", "ConnectedLineNum: 1\r\nLanguage: x", 1)
		ev := decoded(transport.ParseFields(text+"Doubt: 1\r\nDoubt: 2\n"), start)
		if ev.Doubt() == 0 {
			t.Errorf("there is nothing odd about %v", ev)
		}
		f.takes(ev)
	}
	f.takes(flatsSynced(nil))
	f.flat("after doubtful items", flatPicture)
}

// Asterisk tells of channels that it makes for itself as of devices, and has most of them in no list: they would end with each recheck, and
// begin again.
func TestLocalChannelsAreNoDevices(t *testing.T) {
	f := followFlats(t)
	for _, device := range []string{"Local/5551234@outbound", "CBAnn/7", "Announcer/ARI", "Recorder/ARI", "Snoop/1"} {
		f.takes(said("DeviceStateChange", "Privilege: call,all", "Device: "+device, "State: INUSE"))
	}
	f.flat("after events of such channels", flatPicture)
	if made := f.flatChanges(); len(made) != 0 {
		t.Errorf("the changes are %q", made)
	}
	f.takes(gap(start), flatItem("DeviceStateChange", "Device: Custom:a", "State: BUSY"), flatItem("DeviceStateChange", "Device: Snoop/1", "State: INUSE"))
	f.takes(flatsSynced(fmt.Errorf("no answer")), said("DeviceStateChange", "Privilege: call,all", "Device: Snoop/1", "State: UNKNOWN"))
	f.flat("after a list that has one", strings.Replace(flatPicture, "Custom:a State=NOT_INUSE", "Custom:a State=BUSY\ndevice Snoop/1 State=UNKNOWN", 1))
}

// Asterisk tells of a pattern that names devices as of an extension, and has it in no list: only extensions of it are there.
func TestPatternsAreNoExtensions(t *testing.T) {
	f := followFlats(t)
	f.takes(said("ExtensionStatus", "Privilege: call,all", "Exten: _7XX", "Context: hints", "Hint: Custom:a", "Status: 1", "StatusText: InUse"))
	f.flat("after an event of a pattern", flatPicture)
	if made := f.flatChanges(); len(made) != 0 || len(f.wants()) != 0 {
		t.Errorf("the changes are %q, and it wants lists of %q", made, f.wants())
	}
}

// A reload of the dialplan that no Reload tells of is known by what it repeats, and by hints without devices.
func TestHintsOfAReload(t *testing.T) {
	status := func(exten, hint, status string) event.Event {
		return said("ExtensionStatus", "Privilege: call,all", "Exten: "+exten, "Context: hints", "Hint: "+hint, "Status: "+status, "StatusText: "+status)
	}
	for _, test := range []struct {
		events []event.Event
		wants  bool
	}{
		{[]event.Event{status("700", "Custom:a", "1"), status("700", "Custom:a", "0")}, false},
		{[]event.Event{status("700", "Custom:a", "8"), status("700", "Custom:a", "8"), status("700", "Custom:a", "9"), status("700", "Custom:a", "9")}, false},
		{[]event.Event{status("701", "Custom:b", "0"), status("701", "Custom:b", "1")}, false}, // of a pattern, or by DialplanExtensionAdd
		{[]event.Event{status("700", "Custom:a", "0")}, true},
		{[]event.Event{status("701", "", "0")}, true},
		{[]event.Event{status("700", "Custom:a", "-1")}, true},
	} {
		f := followFlats(t)
		f.takes(test.events...)
		if got := slices.Contains(f.wants(), PartExtensions); got != test.wants {
			t.Errorf("after %q it wants lists: %t", test.events, got)
		}
		if x, ok := f.view().Extension("700", "hints"); !ok || x.Hint != "Custom:a" {
			t.Errorf("after %q the extension is %+v", test.events, x)
		}
	}
	f := followFlats(t)
	f.takes(status("700", "Custom:a", "-2"))
	f.flat("removed", strings.Replace(flatPicture, "extension 700@hints Hint=Custom:a Status=Idle\n", "", 1))
}

// A contact is one of its AOR, whatever endpoints have that; and endpoints with contacts of the configuration are listed alone.
func TestContactsOfTheConfiguration(t *testing.T) {
	f := followFlats(t)
	status := func(uri, status, endpoint string) event.Event {
		return said("ContactStatus", "Privilege: system,all", "URI: "+uri, "ContactStatus: "+status, "AOR: 100", "EndpointName: "+endpoint, "RoundtripUsec: 0")
	}
	f.takes(status("sip:100@192.0.2.1", "Unreachable", "100"), status("sip:100@192.0.2.1", "Unreachable", "other"))
	f.flat("unreachable", strings.Replace(flatPicture, "Reachable", "Unreachable", 1))
	if made := f.flatChanges(); len(made) != 1 {
		t.Errorf("the changes are %q", made)
	}
	f.takes(contactItem("100", "sip:100@192.0.2.1", "Reachable", "100"), contactItem("100", "sip:100@192.0.2.1", "Reachable", "other"))
	f.flat("listed with another endpoint", flatPicture)
	f.takes(status("sip:100@192.0.2.1", "Removed", "100"), status("sip:100@192.0.2.1", "Removed", "other"))
	f.flat("removed", strings.Replace(flatPicture, "contact 100/sip:100@192.0.2.1 Endpoint=100 Status=Reachable\n", "", 1))

	endpoint := func(run, name, aor string, contacts ...string) event.Event {
		lines := []string{"ActionID: " + run, "ObjectType: endpoint", "ObjectName: " + name, "Transport: ", "Aor: " + aor, "Auths: ", "OutboundAuths: "}
		for _, c := range contacts {
			lines = append(lines, "Contacts: "+c)
		}
		return said("EndpointList", append(lines, "DeviceState: Not in use", "ActiveChannels: 0")...)
	}
	detail := func(run, aor, uri string) event.Event {
		return said("ContactStatusDetail", "ActionID: "+run, "AOR: "+aor, "URI: "+uri)
	}
	var r registrations
	for i, test := range []struct {
		item  event.Event
		alone bool
	}{
		{detail("1", "100", "sip:100@192.0.2.1;x=1,2"), false},
		{detail("1", "101", "sip:101@192.0.2.1"), false},
		{endpoint("2", "100", "100", "100/sip:100@192.0.2.1;x=1,2,"), false},
		{endpoint("2", "both", "100,101", "100/sip:100@192.0.2.1;x=1,2,", "101/sip:101@192.0.2.1,"), false},
		{endpoint("2", "trunk", "east,101", "east/sip:east.example.com,", "101/sip:101@192.0.2.1,"), true},
		{endpoint("2", "none", "102", ""), false},
		{detail("3", "101", "sip:101@192.0.2.1"), false},
		{endpoint("4", "100", "100", "100/sip:100@192.0.2.1;x=1,2,"), true},
		{endpoint("5", "101", "101", "101/sip:101@192.0.2.1,"), true}, // that list had no registrations
	} {
		want := "[]"
		if test.alone {
			want = fmt.Sprint([]action.Action{action.PJSIPShowEndpoint{Endpoint: test.item.(event.EndpointList).ObjectName}})
		}
		if got := fmt.Sprint(r.then(test.item)); got != want {
			t.Errorf("item %d leads to %s, want %s", i, got, want)
		}
	}
}

// Mailboxes that the list of users has not are another module's: they make it run once.
func TestMailboxOfAnotherModule(t *testing.T) {
	f := followFlats(t)
	waiting := func(mailbox, count string) event.Event {
		return said("MessageWaiting", "Privilege: call,all", "Mailbox: "+mailbox, "Waiting: 1", "New: "+count, "Old: 2")
	}
	f.takes(waiting("100@default", "3"))
	f.flat("a message", strings.Replace(flatPicture, "New=1", "New=3", 1))
	for i, want := range [][]PartName{{PartMailboxes}, nil} {
		f.takes(waiting("1@other", "1"))
		if !slices.Equal(f.wants(), want) {
			t.Errorf("the event %d wants lists of %q, want %q", i, f.wants(), want)
		}
		f.served(nil)
	}
	if _, ok := f.view().Mailbox("1@other"); ok {
		t.Error("it is shown")
	}
}

// Which reloads have lists of which parts run.
func TestReloadsOfModules(t *testing.T) {
	reload := func(module, status string) event.Event {
		return said("Reload", "Privilege: system,all", "Module: "+module, "Status: "+status)
	}
	all := []PartName{PartExtensions, PartContacts, PartAgents, PartMailboxes}
	for _, test := range []struct {
		ev   event.Event
		want []PartName
	}{
		{reload("All", "0"), all}, {reload("pbx_config", "0"), all[:1]}, {reload("pbx_config.so", "0"), all[:1]}, {reload("pbx_config", "3"), all[:1]},
		{reload("pbx_config", "2"), nil}, {reload("pbx_config", "4"), nil}, {reload("pbx_config", "6"), nil}, {reload("res_pjsip.so", "0"), all[1:2]},
		{reload("app_agent_pool", "0"), all[2:3]}, {reload("cdr", "0"), nil},
		{said("Unload", "Privilege: system,all", "Module: app_voicemail.so", "Status: Success"), all[3:]},
		{said("Load", "Privilege: system,all", "Module: app_voicemail", "Status: Success"), all[3:]},
	} {
		f := followFlats(t)
		f.takes(test.ev)
		if !slices.Equal(f.wants(), test.want) {
			t.Errorf("%v: it wants lists of %q, want %q", test.ev, f.wants(), test.want)
		}
	}
	f := followFlats(t)
	f.takes(gap(start), flatsSynced(&ami.Error{}), reload("All", "0"))
	if len(f.wants()) != 0 {
		t.Errorf("of parts that are absent it wants lists of %q", f.wants())
	}
	f.takes(said("Load", "Privilege: system,all", "Module: app_agent_pool", "Status: Success"))
	if !slices.Equal(f.wants(), all[2:3]) {
		t.Errorf("of a module that comes it wants lists of %q", f.wants())
	}
}

// Lists that are wanted run once, soon after the last event that asks, and not much later than the first.
func TestWantedSpan(t *testing.T) {
	s := newState(unlimited)
	for i := range 20 {
		s.at = start.Add(time.Duration(i) * 400 * time.Millisecond)
		s.want(PartAgents)
		if got, want := s.wantedSpan.due(), min(s.at.Sub(start)+wantedCalm, wantedMost); got.Sub(start) != want {
			t.Errorf("after event %d lists are due at %v, want %v", i, got.Sub(start), want)
		}
	}
}
