package event_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

func TestChannelOf(t *testing.T) {
	own := event.Channel{Name: "PJSIP/100-00000001", UniqueID: "1.1"}
	for _, test := range []struct {
		lines []string
		want  event.Channel // zero for none
	}{
		{[]string{"Event: Hangup", "Channel: PJSIP/100-00000001", "Uniqueid: 1.1"}, own},
		{[]string{"Event: DialBegin", "Channel: PJSIP/100-00000001", "Uniqueid: 1.1", "DestChannel: PJSIP/200-00000002", "DestUniqueid: 1.2"}, own},
		{[]string{"Event: DialBegin", "DestChannel: PJSIP/200-00000002", "DestUniqueid: 1.2"}, event.Channel{}}, // of an Originate
		{[]string{"Event: ParkedCallTimeOut", "ParkeeChannel: PJSIP/100-00000001", "ParkeeUniqueid: 1.1", "ParkerChannel: x", "ParkerUniqueid: 2"}, own},
		{[]string{"Event: BlindTransfer", "TransfererChannel: PJSIP/100-00000001", "TransfererUniqueid: 1.1", "TransfereeChannel: x", "TransfereeUniqueid: 2"}, own},
		{[]string{"Event: AttendedTransfer", "OrigTransfererChannel: PJSIP/100-00000001", "OrigTransfererUniqueid: 1.1", "TransfereeChannel: x", "TransfereeUniqueid: 2"}, own},
		{[]string{"Event: ChanSpyStart", "SpyerChannel: PJSIP/100-00000001", "SpyerUniqueid: 1.1", "SpyeeChannel: x", "SpyeeUniqueid: 2"}, own},
		{[]string{"Event: Rename", "Channel: PJSIP/100-00000001", "Newname: x", "Uniqueid: 1.1"}, own},
		{[]string{"Event: CEL", "Channel: PJSIP/100-00000001", "UniqueID: 1.1"}, own},
		{[]string{"Event: OriginateResponse", "Channel: PJSIP/100-00000001", "Uniqueid: 1.1"}, own},
		{[]string{"Event: OfALaterVersion", "Uniqueid: 1.1", "Channel: PJSIP/100-00000001"}, own},
		{[]string{"Event: UserEvent", "UserEvent: x", "Channel: PJSIP/100-00000001", "Uniqueid: 1.1"}, event.Channel{}}, // what its sender says
		{[]string{"Event: VarSet", "Channel: none", "Uniqueid: none", "Variable: G", "Value: 1"}, event.Channel{}},
		{[]string{"Event: LogChannel", "Channel: /var/log/asterisk/full"}, event.Channel{}},
		{[]string{"Event: Hangup", "Channel: PJSIP/100-00000001"}, event.Channel{}},
		{[]string{"Event: PeerStatus", "Peer: PJSIP/100"}, event.Channel{}},
		{[]string{"Event: OfALaterVersion", "CallerIDNum: 1", "Channel: a", "Channel: b", "Uniqueid: 1.1"}, event.Channel{}}, // nobody knows
	} {
		f := fields(test.lines...)
		raw := event.Raw{Base: event.NewBase(f, time.Time{})}
		for _, ev := range []event.Event{event.Decode(f), raw} {
			if got, ok := event.ChannelOf(ev); got != test.want || ok != (test.want != event.Channel{}) {
				t.Errorf("ChannelOf(%T of %q) = %+v, %t, want %+v", ev, test.lines, got, ok, test.want)
			}
		}
	}
}

// What a stranger wrote is no channel, or not another one.
func TestChannelOfBelievesNoStranger(t *testing.T) {
	victim := event.Channel{Name: "PJSIP/200-00000002", UniqueID: "1.2"}
	for _, number := range []string{"1\r\nUniqueid: 1.2", "1\r\nChannel: PJSIP/200-00000002\r\nUniqueid: 1.2"} {
		ev := event.Decode(stranger{number: number}.of("Hangup", "Cause: 16", "Cause-txt: x"))
		if got, ok := event.ChannelOf(ev); got == victim || ok && got.UniqueID == victim.UniqueID {
			t.Errorf("ChannelOf with the number %q = %+v", number, got)
		}
	}
}

// A program's own event, and one that embeds an event, tell their channels.
func TestChannelOfEventsOfTheProgram(t *testing.T) {
	want := event.Channel{Name: "PJSIP/100-00000001", UniqueID: "1.1"}
	snapshot := event.ChannelSnapshot{Channel: want.Name, UniqueID: want.UniqueID}
	type noted struct {
		event.Hangup
		Note string
	}
	for _, ev := range []event.Event{event.Hangup{ChannelSnapshot: snapshot}, noted{Hangup: event.Hangup{ChannelSnapshot: snapshot}}, event.ParkedCall{Parkee: snapshot}} {
		if got, ok := event.ChannelOf(ev); got != want || !ok {
			t.Errorf("ChannelOf(%T) = %+v, %t", ev, got, ok)
		}
	}
	if got, ok := event.ChannelOf(nil); ok {
		t.Errorf("ChannelOf(nil) = %+v", got)
	}
}

// The channel is that of an event also where a program's own struct embeds it, or
// a pointer leads to it.
func TestChannelOfOwnStructs(t *testing.T) {
	hangup := event.Decode(fields("Event: Hangup", "Channel: a", "Uniqueid: 1")).(event.Hangup)
	later := event.Decode(fields("Event: OfALaterVersion", "Channel: a", "Uniqueid: 1")).(event.Unknown)
	for _, ev := range []event.Event{&hangup, noted{Hangup: hangup}, &later, struct{ event.Unknown }{later}} {
		if got, ok := event.ChannelOf(ev); !ok || got != (event.Channel{Name: "a", UniqueID: "1"}) {
			t.Errorf("ChannelOf(%T) = %+v, %t", ev, got, ok)
		}
	}
}
