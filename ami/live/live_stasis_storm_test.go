package live_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// stasisStorm is many channels that an application moves between bridges, and into the dialplan.
type stasisStorm struct {
	stasis
	random  *rand.Rand
	bridges []string
	moved   map[string]bool // channels that go on in the dialplan
}

func (s *stasisStorm) pick(from ...string) string { return from[s.random.IntN(len(from))] }

// begin makes a call, of which the application gets one half, or both.
func (s *stasisStorm) begin() {
	a := action.Originate{Channel: "Local/" + s.pick("answer@outcome/n", "tone@outcome", "dial-tone@app", "dial-answer@app/n"), Application: "Stasis",
		Data: s.app.name, Async: true}
	s.do(a)
}

// act does one thing to a channel or a bridge. What Asterisk refuses is as good. It moves no channel straight from one bridge to another,
// see TestLiveStasisBridgeEndsLate, and does nothing more to one that goes on in the dialplan, where that may happen, too.
func (s *stasisStorm) act() {
	channel := s.someone()
	if channel == "" {
		s.begin()
		return
	}
	at := s.random.IntN(len(s.bridges))
	bridge := "bridges/" + s.bridges[at]
	switch s.random.IntN(12) {
	default:
		for _, other := range s.bridges {
			s.app.try("POST", "bridges/"+other+"/removeChannel", "channel", channel)
		}
		s.app.try("POST", bridge+"/addChannel", "channel", channel)
	case 0, 1:
		s.app.try("POST", bridge+"/removeChannel", "channel", channel)
	case 2:
		s.moved[channel] = true
		s.app.try("POST", "channels/"+channel+"/continue", "context", "app", "extension", s.pick("conf-7", "dial-answer", "hold"), "priority", "1")
	case 3:
		s.app.try("DELETE", "channels/"+channel)
	case 4:
		s.app.try("DELETE", bridge)
		s.bridges[at] = s.app.bridge(s.pick("mixing", "mixing,dtmf_events", "holding"))
	case 5:
		s.begin()
	}
}

// someone is the Uniqueid of a channel; empty if there is none.
func (s *stasisStorm) someone() (id string) {
	n := 0
	for c := range s.model.View().Channels() {
		if s.moved[c.UniqueID] {
			continue
		}
		if n++; s.random.IntN(n) == 0 {
			id = c.UniqueID
		}
	}
	return id
}

// Channels that an application moves about, at random: events keep the model what another connection lists.
func TestLiveStasisStorm(t *testing.T) {
	onStasis(t, func(w stasis) {
		for seed := range lab.Rounds(1, 20) {
			s := &stasisStorm{w, rand.New(rand.NewPCG(uint64(seed), 7)), nil, make(map[string]bool)}
			for _, kind := range []string{"mixing", "mixing", "holding"} {
				s.bridges = append(s.bridges, s.app.bridge(kind))
			}
			for range 6 {
				s.begin()
			}
			for i := range 3 {
				for range 20 {
					s.act()
				}
				s.agrees(fmt.Sprint("seed ", seed, ", ", i), -1)
			}
			hangUpAll(s.t, s.ctx, s.watched)
			for _, bridge := range s.bridges {
				s.app.try("DELETE", "bridges/"+bridge)
			}
			s.agrees(fmt.Sprint("seed ", seed, ", after"), 0)
			for c := range s.model.View().Calls() {
				if c.Live() {
					s.t.Errorf("seed %d: %v lives", seed, c)
				}
			}
		}
	})
}
