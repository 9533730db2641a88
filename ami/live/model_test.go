package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// fake is a PBX of channels alone.
type fake struct {
	refuse bool // to list channels

	mu       sync.Mutex // guards all below
	channels []string   // numbers
	peer     *amitest.Peer
}

// cut ends the connection.
func (f *fake) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.peer.Cut()
}

func (f *fake) set(numbers ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.channels = numbers
}

// script answers lists, after the login.
func (f *fake) script(p *amitest.Peer) {
	f.mu.Lock()
	f.peer = p
	f.mu.Unlock()
	p.Handle("BridgeList", func(p *amitest.Peer, a amitest.Action) { p.List(a, "BridgeListComplete") })
	p.Handle("Status", func(p *amitest.Peer, a amitest.Action) {
		if f.refuse {
			p.Error(a, "Permission denied")
			return
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		p.Reply(a, "Response", "Success", "EventList", "start", "Message", "Channel status will follow")
		for _, n := range f.channels {
			item := append([]string{"Event", "Status", "Privilege", "Call"}, snapshot(n, "6")...)
			p.Emit(append(item, "Type", "PJSIP", "DNID", "", "EffectiveConnectedLineNum", "", "EffectiveConnectedLineName", "", "TimeToHangup", "0",
				"BridgeID", "", "Application", "Echo", "Data", "", "Nativeformats", "", "Readformat", "", "Readtrans", "", "Writeformat", "", "Writetrans", "",
				"Callgroup", "0", "Pickupgroup", "0", "Seconds", "7", "ActionID", a.ID())...)
		}
		p.Emit("Event", "StatusComplete", "ActionID", a.ID(), "EventList", "Complete", "ListItems", strconv.Itoa(len(f.channels)))
	})
	p.Login()
	p.Serve()
}

// snapshot is the fields of channel n in a state.
func snapshot(n, state string) []string {
	desc := map[string]string{"0": "Down", "4": "Ring", "6": "Up"}[state]
	return []string{"Channel", "PJSIP/" + n + "-00000001", "ChannelState", state, "ChannelStateDesc", desc, "CallerIDNum", n, "CallerIDName", "<unknown>",
		"ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>", "Language", "en", "AccountCode", "", "Context", "default", "Exten", "1",
		"Priority", "1", "Uniqueid", "1." + n, "Linkedid", "1." + n}
}

func emit(srv *amitest.Server, name, n, state string, more ...string) {
	srv.Emit(append(append([]string{"Event", name, "Privilege", "call,all"}, snapshot(n, state)...), more...)...)
}

func hangUp(srv *amitest.Server, n string) {
	emit(srv, "Hangup", n, "6", "Cause", "16", "Cause-txt", "Normal Clearing")
}

// watching runs a test with a model of a fake in a bubble of synctest.
func watching(t *testing.T, f *fake, config *live.Config, test func(t *testing.T, srv *amitest.Server, m *live.Model)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, f.script)
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		m, err := live.Watch(t.Context(), client, config)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		test(t, srv, m)
	})
}

// next is the next change as a line.
func next(t *testing.T, s *live.Subscription) string {
	t.Helper()
	c, err := s.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c.String()
}

// The stream begins with all objects, and has every change after that once.
func TestWatch(t *testing.T) {
	f := &fake{channels: []string{"100"}}
	watching(t, f, nil, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		emit(srv, "Newchannel", "200", "4")
		synctest.Wait()
		changes := m.Subscribe(nil)
		defer changes.Close()
		want := []string{
			"reset: 2 channels, 0 bridges, 2 calls",
			"updated channel PJSIP/200-00000001 Uniqueid=1.200 State=Up CallerIDNum=200 Call=1.200 by Newstate",
			"updated call 1.200 PJSIP/200 (up) by Newstate",
			`removed channel PJSIP/200-00000001 Uniqueid=1.200 State=Up CallerIDNum=200 Call=1.200 Cause="normal clearing" by Hangup`,
			"updated call 1.200 PJSIP/200 (left) (ended) by Hangup",
		}
		if got := next(t, changes); got != want[0] {
			t.Errorf("the first change is %q, want %q", got, want[0])
		}
		emit(srv, "Newstate", "200", "6")
		hangUp(srv, "200")
		for _, want := range want[1:] {
			if got := next(t, changes); got != want {
				t.Errorf("the next change is %q, want %q", got, want)
			}
		}
		old, _ := m.Channel("1.100")
		if old == nil || !old.Began.Equal(time.Now().Add(-7*time.Second)) || old.Application != "Echo" {
			t.Errorf("the channel that was there is %+v", old)
		}
		if c, ok := m.Call("1.100"); !ok || c.Complete {
			t.Errorf("the call whose beginning was not seen is %v", c)
		}
		if c, ok := m.Call("1.200"); !ok || !c.Complete || c.Live() {
			t.Errorf("the call that was seen is %v", c)
		}
	})
}

// What ended while the connection was away ends with the cause "not seen"; what lives goes on.
func TestConnectionLost(t *testing.T) {
	f := &fake{channels: []string{"100", "200"}}
	watching(t, f, nil, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		changes := m.Subscribe(&live.SubscribeConfig{Channels: []string{"1.100", "1.200", "1.300"}})
		defer changes.Close()
		next(t, changes)
		f.set("200", "300")
		f.cut()
		got := []string{next(t, changes), next(t, changes)}
		slices.Sort(got)
		want := []string{"added channel PJSIP/300-00000001 Uniqueid=1.300 State=Up CallerIDNum=300 Call=1.300 by Status",
			`removed channel PJSIP/100-00000001 Uniqueid=1.100 State=Up CallerIDNum=100 Call=1.100 Cause=Unset (not seen) by Synced`}
		if got[0] != want[0] || !strings.HasPrefix(got[1], "removed channel PJSIP/100-00000001") || !strings.HasSuffix(got[1], "(not seen) by Synced") {
			t.Errorf("after the gap %q, want %q", got, want)
		}
		if c, ok := m.Call("1.100"); !ok || c.Live() || !c.Parties[0].NotSeen {
			t.Errorf("the call that ended unseen is %+v", c)
		}
		if c, ok := m.Channel("1.200"); !ok || c.NotSeen {
			t.Errorf("the channel that lives is %v", c)
		}
	})
}

// A consumer that does not read gets a Reset with what there is then, and all changes after it.
func TestSlowConsumer(t *testing.T) {
	watching(t, &fake{}, nil, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		changes := m.Subscribe(&live.SubscribeConfig{Limit: 5})
		defer changes.Close()
		emit(srv, "Newchannel", "99", "4") // after Subscribe, and before the first Next
		synctest.Wait()
		for _, want := range []string{"reset: 0 channels", "added channel PJSIP/99-", "added call 1.99"} {
			if got := next(t, changes); !strings.HasPrefix(got, want) {
				t.Errorf("the first changes have %q, want %q", got, want)
			}
		}
		hangUp(srv, "99")
		for range 2 {
			next(t, changes)
		}
		for i := range 10 {
			emit(srv, "Newchannel", strconv.Itoa(100+i), "4")
		}
		synctest.Wait()
		if got, want := next(t, changes), "reset: 10 channels, 0 bridges, 11 calls"; got != want {
			t.Errorf("the change is %q, want %q", got, want)
		}
		hangUp(srv, "100")
		if got := next(t, changes); !strings.HasPrefix(got, "removed channel PJSIP/100-") {
			t.Errorf("the change after it is %q", got)
		}
	})
}

// A user who may not list channels sees none, and is told why.
func TestRefusedList(t *testing.T) {
	watching(t, &fake{refuse: true}, nil, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		emit(srv, "Newchannel", "100", "4")
		synctest.Wait()
		if got := m.View().String(); got != "0 channels, 0 bridges, 0 calls" {
			t.Errorf("the view is %s", got)
		}
		part := m.Parts()[0]
		if !part.Absent || part.Complete || !strings.Contains(part.String(), "Permission denied") || !strings.Contains(part.String(), "reporting") {
			t.Errorf("Parts()[0] = %v", part)
		}
	})
}

// What no event tells is right after Refresh, and by itself after Config.Recheck.
func TestRefreshAndRecheck(t *testing.T) {
	for _, by := range []string{"Refresh", "Recheck"} {
		f := &fake{channels: []string{"100", "200"}}
		watching(t, f, &live.Config{Recheck: time.Minute}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
			f.set("200", "300")
			if by == "Refresh" {
				if err := m.Refresh(t.Context()); err != nil {
					t.Fatal(err)
				}
			} else {
				<-time.After(61 * time.Second)
				synctest.Wait()
			}
			var got []string
			for c := range m.View().Channels() {
				got = append(got, c.UniqueID)
			}
			if slices.Sort(got); !slices.Equal(got, []string{"1.200", "1.300"}) {
				t.Errorf("%s: the channels are %q", by, got)
			}
			if listed := m.Parts()[0].Listed; time.Since(listed) > 2*time.Second {
				t.Errorf("%s: listed at %v, and it is %v", by, listed, time.Now())
			}
		})
	}
}

// Close ends the model and its subscriptions, and leaves the session open.
func TestClose(t *testing.T) {
	watching(t, &fake{channels: []string{"100"}}, nil, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		changes := m.Subscribe(nil)
		next(t, changes)
		for range 2 {
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		}
		<-m.Done()
		if got, want := next(t, changes), `updated server "" State=lost Reason="live: closed"`; got != want {
			t.Errorf("the last change is %q, want %q", got, want)
		}
		if _, err := changes.Next(t.Context()); !errors.Is(err, live.ErrClosed) || changes.Err() != nil {
			t.Errorf("Next after Close = %v, Err %v", err, changes.Err())
		}
		if err := m.Refresh(t.Context()); !errors.Is(err, live.ErrClosed) {
			t.Errorf("Refresh after Close = %v", err)
		}
		if _, err := m.Subscribe(nil).Next(t.Context()); err != nil { // the Reset; then nothing follows
			t.Logf("Subscribe after Close: %v", err)
		}
		if _, ok := m.View().Channel("1.100"); !ok {
			t.Error("the view is empty after Close")
		}
	})
}

// Watch gives up with its context, and leaves nothing behind.
func TestWatchIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Handle("BridgeList", func(p *amitest.Peer, _ amitest.Action) { <-p.Context().Done() }) // never answers
			p.Handle("ListCommands", func(p *amitest.Peer, _ amitest.Action) { <-p.Context().Done() })
			p.Login()
			p.Serve()
		})
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial, PingInterval: -1})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		cause := errors.New("enough")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, cause)
		defer cancel()
		if _, err := live.Watch(ctx, client, nil); !errors.Is(err, cause) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Watch = %v, want the end of ctx and its cause", err)
		}
	})
}

// A model ends with its session, and says why.
func TestSessionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, (&fake{}).script)
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
		if err != nil {
			t.Fatal(err)
		}
		m, err := live.Watch(t.Context(), client, &live.Config{Server: "pbx1"})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		changes := m.Subscribe(nil)
		next(t, changes)
		_ = client.Close()
		<-m.Done()
		if got := next(t, changes); !strings.HasPrefix(got, "updated server pbx1 State=lost Reason=") {
			t.Errorf("the last change is %q", got)
		}
		if _, err := changes.Next(t.Context()); err == nil || m.Err() == nil {
			t.Errorf("Next = %v, Err = %v", err, m.Err())
		}
		if s := m.View().Server(); s.State != live.ServerLost || s.Since != time.Now() {
			t.Errorf("the server is %v since %v", s, s.Since)
		}
	})
}

// The JSON form of objects and changes, which programs of others read.
func TestJSON(t *testing.T) {
	began := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	channel := &live.Channel{UniqueID: "1.1", Name: "PJSIP/100-00000001", LinkedID: "1.1", CallID: "1.1", State: asterisk.ChannelUp, CallerIDNum: "100", Began: began}
	call := &live.Call{ID: "1.1", Parties: []live.Party{{ID: "1.1", UniqueID: "1.1", Channel: channel.Name, Device: "PJSIP/100", Began: began}},
		Channels: []string{"1.1"}, Began: began, Complete: true}
	for _, test := range []struct {
		of   any
		want string
	}{
		{live.Changed[live.Channel]{Kind: live.KindAdded, After: channel},
			`{"Object":"channel","Change":"added","After":{"UniqueID":"1.1","Name":"PJSIP/100-00000001","LinkedID":"1.1","CallID":"1.1","State":6,"CallerIDNum":"100","Began":"2026-11-29T12:00:00Z","Cause":0}}`},
		{live.Changed[live.Call]{Kind: live.KindRemoved, Before: call, After: call, Synthetic: true},
			`{"Object":"call","Change":"removed","After":{"ID":"1.1","Parties":[{"ID":"1.1","Channel":"PJSIP/100-00000001","UniqueID":"1.1","Device":"PJSIP/100","Began":"2026-11-29T12:00:00Z"}],"Channels":["1.1"],"Began":"2026-11-29T12:00:00Z","Complete":true},"Synthetic":true}`},
		{&live.Bridge{ID: "b", Type: "basic"}, `{"ID":"b","Type":"basic"}`},
	} {
		got, err := json.Marshal(test.of)
		if err != nil || string(got) != test.want {
			t.Errorf("json of %v =\n%s, %v, want\n%s", test.of, got, err, test.want)
		}
	}
	if text := fmt.Sprint(live.Changed[live.Call]{Kind: live.KindAdded, After: call}); text != "added call 1.1 PJSIP/100" {
		t.Errorf("String = %q", text)
	}
}

// A channel's Call is known at once, once its first event has come, or after its end; or it is known that there is none.
func TestWait(t *testing.T) {
	f := &fake{channels: []string{"100"}}
	watching(t, f, nil, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		f.peer.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No such channel") })
		wait := func(id string) string {
			c, err := m.Wait(t.Context(), id)
			if err != nil {
				return err.Error()
			}
			return c.String()
		}
		if got, want := wait("1.100"), "call 1.100 PJSIP/100 (up) (not complete)"; got != want {
			t.Errorf("Wait of a channel that is there = %s, want %s", got, want)
		}
		go func() { // ends after a second
			<-time.After(time.Second)
			emit(srv, "Newchannel", "200", "4")
		}()
		if got, want := wait("1.200"), "call 1.200 PJSIP/200"; got != want {
			t.Errorf("Wait of a channel whose events are late = %s, want %s", got, want)
		}
		hangUp(srv, "200")
		synctest.Wait()
		if got, want := wait("1.200"), "call 1.200 PJSIP/200 (left) (ended)"; got != want {
			t.Errorf("Wait of a channel that has ended = %s, want %s", got, want)
		}
		if _, err := m.Wait(t.Context(), "1.300"); !errors.Is(err, ami.ErrNoSuchChannel) {
			t.Errorf("Wait of a channel that never was = %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := m.Wait(ctx, "1.300"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait that is given up = %v", err)
		}
		_ = m.Close()
		if _, err := m.Wait(t.Context(), "1.300"); !errors.Is(err, live.ErrClosed) {
			t.Errorf("Wait after Close = %v", err)
		}
	})
	watching(t, &fake{refuse: true}, nil, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		if _, err := m.Wait(t.Context(), "1.100"); err == nil || !strings.Contains(err.Error(), "Permission denied") {
			t.Errorf("Wait without rights = %v", err)
		}
	})
}
