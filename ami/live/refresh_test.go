package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// pbx is a PBX of devices, contacts and agents.
type pbx struct {
	mask string // Config.EventMask
	most int    // Config.MaxListItems
	took time.Duration

	mu      sync.Mutex // guards all below
	items   map[string][][]string
	refuse  map[string]string // messages, by the action
	runs    map[string]int
	running int
	spent   time.Duration
}

// pbxLists are the lists of those, with the events that end them.
var pbxLists = map[string]string{"DeviceStateList": "DeviceStateListComplete", "Agents": "AgentsComplete", "PJSIPShowEndpoints": "EndpointListComplete",
	"PJSIPShowRegistrationInboundContactStatuses": "ContactStatusDetailComplete", "ExtensionStateList": "ExtensionStateListComplete"}

func (f *pbx) script(p *amitest.Peer) {
	for name, end := range pbxLists {
		p.Handle(name, func(p *amitest.Peer, a amitest.Action) { f.list(p, a, name, end) })
	}
	p.Handle("ListCommands", func(p *amitest.Peer, a amitest.Action) { p.Success(a) })
	p.Login()
	p.Serve()
}

func (f *pbx) list(p *amitest.Peer, a amitest.Action, name, end string) {
	f.mu.Lock()
	f.runs[name]++
	f.spent += f.took
	f.running++
	if f.running > 1 {
		p.Fatalf("two lists run at once")
	}
	items, refusal := f.items[name], f.refuse[name]
	f.mu.Unlock()
	if f.took > 0 {
		<-time.After(f.took)
	}
	f.mu.Lock()
	f.running--
	f.mu.Unlock()
	if refusal != "" {
		p.Error(a, refusal)
		return
	}
	p.List(a, end, items...)
}

// with changes what there is, under the lock.
func (f *pbx) with(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *pbx) ran(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.runs[name]
}

// devices has n of them listed.
func (f *pbx) devices(n int) {
	f.with(func() {
		f.items["DeviceStateList"] = nil
		for i := range n {
			f.items["DeviceStateList"] = append(f.items["DeviceStateList"], []string{"Event", "DeviceStateChange", "Device", fmt.Sprint("Custom:", i), "State", "NOT_INUSE"})
		}
	})
}

func contactDetail(n int) []string {
	return []string{"Event", "ContactStatusDetail", "AOR", strconv.Itoa(n), "URI", "sip:1@192.0.2.1", "UserAgent", "phone", "RegExpire", "1796001461",
		"ViaAddress", "192.0.2.1:5060", "CallID", "1", "Status", "Reachable", "RoundtripUsec", "593", "EndpointName", strconv.Itoa(n), "ID", "1;@1",
		"AuthenticateQualify", "0", "OutboundProxy", "", "Path", "", "QualifyFrequency", "1", "QualifyTimeout", "0.500"}
}

func newPBX() *pbx {
	return &pbx{items: make(map[string][][]string), refuse: make(map[string]string), runs: make(map[string]int)}
}

// keeping runs a test with a model of a pbx in a bubble of synctest.
func keeping(t *testing.T, f *pbx, config *live.Config, test func(t *testing.T, srv *amitest.Server, m *live.Model)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, f.script)
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial, EventMask: f.mask, MaxListItems: f.most})
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

func countDevices(v *live.View) (n int) {
	for range v.Devices() {
		n++
	}
	return n
}

func countContacts(v *live.View) (n int) {
	for range v.Contacts() {
		n++
	}
	return n
}

// partOf is what Parts says of a part.
func partOf(m *live.Model, name live.PartName) live.Part {
	all := m.Parts()
	return all[slices.IndexFunc(all, func(p live.Part) bool { return p.Name == name })]
}

// A part that was refused stays absent, whatever events come, until the program asks for it; then all of it comes at once.
func TestPartThatIsRefusedAtFirst(t *testing.T) {
	f := newPBX()
	f.devices(3)
	f.refuse["DeviceStateList"] = "Permission denied"
	keeping(t, f, &live.Config{Parts: []live.PartName{live.PartDevices}}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		changes := m.Subscribe(nil)
		defer changes.Close()
		next(t, changes)
		srv.Emit("Event", "DeviceStateChange", "Privilege", "call,all", "Device", "Custom:9", "State", "INUSE")
		<-time.After(10 * time.Minute)
		if p := partOf(m, live.PartDevices); !p.Absent || p.Complete || countDevices(m.View()) != 0 || !strings.Contains(p.String(), "call or reporting") {
			t.Errorf("%v, with %d devices", p, countDevices(m.View()))
		}
		if n := f.ran("DeviceStateList"); n != 1 {
			t.Errorf("a list that was refused ran %d times", n)
		}
		f.with(func() { delete(f.refuse, "DeviceStateList") })
		if err := m.Refresh(t.Context(), live.PartDevices); err != nil {
			t.Fatal(err)
		}
		if p := partOf(m, live.PartDevices); p.Absent || !p.Complete || countDevices(m.View()) != 3 {
			t.Errorf("after Refresh: %v, with %d devices", p, countDevices(m.View()))
		}
		for range 3 {
			if got := next(t, changes); !strings.HasPrefix(got, "added device Custom:") {
				t.Errorf("the change is %s", got)
			}
		}
	})
}

// A list that fails otherwise is run again by the next recheck, and ends nothing meanwhile.
func TestPartWhoseListFails(t *testing.T) {
	f := newPBX()
	f.most = 3
	f.devices(5)
	keeping(t, f, &live.Config{Parts: []live.PartName{live.PartDevices}}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		if p := partOf(m, live.PartDevices); !p.Absent || countDevices(m.View()) != 0 {
			t.Errorf("at first: %v, with %d devices", p, countDevices(m.View()))
		}
		for _, n := range []int{3, 4, 2} {
			f.devices(n)
			<-time.After(time.Minute + time.Second)
			synctest.Wait()
			if p := partOf(m, live.PartDevices); p.Absent || p.Complete != (n <= f.most) || countDevices(m.View()) != min(n, f.most) {
				t.Errorf("list of %d: %v, with %d devices", n, p, countDevices(m.View()))
			}
		}
	})
}

// What is over a limit is left out, and comes once there is room.
func TestMaxObjects(t *testing.T) {
	f := newPBX()
	list := func(n int) {
		f.with(func() {
			f.items["PJSIPShowRegistrationInboundContactStatuses"] = nil
			for i := range n {
				f.items["PJSIPShowRegistrationInboundContactStatuses"] = append(f.items["PJSIPShowRegistrationInboundContactStatuses"], contactDetail(i))
			}
		})
	}
	list(12)
	config := &live.Config{Parts: []live.PartName{live.PartContacts}, MaxObjects: 10, Recheck: -1}
	keeping(t, f, config, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		says := func(what string, n, runs int, complete bool) {
			t.Helper()
			synctest.Wait()
			if p := partOf(m, live.PartContacts); p.Complete != complete || p.Absent || countContacts(m.View()) != n || f.ran("PJSIPShowEndpoints") != runs {
				t.Errorf("%s: %v, with %d contacts, after %d lists; want %d and %d", what, p, countContacts(m.View()), f.ran("PJSIPShowEndpoints"), n, runs)
			}
		}
		says("at first", 10, 1, false)
		gone := 0
		leave := func(n int) {
			var kept []*live.Contact
			for c := range m.View().Contacts() {
				kept = append(kept, c)
			}
			for _, c := range kept[:n] {
				gone++
				srv.Emit("Event", "ContactStatus", "Privilege", "system,all", "URI", c.URI, "ContactStatus", "Removed", "AOR", c.AOR, "EndpointName", c.EndpointName,
					"RoundtripUsec", "0")
			}
			synctest.Wait()
			list(12 - gone)
		}
		leave(1)
		<-time.After(time.Minute)
		says("at 9 of 10", 9, 1, false) // for what comes next might be over it again
		leave(1)
		<-time.After(11 * time.Second)
		says("below", 10, 2, true)
	})
}

// Reload events, as somebody may forge them, cost a hundredth of the time at most, with what a recheck costs.
func TestFloodOfReloads(t *testing.T) {
	for _, recheck := range []time.Duration{-1, time.Second} {
		f := newPBX()
		f.took = 50 * time.Millisecond
		config := &live.Config{Parts: []live.PartName{live.PartExtensions, live.PartAgents, live.PartDevices}, Recheck: recheck}
		keeping(t, f, config, func(t *testing.T, srv *amitest.Server, m *live.Model) {
			f.with(func() { f.spent = 0 })
			began := time.Now()
			for time.Since(began) < 10*time.Minute {
				srv.Emit("Event", "Reload", "Privilege", "system,all", "Module", "All", "Status", "0")
				<-time.After(20 * time.Millisecond)
			}
			f.with(func() {
				first := 3 * f.took // nothing ran before it
				if most := time.Since(began)/100 + first; f.spent > most || f.runs["Agents"] < 10 {
					t.Errorf("recheck %v: lists took %v of %v, in %d runs", recheck, f.spent, time.Since(began), f.runs["Agents"])
				}
			})
		})
	}
}

// All events of a reload have lists run once, those of the parts that it is about.
func TestOneRefreshAReload(t *testing.T) {
	f := newPBX()
	config := &live.Config{Parts: []live.PartName{live.PartExtensions, live.PartAgents}, Recheck: -1}
	keeping(t, f, config, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		reload := func(module string) {
			for i := range 20 { // the hints that there are after it
				srv.Emit("Event", "ExtensionStatus", "Privilege", "call,all", "Exten", strconv.Itoa(700+i), "Context", "hints", "Hint", "", "Status", "0", "StatusText", "Idle")
				<-time.After(50 * time.Millisecond)
			}
			if module != "" {
				srv.Emit("Event", "Reload", "Privilege", "system,all", "Module", module, "Status", "0")
			}
			<-time.After(10 * time.Second)
		}
		for i, module := range []string{"pbx_config.so", "", "pbx_config", ""} {
			reload(module)
			if hints, agents := f.ran("ExtensionStateList"), f.ran("Agents"); hints != 2+i || agents != 1 {
				t.Errorf("after reload %d lists of hints ran %d times, want %d, and of agents %d times", i, hints, 2+i, agents)
			}
		}
		reload("All")
		if hints, agents := f.ran("ExtensionStateList"), f.ran("Agents"); hints != 6 || agents != 2 {
			t.Errorf("after a reload of all lists of hints ran %d times, and of agents %d times", hints, agents)
		}
	})
}

// Each Refresh returns when lists that began after it are in the View, whatever others run; only one runs at a time.
func TestRefreshOfPartsAtOnce(t *testing.T) {
	f := newPBX()
	f.took = time.Second
	config := &live.Config{Parts: []live.PartName{live.PartDevices, live.PartAgents, live.PartContacts}, Recheck: 5 * time.Second}
	keeping(t, f, config, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		var all sync.WaitGroup
		for i, parts := range [][]live.PartName{{live.PartDevices}, {live.PartAgents}, {}, {live.PartContacts, live.PartAgents}, {live.PartAgents}} {
			all.Go(func() {
				for range 5 {
					if err := m.Refresh(t.Context(), parts...); err != nil {
						t.Errorf("Refresh %d = %v", i, err)
					}
				}
			})
		}
		for n := range 10 {
			f.devices(n)
			if err := m.Refresh(t.Context(), live.PartDevices); err != nil || countDevices(m.View()) != n {
				t.Errorf("Refresh = %v, with %d devices, want %d", err, countDevices(m.View()), n)
			}
		}
		all.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := m.Refresh(ctx, live.PartDevices); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Refresh that is given up = %v", err)
		}
	})
}

// There are no other parts.
func TestUnknownPart(t *testing.T) {
	keeping(t, newPBX(), &live.Config{Parts: []live.PartName{live.PartDevices}}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		for _, name := range []live.PartName{"device", live.PartAgents} {
			if err := m.Refresh(t.Context(), name); !errors.Is(err, ami.ErrInvalid) {
				t.Errorf("Refresh(%s) = %v", name, err)
			}
		}
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if _, err := live.Watch(t.Context(), client, &live.Config{Parts: []live.PartName{live.PartDevices, "phones"}}); !errors.Is(err, ami.ErrInvalid) || !strings.Contains(err.Error(), `"phones"`) {
			t.Errorf("Watch = %v", err)
		}
	})
}

// Without some classes of events a part is absent, or says what comes late.
func TestPartsWithoutClasses(t *testing.T) {
	for mask, want := range map[string][]string{
		"system,call,agent": {"agents: complete", "contacts: complete; late: [", "extensions: complete; late: ["},
		"call,agent":        {"what a reload changes: without read=system", "contacts: absent: ", "without read=system nobody tells of reloads"},
		"system,agent":      {"whether an agent is on a call: without read=call", "contacts: complete", "extensions: absent: "},
	} {
		f := newPBX()
		f.mask = mask
		config := &live.Config{Parts: []live.PartName{live.PartAgents, live.PartContacts, live.PartExtensions}}
		keeping(t, f, config, func(t *testing.T, srv *amitest.Server, m *live.Model) {
			for i, name := range config.Parts {
				if got := partOf(m, name).String(); !strings.Contains(got, want[i]) {
					t.Errorf("with events of %s: %s, want %s", mask, got, want[i])
				}
			}
		})
	}
}
