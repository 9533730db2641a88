package live_test

import (
	"context"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// A direct call, its transfer and its end: the model is what another connection lists, and tells of one Call.
func TestLiveDirectCallAndTransfer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *lab.Server) {
		w := watch(t, s)
		w.agrees("before", 0)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		changes := w.model.Subscribe(nil)
		defer changes.Close()
		call, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/answer@outcome/n", Context: "app", Exten: "dial-answer"})
		if err != nil {
			t.Fatal(err)
		}
		talks := func(c *live.Call) bool { return len(c.Conversations) == 1 && len(c.Conversations[0].Parties) == 2 }
		first := await(t, ctx, changes, talks)
		w.agrees("talking", 4)
		if first.ID != call.ChannelID() || !first.Complete {
			t.Errorf("the call is %v, want the ID %s", first, call.ChannelID())
		}
		channel := call.ChannelID()
		if c, ok := w.model.Channel(channel); !ok || c.CallID != first.ID {
			t.Errorf("Channel(%s) = %v", channel, c)
		} else if _, err := w.other.Do(ctx, action.BlindTransfer{Channel: c.Name, Context: "app", Exten: "conf-7"}); err != nil {
			t.Fatal(err)
		}
		transferred := await(t, ctx, changes, func(c *live.Call) bool {
			return len(c.Conversations) == 1 && c.Conversations[0].Conference == "7"
		})
		w.agrees("in the conference", -1)
		if transferred.ID != first.ID {
			t.Errorf("after the transfer the call is %v, want the ID %s", transferred, first.ID)
		}
		hangUpAll(t, ctx, w)
		over := await(t, ctx, changes, func(c *live.Call) bool { return !c.Ended.IsZero() })
		w.agrees("after", 0)
		if over.ID != first.ID {
			t.Errorf("%v ended, want %s", over, first.ID)
		}
		if again, ok := w.model.Call(first.ID); !ok || again.Live() {
			t.Errorf("Call(%s) = %v, %t after its end", first.ID, again, ok)
		}
	})
}

// await waits for a Call that is so.
func await(t *testing.T, ctx context.Context, changes *live.Subscription, so func(*live.Call) bool) *live.Call {
	t.Helper()
	var log []string
	for change := range changes.All(ctx) {
		log = append(log, change.String())
		if c, ok := change.(live.Changed[live.Call]); ok && so(c.After) {
			return c.After
		}
	}
	t.Fatalf("no such call: %v, %v\n%s", context.Cause(ctx), changes.Err(), strings.Join(log, "\n"))
	return nil
}

func hangUpAll(t *testing.T, ctx context.Context, w watched) {
	t.Helper()
	if _, err := w.other.Do(ctx, action.Hangup{Channel: "/./"}); err != nil {
		w.fatal(err)
	}
}

// An agent's channel waits since the morning, so that all callers of the day get its Linkedid. Each has a Call of their own all the same.
func TestLiveAgentWithTwoCallers(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{
				"extensions.conf": "\n[pool]\nexten => login,1,AgentLogin(1001)\n" +
					"exten => request,1,NoOp()\n same => n(again),AgentRequest(1001)\n same => n,Wait(0.2)\n same => n,Goto(again)\n",
			}})
			w := watch(t, s)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			changes := w.model.Subscribe(nil)
			defer changes.Close()
			agent := w.originate(ctx, "login")
			for change := range changes.All(ctx) {
				if c, ok := change.(live.Changed[live.Channel]); ok && c.After.UniqueID == agent && c.After.BridgeID != "" {
					break
				}
			}
			if c, ok := w.model.Channel(agent); !ok || c.CallID != "" || c.Agent != "1001" {
				t.Fatalf("the agent's channel is %v", c)
			}
			var ids []string
			for range 2 {
				caller := w.originate(ctx, "request")
				talking := await(t, ctx, changes, func(c *live.Call) bool { return len(c.Conversations) == 1 && len(c.Conversations[0].Parties) == 2 })
				p, ok := talking.Party(agent)
				if !ok || p.Agent != "1001" || talking.ID != caller {
					t.Errorf("%s talks in %v, with %+v", caller, talking, talking.Parties)
				}
				w.agrees("talking", -1)
				if _, err := w.other.Do(ctx, action.Hangup{Channel: caller}); err != nil {
					t.Fatal(err)
				}
				over := await(t, ctx, changes, func(c *live.Call) bool { return !c.Ended.IsZero() })
				if p, _ := over.Party(agent); over.ID != caller || p.Left.IsZero() || over.Merged != nil {
					t.Errorf("%v ended with the agent's part %+v", over, p)
				}
				ids = append(ids, over.ID)
			}
			if c, ok := w.model.Channel(agent); !ok || c.CallID != "" || ids[0] == ids[1] {
				t.Errorf("after the calls %q the agent's channel is %v", ids, c)
			}
			hangUpAll(t, ctx, w)
			w.agrees("after", 0)
		})
	}
}

// originate calls a Local channel that answers, and has it run an extension of the context pool. It returns its Uniqueid.
func (w watched) originate(ctx context.Context, exten string) string {
	w.t.Helper()
	call, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/answer@outcome/n", Context: "pool", Exten: exten})
	if err != nil {
		w.t.Fatal(err)
	}
	return call.ChannelID()
}

// Local channels between two Parties are no Parties, in a row or optimised away.
func TestLiveLocalChannelsInARow(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": `
[pool]
exten => row,1,Dial(Local/hop@pool/n)
exten => hop,1,Dial(Local/last@pool/n)
exten => last,1,Dial(Local/answer@outcome/n)
exten => short,1,Dial(Local/end@pool)
exten => end,1,Dial(Local/tone@outcome/n)
`}})
			w := watch(t, s)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			changes := w.model.Subscribe(nil)
			defer changes.Close()
			for exten, bridges := range map[string]int{"row": 3, "short": 1} {
				id := w.originate(ctx, exten)
				c := await(t, ctx, changes, func(c *live.Call) bool {
					return c.ID == id && len(c.Parties) == 2 && // else a DialBegin is still to come, which may be after the bridge
						len(c.Conversations) == 1 && len(c.Conversations[0].Parties) == 2 && len(c.Conversations[0].Bridges) == bridges
				})
				if c.Parties[0].ID != id || c.Parties[1].DialledBy != id || c.Parties[1].Answered.IsZero() {
					t.Errorf("%s: the parties are %+v", exten, c.Parties)
				}
				w.agrees(exten, -1)
			}
			hangUpAll(t, ctx, w)
			w.agrees("after", 0)
		})
	}
}

// A channel that is redirected is another one with its name afterwards, to Asterisk, and goes on as the Party that it was. Both
// redirected apart are in one Call, and talk to nobody.
func TestLiveRedirected(t *testing.T) {
	onBoth(t, func(t *testing.T, s *lab.Server) {
		w := watch(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		changes := w.model.Subscribe(nil)
		defer changes.Close()
		call, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/answer@outcome/n", Context: "app", Exten: "dial-answer"})
		if err != nil {
			t.Fatal(err)
		}
		c := await(t, ctx, changes, func(c *live.Call) bool { return len(c.Conversations) == 1 && len(c.Conversations[0].Parties) == 2 })
		if len(c.Parties) != 2 {
			t.Fatalf("the parties are %+v", c.Parties)
		}
		apart := action.Redirect{Channel: c.Parties[0].Channel, Context: "app", Exten: "conf-7", Priority: 1,
			ExtraChannel: c.Parties[1].Channel, ExtraContext: "app", ExtraExten: "hold", ExtraPriority: 1}
		if _, err := w.other.Do(ctx, apart); err != nil {
			t.Fatal(err)
		}
		await(t, ctx, changes, func(c *live.Call) bool { return len(c.Conversations) == 1 && c.Conversations[0].Conference == "7" })
		w.agrees("apart", -1)
		if after, _ := w.model.Call(call.ChannelID()); after == nil || len(after.Parties) != 2 || after.Parties[0].ID != c.Parties[0].ID ||
			after.Parties[1].ID != c.Parties[1].ID || !after.Parties[0].Left.IsZero() || !after.Parties[1].Left.IsZero() {
			t.Errorf("the parties were\n%+v\nand are\n%+v", c.Parties, after)
		}
		hangUpAll(t, ctx, w)
		w.agrees("after", 0)
	})
}
