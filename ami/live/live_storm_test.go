package live_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// stormExtensions are those of [storm-app] that a simulated server has, too: pickups, calls to several, and calls whose parties may transfer
// and park. 81 to 84 are numbers to transfer to by keys.
const stormExtensions = `exten => pick,1,Answer()
 same => n,PickupChan(${TARGET})
 same => n,Hangup()
exten => wait,1,Wait(60)
exten => join,1,Bridge(${TARGET})
exten => fork,1,Dial(Local/noanswer@outcome/n&Local/delayed@outcome/n,10,tTkK)
exten => ring,1,Dial(Local/noanswer@outcome/n,10,tTkK)
exten => talk,1,Dial(Local/answer@outcome/n,10,tTkK)
exten => tone,1,Dial(Local/tone@outcome,10,tTkK)
exten => conf,1,ConfBridge(9)
exten => 81,1,Goto(outcome,answer,1)
exten => 82,1,Goto(outcome,busy,1)
exten => 83,1,Goto(outcome,noanswer,1)
exten => 84,1,ConfBridge(9)
`

// stormPlan is what the lab's dialplan lacks: those extensions, agents with their callers, and hints.
var stormPlan = &lab.Config{Append: map[string]string{"extensions.conf": `
[storm-app]
` + stormExtensions + `exten => _age[n]t-X!,1,AgentLogin(${EXTEN:6},s)
exten => _caller-X!,1,AgentRequest(${EXTEN:7})
 same => n,Wait(60)
exten => patient,1,NoOp()
 same => n(again),AgentRequest(1005)
 same => n,Wait(0.2)
 same => n,GotoIf($["${AGENT_STATUS}"!="NOT_LOGGED_IN"]?again)
 same => n,Wait(60)
exten => 91,hint,Local/answer@outcome
exten => 92,hint,Local/noanswer@outcome&Local/tone@outcome&Custom:a
exten => 93,hint,Agent:1001&Agent:1002
exten => 94,hint,confbridge:7
exten => 95,hint,park:701@parkedcalls&park:702@parkedcalls
exten => 96,hint,Queue:support&Queue:support_avail
exten => 97,hint,Custom:a&Custom:b,CustomPresence:a
exten => _4X,hint,Custom:b
`, "agents.conf": "\n[1002]\n[1003]\nackcall = yes\n[1004]\nwrapuptime = 200\n[1005]\n"}}

// storm makes calls of all kinds that the dialplan has, and does to them what managers can.
type storm struct {
	watched
	ctx     context.Context
	random  *rand.Rand
	seed    uint64
	first   bool // on its server
	reloads int  // that it has asked for
	void    bool // Asterisk has not survived it
}

func (w watched) storm(seed uint64) *storm {
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*patience)
	w.t.Cleanup(cancel)
	return &storm{watched: w, ctx: ctx, random: rand.New(rand.NewPCG(seed, 0)), seed: seed}
}

func (s *storm) pick(from ...string) string { return from[s.random.IntN(len(from))] }

// dies reports whether an action failed because Asterisk does not live any more.
func (s *storm) dies(err error) bool {
	refused := (*ami.Error)(nil)
	if err == nil || errors.As(err, &refused) {
		return false
	}
	s.t.Log(err)
	s.void = true
	return true
}

// begin makes calls, and waits until each has come about or failed.
func (s *storm) begin(calls int) {
	s.t.Helper()
	sub := s.other.Subscribe(event.Of[event.OriginateResponse](), nil)
	defer sub.Close()
	for range calls {
		from := s.pick("answer@outcome", "answer@outcome/n", "tone@outcome", "tone@outcome/n")
		to := action.Originate{Channel: "Local/" + from, Context: "app", Priority: 1, Async: true,
			Exten: s.pick("dial-answer", "dial-tone", "dial-busy", "dial-noanswer", "conf-7", "conf-8", "queue", "park", "hold", "playback")}
		if s.random.IntN(2) == 0 {
			to.Context, to.Exten = "storm-app", s.pick("fork", "ring", "ring", "talk", "tone", "conf", "agent-"+s.pick(stormAgents...), "caller-"+s.pick(stormAgents...))
		}
		if _, err := s.other.Do(s.ctx, to); s.dies(err) {
			return
		} else if err != nil {
			s.t.Fatal(err)
		}
	}
	for range calls {
		ev, err := sub.Next(s.ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		if _, lost := ev.(event.Gap); lost && s.dies(errNoList) {
			return
		}
	}
}

// agrees is that of watched, and false if Asterisk does not answer any more.
func (s *storm) agrees(what string) bool {
	return s.agreesWhen(what, func(int, int) bool { return true })
}

func (s *storm) agreesWhen(what string, so func(listed, times int) bool) bool {
	s.t.Helper()
	err := s.awaitAgreement(what, so)
	if s.void = errors.Is(err, errNoList); s.void {
		s.t.Log(err)
	} else if err != nil {
		s.t.Fatal(err)
	}
	return !s.void
}

// disturb does something to some channels, and then hangs up some of those while that goes on. What Asterisk refuses is as good. It
// does not survive a second Redirect of a channel while the first one goes on, so that each Local channel takes part once.
func (s *storm) disturb(times int) {
	one := make(map[string]string) // of each Local channel one half
	for c := range s.model.View().Channels() {
		name, _, _ := strings.Cut(c.Name, ";")
		if one[name] == "" || s.random.IntN(2) == 0 {
			one[name] = c.Name
		}
	}
	names := slices.Sorted(maps.Values(one))
	s.random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for i := 0; i+1 < min(2*times, len(names)); i += 2 {
		_, _ = s.other.Do(s.ctx, s.action(names[i], names[i+1]))
		_, _ = s.other.Do(s.ctx, s.around())
		if s.random.IntN(4) == 0 {
			_, _ = s.other.Do(s.ctx, action.Hangup{Channel: names[s.random.IntN(i+2)]})
		}
	}
}

// action is something that a manager can do to one channel, or two.
func (s *storm) action(one, two string) action.Action {
	switch s.random.IntN(10) {
	case 0:
		return action.Bridge{Channel1: one, Channel2: two}
	case 1:
		return action.BlindTransfer{Channel: one, Context: "app", Exten: s.pick("conf-7", "dial-answer", "queue", "park")}
	case 2:
		return action.Redirect{Channel: one, Context: "app", Exten: s.pick("conf-8", "dial-tone", "hold"), Priority: 1}
	case 3:
		return s.pickup()
	case 4:
		return action.Redirect{Channel: one, Context: "app", Exten: "conf-7", Priority: 1,
			ExtraChannel: two, ExtraContext: "app", ExtraExten: "conf-8", ExtraPriority: 1}
	case 5:
		return action.Park{Channel: one}
	case 6:
		return action.Atxfer{Channel: one, Context: "storm-app", Exten: s.pick("81", "82", "83", "84")}
	case 7:
		return action.CancelAtxfer{Channel: one}
	case 8:
		return action.PlayDTMF{Channel: one, Digit: s.pick("*", "1", "2", "3")}
	}
	return action.Hangup{Channel: one}
}

// pickup has a call of its own take one that rings: of a Local channel the half that was dialled, for Asterisk does not survive a
// pickup of the other one.
func (s *storm) pickup() action.Action {
	ringing := []string{"none"}
	for c := range s.model.View().Channels() {
		if c.State == asterisk.ChannelRinging && strings.HasSuffix(c.Name, ";1") {
			ringing = append(ringing, c.Name)
		}
	}
	slices.Sort(ringing)
	return action.Originate{Channel: "Local/answer@outcome/n", Context: "storm-app", Exten: "pick", Priority: 1, Async: true,
		Variables: []asterisk.Variable{{Name: "TARGET", Value: s.pick(ringing...)}}}
}

// reload has Asterisk read some of its configuration again.
func (s *storm) reload() {
	s.reloads++
	if _, err := s.other.Do(s.ctx, action.Reload{Module: s.pick("app_queue", "res_parking", "features", "pbx_config", "app_confbridge")}); err != nil && !s.dies(err) {
		s.t.Error(err)
	}
}

// run is a whole storm. Whenever nothing happens, the model is what another connection lists, and so it is after the end.
func (s *storm) run(calls int) {
	s.t.Helper()
	if s.begin(calls); !s.agrees("standing") {
		return
	}
	if s.first || s.seed%10 == 0 {
		s.serve()
	}
	before := s.model.View()
	shown := before.String()
	for range 3 {
		s.disturb(calls / 2)
		if s.random.IntN(4) == 0 {
			s.reload()
		}
		if !s.agrees("disturbed") {
			return
		}
	}
	s.haveCalls()
	if !s.end() {
		return
	}
	if before.String() != shown {
		s.t.Errorf("the view of before has changed from %s to %v", shown, before)
	}
}

// end ends all calls. Asterisk may keep a channel to which much was done, and not end it for any Hangup: it logs "already has
// PBX structure??" of some that were redirected. Then the model has that channel, too.
func (s *storm) end() bool {
	s.t.Helper()
	if _, err := s.other.Do(s.ctx, action.Hangup{Channel: "/./"}); s.dies(err) {
		return false
	} else if err != nil {
		s.t.Error(err)
	}
	if !s.agreesWhen("after", func(listed, times int) bool { return listed == 0 || times > 100 }) {
		return false
	}
	view := s.model.View()
	for c := range view.Calls() {
		if c.Live() && !slices.ContainsFunc(c.Channels, func(id string) bool { _, there := view.Channel(id); return there }) {
			s.t.Errorf("%v, want an end", c)
		}
	}
	for c := range view.Channels() {
		s.t.Logf("Asterisk keeps %v", c)
	}
	return true
}

// sized is how many storms there are on a server.
func sized(few int) int {
	if lab.Full() {
		return 20 * few
	}
	return few
}

// stormy has storms on servers of each version, one after the other on the same model. One that Asterisk does not survive does not
// count, and the next one has another server.
func stormy(t *testing.T, few int, begin func(t *testing.T, server server) (watched, func(w watched, reloads int)), run func(s *storm)) {
	t.Parallel()
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			var w *watched
			var end func(w watched, reloads int)
			whole, reloads := 0, 0
			for seed := 0; whole < few; seed++ {
				if seed > 2*few {
					t.Fatalf("%d storms of %d did not count", seed-whole, seed)
				}
				first := w == nil
				if first {
					w, reloads = new(watched), 0
					*w, end = begin(t, lab.Start(t, v, stormPlan))
				}
				s, began := w.storm(uint64(seed)), time.Now()
				s.first = first
				if run(s); t.Failed() {
					t.Fatalf("the storm with seed %d has failed", seed)
				}
				t.Logf("seed %d: %v, void: %t", seed, time.Since(began), s.void)
				if reloads += s.reloads; s.void {
					w = nil
				} else {
					whole++
				}
			}
			if w != nil {
				end(*w, reloads)
			}
		})
	}
}

// Many calls at once, to which much is done: a model that has no list after its first is what another connection lists.
func TestLiveStorm(t *testing.T) {
	stormy(t, sized(5), func(t *testing.T, server server) (watched, func(watched, int)) {
		w, m, end := watchSteady(t, server)
		return w, func(w watched, reloads int) {
			end(reloads)
			for _, what := range []string{"device", "extension", "AGENT_IDLE", "AGENT_ONCALL", "AGENT_LOGGEDOFF"} {
				if m.states[what] == 0 {
					t.Errorf("of devices, hints and agents the storms changed only %v", m.states)
				}
			}
			t.Logf("changes of devices, hints and agents: %v", m.states)
		}
	}, func(s *storm) { s.run(40) })
}

// watchSteady watches without a list after the first, but for one a reload. After end the model has ended, and all of its changes were right.
func watchSteady(t *testing.T, server server) (w watched, m *mirror, end func(reloads int)) {
	wire := newWire(server)
	w = watchOver(t, server, nil, wire.dial)
	m = mirrorOf(w.model)
	first := wire.lists()
	return w, m, func(reloads int) {
		t.Helper()
		calls, missed := 0, 0
		for c := range w.model.View().Calls() {
			if calls++; !c.Complete {
				t.Logf("some of it was not seen: %v", c)
				missed++
			}
		}
		if missed > 1+calls/50 { // a channel may end before Asterisk has said which Call it had joined
			t.Errorf("of %d calls %d are not complete", calls, missed)
		}
		for list, n := range wire.lists() {
			if n -= first[list]; n > reloads && list != "ConfbridgeList" { // which runs once a room
				t.Errorf("%s ran %d times after the first, and there were %d reloads", list, n, reloads)
			}
		}
		m.compare(t, w.model)
	}
}
