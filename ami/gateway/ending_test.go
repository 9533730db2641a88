package gateway

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// endings are how calls ended for each phone, in captures of real servers: of their names without the version.
var endings = map[string]string{
	"declined":         "100 rejected, 101 rejected",
	"declined-as-busy": "100 busy, 101 rejected",
	"missed":           "100 noAnswer, 101 missed",
	"abandoned":        "100 cancelled, 101 abandoned",
	"elsewhere":        "100 answered, 101 elsewhere, 102 answered",
	"queue-elsewhere":  "100 answered, 101 elsewhere, 102 answered",
	"queue-declined":   "100 answered, 101 rejected, 102 answered",
	"queue-abandoned":  "100 cancelled, 101 abandoned, 102 abandoned",
	"queue-missed":     "100 answered, 101 missed, 102 answered",

	"direct-call":          "100 answered, 101 answered",
	"direct-call-busy":     "100 busy, 101 busy",
	"direct-call-given-up": "100 cancelled, 101 abandoned",
	"pickup":               "100 answered, 101 elsewhere, 102 answered",
	"queue":                "100 answered, 101 answered",
	"queue-timed-out":      "100 noAnswer, 101 missed",
	"queue-left-by-key":    "100 answered, 101 missed, 102 answered",
	"click-to-call":        "100 answered, 101 answered",
	"blind-transfer":       "100 answered, 101 answered, 102 answered",
	"parking":              "100 answered, 101 answered, 102 answered",
	"conference":           "100 answered, 101 answered",
}

func TestEndings(t *testing.T) {
	for _, file := range captures(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".log")
		want, ok := endings[name[:len(name)-len("-16")]]
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			all := replayShown(t, file, eachEvent, func(*browser) {})
			var got []string
			for _, device := range []string{"100", "101", "102"} {
				if p, ok := all.party("PJSIP/" + device); ok {
					if p.State != message.PartyLeft || p.Left.IsZero() {
						t.Errorf("%s has not left: %+v", device, p)
					}
					got = append(got, device+" "+string(p.Ending))
				}
			}
			if text := strings.Join(got, ", "); text != want {
				t.Errorf("the endings are %q, want %q", text, want)
			}
		})
	}
}

// A Party that has left has whom it talked with last, also if the other one was sent on before it left.
func TestPartyKeepsWhomItTalkedWith(t *testing.T) {
	for _, file := range captures(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".log")
		if !slices.Contains([]string{"blind-transfer", "parking", "direct-call"}, name[:len(name)-len("-16")]) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			all := replayShown(t, file, eachEvent, func(*browser) {})
			p, ok := all.party("PJSIP/101")
			if !ok || p.State != message.PartyLeft || len(p.With) != 1 || p.With[0].Number != "100" {
				t.Errorf("101 has left as %+v, want with 100", p)
			}
		})
	}
}
