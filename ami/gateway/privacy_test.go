package gateway

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

// tokens are what can tell who somebody is, in the captures: numbers, names, devices and Uniqueids.
var tokens = regexp.MustCompile(`"number":"\d+"|Phone \d+|PJSIP(?:/|%2F)\d+|\d{10}\.\d+`)

// permit notes what the phones of a Call may be told: of whom they talk with, ring for or call, and who began it.
func permit(allowed map[string]map[string]bool, c *live.Call) {
	for _, p := range c.Parties {
		may := allowed[p.Device]
		if may == nil {
			continue
		}
		may[p.ID], may[p.UniqueID] = true, true
		tell := func(q live.Party) { may[fmt.Sprintf("%q:%q", "number", q.Number)], may[q.Name] = true, true }
		if tell(p); !p.Left.IsZero() {
			continue
		}
		may[c.ID], may[fmt.Sprintf("%q:%q", "number", c.From.Number)], may[c.From.Name] = true, true, true
		for _, q := range c.Parties {
			talks := slices.ContainsFunc(c.Conversations, func(t live.Conversation) bool {
				return slices.Contains(t.Parties, p.ID) && slices.Contains(t.Parties, q.ID)
			})
			if talks || q.DialledBy == p.ID && q.Answered.IsZero() || p.DialledBy == q.ID && p.Answered.IsZero() {
				tell(q)
			}
		}
	}
}

// In the captures of real servers nobody receives a byte about others: by transfers, pickups, parking, queues and conferences either.
func TestNobodyElsesCallsOfRealServers(t *testing.T) {
	devices := []string{"PJSIP/100", "PJSIP/101", "PJSIP/102", "PJSIP/103"}
	for _, file := range captures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			allowed, browsers := make(map[string]map[string]bool), make(map[string]*browser)
			told := 0
			replay(t, file, func(s *state) {
				for _, device := range devices {
					if browsers[device] == nil {
						allowed[device] = map[string]bool{device: true, "PJSIP%2F" + device[len("PJSIP/"):]: true}
						browsers[device] = connected(t, viewOf(t, s, Rights{Own: []Ref{{Name: device}}}))
					}
				}
				for _, c := range s.servers[0].calls {
					permit(allowed, c)
				}
				for device, b := range browsers {
					b.all.Reset()
					b.reads(-1)
					for _, token := range tokens.FindAllString(b.all.String(), -1) {
						told++
						if !allowed[device][token] {
							t.Errorf("%s is told %s:\n%s", device, token, b.all.String())
						}
					}
				}
			})
			if told < 10 {
				t.Errorf("only %d things were told", told)
			}
		})
	}
}
