package event_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/producer"
	"github.com/asterisk-go/asterisk-go/transport"
)

// handled has what functions were called with.
type handled struct {
	*stream
	on event.Handlers
}

func newHandled(t *testing.T) *handled {
	return &handled{stream: newStream(t, event.Filter{}, 4)}
}

func (h *handled) note(format string, values ...any) {
	h.got = append(h.got, fmt.Sprintf(format, values...))
}

// all handles what is queued, and compares the calls.
func (h *handled) all(want ...string) {
	h.t.Helper()
	h.hub.Close(nil)
	for {
		err := h.sub.Handle(h.t.Context(), &h.on)
		if err != nil {
			if !errors.Is(err, event.ErrClosed) {
				h.t.Error(err)
			}
			break
		}
	}
	if !slices.Equal(h.got, want) {
		h.t.Errorf("calls:\n got %q\nwant %q", h.got, want)
	}
}

type mine struct{ Key string }

func (mine) UserEventName() string { return "Mine" }

// Each function is called with the events of its type, and Other with the rest.
func TestHandlersAreGivenTheirTypes(t *testing.T) {
	h := newHandled(t)
	event.On(&h.on, func(e event.Hangup) { h.note("Hangup %s %d %d.%d", e.Channel, e.Cause, e.Epoch(), e.Sequence()) })
	event.On(&h.on, func(e event.UserEvent) { h.note("UserEvent %s", e.UserEvent) })
	event.OnUser(&h.on, func(m mine, e event.UserEvent) { h.note("mine %q on %q", m.Key, e.Channel) })
	event.On(&h.on, func(e event.Unknown) { h.note("Unknown %s", e.EventName()) })
	event.On(&h.on, func(e event.Gap) { h.note("Gap %s %d", e.Reason, e.Missed) })
	event.On(&h.on, func(e event.Connected) { h.note("Connected %s", e.Address) })
	event.On(&h.on, func(e event.Synced) { h.note("Synced %v", e.Err) })
	h.on.Other = func(ev event.Event) { h.note("other %T", ev) }

	h.hub.Connect("here")
	h.hub.Publish(block("Event: Hangup", "Privilege: call,all", "Channel: a", "Cause: 16"))
	h.hub.Publish(block("event: UserEvent", "Channel: a", "UserEvent: Mine", "Key: value"))
	h.hub.Publish(block("Event: UserEvent", "UserEvent: Yours", "Key: value"))
	h.hub.Publish(block("Event: Newstate", "Channel: b"))
	h.hub.Publish(block("Event: hangup", "Channel: b")) // dropped, as the limit says
	h.hub.Sync(h.sub, gapsOf(h.sub), nil)
	h.hub.Disconnect(errors.New("cut"))
	h.item("hangup")
	h.item("Gap") // no mark: Asterisk's, or a stranger's
	h.item("")
	h.all("Connected here", "Hangup a 16 1.1", `mine "value" on "a"`, "UserEvent Yours", "other event.Newstate", "Gap overflow 1", "Synced <nil>",
		"Gap disconnected -1", "Unknown hangup", "Unknown Gap", "Unknown ")
}

// What there is no function for is passed over, or for Other.
func TestHandlersWithout(t *testing.T) {
	publish := func(h *handled) {
		h.hub.Connect("here")
		h.hub.Publish(block("Event: Hangup", "Channel: a"))
		h.hub.Publish(block("Event: UserEvent", "UserEvent: Mine"))
		h.hub.Publish(block("Event: New"))
		h.hub.Disconnect(errors.New("cut"))
	}
	h := newHandled(t)
	publish(h)
	h.all()

	h = newHandled(t)
	h.on.Other = func(ev event.Event) { h.note("%T", ev) }
	event.On(&h.on, func(event.Hangup) { h.note("taken away") })
	event.On[event.Hangup](&h.on, nil)
	event.On(&h.on, func(event.Gap) { h.note("taken away") })
	event.On[event.Gap](&h.on, nil)
	event.OnUser(&h.on, func(mine, event.UserEvent) { h.note("taken away") })
	event.OnUser[mine](&h.on, nil)
	event.On[event.Newstate](&h.on, nil) // there was none
	publish(h)
	h.all("event.Connected", "event.Hangup", "event.UserEvent", "event.Unknown", "event.Gap")
}

func TestLaterFunctionTakesThePlace(t *testing.T) {
	h := newHandled(t)
	event.On(&h.on, func(event.Hangup) { h.note("first") })
	event.On(&h.on, func(event.Hangup) { h.note("second") })
	h.hub.Publish(block("Event: Hangup"))
	h.all("second")
}

// Handle counts and reports doubtful events as Next does, and as often; what it
// decodes for nobody is not looked at.
func TestHandlersCountDoubt(t *testing.T) {
	h := newHandled(t)
	var warned []string
	h.hub.Producer(producer.Key{}).Warn(func(ev event.Event) { warned = append(warned, fmt.Sprintf("%T", ev)) })
	odd := []transport.Block{
		block("Event: Newstate", "Channel: a", "CallerIDNum: 1", "Uniqueid: 1", "Uniqueid: 2"), // for nobody
		block("Event: Hangup", "Channel: a", "CallerIDNum: 1", "Uniqueid: 1", "Uniqueid: 2"),
		block("Event: UserEvent", "Channel: a", "CallerIDNum: 1", "Uniqueid: 1", "Uniqueid: 2", "UserEvent: Mine"),
		block("Event: UserEvent", "Channel: a", "CallerIDNum: 1", "Uniqueid: 1", "Uniqueid: 2", "UserEvent: Yours"),
	}
	event.On(&h.on, func(e event.Hangup) {
		h.note("Hangup %q %v, %d warnings", e.UniqueID, e.Doubt()&event.DoubtRepeated != 0, len(warned))
	})
	event.OnUser(&h.on, func(_ mine, e event.UserEvent) { h.note("mine %q", e.UniqueID) })
	event.On(&h.on, func(e event.UserEvent) { h.note("UserEvent %q", e.UniqueID) })
	h.hub.Connect("here")
	for _, b := range odd {
		h.hub.Publish(b)
	}
	h.all(`Hangup "2" true, 1 warnings`, `mine "2"`, `UserEvent "2"`)
	if n := h.sub.Stats().Doubtful; n != 3 || h.hub.Doubtful() != 3 || !slices.Equal(warned, []string{"event.Hangup"}) {
		t.Errorf("%d are doubtful, the hub says %d, and warned of %q", n, h.hub.Doubtful(), warned)
	}
}

// What functions are given is what Next returns.
func TestHandlersDecodeAsNext(t *testing.T) {
	for _, ev := range recorded(t, "22") {
		h := newHandled(t)
		var got event.Event
		event.On(&h.on, func(e event.Hangup) { got = e })
		event.On(&h.on, func(e event.Newchannel) { got = e })
		event.On(&h.on, func(e event.VarSet) { got = e })
		event.On(&h.on, func(e event.DialBegin) { got = e })
		event.On(&h.on, func(e event.UserEvent) { got = e })
		h.on.Other = func(ev event.Event) { got = ev }
		twin := h.hub.Subscribe(event.Filter{}, nil)
		h.hub.Publish(transport.NewBlock(ev.Fields()))
		if err := h.sub.Handle(t.Context(), &h.on); err != nil {
			t.Fatal(err)
		}
		if want := next(t, twin); fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
			t.Fatalf("Handle gave\n%#v, Next\n%#v", got, want)
		}
	}
}

func TestHandleReturnsTheErrorsOfNext(t *testing.T) {
	h := newHandled(t)
	h.on.Other = func(ev event.Event) { t.Errorf("called with %v", ev) }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.sub.Handle(ctx, &h.on); !errors.Is(err, context.Canceled) {
		t.Errorf("Handle = %v, want the end of ctx", err)
	}
	event.On(&h.on, func(event.Hangup) { h.sub.Close() })
	h.hub.Publish(block("Event: Hangup"))
	if err := h.sub.Handle(t.Context(), &h.on); err != nil {
		t.Errorf("Handle = %v for a function that closes", err)
	}
	if err := h.sub.Handle(t.Context(), &h.on); !errors.Is(err, event.ErrClosed) {
		t.Errorf("Handle = %v after Close, want ErrClosed", err)
	}
}

func TestHandlersAllocateNothing(t *testing.T) {
	h := newHandled(t)
	event.On(&h.on, func(event.Hangup) {})
	event.On(&h.on, func(event.DialBegin) {})
	event.On(&h.on, func(event.UserEvent) {})
	seen := make(map[string]bool)
	for _, ev := range recorded(t, "22") {
		if name := ev.EventName(); seen[name] || !slices.Contains([]string{"Hangup", "DialBegin", "UserEvent", "Newexten"}, name) {
			continue
		}
		seen[ev.EventName()] = true
		text := ""
		for line := range ev.Fields().Lines() {
			if !strings.Contains(line, "ChanVariable") { // a list, and what is escaped, have memory of their own
				text += strings.ReplaceAll(line, `\`, "") + "\r\n"
			}
		}
		b := transport.NewBlock(transport.ParseFields(text))
		wantAllocs(t, ev.EventName(), 1, func() { // that of the text
			h.hub.Publish(b)
			if err := h.sub.Handle(t.Context(), &h.on); err != nil {
				t.Fatal(err)
			}
		})
	}
	if len(seen) != 4 {
		t.Errorf("only %v are recorded", seen)
	}
}
