package gateway

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// replay plays a capture of a real server to a model and a state that follows it, and calls after once it follows and after each event. It
// runs in a bubble of synctest.
func replay(t *testing.T, file string, after func(s *state)) {
	t.Helper()
	replayIn(t, file, eachEvent, after)
}

// eachEvent gives the model and the state time after each event.
func eachEvent(int) bool { return true }

// replayShown is replayIn to a browser that may see all devices, and has read what there is when after is called. It returns the browser.
func replayShown(t *testing.T, file string, rest func(event int) bool, after func(all *browser)) *browser {
	t.Helper()
	var all *browser
	replayIn(t, file, rest, func(s *state) {
		if all == nil {
			all = connected(t, viewOf(t, s, Rights{Devices: []Ref{{Name: All}}}))
		}
		all.reads(-1)
		after(all)
	})
	return all
}

// replayIn is replay, where the model and the state see some events together: rest says after which ones they have time.
func replayIn(t *testing.T, file string, rest func(event int) bool, after func(s *state)) {
	t.Helper()
	replayed(t, file, rest, after, func() {})
}

// replayed is replayIn with something to do at the end, in the bubble.
func replayed(t *testing.T, file string, rest func(event int) bool, after func(s *state), end func()) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var events []fields
	for _, block := range strings.Split(string(text), "\r\n\r\n") {
		if f := parse(block); f.get("ActionID") == "" && f.get("Event") != "Synced" {
			events = append(events, f)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Handle("BridgeList", func(p *amitest.Peer, a amitest.Action) { p.List(a, "BridgeListComplete") })
			p.Handle("Status", func(p *amitest.Peer, a amitest.Action) { p.List(a, "StatusComplete") })
			p.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) { answer(p, a, events) })
			p.Login()
			p.Serve()
		})
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		m, err := live.Watch(t.Context(), client, &live.Config{Parts: []live.PartName{live.PartCalls}})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		s := newState(&Config{Servers: []Server{{Model: m}}})
		s.start()
		defer s.close()
		after(s)
		for i, f := range events {
			if srv.Emit(f...); !rest(i) && i < len(events)-1 {
				continue
			}
			synctest.Wait()
			after(s)
		}
		end()
	})
}

// fields are names and values of an event, in turn.
type fields []string

func parse(block string) (f fields) {
	for line := range strings.SplitSeq(strings.Trim(block, "\r\n"), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		f = append(f, name, strings.TrimPrefix(value, " "))
	}
	return f
}

func (f fields) get(name string) string {
	for i := 0; i < len(f); i += 2 {
		if f[i] == name {
			return f[i+1]
		}
	}
	return ""
}

// answer answers what a model asks about a channel, as the whole capture says.
func answer(p *amitest.Peer, a amitest.Action, events []fields) {
	key := map[string]string{"CHANNEL(uniqueid)": "Uniqueid", "CHANNEL(linkedid)": "Linkedid", "CHANNEL(state)": "ChannelStateDesc"}[a.Get("Variable")]
	for _, f := range slices.Backward(events) {
		if f.get("Channel") == a.Get("Channel") && key != "" {
			p.Success(a, "Variable", a.Get("Variable"), "Value", f.get(key))
			return
		}
	}
	p.Error(a, "No such channel")
}

// viewOf is the view of Rights, without an error.
func viewOf(t testing.TB, s *state, r Rights) *view {
	t.Helper()
	v, err := s.view(r)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// browser is what a browser keeps.
type browser struct {
	t        testing.TB
	cursor   *cursor
	instance string
	revision uint64
	objects  map[string]string // JSON of the value by key
	fresh    map[string]bool   // keys of a snapshot that is not whole
	all      strings.Builder   // of what it was sent
	missed   int               // Resets because it was behind
}

func connected(t testing.TB, v *view) *browser {
	c := &browser{t: t, objects: make(map[string]string)}
	c.connects(v)
	return c
}

// connects begins where the client was, if it can.
func (c *browser) connects(v *view) {
	resumed := false
	c.cursor, resumed = v.cursor(c.instance, c.revision)
	c.instance = c.cursor.instance()
	if c.revision = c.cursor.revision(); !resumed {
		c.fresh = make(map[string]bool)
	}
}

// reads takes as many frames as there are, or so many at most.
func (c *browser) reads(most int) {
	c.t.Helper()
	for ; most != 0; most-- {
		f, _, wait := c.cursor.next(time.Now())
		if wait > 0 {
			c.t.Fatal("it has to wait")
		}
		if c.cursor.missed { // a Reset
			c.missed++
			c.instance = ""
			c.connects(c.cursor.view)
			continue
		}
		if f == nil {
			return
		}
		c.takes(f.data())
	}
}

func (c *browser) takes(data []byte) {
	c.t.Helper()
	valid(c.t, "FromGateway", data)
	c.all.Write(data)
	var u message.Update
	if err := json.Unmarshal(data, &u); err != nil {
		c.t.Fatalf("%v in %s", err, data)
	}
	if u.Revision != 0 && u.Revision <= c.revision {
		c.t.Errorf("revision %d after %d", u.Revision, c.revision)
	}
	c.revision = u.Revision
	for _, o := range u.Put {
		c.objects[o.Key] = string(o.Value)
		if c.fresh != nil {
			c.fresh[o.Key] = true
		}
		if len(o.Value) > message.MaxValue {
			c.t.Errorf("%s has %d bytes", o.Key, len(o.Value))
		}
	}
	for _, key := range u.Delete {
		delete(c.objects, key)
	}
	if c.fresh != nil && !u.More {
		for key := range c.objects {
			if !c.fresh[key] {
				delete(c.objects, key)
			}
		}
		c.fresh = nil
	}
}

// party is the last Party of a device that a client has.
func (c *browser) party(device string) (found message.Party, ok bool) {
	for key, value := range c.objects {
		var p message.Party
		if strings.HasPrefix(key, "party:") && json.Unmarshal([]byte(value), &p) == nil && p.Device == device && !p.Began.Before(found.Began) {
			found, ok = p, true
		}
	}
	return found, ok
}

func captures(t *testing.T) []string {
	t.Helper()
	ours, _ := filepath.Glob("testdata/*.log")
	lives, _ := filepath.Glob("../live/testdata/*.log")
	if len(ours) == 0 || len(lives) == 0 {
		t.Fatal("there are no captures")
	}
	return append(ours, lives...)
}
