package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// queueStorm has callers wait, and members come, go, and be changed.
type queueStorm struct {
	storm
	redirects bool            // also callers who wait, of which no event tells
	moved     map[string]bool // Local channels, by their names without the half
}

func (w watched) queueStorm(ctx context.Context, seed uint64, redirects bool) queueStorm {
	return queueStorm{storm{watched: w, ctx: ctx, random: rand.New(rand.NewPCG(seed, 3))}, redirects, make(map[string]bool)}
}

var (
	stormQueues  = []string{"support", "sales", "night"}
	stormMembers = []string{"Local/answer@outcome/n", "Local/answer-short@outcome/n", "Local/noanswer@outcome/n", "Local/busy@outcome/n",
		"Local/delayed@outcome/n", "Local/congestion@outcome/n", "Local/dial-tone@app", "Local/dial-answer@app", "PJSIP/100"}
)

// act does one thing of which queues hear. What Asterisk refuses is as good.
func (s queueStorm) act() {
	v := s.model.View()
	queue, member := s.pick(stormQueues...), s.pick(stormMembers...)
	var a action.Action
	switch s.random.IntN(13) {
	case 0, 1:
		a = action.QueueAdd{Queue: queue, Interface: member, Penalty: s.random.IntN(3), Paused: s.random.IntN(4) == 0, MemberName: s.pick("Ann", "Bob"),
			WrapupTime: time.Duration(s.random.IntN(3)) * time.Second}
	case 2:
		a = action.QueueRemove{Queue: queue, Interface: member}
	case 3:
		a = action.QueuePause{Queue: s.pick("", queue), Interface: member, Paused: s.random.IntN(2) == 0, Reason: s.pick("", "lunch", "Müller's \"break\"")}
	case 4:
		a = action.QueuePenalty{Queue: s.pick("", queue), Interface: member, Penalty: s.random.IntN(5)}
	case 5:
		a = action.QueueMemberRingInUse{Queue: queue, Interface: member, RingInUse: s.random.IntN(2) == 0}
	case 6, 7, 8, 9:
		data := queue + ",,,," + fmt.Sprint(1+s.random.IntN(20))
		a = action.Originate{Channel: "Local/" + s.pick("answer@outcome/n", "answer@outcome", "tone@outcome/n", "tone@outcome"), Application: "Queue", Data: data, Async: true}
	case 10:
		if id := s.someone(v); id != "" {
			a = action.Hangup{Channel: id}
		}
	case 11:
		if id := s.unmoved(v); id != "" {
			a = action.BlindTransfer{Channel: id, Context: "app", Exten: s.pick("conf-7", "dial-answer", "queue", "hold")}
		}
	case 12:
		if !s.redirects {
			break
		}
		if id := s.unmoved(v); id != "" {
			a = []action.Action{action.Redirect{Channel: id, Context: "app", Exten: s.pick("hold", "queue"), Priority: 1},
				action.Bridge{Channel1: id, Channel2: s.unmoved(v)}, action.Park{Channel: id}}[s.random.IntN(3)]
		}
	}
	if a != nil {
		_, _ = s.other.Do(s.ctx, a)
	}
}

// unmoved is the name of any channel that was not moved since the model agreed last, of a Local channel neither half: Asterisk does not
// survive that while it goes on.
func (s queueStorm) unmoved(v *live.View) string {
	id := s.someone(v)
	name, _, _ := strings.Cut(id, ";")
	if s.moved[name] {
		return ""
	}
	s.moved[name] = true
	return id
}

// agree waits until the model has what is listed.
func (s queueStorm) agree(what string) {
	s.t.Helper()
	s.queuesAgree(what, false)
	clear(s.moved)
}

// someone is the name of any channel.
func (s queueStorm) someone(v *live.View) string {
	var names []string
	for c := range v.Channels() {
		names = append(names, c.Name)
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return s.pick(names...)
}

// ends wants nobody to wait, to ring or to talk.
func (s queueStorm) ends() {
	s.t.Helper()
	v := s.model.View()
	for q := range v.Queues() {
		for m := range v.Members(q.Name) {
			if len(m.RingingFor) > 0 || m.InCall || len(m.TalkingTo) > 0 {
				s.t.Errorf("after all calls %+v", m)
			}
		}
		if len(q.Callers) > 0 {
			s.t.Errorf("after all calls %+v", q)
		}
	}
}

// Whatever happens in queues, events keep the model what another connection lists, without a list of its own unless a caller who
// waits is redirected, or, rarely, the event of a new member comes half a second after its device's; the rest is right after one.
func TestLiveQueueStorm(t *testing.T) {
	eachQueues(t, func(t *testing.T, server *lab.Server) {
		rare := 0
		for seed := range lab.Rounds(2, 20) {
			if stormInQueues(t, server, uint64(seed)) {
				if rare++; rare > 1+seed/20 {
					t.Errorf("seed %d: lists were run for it, too", seed)
				}
			}
		}
	})
}

// stormInQueues is a storm, and reports whether lists were run for it that no redirect asked for.
func stormInQueues(t *testing.T, server server, seed uint64) (listed bool) {
	w := watch(t, server)
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	s := w.queueStorm(ctx, seed, seed%2 == 1)
	m := mirrorOf(w.model)
	before := w.queuesListed()
	for range 3 {
		for range 40 {
			s.act()
		}
		s.agree(fmt.Sprint("seed ", seed, ", disturbed"))
	}
	hangUpAll(t, ctx, w)
	w.agrees(fmt.Sprint("seed ", seed, ", after"), 0)
	w.queuesAgree(fmt.Sprint("seed ", seed, ", after"), false)
	listed = !s.redirects && !w.queuesListed().Equal(before)
	s.ends()
	w.queuesAgree(fmt.Sprint("seed ", seed, ", after a list"), true)
	m.compare(t, w.model)
	return listed
}

// The same with a connection that is cut now and then: nobody waits who does not, and each caller has one end.
func TestLiveQueueStormOverCuts(t *testing.T) {
	eachQueues(t, func(t *testing.T, server *lab.Server) {
		queueStormOverCuts(t, server, 5)
	})
}

func queueStormOverCuts(t *testing.T, server server, seed uint64) {
	wire := newWire(server)
	w := watchOver(t, server, nil, wire.dial)
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	s := w.queueStorm(ctx, seed, true)
	m := mirrorOf(w.model)
	for range 3 {
		for i := range 40 {
			if s.act(); i%15 == 7 {
				wire.cut()
			}
		}
		s.agree("after cuts")
	}
	hangUpAll(t, ctx, w)
	wire.cut()
	w.agrees("after", 0)
	w.queuesAgree("after", true)
	s.ends()
	m.compare(t, w.model)
}
