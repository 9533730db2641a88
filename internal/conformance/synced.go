package conformance

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// ofNobody matches nothing: what a subscription with it gives is of its lists.
var ofNobody = event.Or()

// result is what a list has to end with.
type result struct {
	least, most int
	err         error
}

// synced takes events up to the next Synced, and counts the others by name. A Gap
// is a failure.
func synced(ctx context.Context, t testing.TB, sub *event.Subscription) (items map[string]int, s event.Synced) {
	t.Helper()
	items = make(map[string]int)
	for {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("waiting for Synced after %v: %v", items, err)
		}
		switch e := ev.(type) {
		case event.Synced:
			return items, e
		case event.Gap:
			t.Fatalf("a gap: %v, %d missed, %v", e.Reason, e.Missed, e.Err)
		default:
			items[ev.EventName()]++
		}
	}
}

// wantResults compares the results of a Synced with those of wants, one for each
// list.
func wantResults(t testing.TB, s event.Synced, lists []action.Action, wants []result) {
	t.Helper()
	if len(s.Lists) != len(lists) {
		t.Fatalf("Synced has the results %+v, want %d", s.Lists, len(lists))
	}
	for i, got := range s.Lists {
		want := wants[i]
		if got.Action != lists[i].ActionName() || got.Items < want.least || got.Items > want.most || !errors.Is(got.Err, want.err) {
			t.Errorf("result %d is %+v, want %s, %d to %d items, %v", i, got, lists[i].ActionName(), want.least, want.most, want.err)
		}
	}
}

const many = 1 << 30 // items

// results: Synced says of each list what became of it. Where Asterisk refuses because
// there is nothing to list, the list is empty. A list that is denied, or unknown, does
// not hide the results of the others.
func (p *place) results(t *testing.T) {
	all, crm := p.open(t, "all"), p.open(t, "crm")
	hangUpAll(t, p.conn(t, "off"))
	for _, c := range []struct {
		s     ami.Session
		lists []action.Action
		wants []result
		first error
	}{
		{all, []action.Action{
			action.New("ConfbridgeListRooms"), action.New("QueueSummary"), action.New("Frobnicate"), action.New("PJSIPShowResourceLists"),
			action.New("DBGet", "Family", "none", "Key", "none"), action.CoreShowChannels{}, action.Getvar{}, action.New("ConfbridgeList"), action.New("BridgeTechnologyList"),
		}, []result{
			{0, 0, nil}, {2, many, nil}, {0, 0, ami.ErrUnknownAction}, {0, 0, nil}, {0, 0, nil}, {0, 0, nil}, {0, 0, ami.ErrInvalid}, {0, 0, errAny}, {3, many, nil},
		}, ami.ErrUnknownAction},
		{crm, []action.Action{
			action.New("PJSIPShowEndpoints"), action.New("ConfbridgeListRooms"), action.New("DeviceStateList"), action.New("PJSIPShowContacts"), action.New("ConfbridgeList", "Conference", "none"),
		}, []result{
			{0, 0, ami.ErrPermissionDenied}, {0, 0, nil}, {3, many, nil}, {0, 0, ami.ErrPermissionDenied}, {0, 0, nil},
		}, ami.ErrPermissionDenied},
		{all, []action.Action{action.New("ConfbridgeListRooms"), action.New("PJSIPShowResourceLists")}, []result{{}, {}}, nil},
	} {
		sub := c.s.Subscribe(ofNobody, &ami.SubscribeConfig{Snapshot: c.lists})
		_, s := synced(deadline(t, 30*time.Second), t, sub)
		for i := range c.wants {
			if c.wants[i].err == errAny && len(s.Lists) > i && s.Lists[i].Err != nil {
				c.wants[i].err = s.Lists[i].Err
			}
		}
		wantResults(t, s, c.lists, c.wants)
		if !errors.Is(s.Err, c.first) {
			t.Errorf("Synced.Err = %v, want %v", s.Err, c.first)
		}
		sub.Close()
	}
}

// errAny is some error.
var errAny = errors.New("any error")

// roomsOf is a list of each room that a list of rooms has.
func roomsOf(item event.Event) []action.Action {
	room, ok := item.(event.ConfbridgeListRooms)
	if !ok {
		return nil
	}
	return []action.Action{action.New("ConfbridgeList", "Conference", room.Conference)}
}

// roomsDialplan has conferences that say nothing.
const roomsDialplan = `
[rooms]
exten => _X,1,Answer()
 same => n,Set(CONFBRIDGE(user,quiet)=yes)
 same => n,ConfBridge(${EXTEN})
`

// rooms: lists that depend on a list come before Synced, in a snapshot and in a
// Refresh.
func (p *place) rooms(t *testing.T) {
	s, by := p.open(t, "all"), p.conn(t, "")
	defer hangUpAll(t, by)
	joins := by.Subscribe(event.Of[event.ConfbridgeJoin](), nil)
	defer joins.Close()
	ctx := deadline(t, 30*time.Second)
	people := []string{"7", "8", "8"}
	for _, room := range people {
		begin(t, by, "Local/"+room+"@rooms", "Wait", "60")
	}
	for range people {
		if _, err := joins.Next(ctx); err != nil {
			t.Fatalf("waiting for the conferences: %v", err)
		}
	}
	rooms := action.New("ConfbridgeListRooms")
	sub := s.Subscribe(ofNobody, &ami.SubscribeConfig{Snapshot: []action.Action{rooms, action.CoreShowChannels{}}, Then: roomsOf})
	defer sub.Close()
	one := action.New("ConfbridgeList")
	for _, run := range []struct {
		lists []action.Action
		wants []result
	}{
		{[]action.Action{rooms, action.CoreShowChannels{}, one, one}, []result{{2, 2, nil}, {6, 6, nil}, {1, 2, nil}, {1, 2, nil}}},
		{[]action.Action{rooms, one, one}, []result{{2, 2, nil}, {1, 2, nil}, {1, 2, nil}}},
	} {
		items, s := synced(ctx, t, sub)
		wantResults(t, s, run.lists, run.wants)
		if items["ConfbridgeListRooms"] != 2 || items["ConfbridgeList"] != 3 || s.Err != nil {
			t.Errorf("the stream has %v, then Synced, %v; want 2 rooms with 3 in them", items, s.Err)
		}
		if err := ami.Refresh(sub, rooms); err != nil {
			t.Errorf("Refresh = %v", err)
		}
	}
}

// refresh: further lists come with a Synced and without a Gap, asked for by the
// consumer's loop, by many at once, and while a snapshot runs.
func (p *place) refresh(t *testing.T) {
	s := p.open(t, "all")
	ctx := deadline(t, 30*time.Second)
	queues, technologies := action.New("QueueSummary"), action.New("BridgeTechnologyList")
	for _, config := range []*ami.SubscribeConfig{nil, {Snapshot: []action.Action{queues}}} {
		sub := s.Subscribe(ofNobody, config)
		if config != nil {
			synced(ctx, t, sub)
		}
		for range size(1, 3) {
			if err := ami.Refresh(sub, technologies, queues); err != nil {
				t.Errorf("Refresh = %v", err)
			}
			items, s := synced(ctx, t, sub)
			wantResults(t, s, []action.Action{technologies, queues}, []result{{3, many, nil}, {2, many, nil}})
			if items["QueueSummary"] != s.Lists[1].Items || s.Err != nil {
				t.Errorf("the stream has %v, then Synced of %+v", items, s.Lists)
			}
		}
		sub.Close()
	}
	const n = 8
	sub := s.Subscribe(ofNobody, &ami.SubscribeConfig{Snapshot: []action.Action{technologies}})
	defer sub.Close()
	var askers sync.WaitGroup
	for range n {
		askers.Go(func() { _ = ami.Refresh(sub, queues) })
	}
	askers.Wait()
	for ran := 0; ran < n+1; {
		items, s := synced(ctx, t, sub)
		ran += len(s.Lists)
		for _, list := range s.Lists {
			items[map[string]string{"QueueSummary": "QueueSummary", "BridgeTechnologyList": "BridgeTechnologyListItem"}[list.Action]] -= list.Items
		}
		for name, more := range items {
			if more != 0 || s.Err != nil {
				t.Errorf("%d more items %s than Synced of %+v says", more, name, s.Lists)
			}
		}
	}
}

// limit: a list of a snapshot that is over Config.MaxListItems gives as many items
// as are allowed, and its result says so. Others are whole.
func (p *place) limit(t *testing.T) {
	const most = 5
	s := p.openWith(t, "all", Limits{MaxListItems: most})
	long, short := action.New("ShowDialPlan"), action.New("QueueSummary")
	sub := s.Subscribe(ofNobody, &ami.SubscribeConfig{Snapshot: []action.Action{long, short}})
	defer sub.Close()
	ctx := deadline(t, 30*time.Second)
	for range size(1, 3) {
		items, s := synced(ctx, t, sub)
		wantResults(t, s, []action.Action{long, short}, []result{{most, most, ami.ErrTooManyItems}, {2, most, nil}})
		if items["ListDialplan"] != most {
			t.Errorf("the stream has %v, want %d of the long list", items, most)
		}
		if err := ami.Refresh(sub, long, short); err != nil {
			t.Errorf("Refresh = %v", err)
		}
	}
	for range ami.Each(ctx, s, action.CoreShowChannels{}) {
		t.Error("a channel is left")
	}
}
