package live_test

import (
	"context"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// storm makes calls of all kinds that the lab's dialplan has, and does to them what managers can.
type storm struct {
	watched
	ctx    context.Context
	random *rand.Rand
}

func (s storm) pick(from ...string) string { return from[s.random.IntN(len(from))] }

// begin makes calls, and waits until each has come about or failed.
func (s storm) begin(calls int) {
	s.t.Helper()
	sub := s.other.Subscribe(event.Of[event.OriginateResponse](), nil)
	defer sub.Close()
	for range calls {
		from := s.pick("answer@outcome", "answer@outcome/n", "tone@outcome", "tone@outcome/n")
		to := s.pick("dial-answer", "dial-tone", "dial-busy", "dial-noanswer", "conf-7", "conf-8", "queue", "park", "hold", "playback")
		if _, err := s.other.Do(s.ctx, action.Originate{Channel: "Local/" + from, Context: "app", Exten: to, Priority: 1, Async: true}); err != nil {
			s.t.Fatal(err)
		}
	}
	for range calls {
		if _, err := sub.Next(s.ctx); err != nil {
			s.t.Fatal(err)
		}
	}
}

// disturb does something to some channels. What Asterisk refuses is as good.
func (s storm) disturb(times int) {
	var names []string
	for c := range s.model.View().Channels() {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	for range min(times, len(names)) {
		one, two := s.pick(names...), s.pick(names...)
		var a action.Action
		switch s.random.IntN(6) {
		case 0:
			a = action.Hangup{Channel: one}
		case 1:
			a = action.Bridge{Channel1: one, Channel2: two}
		case 2:
			a = action.BlindTransfer{Channel: one, Context: "app", Exten: s.pick("conf-7", "dial-answer", "queue", "park")}
		case 3:
			a = action.Redirect{Channel: one, Context: "app", Exten: s.pick("conf-8", "dial-tone", "hold"), Priority: 1}
		case 4:
			a = action.Redirect{Channel: one, Context: "app", Exten: "conf-7", Priority: 1,
				ExtraChannel: two, ExtraContext: "app", ExtraExten: "conf-8", ExtraPriority: 1}
		case 5:
			a = action.Park{Channel: one}
		}
		_, _ = s.other.Do(s.ctx, a)
	}
}

// Many calls at once, to which much is done: the model, which has no list after its first, is what another connection lists
// whenever nothing happens, and after the end.
func TestLiveStorm(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		for seed := range uint64(3) {
			w := watch(t, server)
			ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
			defer cancel()
			s := storm{w, ctx, rand.New(rand.NewPCG(seed, 0))}
			m := mirrorOf(w.model)
			s.begin(60)
			w.agrees("standing", -1)
			before := w.model.View()
			shown := before.String()
			for range 3 {
				s.disturb(30)
				w.agrees("disturbed", -1)
			}
			for c := range w.model.View().Channels() {
				if c.Doubtful || c.CallID == "" {
					t.Errorf("%v has no call, or is doubtful", c)
				}
			}
			hangUpAll(t, ctx, w)
			w.agrees("after", 0)
			if before.String() != shown {
				t.Errorf("the view of before has changed from %s to %v", shown, before)
			}
			for c := range w.model.View().Calls() {
				if c.Live() || !c.Complete {
					t.Errorf("%v, want an end", c)
				}
			}
			m.compare(t, w.model)
			_ = w.model.Close()
		}
	})
}

// The same with a connection that is cut now and then: what was missed is found by lists, no channel ends twice, and none is left.
func TestLiveStormOverCuts(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		var mu sync.Mutex
		var wire net.Conn
		w := watchOver(t, server, nil, func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			mu.Lock()
			defer mu.Unlock()
			wire = conn
			return conn, err
		})
		cut := func() {
			mu.Lock()
			defer mu.Unlock()
			_ = wire.Close()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
		defer cancel()
		s := storm{w, ctx, rand.New(rand.NewPCG(11, 0))}
		m := mirrorOf(w.model)
		s.begin(40)
		cut()
		w.agrees("after the first cut", -1)
		for range 3 {
			s.disturb(10)
			cut()
			s.disturb(10)
			w.agrees("after a cut", -1)
		}
		cut()
		hangUpAll(t, ctx, w)
		w.agrees("after", 0)
		for c := range w.model.View().Calls() {
			if c.Live() {
				t.Errorf("%v, want an end", c)
			}
		}
		m.compare(t, w.model)
	})
}
