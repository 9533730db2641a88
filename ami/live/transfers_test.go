package live

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// prefixed is the fields of a channel as an event has them of a second one.
func (o of) prefixed(prefix string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(o.text(), "\r\n") {
		if line != "" {
			b.WriteString(prefix + line + "\r\n")
		}
	}
	if !strings.Contains(o.exten, "\r\n") {
		b.WriteString(prefix + "Priority: 1\r\n" + prefix + "Uniqueid: " + o.id + "\r\n" + prefix + "Linkedid: " + o.linked + "\r\n")
	}
	return b.String()
}

func blindTransfer(by, whom of) event.Event {
	return decoded(transport.ParseFields("Event: BlindTransfer\r\nPrivilege: call,all\r\nResult: Success\r\n"+by.prefixed("Transferer")+whom.prefixed("Transferee")+
		"BridgeUniqueid: room\r\nBridgeType: basic\r\nBridgeTechnology: simple_bridge\r\nBridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\n"+
		"BridgeNumChannels: 2\r\nBridgeVideoSourceMode: none\r\nIsExternal: Yes\r\nContext: default\r\nExtension: 102\r\n"), start)
}

func attendedTransfer(orig, second, whom of, dest string) event.Event {
	return decoded(transport.ParseFields("Event: AttendedTransfer\r\nPrivilege: call,all\r\nResult: Success\r\n"+orig.prefixed("OrigTransferer")+
		second.prefixed("SecondTransferer")+whom.prefixed("Transferee")+"IsExternal: Yes\r\n"+dest), start)
}

// A channel takes the place of another one in an application only if both calls are of one phone: a stranger who writes that theirs takes
// the place of another's moves nothing.
func TestForgedPlace(t *testing.T) {
	const app = "DestType: App\r\nDestApp: ConfBridge\r\n"
	f := withVictim(t)
	other := of{name: "PJSIP/102-00000003", id: "1.3", linked: "1.2", state: "Down"}
	f.takes(victim.event("BridgeEnter"), attacker.event("Newchannel"), other.event("Newchannel"))
	f.changes = nil
	f.takes(attendedTransfer(attacker, victim, other, app))
	f.unharmed()
	if c, _ := f.channels.get("1.1"); c.BridgeID != "room" {
		t.Errorf("the victim's channel is %v, want it in its bridge", c)
	}
	if c, _ := f.channels.get("1.3"); c.BridgeID != "" {
		t.Errorf("the attacker's other channel is %v", c)
	}

	again := of{name: "PJSIP/100-00000004", id: "1.4", linked: "1.4", state: "Ring"} // of the victim's phone
	f.takes(again.event("Newchannel"), attendedTransfer(again, victim, of{name: "PJSIP/101-00000005", id: "1.5", linked: "1.5"}, app))
	if c, _ := f.channels.get("1.1"); c.BridgeID != "room" {
		t.Errorf("the place of %v is nobody's", c)
	}
	peer := of{name: "PJSIP/101-00000005", id: "1.5", linked: "1.4", state: "Down"}
	f.takes(peer.event("Newchannel"), attendedTransfer(again, victim, peer, app))
	for id, bridge := range map[string]string{"1.1": "", "1.5": "room"} {
		if c, _ := f.channels.get(id); c.BridgeID != bridge {
			t.Errorf("%v is not in bridge %q", c, bridge)
		}
	}
}

// A transfer is told where the channel's name says whose it is: a stranger who writes another's Uniqueid and Linkedid moves nothing of theirs.
func TestForgedTransfer(t *testing.T) {
	for name, exten := range map[string]string{
		"ends early": "1\r\nTransfererPriority: 1\r\nTransfererUniqueid: 1.1\r\nTransfererLinkedid: 1.1\r\n",
		"doubled":    "1\r\nTransfererUniqueid: 1.1\r\nTransfererLinkedid: 1.1",
	} {
		t.Run(name, func(t *testing.T) {
			f := withVictim(t)
			f.takes(attacker.event("Newchannel"))
			f.changes = nil
			forged := attacker
			forged.exten = exten
			f.takes(blindTransfer(forged, victim))
			f.unharmed()
			if c, _ := f.calls.get("1.1"); len(c.Transfers) > 0 || !c.Complete {
				t.Errorf("the victim's call has %+v", c)
			}
			if c, _ := f.calls.get("1.2"); len(c.Transfers) > 0 {
				t.Errorf("the attacker's call has %+v", c)
			}
		})
	}
	t.Run("of a name in a forged event", func(t *testing.T) {
		f := withVictim(t)
		f.takes(attacker.event("Newchannel"))
		f.changes = nil
		for _, event := range []string{"BlindTransfer", "AttendedTransfer"} {
			f.takes(decoded(transport.ParseFields("Event: "+event+"\r\nTransfererChannel: "+victimName+"\r\nOrigTransfererChannel: "+victimName+"\r\nUniqueid: 1.2\r\n"), start))
			f.unharmed()
		}
	})
	t.Run("of another's channel", func(t *testing.T) {
		f := withVictim(t)
		f.takes(attacker.event("Newchannel"))
		f.changes = nil
		f.takes(blindTransfer(attacker, victim))
		f.unharmed()
		if c, _ := f.calls.get("1.2"); len(c.Transfers) != 1 || c.Transfers[0].By != "1.2" || c.Transfers[0].Whom != "" {
			t.Errorf("the attacker's call has %+v", c)
		}
	})
}

// The event may come after the end of who transferred, and of a channel that nobody knows nothing is told.
func TestLateTransfer(t *testing.T) {
	f := withVictim(t)
	other := of{name: "PJSIP/101-00000003", id: "1.3", linked: "1.1", state: "Down"}
	f.takes(other.event("Newchannel"), victim.event("Hangup"), blindTransfer(victim, other))
	want := Transfer{Kind: TransferBlind, By: "1.1", Whom: "1.3", Context: "default", Exten: "102", Result: "Success", At: start}
	if c, _ := f.calls.get("1.1"); len(c.Transfers) != 1 || c.Transfers[0] != want || !c.Transfers[0].Succeeded() {
		t.Errorf("the call has %+v, want %+v", c, want)
	}
	before := len(f.changes)
	f.takes(blindTransfer(attacker, other))
	if len(f.changes) != before || len(f.asked) > 0 {
		t.Errorf("an unknown channel's transfer changes %v, and asks for %q", f.changes[before:], f.asked)
	}
}

// A Call keeps so many transfers, and says that it has had more.
func TestTransfersAreBounded(t *testing.T) {
	f := withVictim(t)
	for range maxTransfers + 1 {
		f.takes(blindTransfer(victim, of{}))
	}
	if c, _ := f.calls.get("1.1"); len(c.Transfers) != maxTransfers || c.Complete {
		t.Errorf("%d transfers, complete: %t", len(c.Transfers), c.Complete)
	}
}
