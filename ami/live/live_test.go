package live_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

const patience = time.Minute

// watched is a model of a real server, and another connection to that.
type watched struct {
	t     *testing.T
	model *live.Model
	other *ami.Client
}

func watch(t *testing.T, s *lab.Server) watched { return watchOver(t, s, nil) }

// watchOver is watch over connections that dial makes; nil for the usual ones.
func watchOver(t *testing.T, s *lab.Server, dial func(ctx context.Context, network, addr string) (net.Conn, error)) watched {
	t.Helper()
	connect := func(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *ami.Client {
		user := s.User("all")
		client, err := ami.Connect(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, Dial: dial})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
	client := connect(dial)
	model, err := live.Watch(t.Context(), client, &live.Config{Recheck: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = model.Close() })
	for _, part := range model.Parts() {
		if !part.Complete {
			t.Errorf("Parts: %v", part)
		}
	}
	return watched{t, model, connect(nil)}
}

// channelLine is what events must keep true of a channel.
func channelLine(name, id, linked, state, num, cname, cnum, ccname, account, bridge, place string) string {
	return strings.Join([]string{id, name, linked, state, num, cname, cnum, ccname, account, bridge, place}, "|")
}

// listed is what another connection lists: channels and bridges, a line each.
func (w watched) listed(ctx context.Context) (lines []string) {
	w.t.Helper()
	channels, err := ami.List(ctx, w.other, action.CoreShowChannels{})
	if err != nil {
		w.t.Fatal(err)
	}
	bridges, err := w.other.Do(ctx, action.BridgeList{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range channels {
		lines = append(lines, channelLine(c.Channel, c.UniqueID, c.LinkedID, c.ChannelState.String(), c.CallerIDNum, c.CallerIDName,
			c.ConnectedLineNum, c.ConnectedLineName, c.AccountCode, c.BridgeID, fmt.Sprint(c.Context, " ", c.Exten, " ", c.Priority)))
	}
	for _, item := range bridges.Events {
		if b, ok := item.(event.BridgeListItem); ok {
			lines = append(lines, "bridge "+b.BridgeUniqueID+" "+b.BridgeType+" "+b.BridgeCreator+" "+b.BridgeName)
		}
	}
	slices.Sort(lines)
	return lines
}

// shown is the same by the model.
func (w watched) shown() (lines []string) {
	view := w.model.View()
	for c := range view.Channels() {
		lines = append(lines, channelLine(c.Name, c.UniqueID, c.LinkedID, c.State.String(), c.CallerIDNum, c.CallerIDName,
			c.ConnectedLineNum, c.ConnectedLineName, c.AccountCode, c.BridgeID, fmt.Sprint(c.Context, " ", c.Exten, " ", c.Priority)))
	}
	for b := range view.Bridges() {
		lines = append(lines, "bridge "+b.ID+" "+b.Type+" "+b.Creator+" "+b.Name)
	}
	slices.Sort(lines)
	return lines
}

// agrees waits until the model is what the other connection lists, with so many channels.
func (w watched) agrees(what string, channels int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	var want, got []string
	for {
		want, got = w.listed(ctx), w.shown()
		n := len(slices.DeleteFunc(slices.Clone(want), func(line string) bool { return strings.HasPrefix(line, "bridge ") }))
		if slices.Equal(want, got) && (channels < 0 || n == channels) {
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			w.t.Fatalf("%s: the model has\n%s\nand the lists (%d channels, want %d)\n%s", what, strings.Join(got, "\n"), n, channels, strings.Join(want, "\n"))
		}
	}
}

// A direct call, its transfer and its end: the model is what another connection lists, and tells of one Call.
func TestLiveDirectCallAndTransfer(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
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
		t.Fatal(err)
	}
}

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
		w := watchOver(t, server, func(ctx context.Context, network, addr string) (net.Conn, error) {
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

// mirror is what a consumer makes of the changes.
type mirror struct {
	changes *live.Subscription
	objects map[string]string
	faults  []string
	done    chan struct{}
}

// mirrorOf follows a model until it is compared.
func mirrorOf(model *live.Model) *mirror {
	m := &mirror{model.Subscribe(nil), make(map[string]string), nil, make(chan struct{})}
	// ends with the subscription; compare waits for it
	go func() {
		defer close(m.done)
		for change := range m.changes.All(context.Background()) {
			m.take(change)
		}
	}()
	return m
}

func (m *mirror) take(change live.Change) {
	switch c := change.(type) {
	case live.Reset:
		m.objects = objects(c.View)
	case live.Changed[live.Channel]:
		m.note("channel "+c.After.UniqueID, c.Kind, c.Before != nil, c.After.String())
	case live.Changed[live.Bridge]:
		m.note("bridge "+c.After.ID, c.Kind, c.Before != nil, c.After.String())
	case live.Changed[live.Call]:
		m.note("call "+c.After.ID, c.Kind, c.Before != nil, c.After.String())
	}
}

// note takes a change, which must follow from the one before.
func (m *mirror) note(key string, kind live.Kind, before bool, after string) {
	_, there := m.objects[key]
	if there == (kind == live.KindAdded) || before != there {
		m.faults = append(m.faults, kind.String()+" "+after)
	}
	if m.objects[key] = after; kind == live.KindRemoved {
		delete(m.objects, key)
	}
}

// objects is a view as a mirror has it.
func objects(v *live.View) map[string]string {
	all := make(map[string]string)
	for c := range v.Channels() {
		all["channel "+c.UniqueID] = c.String()
	}
	for b := range v.Bridges() {
		all["bridge "+b.ID] = b.String()
	}
	for c := range v.Calls() {
		all["call "+c.ID] = c.String()
	}
	return all
}

// compare ends the model: all changes together must have made its last view.
func (m *mirror) compare(t *testing.T, model *live.Model) {
	t.Helper()
	_ = model.Close()
	<-m.done
	for _, fault := range m.faults {
		t.Errorf("the change does not follow: %s", fault)
	}
	if want := objects(model.View()); !maps.Equal(m.objects, want) {
		t.Errorf("the changes make\n%v\nand the view is\n%v", m.objects, want)
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
					return c.ID == id && len(c.Conversations) == 1 && len(c.Conversations[0].Parties) == 2 && len(c.Conversations[0].Bridges) == bridges
				})
				if len(c.Parties) != 2 || c.Parties[0].ID != id || c.Parties[1].DialledBy != id || c.Parties[1].Answered.IsZero() {
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
	lab.Each(t, func(t *testing.T, s *lab.Server) {
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
		after := await(t, ctx, changes, func(c *live.Call) bool { return len(c.Conversations) == 1 && c.Conversations[0].Conference == "7" })
		w.agrees("apart", -1)
		if after, _ = w.model.Call(call.ChannelID()); after == nil || len(after.Parties) != 2 || after.Parties[0].ID != c.Parties[0].ID ||
			after.Parties[1].ID != c.Parties[1].ID || !after.Parties[0].Left.IsZero() || !after.Parties[1].Left.IsZero() {
			t.Errorf("the parties were\n%+v\nand are\n%+v", c.Parties, after)
		}
		hangUpAll(t, ctx, w)
		w.agrees("after", 0)
	})
}
