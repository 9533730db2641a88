package live

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// blocks is a capture of internal/bench: calls are 500 calls of Local channels, queues are 150 that wait in a queue.
func blocks(b testing.TB, of string) []string {
	file, err := os.Open("../../internal/bench/testdata/" + of + ".ami.gz")
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		b.Fatal(err)
	}
	return strings.SplitAfter(string(text), "\r\n\r\n")
}

// An event of a capture: decoded alone, and taken by a model of all parts.
func BenchmarkEvent(b *testing.B) {
	for _, of := range []string{"calls", "queues"} {
		all := blocks(b, of)
		decode := func(i int) event.Event {
			text := strings.Clone(all[i%len(all)])
			return event.Raw{Base: event.NewBase(transport.ParseFields(text), start)}.Decode()
		}
		b.Run(of+"/decoded", func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				_ = decode(i)
			}
		})
		b.Run(of+"/taken", func(b *testing.B) {
			b.ReportAllocs()
			var s *state
			for i := range b.N {
				if i%len(all) == 0 {
					s = ofAllParts()
				}
				s.take(decode(i))
				s.changes = s.changes[:0]
			}
		})
	}
}

// What a model keeps of an event is two to three allocations on average: objects that are shown, and records of new ones.
func TestAllocations(t *testing.T) {
	for _, of := range []string{"calls", "queues"} {
		var events []event.Event
		for _, text := range blocks(t, of) {
			events = append(events, decoded(transport.ParseFields(text), start))
		}
		all := testing.AllocsPerRun(1, func() {
			s := ofAllParts()
			for _, ev := range events {
				s.take(ev)
				s.changes = s.changes[:0]
			}
		})
		each := all / float64(len(events))
		t.Logf("%s: %.2f allocations an event", of, each)
		if each > 2.5 {
			t.Errorf("%s: %.2f allocations an event, want at most 2.5", of, each)
		}
	}
}

// ofAllParts is a state with all parts, which has nothing so far.
func ofAllParts() *state {
	s := newState((&Config{}).limitsWithDefaults())
	all := event.Synced{Base: event.NewBase(transport.ParseFields("Event: Synced\r\n"), start)}
	lists := slices.Clone(coreLists)
	for _, d := range designs {
		s.keep(d, 100_000)
		lists = append(lists, d.lists...)
	}
	for _, list := range lists {
		all.Lists = append(all.Lists, event.ListResult{Action: list.ActionName()})
	}
	s.take(all)
	return s
}

func (c *Config) limitsWithDefaults() limits {
	with := c.withDefaults()
	return with.limits()
}

// standing is a state with n channels in calls of two, who talk.
func standing(n int) *state {
	s := newState((&Config{}).limitsWithDefaults())
	s.take(synced(start))
	for i := range n / 2 {
		one := of{name: fmt.Sprintf("PJSIP/100-%08x", 2*i), id: fmt.Sprintf("1795992982.%d", 2*i), linked: fmt.Sprintf("1795992982.%d", 2*i), state: "Ring", exten: "200"}
		two := of{name: fmt.Sprintf("PJSIP/200-%08x", 2*i+1), id: fmt.Sprintf("1795992982.%d", 2*i+1), linked: one.id, state: "Down", exten: "s"}
		s.take(one.event("Newchannel"))
		s.take(two.event("Newchannel"))
		one.state, two.state = "Up", "Up"
		room := fmt.Sprintf("5d885d05-c1b2-4192-842a-%012d", i)
		for _, c := range []of{one, two} {
			s.take(c.event("Newstate"))
			text := strings.Replace(c.event("BridgeEnter").Fields().String(), "BridgeUniqueid: room", "BridgeUniqueid: "+room, 1)
			s.take(decoded(transport.ParseFields(text), start))
		}
		s.changes = s.changes[:0]
	}
	return s
}

func BenchmarkView(b *testing.B) {
	s := standing(10_000)
	b.Run("unchanged", func(b *testing.B) {
		for range b.N {
			_ = s.view()
		}
	})
	b.Run("between changes", func(b *testing.B) {
		c, _ := s.channels.get("1795992982.0")
		for range b.N {
			_ = s.view()
			s.channels.put(c)
		}
	})
	b.Run("one object", func(b *testing.B) {
		v := s.view()
		for range b.N {
			_, _ = v.Channel("1795992982.77")
		}
	})
	b.Run("all read", func(b *testing.B) {
		n := 0
		for range b.N {
			for c := range s.view().Channels() {
				n += int(c.State)
			}
		}
	})
}

// A channel of a call of two takes no more than 8 KiB, its share of the bridge and the Call included.
func TestMemory(t *testing.T) {
	const n = 10_000
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	s := standing(n)
	each := (heap() - before) / n
	t.Logf("%d bytes a channel", each)
	if s.channels.size != n || each > 8<<10 {
		t.Errorf("%d channels take %d bytes each", s.channels.size, each)
	}
}

// A storm of changes, beside nobody, one listener of all, and 1,000 that each wait for a Call of their own.
func BenchmarkListeners(b *testing.B) {
	s := newState((&Config{}).limitsWithDefaults())
	for _, text := range blocks(b, "calls") {
		s.take(decoded(transport.ParseFields(text), start))
	}
	for name, subs := range map[string][]*SubscribeConfig{"none": nil, "1000 calls": calls(1000)} {
		b.Run(name, func(b *testing.B) {
			m := &Model{listeners: newListeners(), state: newState(unlimited)}
			for _, config := range subs {
				_, _ = m.Subscribe(config).take()
			}
			for i := range b.N {
				m.listeners.tell(s.changes[i%len(s.changes)])
			}
		})
	}
}

func calls(n int) (all []*SubscribeConfig) {
	for i := range n {
		all = append(all, &SubscribeConfig{Calls: []string{fmt.Sprintf("1.%d", i)}})
	}
	return all
}
