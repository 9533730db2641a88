package gateway

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

// A state that has only whole pictures now and then comes to the same objects as one that has all changes, but for Calls that went on in others, and sends what differs.
func TestReset(t *testing.T) {
	for _, file := range captures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			all := Rights{Devices: []Ref{{Name: All}}}
			var seldom *state
			var b, always *browser
			n := 0
			replay(t, file, func(s *state) {
				if seldom == nil {
					seldom = newState(&Config{Servers: s.config.Servers})
					b, always = connected(t, viewOf(t, seldom, all)), connected(t, viewOf(t, s, all))
				}
				always.reads(-1)
				p := seldom.servers[0]
				whole := []live.Change{live.Reset{View: p.config.Model.View()}}
				over := len(s.servers[0].channels) == 0 && n > 7
				if n++; n%7 == 1 || over {
					seldom.apply(p, whole)
					b.reads(-1)
					if seldom.apply(p, whole); n > 1 {
						if f, _, _ := b.cursor.next(time.Now()); f != nil {
							t.Errorf("the same picture sends %s", f.data())
						}
					}
				}
			})
			keys := func(b *browser) []string {
				return slices.DeleteFunc(slices.Sorted(maps.Keys(b.objects)), func(key string) bool { return key == "server:" || strings.Contains(b.objects[key], "mergedInto") })
			}
			if got, want := keys(b), keys(always); !slices.Equal(got, want) {
				t.Errorf("there are %q, want %q", got, want)
			}
			for _, device := range []string{"PJSIP/100", "PJSIP/101", "PJSIP/102"} {
				got, ok := b.party(device)
				if want, there := always.party(device); ok != there || got.State != want.State || got.Ending != want.Ending {
					t.Errorf("%s is %+v, want %+v", device, got, want)
				}
			}
		})
	}
}
