package sipua_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// TestLiveCommandsOnPhones has an operator transfer, park, fetch, pick up and hang up calls of SIP phones.
func TestLiveCommandsOnPhones(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": `
[default](+)
exten => 603,1,Dial(PJSIP/101,20,tg)
 same => n,Wait(60)
`}})
			for name, play := range map[string]func(*testing.T, context.Context, *scene, *live.Model){"Transfers": operatorTransfers, "Pickup": operatorPicksUp} {
				t.Run(name, func(t *testing.T) {
					withPhones(t, s, func(ctx context.Context, c *scene) {
						m, err := live.Watch(ctx, c.client, &live.Config{Recheck: -1})
						if err != nil {
							t.Fatal(err)
						}
						defer m.Close()
						play(t, ctx, c, m)
					})
				})
			}
		})
	}
}

// awaitCall waits for a Call that is so.
func awaitCall(t *testing.T, ctx context.Context, m *live.Model, id string, so func(*live.Call) bool) *live.Call {
	t.Helper()
	changes := m.Subscribe(&live.SubscribeConfig{Calls: []string{id}})
	defer changes.Close()
	for change := range changes.All(ctx) {
		switch c := change.(type) {
		case live.Reset:
			if call, ok := c.View.Call(id); ok && so(call) {
				return call
			}
		case live.Changed[live.Call]:
			if so(c.After) {
				return c.After
			}
		}
	}
	now, _ := m.Call(id)
	t.Fatalf("the call is %v: %v", now, context.Cause(ctx))
	return nil
}

// talk reports whether the phones with these numbers talk with each other, and nobody else does.
func talk(c *live.Call, devices ...string) bool {
	if len(c.Conversations) != 1 || len(c.Conversations[0].Parties) != len(devices) {
		return false
	}
	for _, id := range c.Conversations[0].Parties {
		if p, _ := c.Party(id); !slices.Contains(devices, p.Device) {
			return false
		}
	}
	return true
}

// operatorTransfers: ann calls bea, who is to ask cem and to give ann to him. Then ann is parked by cem, and fetched into a
// conference.
func operatorTransfers(t *testing.T, ctx context.Context, s *scene, m *live.Model) {
	near, far := s.connected(t, ctx, s.bea, "603")
	bea := awaitChannel(t, ctx, m, "PJSIP/101", func(c *live.Channel) bool { return c.BridgeID != "" && c.CallID != "" })
	id := bea.CallID
	call := awaitCall(t, ctx, m, id, func(c *live.Call) bool { return talk(c, "PJSIP/100", "PJSIP/101") })
	ann := call.Parties[0]
	if err := m.AttendedTransfer(ctx, ann.UniqueID, live.Location{Context: "default", Exten: "102"}); !errors.Is(err, ami.ErrInvalid) {
		t.Errorf("ann, who has no option T, transfers: %v", err)
	}
	answered := accepting(t, s.cem)
	must(t, m.AttendedTransfer(ctx, bea.UniqueID, live.Location{Context: "default", Exten: "102"}))
	last := <-answered
	awaitCall(t, ctx, m, id, func(c *live.Call) bool { return talk(c, "PJSIP/101", "PJSIP/102") })
	must(t, m.Hangup(ctx, bea.UniqueID, 0))
	over(t, ctx, far)
	call = awaitCall(t, ctx, m, id, func(c *live.Call) bool { return talk(c, "PJSIP/100", "PJSIP/102") && len(c.Transfers) == 1 })
	if tr := call.Transfers[0]; tr.Kind != live.TransferAttended || tr.By != bea.UniqueID || !tr.Succeeded() {
		t.Errorf("the transfer is %+v", tr)
	}
	cem := awaitChannel(t, ctx, m, "PJSIP/102", func(c *live.Channel) bool { return c.BridgeID != "" })
	must(t, m.Park(ctx, ann.UniqueID, &live.ParkConfig{Parker: cem.UniqueID}))
	changes := m.Subscribe(nil)
	defer changes.Close()
	for _, ok := m.View().ParkedCall(ann.UniqueID); !ok; _, ok = m.View().ParkedCall(ann.UniqueID) {
		if _, err := changes.Next(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if parked, _ := m.View().ParkedCall(ann.UniqueID); parked.ParkerDialString != "PJSIP/102" {
		t.Errorf("she is parked as %+v", parked)
	}
	over(t, ctx, last)
	must(t, m.Redirect(ctx, ann.UniqueID, live.Location{Context: "default", Exten: "94"})) // an echo
	awaitChannel(t, ctx, m, "PJSIP/100", func(c *live.Channel) bool { return c.Application == "Echo" })
	must(t, m.Hangup(ctx, ann.UniqueID, asterisk.CauseUserBusy))
	over(t, ctx, near)
	call = awaitCall(t, ctx, m, id, func(c *live.Call) bool { return !c.Live() })
	if call.Cause != asterisk.CauseUserBusy || !call.Complete {
		t.Errorf("%v ended with %v, want %v", call, call.Cause, asterisk.CauseUserBusy)
	}
}

// operatorPicksUp: ann calls bea, and the phone of cem is to take the call.
func operatorPicksUp(t *testing.T, ctx context.Context, s *scene, m *live.Model) {
	ringing(t, s.bea)
	answered := accepting(t, s.cem)
	// Ends with the answer or ctx.
	go func() {
		bea := awaitChannel(t, ctx, m, "PJSIP/101", func(c *live.Channel) bool { return c.State == asterisk.ChannelRinging })
		if _, err := m.Pickup(ctx, bea.UniqueID, action.Originate{Channel: "PJSIP/102"}); err != nil {
			t.Error(err)
		}
	}()
	near := dial(t, ctx, s.ann, "101")
	last := <-answered
	ann := awaitChannel(t, ctx, m, "PJSIP/100", func(c *live.Channel) bool { return c.BridgeID != "" })
	call := awaitCall(t, ctx, m, ann.CallID, func(c *live.Call) bool { return talk(c, "PJSIP/100", "PJSIP/102") })
	for _, p := range call.Parties {
		if (p.PickedUp != "") != (p.Device == "PJSIP/102") || (p.Cause == asterisk.CauseAnsweredElsewhere) != (p.Device == "PJSIP/101") {
			t.Errorf("a party is %+v", p)
		}
	}
	bye(t, ctx, near)
	over(t, ctx, last)
}
