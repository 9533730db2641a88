package sipua_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// modelled is how a model of ami/live tells of the calls of docs/calls.md: a line for each Call at its end, with the devices of its
// Parties, who called them, and whether another Call goes on in its place.
var modelled = map[string][]string{
	"Direct call":           {"100, 101 for 100"},
	"Direct call, busy":     {"100, 101 for 100"},
	"Direct call, given up": {"100, 101 for 100"},
	"Click-to-call":         {"100, 101 for 100"},
	"Queue":                 {"100, 101 for 100"},
	"Blind transfer":        {"100, 101 for 100, 102 for 100"},
	"Attended transfer":     {"101, 102 for 101: merged", "100, 101 for 100, 101, 102 for 101"},
	"Conference":            {"100", "101"},
	"Pickup":                {"102: merged", "100, 101 for 100, 102"},
	"Parking":               {"102: merged", "100, 101 for 100, 102"},
}

// TestLiveModelOfCalls places the calls of docs/calls.md before a model, which has no list after its first.
func TestLiveModelOfCalls(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &callsConfig)
			for heading, want := range modelled {
				t.Run(heading, func(t *testing.T) {
					withPhones(t, s, func(ctx context.Context, c *scene) { tellsOf(t, ctx, c, heading, want) })
				})
			}
		})
	}
}

// tellsOf plays a scene, and reads the changes of a model until no channel is left.
func tellsOf(t *testing.T, ctx context.Context, c *scene, heading string, want []string) {
	m, err := live.Watch(ctx, c.client, &live.Config{Recheck: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	changes := m.Subscribe(nil)
	defer changes.Close()
	scenes[heading](t, ctx, c)
	channels := make(map[string]bool)
	var got []string
	for change := range changes.All(ctx) {
		switch c := change.(type) {
		case live.Changed[live.Channel]:
			if channels[c.After.UniqueID] = true; c.After.Doubtful {
				t.Errorf("%v: nobody forges here", c)
			}
			if c.Kind == live.KindRemoved {
				delete(channels, c.After.UniqueID)
			}
		case live.Changed[live.Call]:
			if c.After.Live() {
				continue
			}
			if got = append(got, ended(c.After)); !c.After.Complete {
				t.Errorf("%v, want one that is complete", c)
			}
		}
		if len(got) == len(want) && len(channels) == 0 {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the calls that ended are %q, want %q", got, want)
	}
	if left, err := ami.List(ctx, c.client, action.CoreShowChannels{}); err != nil || len(left) > 0 {
		t.Errorf("%d channels are left: %v", len(left), err)
	}
}

// ended is a Call at its end.
func ended(c *live.Call) string {
	device := func(id string) string {
		p, _ := c.Party(id)
		return strings.TrimPrefix(p.Device, "PJSIP/")
	}
	var words []string
	for _, p := range c.Parties {
		word := device(p.ID)
		if p.DialledBy != "" {
			word += " for " + device(p.DialledBy)
		}
		words = append(words, word)
	}
	text := strings.Join(words, ", ")
	if c.Merged != nil {
		text += ": merged"
	}
	return text
}
