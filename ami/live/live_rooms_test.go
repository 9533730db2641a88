package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

var roomParts = []live.PartName{live.PartConferences, live.PartParking}

// rooms is a model of conferences and parking, and another connection to its server.
type rooms struct {
	watched
	ctx    context.Context
	random *rand.Rand
	mutes  *event.Subscription // joins, leaves and mutes, to the other connection
}

func (r rooms) pick(from ...string) string { return from[r.random.IntN(len(from))] }

// do runs an action on the other connection. What Asterisk refuses is as good.
func (r rooms) do(a action.Action) { _, _ = r.other.Do(r.ctx, a) }

// listed is what the other connection lists: with slow also what no event tells.
func (r rooms) listed(slow bool) (lines []string) {
	r.t.Helper()
	for _, c := range list(r, action.ConfbridgeListRooms{}) {
		line := fmt.Sprintf("conference %s of %d", c.Conference, c.Parties)
		if slow {
			line += fmt.Sprint(" locked ", c.Locked, " muted ", c.Muted)
		}
		lines = append(lines, line)
		for _, u := range list(r, action.ConfbridgeList{Conference: c.Conference}) {
			line := fmt.Sprintf("%s %s in %s, admin %t, muted %t", u.UniqueID, u.Channel, u.Conference, u.Admin, u.Muted)
			if slow {
				line += fmt.Sprintf(", marked %t %t %t %t, waiting %t", u.MarkedUser, u.WaitMarked, u.EndMarked, u.EndMarkedAny, u.Waiting)
			}
			lines = append(lines, line)
		}
	}
	for _, p := range list(r, action.ParkedCalls{}) {
		lines = append(lines, fmt.Sprintf("%s %s parked at %s %d by %s", p.Parkee.UniqueID, p.Parkee.Channel, p.ParkingLot, p.ParkingSpace, p.ParkerDialString))
	}
	for _, l := range list(r, action.Parkinglots{}) {
		lines = append(lines, fmt.Sprintf("lot %s %d-%d %v", l.Name, l.StartSpace, l.StopSpace, l.Timeout))
	}
	slices.Sort(lines)
	return lines
}

// list runs a list, which Asterisk refuses where there is nothing.
func list[T event.Event](r rooms, a action.Lister[T]) []T {
	items, err := ami.List(r.ctx, r.other, a)
	if err != nil && !strings.Contains(err.Error(), "onference") {
		r.fatal(err)
	}
	return items
}

// shown is the same by the model.
func (r rooms) shown(slow bool) (lines []string) {
	v := r.model.View()
	for c := range v.Conferences() {
		line := fmt.Sprintf("conference %s of %d", c.Name, len(c.Participants))
		if slow {
			line += fmt.Sprint(" locked ", c.Locked, " muted ", c.Muted)
		}
		lines = append(lines, line)
		for _, id := range c.Participants {
			u, ok := v.Participant(id)
			if !ok {
				r.t.Fatalf("%v lists %s, who is nobody", c, id)
			}
			line := fmt.Sprintf("%s %s in %s, admin %t, muted %t", u.UniqueID, u.Channel, u.Conference, u.Admin, u.Muted)
			if slow {
				line += fmt.Sprintf(", marked %t %t %t %t, waiting %t", u.Marked, u.WaitMarked, u.EndMarked, u.EndMarkedAny, u.Waiting)
			}
			lines = append(lines, line)
		}
	}
	for p := range v.ParkedCalls() {
		lines = append(lines, fmt.Sprintf("%s %s parked at %s %d by %s", p.UniqueID, p.Channel, p.ParkingLot, p.ParkingSpace, p.ParkerDialString))
	}
	for l := range v.ParkingLots() {
		lines = append(lines, fmt.Sprintf("lot %s %d-%d %v", l.Name, l.StartSpace, l.StopSpace, l.Timeout))
	}
	slices.Sort(lines)
	return lines
}

// agree waits until the model has what is listed.
func (r rooms) agree(what string, slow bool) (lines int) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, 45*time.Second) // calls end by themselves after a minute, and with them what differs
	defer cancel()
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	for {
		want, got := r.listed(slow), r.shown(slow)
		if slices.Equal(want, got) {
			return len(got)
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			r.t.Fatalf("%s: the model has\n%s\nand the lists\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// begin makes calls that take part in conferences, or are parked, and waits until each has come about or failed.
func (r rooms) begin(calls int) {
	r.t.Helper()
	sub := r.other.Subscribe(event.Of[event.OriginateResponse](), nil)
	defer sub.Close()
	for range calls {
		a := action.Originate{Channel: "Local/" + r.pick("answer@outcome/n", "tone@outcome/n", "tone@outcome"), Context: "app", Priority: 1, Async: true,
			Exten: r.pick("conf-1", "conf-2", "conf-3", "conf-3", "park", "park")}
		for _, option := range []string{"quiet", "admin", "marked", "wait_marked", "startmuted", "talk_detection_events"} {
			if n := r.random.IntN(12); n < 4 || option == "quiet" && n < 11 { // who is not, hears for seconds that it was removed
				a.Variables = append(a.Variables, asterisk.Variable{Name: "CONFBRIDGE(user," + option + ")", Value: "yes"})
			}
		}
		switch r.random.IntN(6) {
		case 0: // parked for a second or two
			a.Application, a.Data, a.Context, a.Exten, a.Priority = "Park", r.pick(",t(1)", ",t(2)"), "", "", 0
		case 1: // through a Local channel that is left out later
			a.Application, a.Data, a.Context, a.Exten, a.Priority = "Dial", r.pick("Local/park@app", "Local/conf-2@app"), "", "", 0
		}
		r.do(a)
	}
	for range calls {
		if _, err := sub.Next(r.ctx); err != nil {
			r.fatal(err)
		}
	}
}

// disturb does something to some conferences, participants and parked calls.
func (r rooms) disturb(times int) {
	v := r.model.View()
	users := slices.SortedFunc(v.Participants(), func(a, b *live.Participant) int { return strings.Compare(a.UniqueID, b.UniqueID) })
	parked := slices.SortedFunc(v.ParkedCalls(), func(a, b *live.ParkedCall) int { return strings.Compare(a.UniqueID, b.UniqueID) })
	for range times {
		if len(parked) > 0 {
			p := parked[r.random.IntN(len(parked))]
			switch r.random.IntN(6) {
			case 0:
				r.do(action.Originate{Channel: "Local/answer@outcome/n", Application: "ParkedCall", Data: fmt.Sprintf("%s,%d", p.ParkingLot, p.ParkingSpace), Async: true})
			case 1:
				r.do(action.Hangup{Channel: p.Channel})
			case 2:
				r.do(action.Redirect{Channel: p.Channel, Context: "app", Exten: "conf-1", Priority: 1})
			}
		}
		if len(users) == 0 {
			continue
		}
		u := users[r.random.IntN(len(users))]
		switch r.random.IntN(9) {
		case 0, 1:
			r.do(action.ConfbridgeMute{Conference: u.Conference, Channel: r.pick(u.Channel, u.Channel, "all", "participants")})
		case 2, 3:
			r.do(action.ConfbridgeUnmute{Conference: u.Conference, Channel: r.pick(u.Channel, "all")})
		case 4:
			r.do(action.ConfbridgeKick{Conference: u.Conference, Channel: u.Channel})
		case 5:
			r.do(action.Hangup{Channel: u.Channel})
		case 6:
			r.do(action.Redirect{Channel: u.Channel, Context: "app", Exten: r.pick("conf-1", "conf-2", "park"), Priority: 1})
		case 7:
			r.do(action.ConfbridgeStartRecord{Conference: u.Conference})
		case 8:
			r.do(action.ConfbridgeStopRecord{Conference: u.Conference})
		}
	}
}

// watchRooms follows conferences and parking alone, with lists at the start and where an event asks for them.
func watchRooms(t *testing.T, server server, seed uint64, dial func(ctx context.Context, network, addr string) (net.Conn, error)) rooms {
	w := watchOver(t, server, &live.Config{Parts: roomParts, Recheck: -1}, dial)
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	t.Cleanup(cancel)
	mutes := w.other.Subscribe(event.Or(event.Of[event.ConfbridgeJoin](), event.Of[event.ConfbridgeLeave](), event.Of[event.ConfbridgeMute](),
		event.Of[event.ConfbridgeUnmute](), event.Of[event.UserEvent]()), &ami.SubscribeConfig{Limit: -1})
	t.Cleanup(mutes.Close)
	return rooms{w, ctx, rand.New(rand.NewPCG(seed, 3)), mutes}
}

// unclear counts those who came back, and were muted, or no longer, before that was told: whether they are muted only a list knows.
func (r rooms) unclear() (n int) {
	r.t.Helper()
	r.do(action.UserEvent{UserEvent: "counted"})
	left, muted := make(map[string]bool), make(map[string]bool)
	for {
		ev, err := r.mutes.Next(r.ctx)
		if err != nil {
			r.fatal(err)
		}
		switch e := ev.(type) {
		case event.UserEvent:
			return n
		case event.ConfbridgeLeave:
			left[e.UniqueID] = true
		case event.ConfbridgeMute:
			muted[e.UniqueID] = left[e.UniqueID]
		case event.ConfbridgeUnmute:
			muted[e.UniqueID] = left[e.UniqueID]
		case event.ConfbridgeJoin:
			if muted[e.UniqueID] {
				n++
			}
			delete(left, e.UniqueID)
			delete(muted, e.UniqueID)
		}
	}
}

// Joins, leaves, mutes, kicks, parks, retrievals and timeouts: the model, which has no list after its first, is what another
// connection lists; what no event tells is right after one refresh.
func TestLiveRoomsStorm(t *testing.T) {
	onBoth(t, func(t *testing.T, server *lab.Server) {
		for seed := range lab.Rounds(1, 25) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { stormRooms(t, watchRooms(t, server, uint64(seed), nil)) })
		}
	})
}

func stormRooms(t *testing.T, r rooms) {
	m := mirrorOf(r.model)
	listed := r.model.Parts()
	r.begin(40)
	if n := r.agree("standing", false); n < 12 {
		t.Errorf("there are only %d", n)
	}
	for range 3 {
		r.disturb(25)
		r.agree("disturbed", false)
	}
	unclear := r.unclear()
	for i, part := range r.model.Parts() {
		if again := !part.Listed.Equal(listed[i].Listed); again && (unclear == 0 || part.Name != live.PartConferences) {
			t.Errorf("%v was listed again at %v", part, part.Listed)
		}
	}
	for c := range r.model.View().Conferences() {
		if err := r.model.LockConference(r.ctx, c.Name, true); err != nil {
			t.Fatal(err)
		}
		if now, ok := r.model.View().Conference(c.Name); !ok || !now.Locked {
			t.Errorf("%v was locked, and is %v", c, now)
		}
		break
	}
	for c := range r.model.View().Conferences() {
		r.do(action.ConfbridgeLock{Conference: c.Name})
	}
	if err := r.model.Refresh(r.ctx, roomParts...); err != nil {
		t.Fatal(err)
	}
	r.agree("refreshed", true)
	r.end()
	m.compare(t, r.model)
}

// end ends all calls, those that begin meanwhile, too, and wants that nothing is left but the parking lot.
func (r rooms) end() {
	r.t.Helper()
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	for hangUpAll(r.t, r.ctx, r.watched); len(list(r, action.CoreShowChannels{})) > 0; hangUpAll(r.t, r.ctx, r.watched) {
		select {
		case <-poll.C:
		case <-r.ctx.Done():
			r.t.Fatal("calls do not end")
		}
	}
	r.agrees("after", 0)
	if n := r.agree("after", true); n != 1 {
		r.t.Errorf("%d are left: %q", n, r.shown(true))
	}
}

// The same with a connection that is cut: nobody is left who has gone, and each ends once.
func TestLiveRoomsOverCuts(t *testing.T) {
	onBoth(t, func(t *testing.T, server *lab.Server) {
		stormRoomsOverCuts(t, server, 5)
	})
}

func stormRoomsOverCuts(t *testing.T, server server, seed uint64) {
	wire := newWire(server)
	r := watchRooms(t, server, seed, wire.dial)
	m := mirrorOf(r.model)
	r.begin(30)
	wire.cut()
	r.agree("after the first cut", false)
	for range 2 {
		r.disturb(10)
		wire.cut()
		r.disturb(10)
		r.agree("after a cut", false)
	}
	wire.cut()
	r.end()
	m.compare(t, r.model)
}

// No event tells that a conference is locked. The model is right within Recheck.
func TestLiveConferenceLock(t *testing.T) {
	onBoth(t, func(t *testing.T, server *lab.Server) { lockConference(t, server) })
}

func lockConference(t *testing.T, server server) {
	w := watchOver(t, server, &live.Config{Parts: roomParts[:1], Recheck: time.Second}, nil)
	ctx, cancel := context.WithTimeout(t.Context(), rechecked)
	defer cancel()
	changes := w.model.Subscribe(&live.SubscribeConfig{Conferences: []string{"9"}})
	defer changes.Close()
	w.conference(ctx, "9")
	wait := func(what string, so func(*live.Conference) bool) {
		t.Helper()
		for change := range changes.All(ctx) {
			switch c := change.(type) {
			case live.Changed[live.Conference]:
				if so(c.After) {
					return
				}
			case live.Changed[live.Participant]:
				if c.After.Conference != "9" {
					t.Errorf("%v, and conference 9 alone was subscribed to", c)
				}
			case live.Reset:
			default:
				t.Errorf("%v, and a conference was subscribed to", c)
			}
		}
		t.Fatalf("the conference is not %s: %v", what, context.Cause(ctx))
	}
	wait("there", func(c *live.Conference) bool { return len(c.Participants) == 1 && c.Complete && len(c.Calls) == 1 })
	for _, locked := range []bool{true, false} {
		var a action.Action = action.ConfbridgeLock{Conference: "9"}
		if !locked {
			a = action.ConfbridgeUnlock{Conference: "9"}
		}
		if _, err := w.other.Do(ctx, a); err != nil {
			t.Fatal(err)
		}
		wait(fmt.Sprint("locked: ", locked), func(c *live.Conference) bool { return c.Locked == locked })
	}
	if _, err := w.other.Do(ctx, action.ConfbridgeStartRecord{Conference: "9"}); err != nil {
		t.Fatal(err)
	}
	wait("recorded", func(c *live.Conference) bool { return c.Recorded })
	hangUpAll(t, ctx, w)
	wait("ended", func(c *live.Conference) bool { return !c.Ended.IsZero() })
}

// conference makes a call that joins a conference.
func (w watched) conference(ctx context.Context, name string) {
	w.t.Helper()
	if _, err := w.other.Do(ctx, action.Originate{Channel: "Local/answer@outcome/n", Context: "app", Exten: "conf-" + name, Priority: 1, Async: true}); err != nil {
		w.t.Fatal(err)
	}
}
