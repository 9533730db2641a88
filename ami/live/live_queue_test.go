package live_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// A call waits, rings at one member and then at another, is taken, and ends: each is told at once, by subscribing to the queue.
func TestLiveQueueCall(t *testing.T) {
	eachQueues(t, func(t *testing.T, s *lab.Server) {
		w := watch(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		listed := w.queuesListed()
		changes := w.model.Subscribe(&live.SubscribeConfig{Queues: []string{"support"}})
		defer changes.Close()
		id := w.enqueue(ctx, "support")
		c := awaitChange(ctx, t, changes, "a caller", func(c live.Changed[live.QueueCaller]) bool { return c.Kind == live.KindAdded })
		if c.UniqueID != id || c.Queue != "support" || c.Joined.IsZero() {
			t.Errorf("%+v, want a caller %s", c, id)
		}
		const ann = "Local/delayed@outcome/n"
		awaitChange(ctx, t, changes, "ringing", func(c live.Changed[live.QueueMember]) bool {
			return c.After.Interface == ann && slices.Equal(c.After.RingingFor, []string{id}) && !c.After.InCall
		})
		awaitChange(ctx, t, changes, "an answer", func(c live.Changed[live.QueueMember]) bool {
			return c.After.Interface == ann && slices.Equal(c.After.TalkingTo, []string{id}) && c.After.InCall && len(c.After.RingingFor) == 0
		})
		if v := w.model.View(); len(slices.Collect(v.Callers("support"))) != 0 {
			t.Errorf("there wait %v", slices.Collect(v.Callers("support")))
		}
		began := time.Now()
		m := awaitChange(ctx, t, changes, "the end", func(c live.Changed[live.QueueMember]) bool { return c.After.Interface == ann && !c.After.InCall })
		if m.LastCall.Before(began.Add(-time.Second)) || len(m.TalkingTo) != 0 {
			t.Errorf("%+v, and the talk ended after %v", m, began)
		}
		hangUpAll(t, ctx, w)
		w.queuesAgree("after a call", false)
		if q, ok := w.model.View().Queue("support"); !ok || q.Counts.Joined != 1 || q.Counts.Answered != 1 || q.Counts.Completed != 1 || q.Counts.Abandoned != 0 {
			t.Errorf("%+v", q)
		}
		if !w.queuesListed().Equal(listed) {
			t.Error("lists were run for it")
		}
		w.queuesAgree("after a list", true)
	})
}

// What QueueReload and its like do silently is found by the device states that app_queue makes, or by the next list.
func TestLiveQueueReload(t *testing.T) {
	eachQueues(t, func(t *testing.T, s *lab.Server) {
		w := watch(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		changes := w.model.Subscribe(nil)
		defer changes.Close()
		reload := func(conf string, a action.Action) {
			t.Helper()
			if err := s.Reconfigure("queues.conf", conf); err != nil {
				t.Fatal(err)
			}
			if _, err := w.other.Do(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
		added := queuesConf + "member => Local/noanswer@outcome/n,0,Gil\n\n[new]\njoinempty = yes\nwrapuptime = 9\nmember => Local/answer@outcome/n,2,Fay\n"
		reload(added, action.QueueReload{})
		m := awaitChange(ctx, t, changes, "a new queue", func(c live.Changed[live.QueueMember]) bool { return c.After.Queue == "new" && c.After.WrapupTimeKnown })
		if m.Name != "Fay" || m.WrapupTime != 9*time.Second {
			t.Errorf("%+v", m)
		}
		w.queuesAgree("after QueueReload", false)
		reload(strings.Replace(queuesConf, "Cem", "Cem\nmember => Local/congestion@outcome/n,0,Kai", 1), action.QueueReload{}) // and "new" is gone
		awaitChange(ctx, t, changes, "a new member", func(c live.Changed[live.QueueMember]) bool { return c.After.Name == "Kai" })
		awaitChange(ctx, t, changes, "the end of a queue", func(c live.Changed[live.Queue]) bool {
			return c.After.Name == "new" && c.Kind == live.KindRemoved && c.Synthetic
		})
		w.queuesAgree("after another QueueReload", false)
		reload(queuesConf+"\n[new]\njoinempty = yes\n", action.Reload{Module: "app_queue.so"}) // which tells no device state
		awaitChange(ctx, t, changes, "a queue as before", func(c live.Changed[live.Queue]) bool { return c.After.Name == "new" && c.Kind == live.KindAdded })
		w.queuesAgree("after Reload", false)
		listed := w.queuesListed()
		for _, a := range []action.Action{
			action.QueueAdd{Queue: "night", Interface: "Local/answer@outcome/n"},
			action.QueuePause{Interface: "Local/answer@outcome/n", Paused: true, Reason: "lunch"},
			action.QueueRemove{Queue: "night", Interface: "Local/answer@outcome/n"},
			action.UserEvent{UserEvent: "Done"},
		} {
			if _, err := w.other.Do(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
		w.queuesAgree("after QueueAdd", false)
		if !w.queuesListed().Equal(listed) {
			t.Error("lists were run for QueueAdd, which has an event")
		}
		w.queuesAgree("after a list", true)
	})
}

// Members and queues that a QueueReload adds or takes away are right within Recheck: of what it takes away no event and no device state
// tells.
func TestLiveQueueReloadWithinRecheck(t *testing.T) {
	eachQueues(t, func(t *testing.T, s *lab.Server) {
		reloadQueues(t, s, func(conf string) error { return s.Reconfigure("queues.conf", conf) })
	})
}

func reloadQueues(t *testing.T, s server, configure func(conf string) error) {
	w := watchOver(t, s, &live.Config{Parts: []live.PartName{live.PartQueues}, Recheck: time.Second}, nil)
	ctx, cancel := context.WithTimeout(t.Context(), rechecked)
	defer cancel()
	changes := w.model.Subscribe(nil)
	defer changes.Close()
	more := queuesConf + "member => Local/noanswer@outcome/n,0,Gil\n\n[new]\njoinempty = yes\nmember => Local/answer@outcome/n,2,Fay\n"
	for _, step := range []struct {
		conf string
		kind live.Kind
	}{{more, live.KindAdded}, {queuesConf, live.KindRemoved}, {more, live.KindAdded}} {
		if err := configure(step.conf); err != nil {
			t.Fatal(err)
		}
		w.do(action.QueueReload{})
		waits := map[string]bool{"queue new": true, "member Fay": true, "member Gil": true}
		for len(waits) > 0 {
			change, err := changes.Next(ctx)
			if err != nil {
				t.Fatalf("%v of %v: %v", step.kind, waits, err)
			}
			switch c := change.(type) {
			case live.Changed[live.Queue]:
				if c.Kind == step.kind {
					delete(waits, "queue "+c.After.Name)
				}
			case live.Changed[live.QueueMember]:
				if c.Kind == step.kind {
					delete(waits, "member "+c.After.Name)
				}
			}
		}
		w.queuesAgree(fmt.Sprint("after ", step.kind), false)
	}
}

// The priority of a caller, which no event tells, is there after a recheck, and so is the order that it makes.
func TestLiveQueuePriority(t *testing.T) {
	eachQueues(t, func(t *testing.T, s *lab.Server) { prioritise(t, s) })
}

func prioritise(t *testing.T, s server) {
	w := watchOver(t, s, &live.Config{Recheck: time.Second}, nil)
	ctx, cancel := context.WithTimeout(t.Context(), rechecked)
	defer cancel()
	changes := w.model.Subscribe(&live.SubscribeConfig{Queues: []string{"night"}})
	defer changes.Close()
	var ids []string
	for range 3 {
		ids = append(ids, w.enqueue(ctx, "night"))
		awaitChange(ctx, t, changes, "a caller", func(c live.Changed[live.QueueCaller]) bool { return c.After.UniqueID == ids[len(ids)-1] })
	}
	c := slices.Collect(w.model.View().Callers("night"))
	if len(c) != 3 {
		t.Fatalf("there wait %v", c)
	}
	if _, err := w.other.Do(ctx, action.QueueChangePriorityCaller{Queue: "night", Caller: c[2].Channel, Priority: 5, Immediate: true}); err != nil {
		t.Fatal(err)
	}
	awaitChange(ctx, t, changes, "a priority", func(c live.Changed[live.QueueCaller]) bool {
		return c.After.UniqueID == ids[2] && c.After.Priority == 5 && c.Synthetic
	})
	w.queuesAgree("after a recheck", true)
	if _, err := w.other.Do(ctx, action.Hangup{Channel: c[1].Channel}); err != nil {
		t.Fatal(err)
	}
	gone := awaitChange(ctx, t, changes, "an end", func(c live.Changed[live.QueueCaller]) bool { return c.Kind == live.KindRemoved })
	if gone.UniqueID != ids[1] || !gone.Abandoned || gone.Left.IsZero() || gone.NotSeen {
		t.Errorf("%+v", gone)
	}
	w.queuesAgree("after an end", false)
	hangUpAll(t, ctx, w)
	w.queuesAgree("after all", true)
	if q, _ := w.model.View().Queue("night"); q.Counts.Abandoned != 3 || len(q.Callers) != 0 {
		t.Errorf("%+v", q)
	}
}

// A caller who is redirected leaves without an event of the queue: what its channel does shows it, and a list.
func TestLiveQueueRedirect(t *testing.T) {
	eachQueues(t, func(t *testing.T, s *lab.Server) {
		w := watch(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		changes := w.model.Subscribe(&live.SubscribeConfig{Queues: []string{"night", "support"}})
		defer changes.Close()
		first, second := w.enqueue(ctx, "night"), w.enqueue(ctx, "night")
		came := make(map[string]bool)
		awaitChange(ctx, t, changes, "two callers", func(c live.Changed[live.QueueCaller]) bool {
			came[c.After.UniqueID] = true
			return came[first] && came[second]
		})
		redirect := func(id, exten string) {
			t.Helper()
			c, ok := w.model.Channel(id)
			if !ok {
				t.Fatalf("no channel %s", id)
			}
			if _, err := w.other.Do(ctx, action.Redirect{Channel: c.Name, Context: "app", Exten: exten, Priority: 1}); err != nil {
				t.Fatal(err)
			}
		}
		redirect(first, "queue")
		gone := func(id string) func(c live.Changed[live.QueueCaller]) bool {
			return func(c live.Changed[live.QueueCaller]) bool {
				return c.After.UniqueID == id && c.Kind == live.KindRemoved
			}
		}
		awaitChange(ctx, t, changes, "an end", gone(first))
		c := awaitChange(ctx, t, changes, "another queue", func(c live.Changed[live.QueueCaller]) bool { return c.After.UniqueID == first })
		if c.Queue != "support" {
			t.Errorf("%+v", c)
		}
		redirect(second, "hold")
		awaitChange(ctx, t, changes, "another end", gone(second))
		w.queuesAgree("after redirects", false)
		hangUpAll(t, ctx, w)
		w.queuesAgree("after", true)
	})
}

// What a user may not see of queues is absent, and Parts says what lacks.
func TestLiveQueueRights(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		for user, want := range map[string]struct {
			queues, complete bool
			missing          string
		}{
			"all":      {true, true, ""},
			"nosystem": {true, true, ""},
			"crm":      {true, true, "class agent"}, // which has no right to ask which rights it has
			"noread":   {false, false, "read=agent"},
			"nocall":   {false, false, "read=agent"},
		} {
			login := s.User(user)
			client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: login.Name, Secret: login.Secret})
			if err != nil {
				t.Fatal(err)
			}
			m, err := live.Watch(ctx, client, &live.Config{Parts: []live.PartName{live.PartQueues}})
			if err != nil {
				t.Fatalf("Watch as %s = %v", user, err)
			}
			_, ok := m.View().Queue("support")
			parts := m.Parts()
			part := parts[len(parts)-1]
			if part.Name != live.PartQueues || ok != want.queues || part.Complete != want.complete || part.Absent == want.queues || !strings.Contains(part.String(), want.missing) {
				t.Errorf("%s sees a queue: %t, %v, want %+v", user, ok, part, want)
			}
			_ = m.Close()
			_ = client.Close()
		}
	})
}

// Of queues that only some members are in, the events of one do not go to who wants another.
func TestLiveQueueSubscription(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		w := watch(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		changes := w.model.Subscribe(&live.SubscribeConfig{Queues: []string{"empty"}})
		defer changes.Close()
		for _, queue := range []string{"support", "empty"} {
			member := action.QueueRemove{Queue: queue, Interface: "Local/answer@outcome/n"}
			if _, err := w.other.Do(ctx, action.QueueAdd{Queue: queue, Interface: member.Interface, MemberName: "Fay"}); err != nil {
				t.Fatal(err)
			}
			defer w.other.Do(ctx, member)
		}
		if first, err := changes.Next(ctx); err != nil {
			t.Fatal(err)
		} else if _, ok := first.(live.Reset); !ok {
			t.Errorf("first %v", first)
		}
		change, err := changes.Next(ctx)
		c, ok := change.(live.Changed[live.QueueMember])
		if err != nil || !ok || c.After.Queue != "empty" || c.Kind != live.KindAdded || c.Event.EventName() != (event.QueueMemberAdded{}).EventName() {
			t.Errorf("%v, %v", change, err)
		}
	})
}
