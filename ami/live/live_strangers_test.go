package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

// attack is a text of a stranger's, and its way.
type attack struct {
	part stranger.Part
	tail string
}

// attacks are the texts that strangers can write into the events of their own calls, for the ways in that an INVITE has.
func attacks() (all []attack) {
	tails := []string{"uniqueid", "linkedid", "tail", "cut", "cut with crlf", "event with crlf", "whole hangup"}
	if lab.Full() {
		tails = stranger.Names()
	}
	for _, part := range []stranger.Part{stranger.Number, stranger.Dialled, stranger.Diversion} {
		for _, tail := range tails {
			all = append(all, attack{part, tail})
		}
	}
	return all
}

// siege is a server that strangers reach, a model of it, and a call that they name in what they write.
type siege struct {
	watched
	ctx     context.Context
	trunk   *stranger.Agent
	id      string // of the victim's channel, and of its Call
	changes *live.Subscription
}

func newSiege(t *testing.T, v lab.Version) *siege {
	ctx, cancel := context.WithTimeout(t.Context(), rechecked)
	t.Cleanup(cancel)
	server := lab.Start(t, v, &lab.Config{Trunk: true})
	s := &siege{watched: watchBy(t, server, connectTo(t, server, nil), &live.Config{Recheck: time.Second}), ctx: ctx, trunk: stranger.Trunk(t, server, "trunk")}
	answered := s.other.Subscribe(event.Of[event.Newstate](), nil)
	defer answered.Close()
	call, err := stranger.Phone(t, server, "201").Dial(ctx, stranger.Invite{Exten: "5"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = call.Bye(context.Background()) })
	ev, err := answered.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s.id = ev.(event.Newstate).UniqueID
	if _, err := s.model.Wait(ctx, s.id); err != nil {
		t.Fatal(err)
	}
	s.changes = s.model.Subscribe(&live.SubscribeConfig{Channels: []string{s.id}, Calls: []string{s.id}})
	t.Cleanup(s.changes.Close)
	return s
}

// place makes a call of a stranger's, and ends it once it is answered.
func (s *siege) place(a attack) {
	s.t.Helper()
	call, err := s.trunk.Dial(s.ctx, a.part.Invite("5", stranger.Tail(a.tail, s.id)))
	var refused *stranger.Refused
	switch {
	case errors.As(err, &refused):
	case err != nil:
		s.t.Fatalf("%v: %v", a, err)
	default:
		if err := call.Bye(s.ctx); err != nil {
			s.t.Errorf("%v: %v", a, err)
		}
	}
}

// alone waits until the model has nothing but the victim's channel and its Call: no ghost of a stranger's is left.
func (s *siege) alone() {
	s.t.Helper()
	changes := s.model.Subscribe(nil)
	defer changes.Close()
	for {
		var left []string
		view := s.model.View()
		for c := range view.Channels() {
			left = append(left, fmt.Sprintf("%v as %q", c, c.LinkedID))
		}
		for c := range view.Calls() {
			if c.Live() && c.ID != s.id {
				left = append(left, c.String())
			}
		}
		if len(left) == 1 {
			return
		}
		if _, err := changes.Next(s.ctx); err != nil {
			s.t.Fatalf("there are %s: %v", strings.Join(left, "\n"), err)
		}
	}
}

// unharmed wants the victim's channel and Call as they were, now and in each change.
func (s *siege) unharmed() {
	s.t.Helper()
	channel := func(c *live.Channel) bool {
		return strings.HasPrefix(c.Name, "PJSIP/201-") && c.CallID == s.id && c.LinkedID == s.id && !c.Doubtful && c.Ended.IsZero() && c.BridgeID == ""
	}
	call := func(c *live.Call) bool {
		return c.Live() && c.Complete && len(c.Parties) == 1 && slices.Equal(c.Channels, []string{s.id})
	}
	if c, ok := s.model.Channel(s.id); !ok || !channel(c) {
		s.t.Errorf("the victim's channel is %+v", c)
	}
	if c, ok := s.model.Call(s.id); !ok || !call(c) {
		s.t.Errorf("the victim's call is %+v", c)
	}
	_ = s.model.Close()
	for change := range s.changes.All(s.ctx) {
		switch c := change.(type) {
		case live.Changed[live.Channel]:
			if c.Kind != live.KindUpdated || !channel(c.After) {
				s.t.Errorf("the victim's channel has changed: %v", c)
			}
		case live.Changed[live.Call]:
			if c.Kind != live.KindUpdated || !call(c.After) {
				s.t.Errorf("the victim's call has changed: %v", c)
			}
		}
	}
}

// What strangers write into the events of their own calls ends, merges and changes no other call, and no ghost of theirs outlives the
// next recheck.
func TestLiveStrangers(t *testing.T) {
	t.Parallel()
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := newSiege(t, v)
			for _, a := range attacks() {
				s.place(a)
			}
			s.alone()
			s.unharmed()
		})
	}
}
