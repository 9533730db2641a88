package sipua_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

// awaitChannel waits for a phone's channel that is so.
func awaitChannel(t *testing.T, ctx context.Context, m *live.Model, device string, so func(*live.Channel) bool) *live.Channel {
	t.Helper()
	changes := m.Subscribe(nil)
	defer changes.Close()
	for change := range changes.All(ctx) {
		switch c := change.(type) {
		case live.Reset:
			for channel := range c.View.Channels() {
				if channel.Device() == device && so(channel) {
					return channel
				}
			}
		case live.Changed[live.Channel]:
			if c.After.Device() == device && so(c.After) {
				return c.After
			}
		}
	}
	t.Fatalf("no such channel of %s: %v", device, context.Cause(ctx))
	return nil
}

// TestLiveOnHold: who is on hold, and who holds, is what Asterisk says when it is asked, at once and after a list.
func TestLiveOnHold(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &callsConfig)
			withPhones(t, s, func(ctx context.Context, c *scene) {
				m, err := live.Watch(ctx, c.client, &live.Config{Recheck: -1})
				if err != nil {
					t.Fatal(err)
				}
				defer m.Close()
				near, far := c.connected(t, ctx, c.bea, "101")
				check := func(when string, wants map[string]bool) {
					t.Helper()
					for device, want := range wants {
						channel := awaitChannel(t, ctx, m, device, func(c *live.Channel) bool { return c.OnHold == want })
						told, err := ami.Ask(ctx, c.client, action.Getvar{Channel: channel.Name, Variable: "CHANNEL(onhold)"})
						for err == nil && (told == "1") != want { // the event is sent before the other channel is told
							told, err = ami.Ask(ctx, c.client, action.Getvar{Channel: channel.Name, Variable: "CHANNEL(onhold)"})
						}
						if err != nil {
							t.Errorf("%s: %s is on hold: %q, %v, and the model has %t", when, device, told, err, want)
						}
					}
				}
				inBridge := func(c *live.Channel) bool { return c.BridgeID != "" }
				awaitChannel(t, ctx, m, "PJSIP/101", inBridge)
				check("talking", map[string]bool{"PJSIP/100": false, "PJSIP/101": false})
				must(t, near.Hold(ctx))
				awaitChannel(t, ctx, m, "PJSIP/100", func(c *live.Channel) bool { return c.Holding })
				check("held", map[string]bool{"PJSIP/100": false, "PJSIP/101": true})
				must(t, m.Refresh(ctx, live.PartChannels))
				check("held, after a list", map[string]bool{"PJSIP/100": false, "PJSIP/101": true})
				must(t, near.Resume(ctx))
				awaitChannel(t, ctx, m, "PJSIP/100", func(c *live.Channel) bool { return !c.Holding })
				check("resumed", map[string]bool{"PJSIP/100": false, "PJSIP/101": false})
				must(t, near.Hold(ctx))
				held := awaitChannel(t, ctx, m, "PJSIP/101", func(c *live.Channel) bool { return c.OnHold })
				if _, err := c.client.Do(ctx, action.Redirect{Channel: held.Name, Context: "default", Exten: "601", Priority: 1}); err != nil {
					t.Fatal(err)
				}
				awaitChannel(t, ctx, m, "PJSIP/101", func(c *live.Channel) bool { return c.BridgeID != "" && c.BridgeID != held.BridgeID })
				check("sent elsewhere", map[string]bool{"PJSIP/101": false})
				must(t, m.Refresh(ctx, live.PartChannels))
				check("sent elsewhere, after a list", map[string]bool{"PJSIP/101": false})
				bye(t, ctx, far)
				over(t, ctx, near)
			})
		})
	}
}

// trunkConfig has a trunk, and an extension that calls out by it, to the address in the global variable FAR.
var trunkConfig = lab.Config{Trunk: true, Append: map[string]string{"extensions.conf": `
[default](+)
exten => _0X.,1,Set(CALLERID(num)=5550)
 same => n,Dial(PJSIP/trunk/sip:${EXTEN:1}@${FAR},20)
 same => n,Hangup()
`}}

// TestLiveDirections: calls from outside, to outside and between two of ours, and how they end.
func TestLiveDirections(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &trunkConfig)
			far := stranger.Trunk(t, s, "trunk")
			byEndpoints := live.Rules{{Device: "PJSIP/trunk", Side: live.SideOutside}, {Device: "PJSIP/1*", Side: live.SideOurs}}
			byContexts := live.Rules{{Context: "stranger", Side: live.SideOutside}, {Context: "default", Side: live.SideOurs}}
			withPhones(t, s, func(ctx context.Context, c *scene) {
				if _, err := c.client.Do(ctx, action.Setvar{Variable: "FAR", Value: far.Address()}); err != nil {
					t.Fatal(err)
				}
				for name, rules := range map[string]live.Rules{"by endpoints": byEndpoints, "by contexts": byContexts} {
					t.Run(name, func(t *testing.T) { goesWhere(t, ctx, c, far, rules) })
				}
			})
		})
	}
}

// outcomes are what the far end answers to a call, and how the call has gone then.
var outcomes = map[string]ami.Result{"200 OK": ami.ResultAnswered, "486 Busy Here": ami.ResultBusy, "603 Decline": ami.ResultRejected,
	"404 Not Found": ami.ResultRejected, "503 Service Unavailable": ami.ResultCongestion}

func goesWhere(t *testing.T, ctx context.Context, c *scene, far *stranger.Agent, rules live.Rules) {
	international := func(number string) string {
		if national, ok := strings.CutPrefix(number, "0"); ok {
			return "+49" + national
		}
		return number
	}
	m, err := live.Watch(ctx, c.client, &live.Config{Recheck: -1, Classify: rules.Classify, Number: international})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	changes := m.Subscribe(nil)
	defer changes.Close()
	ended := func() *live.Call {
		t.Helper()
		for change := range changes.All(ctx) {
			if c, ok := change.(live.Changed[live.Call]); ok && !c.After.Ended.IsZero() && (c.Before == nil || c.Before.Ended.IsZero()) { // not one that is over, and changes
				return c.After
			}
		}
		t.Fatalf("no call has ended: %v", context.Cause(ctx))
		return nil
	}
	check := func(want string) {
		t.Helper()
		call := ended()
		var sides []string
		for _, p := range call.Parties {
			sides = append(sides, p.Side.String())
		}
		got := fmt.Sprintf("%v from %s %s to %s DID %q: %s, %s", call.Direction, call.From.Device, call.From.Number, call.To, call.DID, call.Result, strings.Join(sides, "+"))
		if got != want {
			t.Errorf("%s, want %s (%+v)", got, want, call.Parties)
		}
	}
	answered := accepting(t, c.bea)
	in, err := far.Dial(ctx, stranger.Invite{Exten: "8123", Number: "0301234", Name: "Eve", Headers: []string{"X-Callee: PJSIP/101"}})
	if err != nil {
		t.Fatal(err)
	}
	inside := <-answered
	awaitChannel(t, ctx, m, "PJSIP/trunk", func(c *live.Channel) bool { return c.BridgeID != "" })
	bye(t, ctx, inside)
	<-in.Ended()
	check(`inbound from PJSIP/trunk +49301234 to 8123 DID "8123": answered, outside+ours`)

	for answer, result := range outcomes {
		far.Answer(func(stranger.Message) stranger.Message {
			m := stranger.Message{Start: "SIP/2.0 " + answer}
			if answer == "200 OK" {
				m.Headers, m.Body = []string{"Content-Type: application/sdp"}, stranger.Audio
			}
			return m
		})
		out, err := c.ann.Dial(ctx, "0987")
		if err == nil {
			awaitChannel(t, ctx, m, "PJSIP/trunk", func(c *live.Channel) bool { return c.BridgeID != "" })
			bye(t, ctx, out)
		} else if result == ami.ResultAnswered {
			t.Error(err)
		}
		check(`outbound from PJSIP/100 100 to +49987 DID "": ` + string(result) + `, ours+outside`)
	}
	far.Answer(nil)

	answered = accepting(t, c.bea)
	near := dial(t, ctx, c.ann, "101")
	<-answered
	awaitChannel(t, ctx, m, "PJSIP/101", func(c *live.Channel) bool { return c.BridgeID != "" })
	bye(t, ctx, near)
	check(`internal from PJSIP/100 100 to 101 DID "": answered, ours+ours`)
}
