package live

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// enters is a BridgeEnter of a bridge that nobody has told of.
func (o of) enters(bridge string) event.Event {
	text := strings.Replace(o.event("BridgeEnter").Fields().String(), "BridgeUniqueid: room", "BridgeUniqueid: "+bridge, 1)
	return decoded(transport.ParseFields(text), start)
}

// What Asterisk does not send, or what was lost of it: nothing panics, and what is shown holds together after each event. The lists
// that come next are right, and after empty ones nothing is left.
func TestBadInput(t *testing.T) {
	one := of{name: "PJSIP/100-00000001", id: "1.1", linked: "1.1", state: "Ring"}
	two := of{name: "PJSIP/100-00000001", id: "1.2", linked: "1.2", state: "Ring"} // with the name of one
	long := of{name: "PJSIP/101-00000003", id: "1.3", linked: "1.3", state: "Ring", exten: strings.Repeat("5", 1<<20)}
	broken := of{name: "PJSIP/102\r\n-00000004", id: "1.4", linked: "1.4", state: "Ring"}
	late := decoded(one.event("Newstate").Fields(), start.Add(-24*time.Hour))
	early := decoded(one.event("Hangup").Fields(), start.Add(24*365*time.Hour))
	for name, test := range map[string]struct {
		events []event.Event
		want   []string // Uniqueids of the channels that are shown
	}{
		"a channel that ends twice":           {[]event.Event{one.event("Newchannel"), one.event("Hangup"), one.event("Hangup")}, nil},
		"a channel that begins twice":         {[]event.Event{one.event("Newchannel"), one.event("Newchannel")}, []string{"1.1"}},
		"a channel that begins after its end": {[]event.Event{one.event("Newchannel"), one.event("Hangup"), one.event("Newchannel")}, []string{"1.2"}}, // Asterisk says that there is one
		"a channel that never began":          {[]event.Event{one.event("Hangup"), one.event("Newstate")}, nil},
		"a name that is used again":           {[]event.Event{one.event("Newchannel"), one.event("Hangup"), two.event("Newchannel")}, []string{"1.2"}},
		"a name that is used again, the Hangup lost": {[]event.Event{one.event("Newchannel"), two.event("Newchannel"), two.event("Newstate")},
			[]string{"1.2"}},
		"a Hangup that is lost":      {[]event.Event{one.event("Newchannel"), gap(start), synced(start)}, nil},
		"a bridge of nobody":         {[]event.Event{one.event("Newchannel"), one.enters("none"), one.enters("other")}, []string{"1.1"}},
		"a bridge that is left only": {[]event.Event{one.event("Newchannel"), one.event("BridgeLeave"), one.event("BridgeLeave")}, []string{"1.1"}},
		"a bridge without an ID":     {[]event.Event{one.event("Newchannel"), one.enters("")}, []string{"1.1"}},
		"a name with a line break":   {[]event.Event{broken.event("Newchannel"), broken.event("Newstate")}, nil},
		"an event of 1 MiB":          {[]event.Event{long.event("Newchannel"), long.event("Newstate")}, []string{"1.3"}},
		"a clock that goes back":     {[]event.Event{one.event("Newchannel"), late}, []string{"1.1"}},
		"a clock that goes ahead":    {[]event.Event{one.event("Newchannel"), early, two.event("Newchannel")}, []string{"1.2"}},
	} {
		f := follow(t)
		f.answer = func(q question) answer { return answer{there: true, uniqueID: "1.2", linkedID: "1.2"} }
		f.takes(append([]event.Event{synced(start)}, test.events...)...)
		var got []string
		for c := range f.channels.all() {
			got = append(got, c.UniqueID)
		}
		if name != "a name with a line break" && !slices.Equal(got, test.want) {
			t.Errorf("%s: %q are shown, want %q", name, got, test.want)
		}
		ends(t, f.changes)
		at := start.Add(time.Hour)
		f.takes(gap(at), synced(at))
		f.expire(start.Add(24 * 366 * time.Hour))
		if f.channels.size+f.bridges.size+f.calls.size+len(f.pairs)+len(f.names)+len(f.threads) > 0 {
			t.Errorf("%s: there are left %v, %d pairs, %d names, %d threads", name, f.view(), len(f.pairs), len(f.names), len(f.threads))
		}
	}
}

// A list that was cut short ends nobody, and a later one that is whole does.
func TestListCutShort(t *testing.T) {
	f := withVictim(t)
	short := synced(start)
	for i := range short.Lists {
		short.Lists[i].Err = errors.New("the connection was lost")
	}
	f.takes(gap(start), short)
	if c, ok := f.channels.get("1.1"); !ok || c.NotSeen {
		t.Errorf("after a list that was cut short the channel is %v", c)
	}
	if f.takes(gap(start), synced(start)); f.channels.size != 0 {
		t.Errorf("after a whole list there are %v", f.view())
	}
}

// What strangers, or an Asterisk gone wrong, can send without end takes no more than the limits allow.
func TestBounds(t *testing.T) {
	f := follow(t)
	f.limits = limits{channels: 100, bridges: 50, calls: 100, finished: 20, finishedBytes: 1 << 20}
	f.takes(synced(start))
	for i := range 6_000 {
		c := of{name: fmt.Sprintf("PJSIP/100-%08x", i), id: fmt.Sprintf("1.%d", i), linked: fmt.Sprintf("1.%d", i), state: "Ring"}
		f.take(c.event("Newchannel"))
		f.take(c.enters(fmt.Sprintf("bridge-%d", i)))
		for n := range 20 {
			renamed := fmt.Sprintf("PJSIP/100-%08x-%d", i, n)
			f.take(decoded(transport.ParseFields("Event: Rename\r\nPrivilege: call,all\r\nChannel: "+c.name+"\r\nNewname: "+renamed+"\r\nUniqueid: "+c.id+"\r\n"), start))
			c.name = renamed
		}
		if i%2 == 0 || i > 1000 {
			f.take(c.event("Hangup"))
		}
		f.state.changes, f.state.questions, f.waiting = nil, nil, 0
	}
	if f.channels.size > 100 || len(f.pairs) > 100*maxNames || len(f.names) > 100 || f.bridges.size > 50 || f.calls.size > 100+1 || len(f.threads) > 200 ||
		len(f.finished) > 20 || len(f.ended.now)+len(f.ended.before) > 2*remembered || len(f.gone.now)+len(f.gone.before) > 2*remembered {
		t.Errorf("there are %v, %d pairs, %d names, %d threads, %d finished, %d and %d that have ended", f.view(), len(f.pairs), len(f.names), len(f.threads),
			len(f.finished), len(f.ended.now)+len(f.ended.before), len(f.gone.now)+len(f.gone.before))
	}
	if !f.limits.exceeded {
		t.Error("nothing was left out")
	}
}
