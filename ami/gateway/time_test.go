package gateway

import (
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// newStateOf makes a state without a model, whose changes the test makes.
func newStateOf(config *Config) (*state, *pbx) {
	config.Servers = []Server{{}}
	s := newState(config)
	p := s.servers[0]
	s.apply(p, []live.Change{live.Changed[live.Server]{After: &live.Server{State: live.ServerCurrent, Since: time.Now()}}})
	return s, p
}

func callOf(c live.Call) live.Change {
	return live.Changed[live.Call]{Kind: live.KindUpdated, After: &c}
}

// talk is a Call of two phones since now.
func talk(id, a, b string) live.Call {
	party := func(n string) live.Party {
		return live.Party{ID: id + "." + n, UniqueID: id + "." + n, Device: "PJSIP/" + n, Number: n, Began: time.Now(), Answered: time.Now()}
	}
	c := live.Call{ID: id, Began: time.Now(), Parties: []live.Party{party(a), party(b)}}
	c.Conversations = []live.Conversation{{Parties: []string{c.Parties[0].ID, c.Parties[1].ID}}}
	return c
}

// over is the Call when all have left.
func over(c live.Call) live.Call {
	c.Parties = append([]live.Party(nil), c.Parties...)
	for i := range c.Parties {
		c.Parties[i].Left, c.Parties[i].Cause = time.Now(), 16
	}
	c.Conversations, c.Ended = nil, time.Now()
	return c
}

// A Party stays 15 minutes after it has left, its Call as long as the model has it.
func TestPartyThatHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newStateOf(&Config{})
		b := connected(t, viewOf(t, s, Rights{Own: []Ref{{Name: "PJSIP/100"}}}))
		c := talk("1", "100", "101")
		s.apply(p, []live.Change{callOf(c)})
		<-time.After(time.Second)
		ended := over(c)
		s.apply(p, []live.Change{callOf(ended)})
		b.reads(-1)
		if left, ok := b.party("PJSIP/100"); !ok || left.State != message.PartyLeft || left.Ending != message.EndingAnswered || len(left.With) != 1 || left.With[0].Number != "101" {
			t.Errorf("the Party is %+v", left)
		}
		if ended := b.objects["call::1"]; !strings.Contains(ended, `"ended"`) || strings.Contains(ended, "with") {
			t.Errorf("the Call is %s", ended)
		}
		<-time.After(15*time.Minute - time.Second)
		s.apply(p, nil)
		if b.reads(-1); len(b.objects) != 4 {
			t.Errorf("before its time is over there is %v", b.objects)
		}
		<-time.After(time.Second)
		s.apply(p, nil)
		s.apply(p, []live.Change{callOf(ended)})
		if b.reads(-1); len(b.objects) != 3 {
			t.Errorf("after its time there is %v", b.objects)
		}
		s.apply(p, []live.Change{live.Changed[live.Call]{Kind: live.KindRemoved, After: &c}})
		if b.reads(-1); len(b.objects) != 2 || len(s.records) != 1 || len(p.parties)+len(p.rosters) != 0 {
			t.Errorf("in the end there is %v, and %v", b.objects, s.records)
		}
	})
}

// Who has left a Call that goes on sees it no more, and of his Party nothing that happens afterwards.
func TestCallThatGoesOnWithoutOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newStateOf(&Config{})
		b := connected(t, viewOf(t, s, Rights{Own: []Ref{{Name: "PJSIP/100"}}}))
		c := talk("1", "100", "101")
		s.apply(p, []live.Change{callOf(c)})
		b.reads(-1)
		<-time.After(time.Second)
		next := talk("1", "101", "102")
		next.Parties = append(next.Parties, over(c).Parties[0])
		s.apply(p, []live.Change{callOf(next)})
		b.all.Reset()
		if b.reads(-1); b.objects["call::1"] != "" || strings.Contains(b.all.String(), "102") {
			t.Errorf("it has %v, and was told %s", b.objects, b.all.String())
		}
		b.all.Reset()
		next.Transfers = append(next.Transfers, live.Transfer{Result: "Success"})
		s.apply(p, []live.Change{callOf(next)})
		<-time.After(time.Second)
		next = over(next)
		next.Parties[2].Left = time.Now().Add(-time.Second)
		s.apply(p, []live.Change{callOf(next)})
		if b.reads(-1); strings.Contains(b.all.String(), "call::1\",\"kind") {
			t.Errorf("it was told %s", b.all.String())
		}
	})
}

// A Call that goes on in another one tells for a minute in which, to those who see both.
func TestMergedCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newStateOf(&Config{})
		stays := connected(t, viewOf(t, s, Rights{Own: []Ref{{Name: "PJSIP/102"}}}))
		goes := connected(t, viewOf(t, s, Rights{Own: []Ref{{Name: "PJSIP/101"}}}))
		first, second := talk("1", "100", "101"), talk("2", "101", "102")
		second.Parties[0].ID, second.Parties[0].UniqueID = "2.7", "2.7"
		second.Conversations[0].Parties[0] = "2.7"
		s.apply(p, []live.Change{callOf(first), callOf(second)})
		stays.reads(-1)
		goes.reads(-1)
		one := talk("1", "100", "102")
		one.Parties = []live.Party{one.Parties[0], over(first).Parties[1], over(second).Parties[0], second.Parties[1]}
		one.Conversations[0].Parties = []string{"1.100", "2.102"}
		second.Merged, second.Ended = &live.Merged{Into: "1", Legs: []string{"2.102"}}, time.Now()
		one.Channels = []string{"1.100", "2.102"}
		s.apply(p, []live.Change{live.Changed[live.Call]{Kind: live.KindRemoved, After: &second}})
		s.apply(p, []live.Change{callOf(one)})
		stays.all.Reset()
		stays.reads(-1)
		goes.reads(-1)
		if !strings.Contains(stays.objects["call::2"], `"mergedInto":"call::1"`) || stays.objects["call::1"] == "" || stays.objects["party::2.102"] == "" ||
			strings.Contains(stays.all.String(), "delete") {
			t.Errorf("who stays has %v, and was sent %s", stays.objects, stays.all.String())
		}
		if goes.objects["call::2"] != "" || goes.objects["call::1"] != "" || goes.objects["party::2.7"] == "" {
			t.Errorf("who has left has %v", goes.objects)
		}
		<-time.After(time.Minute)
		s.apply(p, nil)
		if stays.reads(-1); stays.objects["call::2"] != "" || stays.objects["party::2.102"] == "" || len(p.merged) != 0 {
			t.Errorf("after a minute there is %v", stays.objects)
		}
	})
}

// A client goes on where it was within the window, and within the bytes that are kept; else it gets a snapshot.
func TestResume(t *testing.T) {
	for _, test := range []struct {
		away    time.Duration
		bytes   int
		resumed bool
	}{{9 * time.Minute, 0, true}, {11 * time.Minute, 0, false}, {time.Minute, 500, false}} {
		synctest.Test(t, func(t *testing.T) {
			s, p := newStateOf(&Config{ResumeBytes: test.bytes})
			rights := Rights{Devices: []Ref{{Name: "PJSIP/100"}}}
			v := viewOf(t, s, rights)
			b := connected(t, v)
			c := talk("1", "100", "101")
			s.apply(p, []live.Change{callOf(c), callOf(talk("2", "100", "104"))})
			b.reads(-1)
			s.release(v)
			s.apply(p, []live.Change{live.Changed[live.Call]{Kind: live.KindRemoved, After: &c}})
			<-time.After(test.away)
			s.apply(p, nil)
			b.connects(viewOf(t, s, rights))
			if resumed := b.fresh == nil; resumed != test.resumed {
				t.Errorf("after %v with %d bytes resumed is %t", test.away, test.bytes, resumed)
			}
			if b.reads(-1); !maps.Equal(b.objects, b.cursor.view.values()) || b.objects["party::1.100"] != "" || b.objects["party::2.100"] == "" {
				t.Errorf("it has %v", b.objects)
			}
			if n := len(s.views); n != 1 {
				t.Errorf("there are %d views", n)
			}
		})
	}
}

// With an Interval a client is told at most so often, and then all that has changed.
func TestInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newStateOf(&Config{})
		v := viewOf(t, s, Rights{Devices: []Ref{{Name: All}}, Interval: time.Second})
		c, _ := v.cursor("", 0)
		next := func() (*frame, <-chan struct{}, time.Duration) { return c.next(time.Now()) }
		if f, _, _ := next(); f == nil || len(f.put) != 2 {
			t.Fatalf("the snapshot is %+v", f)
		}
		f, changed, wait := next()
		if f != nil || wait != 0 {
			t.Fatalf("next() = %v, %v", f, wait)
		}
		s.apply(p, []live.Change{callOf(talk("1", "100", "101"))})
		<-changed
		<-time.After(300 * time.Millisecond)
		if f, _, wait := next(); f != nil || wait != 700*time.Millisecond {
			t.Errorf("after 300 ms next() = %v, %v", f, wait)
		}
		s.apply(p, []live.Change{callOf(over(talk("1", "100", "101")))})
		<-time.After(700 * time.Millisecond)
		if f, _, _ := next(); f == nil || len(f.put) != 3 {
			t.Errorf("after a second it gets %+v", f)
		}
	})
}

// What a member does follows the time, too, and its queue with it.
func TestMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newStateOf(&Config{})
		b := connected(t, viewOf(t, s, Rights{Queues: []Ref{{Name: "desk"}}}))
		m := live.QueueMember{Queue: "desk", Interface: "Local/101@agents", StateInterface: "PJSIP/101", Name: "Bea", Status: asterisk.DeviceNotInUse, WrapupTime: 10 * time.Second, LastCall: time.Now()}
		show := func() { s.apply(p, []live.Change{live.Changed[live.QueueMember]{Kind: live.KindUpdated, After: &m}}) }
		s.apply(p, []live.Change{live.Changed[live.Queue]{Kind: live.KindAdded, After: &live.Queue{Name: "desk"}}})
		show()
		expect := func(state, free string) {
			t.Helper()
			b.reads(-1)
			member := ""
			for key, value := range b.objects {
				if strings.HasPrefix(key, "member:") {
					member = value
				}
			}
			if !strings.Contains(member, `"state":"`+state+`"`) || !strings.Contains(b.objects["queue::desk"], `"free":`+free) || strings.Contains(b.all.String(), "agents") {
				t.Errorf("the member is %s of %s, want %s", member, b.objects["queue::desk"], state)
			}
		}
		expect("wrapup", "0")
		<-time.After(10 * time.Second)
		s.apply(p, nil)
		expect("free", "1")
		m.RingingFor = []string{"1.1"}
		show()
		expect("ringing", "0")
		m.RingingFor, m.InCall = nil, true
		show()
		expect("inCall", "0")
		m.InCall, m.Paused, m.LastPause = false, true, time.Now()
		show()
		expect("paused", "0")
		m.Status = asterisk.DeviceUnavailable
		show()
		expect("unavailable", "0")
		own := connected(t, viewOf(t, s, Rights{Own: []Ref{{Name: "PJSIP/101"}}}))
		if own.reads(-1); len(own.objects) != 3 {
			t.Errorf("the member itself sees %v", own.objects)
		}
		s.apply(p, []live.Change{live.Changed[live.QueueMember]{Kind: live.KindRemoved, After: &m}})
		if b.reads(-1); len(b.objects) != 3 || len(p.spells)+len(p.teams) != 0 {
			t.Errorf("in the end there is %v", b.objects)
		}
	})
}

// That a server comes back and asks what is so makes what is shown no newer.
func TestServerStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newStateOf(&Config{})
		b := connected(t, viewOf(t, s, Rights{Queues: []Ref{{Name: "desk"}}}))
		lost := time.Now()
		for _, step := range []struct {
			is   live.ServerState
			want message.ServerState
		}{{live.ServerAway, message.ServerStale}, {live.ServerSyncing, message.ServerStale}, {live.ServerCurrent, message.ServerCurrent}, {live.ServerLost, message.ServerLost}} {
			s.apply(p, []live.Change{live.Changed[live.Server]{After: &live.Server{State: step.is, Since: time.Now(), Reason: "dial 192.0.2.1:5038"}}})
			b.reads(-1)
			got := b.objects["server:"]
			if !strings.Contains(got, string(step.want)) || step.want == message.ServerStale && !strings.Contains(got, stamp(lost).Format(time.RFC3339Nano)) || strings.Contains(got, "192") {
				t.Errorf("%v: the server is %s", step.is, got)
			}
			<-time.After(time.Minute)
		}
		if none := connected(t, viewOf(t, s, Rights{})); none.cursor.view.entries["server:"] != nil {
			t.Error("who has no right sees the server")
		}
	})
}
