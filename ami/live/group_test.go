package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// site is a fake server of a group.
type site struct {
	*fake
	srv    *amitest.Server
	client *ami.Client
}

func newSite(t *testing.T, channels ...string) *site {
	t.Helper()
	s := &site{fake: &fake{channels: channels}}
	s.srv = amitest.Start(t, s.script)
	client, err := ami.Connect(t.Context(), s.srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: s.srv.Dial})
	if err != nil {
		t.Fatal(err)
	}
	s.client = client
	return s
}

func (s *site) watch(t *testing.T, name string) *live.Model {
	t.Helper()
	m, err := live.Watch(t.Context(), s.client, &live.Config{Server: name, Parts: []live.PartName{live.PartCalls}, Recheck: -1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (s *site) close(m *live.Model) {
	_ = m.Close()
	_ = s.client.Close()
}

// nextOf is the next change of a group that is not about a Call, as a line.
func nextOf(t *testing.T, s *live.GroupSubscription) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour) // of a bubble's clock
	defer cancel()
	for {
		c, err := s.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := c.Change.(live.Changed[live.Call]); !ok {
			return c.String()
		}
	}
}

func wantsOf(t *testing.T, s *live.GroupSubscription, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if got := nextOf(t, s); !strings.HasPrefix(got, want) {
			t.Errorf("the change is %q, want %q", got, want)
		}
	}
}

func servers(g *live.Group) string {
	var words []string
	for _, s := range g.Servers() {
		words = append(words, s.Name+" "+s.State.String())
	}
	return strings.Join(words, ", ")
}

// Two servers have the same Uniqueids, and their changes do not mix. One that is expected, away or lost stays in the group.
func TestGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newSite(t, "100"), newSite(t, "100", "200")
		g := live.NewGroup("pbx1", "pbx2")
		changes := g.Subscribe(nil)
		defer changes.Close()
		got := []string{nextOf(t, changes), nextOf(t, changes)}
		if slices.Sort(got); !slices.Equal(got, []string{"pbx1: added server pbx1 State=expected", "pbx2: added server pbx2 State=expected"}) {
			t.Errorf("the group begins with %q", got)
		}
		m1, m2 := one.watch(t, "pbx1"), two.watch(t, "pbx2")
		for _, m := range []*live.Model{m1, m1} { // the second time does nothing
			if err := g.Add(m); err != nil {
				t.Fatal(err)
			}
		}
		wantsOf(t, changes, "pbx1: reset: 1 channels")
		if _, ok := g.Model("pbx2"); ok || servers(g) != "pbx1 current, pbx2 expected" {
			t.Errorf("the servers are %s", servers(g))
		}
		if err := g.Add(m2); err != nil {
			t.Fatal(err)
		}
		wantsOf(t, changes, "pbx2: reset: 2 channels")
		emit(one.srv, "Newstate", "100", "4")
		wantsOf(t, changes, "pbx1: updated channel PJSIP/100-00000001 Uniqueid=1.100 State=Ring")
		hangUp(two.srv, "100")
		wantsOf(t, changes, "pbx2: removed channel PJSIP/100-00000001")
		for server, want := range map[string]string{"pbx1": "call 1.100 PJSIP/100 (up) (not complete)", "pbx2": "call 1.100 PJSIP/100 (left) (ended) (not complete)"} {
			if c, err := g.Wait(t.Context(), server, "1.100"); err != nil || c.String() != want {
				t.Errorf("Wait of %s = %v, %v, want %s", server, c, err, want)
			}
		}
		two.cut()
		wantsOf(t, changes, "pbx2: updated server pbx2 State=away")
		if views := g.Views(); len(views) != 2 || views["pbx1"].Server().State != live.ServerCurrent || views["pbx2"].String() != "1 channels, 0 bridges, 2 calls" {
			t.Errorf("the views are %v", views)
		}
		two.set("200")
		wantsOf(t, changes, "pbx2: updated server pbx2 State=syncing", "pbx2: updated server pbx2 State=current")
		two.close(m2)
		wantsOf(t, changes, "pbx2: updated server pbx2 State=lost")
		if m, ok := g.Model("pbx2"); !ok || m != m2 || servers(g) != "pbx1 current, pbx2 lost" {
			t.Errorf("the servers are %s", servers(g))
		}
		again := newSite(t, "300")
		m3 := again.watch(t, "pbx2")
		if err := g.Add(m3); err != nil {
			t.Errorf("Add in place of a model that has ended = %v", err)
		}
		wantsOf(t, changes, "pbx2: reset: 1 channels")
		if err := g.Add(m2); !errors.Is(err, ami.ErrInvalid) {
			t.Errorf("Add in place of a model that lives = %v, want %v", err, ami.ErrInvalid)
		}
		g.Remove("pbx1")
		g.Remove("pbx0")
		wantsOf(t, changes, "pbx1: removed server pbx1 State=current")
		emit(one.srv, "Newstate", "100", "6")
		emit(again.srv, "Newstate", "300", "4")
		wantsOf(t, changes, "pbx2: updated channel PJSIP/300-00000001")
		if servers(g) != "pbx2 current" {
			t.Errorf("the servers are %s", servers(g))
		}
		one.close(m1)
		again.close(m3)
	})
}

// A consumer that is too slow for one server begins again with that one alone.
func TestGroupSlowConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newSite(t, "100"), newSite(t, "100")
		m1, m2 := one.watch(t, "pbx1"), two.watch(t, "pbx2")
		g := live.NewGroup()
		changes := g.Subscribe(&live.SubscribeConfig{Limit: 4})
		defer changes.Close()
		for _, m := range []*live.Model{m1, m2} {
			if err := g.Add(m); err != nil {
				t.Fatal(err)
			}
		}
		nextOf(t, changes) // a Reset of each
		nextOf(t, changes)
		emit(two.srv, "Newstate", "100", "4")
		for i := range 20 {
			emit(one.srv, "Newstate", "100", []string{"4", "6"}[i%2])
		}
		synctest.Wait()
		got := []string{nextOf(t, changes), nextOf(t, changes)}
		slices.Sort(got)
		if !strings.HasPrefix(got[0], "pbx1: reset: 1 channels") || !strings.HasPrefix(got[1], "pbx2: updated channel") {
			t.Errorf("the changes are %q", got)
		}
		one.close(m1)
		two.close(m2)
	})
}

// Wait is for a server that is expected, too.
func TestGroupWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := live.NewGroup("pbx1")
		one := newSite(t, "100")
		m := one.watch(t, "pbx1")
		go func() { // ends after a second
			<-time.After(time.Second)
			if err := g.Add(m); err != nil {
				t.Error(err)
			}
		}()
		began := time.Now()
		if c, err := g.Wait(t.Context(), "pbx1", "1.100"); err != nil || c.ID != "1.100" || time.Since(began) != time.Second {
			t.Errorf("Wait = %v, %v after %v", c, err, time.Since(began))
		}
		if _, err := g.Wait(t.Context(), "pbx2", "1.100"); !errors.Is(err, ami.ErrInvalid) {
			t.Errorf("Wait of a server that there is not = %v", err)
		}
		if _, err := g.Wait(t.Context(), "pbx1", ""); !errors.Is(err, ami.ErrInvalid) {
			t.Errorf("Wait of nothing = %v", err)
		}
		one.close(m)
		if _, err := g.Wait(t.Context(), "pbx1", "1.101"); !errors.Is(err, live.ErrClosed) {
			t.Errorf("Wait of a server that is lost = %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := live.NewGroup("pbx1").Wait(ctx, "pbx1", "1.100"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait that is given up = %v", err)
		}
	})
}

// Each change goes to one consumer, and Close ends them all.
func TestGroupConsumers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newSite(t, "100"), newSite(t, "100")
		m1, m2 := one.watch(t, "pbx1"), two.watch(t, "pbx2")
		g := live.NewGroup()
		changes := g.Subscribe(nil)
		for _, m := range []*live.Model{m1, m2} {
			if err := g.Add(m); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		got := make(map[string]int)
		var consumers sync.WaitGroup
		for range 4 {
			// Ends with the subscription; the test waits for it.
			consumers.Go(func() {
				for c := range changes.All(t.Context()) {
					if _, ok := c.Change.(live.Changed[live.Channel]); ok {
						mu.Lock()
						got[c.Server]++
						mu.Unlock()
					}
				}
			})
		}
		for i := range 100 {
			emit(one.srv, "Newstate", "100", []string{"4", "6"}[i%2])
			if i%2 == 0 {
				emit(two.srv, "Newstate", "100", []string{"4", "6"}[i/2%2])
			}
		}
		synctest.Wait()
		changes.Close()
		changes.Close()
		consumers.Wait()
		if got["pbx1"] != 100 || got["pbx2"] != 50 {
			t.Errorf("the consumers have got %v", got)
		}
		if _, err := changes.Next(t.Context()); !errors.Is(err, live.ErrClosed) {
			t.Errorf("Next after Close = %v", err)
		}
		one.close(m1)
		two.close(m2)
	})
}

func TestGroupJSON(t *testing.T) {
	c := live.GroupChange{Server: "pbx1", Change: live.Changed[live.Server]{Kind: live.KindAdded, After: &live.Server{Name: "pbx1"}}}
	text, err := json.Marshal(c)
	if want := `{"Server":"pbx1","Change":{"Object":"server","Change":"added","After":{"Name":"pbx1","State":"expected"}}}`; err != nil || string(text) != want {
		t.Errorf("json = %s, %v, want %s", text, err, want)
	}
}

// Who wants the changes of some objects alone also hears that their server is away, back and lost.
func TestGroupSubscriptionWithKeysHearsOfServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newSite(t, "100"), newSite(t, "100", "200")
		g := live.NewGroup()
		m1, m2 := one.watch(t, "pbx1"), two.watch(t, "pbx2")
		defer two.close(m2)
		if err := errors.Join(g.Add(m1), g.Add(m2)); err != nil {
			t.Fatal(err)
		}
		changes := g.Subscribe(&live.SubscribeConfig{Channels: []string{"1.200"}})
		defer changes.Close()
		got := []string{nextOf(t, changes), nextOf(t, changes)}
		if slices.Sort(got); !strings.HasPrefix(got[0], "pbx1: reset") || !strings.HasPrefix(got[1], "pbx2: reset") {
			t.Errorf("it begins with %q", got)
		}
		emit(two.srv, "Newstate", "100", "4") // not of that channel
		emit(two.srv, "Newstate", "200", "4")
		wantsOf(t, changes, "pbx2: updated channel PJSIP/200-00000001")
		one.cut()
		wantsOf(t, changes, "pbx1: updated server pbx1 State=away", "pbx1: updated server pbx1 State=syncing", "pbx1: updated server pbx1 State=current")
		one.close(m1)
		wantsOf(t, changes, "pbx1: updated server pbx1 State=lost")
		hangUp(two.srv, "200")
		wantsOf(t, changes, "pbx2: removed channel PJSIP/200-00000001")
	})
}
