package gateway

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// Who calls a phone is told when it rings, when it has answered and is in no bridge yet, and after the call: a card never loses its caller.
func TestPartnersStay(t *testing.T) {
	for _, file := range captures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var all *browser
			before := make(map[string]message.Party) // with somebody, by key
			replay(t, file, func(s *state) {
				if all == nil {
					all = connected(t, viewOf(t, s, Rights{Devices: []Ref{{Name: All}}}))
				}
				all.reads(-1)
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
			var all *browser
			replayIn(t, name, func(event int) bool { return event == k }, func(s *state) {
				if all == nil {
					all = connected(t, viewOf(t, s, Rights{Devices: []Ref{{Name: All}}}))
				}
				all.reads(-1)
			})
			for _, device := range []string{"PJSIP/100", "PJSIP/101"} {
				if p, ok := all.party(device); !ok || p.State != message.PartyLeft || len(p.With) == 0 || p.Dialled != (device == "PJSIP/101") {
					t.Errorf("%s, in two parts after event %d: %s is %+v", name, k, device, p)
				}
			}
		}
	}
}
