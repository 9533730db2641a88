package sipua_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// scenes are the calls of docs/calls.md, by their headings there. Each ends when all phones have hung up.
var scenes = map[string]func(t *testing.T, ctx context.Context, s *scene){
	"Direct call":           directCall,
	"Direct call, busy":     busyCall,
	"Direct call, given up": givenUp,
	"Queue":                 queueCall,
	"Blind transfer":        blindTransfer,
	"Attended transfer":     attendedTransfer,
	"Conference":            conference,
	"Pickup":                pickup,
	"Parking":               parking,
	"Click-to-call":         agentAndCustomer,
}

// directCall: ann calls bea, who answers. Ann hangs up.
func directCall(t *testing.T, ctx context.Context, s *scene) {
	near, far := s.connected(t, ctx, s.bea, "101")
	bye(t, ctx, near)
	over(t, ctx, far)
}

// busyCall: ann calls bea, who is busy.
func busyCall(t *testing.T, ctx context.Context, s *scene) {
	s.bea.Answer(func(i *sipua.Incoming) { must(t, i.Refuse(486, "Busy Here")) })
	if _, err := s.ann.Dial(ctx, "101"); err == nil {
		t.Error("bea was to be busy")
	}
}

// givenUp: ann calls bea, and gives up while it rings.
func givenUp(t *testing.T, ctx context.Context, s *scene) {
	rings := ringing(t, s.bea)
	hurry, stop := context.WithCancel(ctx)
	// Ends with the ringing or the test.
	go func() {
		defer stop()
		select {
		case <-rings:
			s.await(t, ctx, "Newstate", "101-", "Ringing")
		case <-ctx.Done():
		}
	}()
	if _, err := s.ann.Dial(hurry, "101"); err == nil {
		t.Error("nobody was to answer")
	}
}

// queueCall: ann calls the queue desk, whose member bea answers. Ann hangs up.
func queueCall(t *testing.T, ctx context.Context, s *scene) {
	answered := accepting(t, s.bea)
	near := dial(t, ctx, s.ann, "600")
	far := <-answered
	s.await(t, ctx, "AgentConnect")
	bye(t, ctx, near)
	over(t, ctx, far)
}

// blindTransfer: ann calls bea, who sends her to cem. Cem answers, and ann hangs up.
func blindTransfer(t *testing.T, ctx context.Context, s *scene) {
	near, far := s.connected(t, ctx, s.bea, "101")
	answered := accepting(t, s.cem)
	s.talking(t, ctx, 2)
	must(t, far.Refer(ctx, "102"))
	last := <-answered
	s.await(t, ctx, "BridgeEnter", "100-")
	bye(t, ctx, near)
	over(t, ctx, last)
}

// attendedTransfer: ann calls bea, bea calls cem and connects the two. Ann hangs up.
func attendedTransfer(t *testing.T, ctx context.Context, s *scene) {
	near, first := s.connected(t, ctx, s.bea, "101")
	answered := accepting(t, s.cem)
	second := dial(t, ctx, s.bea, "102")
	last := <-answered
	s.await(t, ctx, "BridgeEnter", "10")
	s.await(t, ctx, "BridgeEnter", "10")
	s.talking(t, ctx, 4)
	must(t, second.ReferTo(ctx, first))
	s.connectedLines(t, ctx, "AttendedTransfer")
	bye(t, ctx, near)
	over(t, ctx, last)
}

// conference: ann and then bea call the room. Ann leaves, then bea.
func conference(t *testing.T, ctx context.Context, s *scene) {
	first := dial(t, ctx, s.ann, "601")
	s.await(t, ctx, "ConfbridgeJoin", "100-")
	second := dial(t, ctx, s.bea, "601")
	s.await(t, ctx, "ConfbridgeJoin", "101-")
	bye(t, ctx, first)
	s.await(t, ctx, "Hangup", "100-")
	bye(t, ctx, second)
}

// pickup: ann calls bea. While it rings, cem picks up. Ann hangs up.
func pickup(t *testing.T, ctx context.Context, s *scene) {
	rings := ringing(t, s.bea)
	calls := make(chan *sipua.Call, 1)
	// Ends with the answer or ctx.
	go func() { calls <- dial(t, ctx, s.ann, "101") }()
	<-rings
	s.await(t, ctx, "Newstate", "101-", "Ringing")
	picked := dial(t, ctx, s.cem, "602")
	near := <-calls
	s.await(t, ctx, "BridgeEnter", "100-")
	bye(t, ctx, near)
	over(t, ctx, picked)
}

// parking: ann calls bea, who parks her. Cem fetches her, and ann hangs up.
func parking(t *testing.T, ctx context.Context, s *scene) {
	near, far := s.connected(t, ctx, s.bea, "101")
	s.talking(t, ctx, 2)
	_, err := s.client.Do(ctx, action.Park{Channel: s.channel})
	must(t, err)
	over(t, ctx, far)
	s.await(t, ctx, "ParkedCall") // which may be after the other end is gone
	last := dial(t, ctx, s.cem, "701")
	s.connectedLines(t, ctx, "UnParkedCall")
	bye(t, ctx, near)
	over(t, ctx, last)
}

// agentAndCustomer: a manager has the phone of ann call bea. Ann hangs up.
func agentAndCustomer(t *testing.T, ctx context.Context, s *scene) {
	answered, called := accepting(t, s.ann), accepting(t, s.bea)
	_, err := s.client.Do(ctx, action.Originate{Channel: "PJSIP/100", Context: "default", Exten: "101", Priority: 1, Async: true})
	must(t, err)
	near, far := <-answered, <-called
	s.await(t, ctx, "BridgeEnter", "100-")
	bye(t, ctx, near)
	over(t, ctx, far)
}

// talking reads what was recorded of calls that are of no interest, to the last of so many BridgeEnters. The channels and
// bridges get their names of the guide.
func (s *scene) talking(t *testing.T, ctx context.Context, enters int) {
	t.Helper()
	names := make(map[string]string) // by Uniqueid
	for ev := range s.recorded.All(ctx) {
		f := ev.Fields()
		id := f.Get("Uniqueid")
		switch ev.EventName() {
		case "Newchannel":
			name := map[string]string{"PJSIP/100": "ann", "PJSIP/101": "bea", "PJSIP/102": "cem"}[event.Device(f.Get("Channel"))]
			if s.known[name] != "" {
				name += "2"
			}
			s.known[name], names[id] = id, name
			if name == "ann" {
				s.channel = f.Get("Channel")
			}
		case "BridgeEnter":
			bridge := map[string]string{"ann": "bridge", "bea2": "bridge2"}[names[id]]
			if bridge != "" {
				s.known[bridge] = f.Get("BridgeUniqueid")
			}
			if enters--; enters == 0 {
				return
			}
		}
	}
	t.Errorf("%d BridgeEnters are missing: %v", enters, context.Cause(ctx))
}

// await waits for an event of that name whose text has all parts.
func (s *scene) await(t *testing.T, ctx context.Context, name string, parts ...string) {
	t.Helper()
	missing := func(text string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
	}
	for ev := range s.events.All(ctx) {
		if ev.EventName() == name && !missing(ev.Fields().String()) {
			return
		}
	}
	t.Errorf("no %s %q: %v", name, parts, context.Cause(ctx))
}

// connectedLines waits until ann and cem have been told of each other, and for an event of that name, in any order.
func (s *scene) connectedLines(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	told := make(map[string]bool)
	for ev := range s.events.All(ctx) {
		f := ev.Fields()
		told[ev.EventName()] = true
		if ev.EventName() == "NewConnectedLine" {
			told[event.Device(f.Get("Channel"))+" "+f.Get("ConnectedLineNum")] = true
		}
		if told["PJSIP/100 102"] && told["PJSIP/102 100"] && told[name] {
			return
		}
	}
	t.Errorf("connected lines: %v, %v", told, context.Cause(ctx))
}

// ringing has a phone ring, and tells when it does. The caller's CANCEL or another's pickup ends it.
func ringing(t *testing.T, p *sipua.Phone) <-chan struct{} {
	rings := make(chan struct{})
	p.Answer(func(i *sipua.Incoming) {
		must(t, i.Ring())
		close(rings)
	})
	return rings
}

func dial(t *testing.T, ctx context.Context, p *sipua.Phone, number string) *sipua.Call {
	t.Helper()
	c, err := p.Dial(ctx, number)
	must(t, err)
	return c
}

func bye(t *testing.T, ctx context.Context, c *sipua.Call) {
	t.Helper()
	must(t, c.Bye(ctx))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
