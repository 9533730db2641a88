package live_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// desk gives commands, and sees their effects.
type desk struct {
	watched
	ctx     context.Context
	changes *live.Subscription
	events  *event.Subscription // of the other connection
}

// TestLiveCommands runs the commands on servers whose extension talk lets both sides transfer, and goes on when the other side has
// gone.
func TestLiveCommands(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel() // it has servers of its own
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": `
[pool]
exten => talk,1,Dial(Local/tone@outcome/n,,tTg)
 same => n,Wait(60)
exten => ring,1,Dial(Local/noanswer@outcome/n)
exten => plain,1,Dial(Local/tone@outcome/n)
exten => 71,1,Ringing()
 same => n,Wait(0.2)
 same => n,Goto(outcome,tone,1)
`}})
			for name, test := range map[string]func(desk){
				"Channels": desk.channels, "Transfers": desk.transfers, "NoOther": desk.hitNoOther, "Pickup": desk.pickup, "Members": desk.members,
			} {
				t.Run(name, func(t *testing.T) { atDesk(t, watch(t, s), test) })
			}
			t.Run("TransfersOverHTTP", func(t *testing.T) {
				user := s.User("all")
				client, err := ajam.Connect(t.Context(), "http://"+s.HTTP(), &ajam.Config{Config: ami.Config{Username: user.Name, Secret: user.Secret}})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = client.Close() })
				atDesk(t, watchBy(t, s, client, nil), desk.transfers)
			})
		})
	}
}

func atDesk(t *testing.T, w watched, test func(desk)) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d := desk{w, ctx, w.model.Subscribe(nil), w.other.Subscribe(event.Named("MixMonitorStart", "MixMonitorMute", "MixMonitorStop", "ParkedCall",
		"QueueMemberAdded", "QueueMemberPause", "QueueMemberRemoved"), nil)}
	defer d.changes.Close()
	defer d.events.Close()
	test(d)
	hangUpAll(t, ctx, w)
	w.agrees("after", 0)
}

// talk begins a call of two who talk: one who calls, and one who is called.
func (d desk) talk(exten string) (c *live.Call, caller, called live.Party) {
	d.t.Helper()
	id := d.originate(d.ctx, exten)
	c = await(d.t, d.ctx, d.changes, func(c *live.Call) bool {
		return c.ID == id && len(c.Conversations) == 1 && len(c.Conversations[0].Parties) == 2
	})
	return c, c.Parties[0], c.Parties[1]
}

// runs application waits until a channel runs that.
func (d desk) runs(uniqueID, application string) *live.Channel {
	d.t.Helper()
	for change := range d.changes.All(d.ctx) {
		if c, ok := change.(live.Changed[live.Channel]); ok && c.After.UniqueID == uniqueID && c.After.Application == application {
			return c.After
		}
	}
	d.t.Fatalf("channel %s does not run %s: %v", uniqueID, application, context.Cause(d.ctx))
	return nil
}

func (d desk) does(what string, err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
}

// comes waits for an event with all these values.
func (d desk) comes(name string, pairs ...string) {
	d.t.Helper()
	for ev := range d.events.All(d.ctx) {
		right := ev.EventName() == name
		for i := 0; i+1 < len(pairs); i += 2 {
			right = right && ev.Fields().Get(pairs[i]) == pairs[i+1]
		}
		if right {
			return
		}
	}
	d.t.Fatalf("no event %s %q: %v", name, pairs, context.Cause(d.ctx))
}

// channels is the commands on channels that talk.
func (d desk) channels() {
	t := d.t
	m, ctx := d.model, d.ctx
	c, caller, called := d.talk("talk")
	d.does("Record", m.Record(ctx, caller.UniqueID, "joins.wav", ""))
	d.comes("MixMonitorStart", "Uniqueid", caller.UniqueID)
	d.does("PauseRecording", m.PauseRecording(ctx, caller.UniqueID, true))
	d.comes("MixMonitorMute", "Uniqueid", caller.UniqueID, "State", "1")
	d.does("PauseRecording", m.PauseRecording(ctx, caller.UniqueID, false))
	d.comes("MixMonitorMute", "Uniqueid", caller.UniqueID, "State", "0")
	d.does("StopRecording", m.StopRecording(ctx, caller.UniqueID))
	d.comes("MixMonitorStop", "Uniqueid", caller.UniqueID)
	d.does("Mute", m.Mute(ctx, called.UniqueID, action.MuteAudioDirectionAll, true))

	d.does("Park", m.Park(ctx, caller.UniqueID, &live.ParkConfig{Parker: called.UniqueID}))
	d.comes("ParkedCall", "ParkeeUniqueid", caller.UniqueID, "ParkerDialString", called.Device)
	d.does("Redirect", m.Redirect(ctx, caller.UniqueID, live.Location{Context: "app", Exten: "conf-7"}))
	await(t, ctx, d.changes, func(after *live.Call) bool {
		return after.ID == c.ID && len(after.Conversations) == 1 && after.Conversations[0].Conference == "7"
	})
	d.does("Hangup", m.Hangup(ctx, caller.UniqueID, asterisk.CauseUserBusy))
	over := await(t, ctx, d.changes, func(after *live.Call) bool { return after.ID == c.ID && !after.Ended.IsZero() })
	if over.Cause != asterisk.CauseUserBusy {
		t.Errorf("%v ended with %v, want %v", over, over.Cause, asterisk.CauseUserBusy)
	}

	_, caller, called = d.talk("plain")
	d.does("RedirectBoth", m.RedirectBoth(ctx, caller.UniqueID, live.Location{Context: "app", Exten: "hold"},
		called.UniqueID, live.Location{Context: "app", Exten: "conf-8"}))
	d.runs(caller.UniqueID, "MusicOnHold")
}

// transfers is transfers: blind, attended, and attended where it can't work, so that nobody hears keys.
func (d desk) transfers() {
	t := d.t
	m, ctx := d.model, d.ctx
	to := live.Location{Context: "pool", Exten: "71"}
	c, _, called := d.talk("plain")
	if err := m.AttendedTransfer(ctx, called.UniqueID, to); !errors.Is(err, ami.ErrInvalid) {
		t.Errorf("AttendedTransfer without an option = %v, want %v", err, ami.ErrInvalid)
	}
	d.does("BlindTransfer", m.BlindTransfer(ctx, called.UniqueID, live.Location{Context: "app", Exten: "conf-7"}))
	after := await(t, ctx, d.changes, func(after *live.Call) bool { return after.ID == c.ID && len(after.Transfers) > 0 })
	if tr := after.Transfers[0]; tr.Kind != live.TransferBlind || tr.By != called.ID || tr.Exten != "conf-7" || !tr.Succeeded() {
		t.Errorf("the transfer is %+v", tr)
	}

	c, caller, called := d.talk("talk")
	d.does("AttendedTransfer", m.AttendedTransfer(ctx, called.UniqueID, to))
	two := func(after *live.Call, one, other string) bool {
		return slices.ContainsFunc(after.Conversations, func(t live.Conversation) bool {
			return slices.Contains(t.Parties, one) && slices.Contains(t.Parties, other)
		})
	}
	var target string
	await(t, ctx, d.changes, func(after *live.Call) bool {
		for _, p := range after.Parties {
			if strings.HasPrefix(p.Channel, "Local/71@pool") && !p.Answered.IsZero() && two(after, called.ID, p.ID) {
				target = p.ID
			}
		}
		return target != ""
	})
	if err := m.AttendedTransfer(ctx, caller.UniqueID, to); !errors.Is(err, ami.ErrInvalid) {
		t.Errorf("AttendedTransfer of one who waits alone = %v, want %v", err, ami.ErrInvalid)
	}
	d.does("Hangup", m.Hangup(ctx, called.UniqueID, 0))
	after = await(t, ctx, d.changes, func(after *live.Call) bool { return after.ID == c.ID && two(after, caller.ID, target) })
	if len(after.Transfers) == 0 {
		after = await(t, ctx, d.changes, func(after *live.Call) bool { return after.ID == c.ID && len(after.Transfers) > 0 })
	}
	if tr := after.Transfers[0]; tr.Kind != live.TransferAttended || tr.By != called.ID || !tr.Succeeded() {
		t.Errorf("the transfer is %+v", tr)
	}
	// Where the extension is not there, the one who transfers hears so, and no event tells.
	_, caller, _ = d.talk("talk")
	short, cancel := context.WithCancel(ctx)
	defer cancel()
	holds := m.Subscribe(&live.SubscribeConfig{Channels: []string{caller.UniqueID}})
	defer holds.Close()
	// Ends with the hold, or with ctx; the test waits for it.
	held := make(chan struct{})
	go func() {
		defer close(held)
		for change := range holds.All(ctx) {
			if c, ok := change.(live.Changed[live.Channel]); ok && c.After.Holding {
				cancel()
				return
			}
		}
	}()
	if err := m.AttendedTransfer(short, caller.UniqueID, live.Location{Context: "pool", Exten: "99"}); !errors.Is(err, ami.ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("AttendedTransfer to nowhere = %v, want %v", err, ami.ErrOutcomeUnknown)
	}
	<-held
}

// hitNoOther has Uniqueids of which one begins like another, or that have ended: no command hits another channel.
func (d desk) hitNoOther() {
	t := d.t
	m, ctx := d.model, d.ctx
	ring := func(id string) {
		t.Helper()
		if _, err := ami.Originate(ctx, d.other, action.Originate{Channel: "Local/noanswer@outcome/n", ChannelID: id, Application: "Wait", Data: "60"}); err != nil {
			t.Fatal(err)
		}
		for change := range d.changes.All(ctx) {
			if c, ok := change.(live.Changed[live.Channel]); ok && c.After.UniqueID == id && c.After.State == asterisk.ChannelRinging {
				return
			}
		}
		t.Fatalf("%s does not ring: %v", id, context.Cause(ctx))
	}
	ring("joins-1")
	ring("joins-12") // Asterisk refuses to make them in the other order
	d.does("Hangup", m.Hangup(ctx, "joins-1", 0))
	await(t, ctx, d.changes, func(c *live.Call) bool { return c.ID == "joins-1" && !c.Ended.IsZero() })
	for _, id := range []string{"joins-1", "joins"} {
		for _, c := range commands {
			if strings.Contains(c.want, "1.200") { // a second channel that is not there either
				continue
			}
			if err := c.run(ctx, m, id); !errors.Is(err, ami.ErrNoSuchChannel) {
				t.Errorf("%s of %s, which is not there = %v, want %v", c.want, id, err, ami.ErrNoSuchChannel)
			}
		}
	}
	phone := action.Originate{Channel: "Local/tone@outcome/n"}
	if call, err := m.Pickup(ctx, "joins-1", phone); err != nil {
		t.Errorf("Pickup of one that has ended = %v", err)
	} else if await(t, ctx, d.changes, func(c *live.Call) bool { return c.ID == call.ChannelID() && !c.Ended.IsZero() }).Complete == false {
		t.Error("the phone's call is not complete")
	}
	if c, ok := m.Channel("joins-12"); !ok || c.State != asterisk.ChannelRinging {
		t.Errorf("the other channel is %v", c)
	}
}

// pickup has a phone take the ringing of another one.
func (d desk) pickup() {
	t := d.t
	id := d.originate(d.ctx, "ring")
	var rings string
	c := await(t, d.ctx, d.changes, func(c *live.Call) bool {
		for _, p := range c.Parties {
			if p.DialledBy == id && !p.Ringing.IsZero() {
				rings = p.UniqueID
			}
		}
		return rings != ""
	})
	call, err := d.model.Pickup(d.ctx, rings, action.Originate{Channel: "Local/tone@outcome/n"})
	d.does("Pickup", err)
	after := await(t, d.ctx, d.changes, func(after *live.Call) bool {
		return after.ID == c.ID && len(after.Conversations) == 1 && slices.Contains(after.Conversations[0].Parties, call.ChannelID())
	})
	if p, ok := after.Party(call.ChannelID()); !ok || p.PickedUp != rings {
		t.Errorf("the phone is %+v, and has not picked up %s", p, rings)
	}
}

// members is the commands on members of queues.
func (d desk) members() {
	t := d.t
	m, ctx := d.model, d.ctx
	ann := action.QueueAdd{Queue: "empty", Interface: "Local/answer@outcome", MemberName: "Ann"}
	d.does("AddMember", m.AddMember(ctx, ann))
	d.comes("QueueMemberAdded", "Queue", "empty", "MemberName", "Ann")
	if err := m.AddMember(ctx, ann); !errors.Is(err, ami.ErrAlreadyExists) {
		t.Errorf("AddMember again = %v, want %v", err, ami.ErrAlreadyExists)
	}
	d.does("PauseMember", m.PauseMember(ctx, "empty", ann.Interface, true, "lunch"))
	d.comes("QueueMemberPause", "Queue", "empty", "Interface", ann.Interface, "Paused", "1", "PausedReason", "lunch")
	d.does("PauseMember", m.PauseMember(ctx, "", ann.Interface, false, ""))
	d.comes("QueueMemberPause", "Queue", "empty", "Interface", ann.Interface, "Paused", "0")
	d.does("RemoveMember", m.RemoveMember(ctx, "empty", ann.Interface))
	d.comes("QueueMemberRemoved", "Queue", "empty", "Interface", ann.Interface)
	if err := m.RemoveMember(ctx, "empty", ann.Interface); !errors.Is(err, ami.ErrNoSuchMember) {
		t.Errorf("RemoveMember again = %v, want %v", err, ami.ErrNoSuchMember)
	}
	if err := m.AddMember(ctx, action.QueueAdd{Queue: "nowhere", Interface: ann.Interface}); !errors.Is(err, ami.ErrNoSuchQueue) {
		t.Errorf("AddMember to no queue = %v, want %v", err, ami.ErrNoSuchQueue)
	}
}
