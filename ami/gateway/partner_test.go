package gateway

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// Who calls a phone is told when it rings, when it has answered and is in no bridge yet, and after the call: a card never loses its caller.
func TestPartnersStay(t *testing.T) {
	for _, file := range captures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			before := make(map[string]message.Party) // with somebody, by key
			replayShown(t, file, eachEvent, func(all *browser) {
				for _, key := range slices.Sorted(maps.Keys(all.objects)) {
					if !strings.HasPrefix(key, "party:") {
						continue
					}
					var p message.Party
					if err := json.Unmarshal([]byte(all.objects[key]), &p); err != nil {
						t.Fatal(err)
					}
					was := before[key]
					if len(p.With) > 0 {
						before[key] = p
					} else if len(was.With) > 0 && (p.State == message.PartyLeft || p.State == message.PartyTalking && was.State == message.PartyRinging) {
						t.Errorf("%s was %s with %v, and is %s with nobody", p.Device, was.State, was.With, p.State)
					}
				}
			})
		})
	}
}

// A card has its caller also where the gateway sees several events together, wherever it had time between them.
func TestPartnersInBatches(t *testing.T) {
	for _, name := range []string{"testdata/declined-22.log", "testdata/queue-declined-16.log", "../live/testdata/direct-call-busy-22.log"} {
		for k := range 40 {
			all := replayShown(t, name, func(event int) bool { return event == k }, func(*browser) {})
			for _, device := range []string{"PJSIP/100", "PJSIP/101"} {
				if p, ok := all.party(device); !ok || p.State != message.PartyLeft || len(p.With) == 0 || p.Dialled != (device == "PJSIP/101") {
					t.Errorf("%s, in two parts after event %d: %s is %+v", name, k, device, p)
				}
			}
		}
	}
}

// Who calls a phone that rang before the gateway began is whom the phone shows, until Asterisk tells more; also after it stops to ring.
func TestPartnerOfAPhoneThatRangBefore(t *testing.T) {
	s, p := newStateOf(&Config{})
	b := connected(t, viewOf(t, s, Rights{Devices: []Ref{{Name: "PJSIP/101"}}}))
	c := live.Call{ID: "1", Began: time.Now(), Parties: []live.Party{
		{ID: "1", UniqueID: "1", Device: "PJSIP/trunk", Number: "+12025550143", Began: time.Now()},
		{ID: "2", UniqueID: "2", Device: "PJSIP/101", Number: "101", Dialled: true, Began: time.Now(), Ringing: time.Now()},
	}}
	s.apply(p, []live.Change{
		live.Changed[live.Channel]{Kind: live.KindAdded, After: &live.Channel{UniqueID: "2", CallID: "1", ConnectedLineNum: "+12025550143", ConnectedLineName: "Grace"}}, callOf(c)})
	for _, change := range [][]live.Change{nil, {callOf(over(c))}} {
		s.apply(p, change)
		b.reads(-1)
		if got, ok := b.party("PJSIP/101"); !ok || len(got.With) != 1 || got.With[0] != (message.Who{Number: "+12025550143", Name: "Grace"}) {
			t.Errorf("it rings for %+v", got)
		}
	}
}
