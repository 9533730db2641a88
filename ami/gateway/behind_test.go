package gateway

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

func deviceIs(kind live.Kind, n int) live.Change {
	return live.Changed[live.Device]{Kind: kind, After: &live.Device{Name: fmt.Sprintf("PJSIP/%d", n)}}
}

// An object that goes while a snapshot is sent is gone for the client, too, that has it from an earlier part.
func TestSnapshotWhileObjectsGo(t *testing.T) {
	s, p := newStateOf(&Config{})
	var devices []live.Change
	for n := range 3 * maxObjects {
		devices = append(devices, deviceIs(live.KindAdded, n))
	}
	s.apply(p, devices)
	v := viewOf(t, s, Rights{Devices: []Ref{{Name: All}}})
	first, second := connected(t, v), connected(t, v)
	first.reads(1)
	for _, n := range []int{1, maxObjects, 3*maxObjects - 1} { // in the first part, or a later one
		s.apply(p, []live.Change{deviceIs(live.KindRemoved, n)})
		second.reads(1)
		first.reads(1)
	}
	for _, b := range []*browser{first, second} {
		b.reads(-1)
		if want := v.values(); !maps.Equal(b.objects, want) {
			t.Errorf("the client has %d objects, want %d", len(b.objects), len(want))
		}
	}
}

// slow is a sender whose writes wait until the test takes them.
type slow struct{ sent chan []byte }

func (s slow) text(data []byte) error { s.sent <- data; return nil }
func (s slow) update(f *frame) error  { return s.text(f.data()) }
func (s slow) alive() error           { return nil }

// A client that was behind for longer than deletes are kept begins anew, so that it does not keep what is gone.
func TestBehindTheWindow(t *testing.T) {
	s, p := newStateOf(&Config{ResumeBytes: 1000})
	v := viewOf(t, s, Rights{Devices: []Ref{{Name: All}}})
	of := &session{}
	of.standing.Store(&standing{view: v})
	c := &connection{session: of, woken: make(chan struct{}, 1), done: make(chan struct{})}
	out := slow{make(chan []byte)}
	ended := make(chan struct{})
	go func() { defer close(ended); c.run(out, new(message.Hello)) }() // ends with c.end; the test waits for it
	defer func() { c.end(gone); <-ended }()
	var m received
	for m.Type != "update" {
		m = next(t, out.sent)
	}
	s.apply(p, []live.Change{deviceIs(live.KindAdded, 0)})
	has := make(map[string]bool)
	for !has["device::PJSIP%2F0"] {
		m = next(t, out.sent)
		takes(has, m)
	}
	s.apply(p, []live.Change{deviceIs(live.KindAdded, 1)}) // whose Update waits
	for n := range 100 {
		s.apply(p, []live.Change{deviceIs(live.KindRemoved, n), deviceIs(live.KindAdded, n+1)})
	}
	resets := 0
	for want := len(v.values()); !has["device::PJSIP%2F100"]; {
		switch m = next(t, out.sent); m.Type {
		case "reset":
			resets++
			clear(has)
		case "update":
			takes(has, m)
		}
		if has["device::PJSIP%2F100"] && len(has) != want {
			t.Errorf("the client has %v, want %d objects", has, want)
		}
	}
	if resets == 0 {
		t.Error("there was no Reset")
	}
}

// next is the next message that a sender is to write.
func next(t *testing.T, sent <-chan []byte) (m received) {
	t.Helper()
	select {
	case data := <-sent:
		valid(t, "FromGateway", data)
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("nothing is sent")
	}
	return m
}

// takes notes the keys that a client has.
func takes(has map[string]bool, m received) {
	for _, o := range m.Put {
		has[o.Key] = true
	}
	for _, key := range m.Delete {
		delete(has, key)
	}
}
