package show_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/examples/internal/show"
	"github.com/asterisk-go/asterisk-go/internal/producer"
	"github.com/asterisk-go/asterisk-go/transport"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"Event: Newchannel\nPrivilege: call,all\nChannel: PJSIP/100-1\nChannelState: 4\nContext: in\nExten: 0\n": "Newchannel         PJSIP/100-1  Ring, for 0@in",
		"Event: Hangup\nPrivilege: call,all\nChannel: PJSIP/100-1\nCause: 17\n":                                  "Hangup             PJSIP/100-1  user busy",
		"Event: PeerStatus\nPrivilege: system,all\nPeer: PJSIP/100\nPeerStatus: Reachable\nTime: \n":             "PeerStatus           Peer=PJSIP/100 PeerStatus=Reachable",
		"Event: Newexten\nChannel: PJSIP/100-1\nUniqueid: 1.1\nApplication: Dial\nAppData: \x1b[2J\n":            "Newexten           PJSIP/100-1  Application=Dial AppData=\uFFFD[2J",
		"Event: Newstate\n": "Newstate             Down",
	} {
		ev := event.Decode(transport.ParseFields(text))
		if got, want := show.Line(ev), (time.Time{}).Format("15:04:05.000")+" "+want; got != want {
			t.Errorf("Line(%q)\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestLineOfMarkers(t *testing.T) {
	var hub event.Hub
	sub := hub.Subscribe(event.Filter{}, &event.SubscribeConfig{Limit: 2})
	hub.Producer(producer.Key{}).Connect("pbx.example.com:5038")
	for range 5 {
		hub.Publish(transport.NewBlock(transport.ParseFields("Event: Hangup\n")))
	}
	hub.Close(nil)
	var got []string
	for ev := range sub.All(t.Context()) {
		got = append(got, show.Line(ev)[len("15:04:05.000 "):])
	}
	want := []string{
		"Connected          pbx.example.com:5038  connection 1",
		"Hangup               not set",
		"Hangup               not set",
		"Gap                  3 events are missing here (overflow)",
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("lines %q, want %q", got, want)
		}
	}
}
