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
