package pbx_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// BenchmarkCall has a phone call another one, talk and hang up, on a machine with other calls: from New to nothing is left of the call.
func BenchmarkCall(b *testing.B) {
	for _, live := range []int{0, 10_000} {
		b.Run(fmt.Sprintf("live=%d", live), func(b *testing.B) {
			m := idleMachine(b, live)
			now := callAll(m, live)
			events := 0
			b.ReportAllocs()
			for b.Loop() {
				m.Phone("100").Dial("101")
				now = now.Add(time.Second)
				m.Run(now)
				m.Phone("100").Hangup()
				now = now.Add(time.Second)
				m.Run(now)
				events++
			}
			if got := len(m.Channels()); got != 2*live {
				b.Errorf("there are %d channels, want %d", got, 2*live)
			}
		})
	}
}

// BenchmarkLiveCalls reports what a call needs that goes on.
func BenchmarkLiveCalls(b *testing.B) {
	const calls = 10_000
	for b.Loop() {
		var before, after runtime.MemStats
		m := idleMachine(b, calls)
		runtime.GC()
		runtime.ReadMemStats(&before)
		callAll(m, calls)
		runtime.GC()
		runtime.ReadMemStats(&after)
		heap, stack := after.HeapInuse-before.HeapInuse, after.StackInuse-before.StackInuse
		b.ReportMetric(float64(heap+stack)/calls, "B/call")
		b.ReportMetric(float64(stack)/calls, "B-stack/call")
		m.Close()
	}
}

// idleMachine has two phones for each of so many calls.
func idleMachine(b *testing.B, calls int) *pbx.Machine {
	b.Helper()
	phones := []pbx.PhoneConfig{{ID: "100", Number: "100", Context: "a"}, {ID: "101", Number: "101", Context: "a", Called: pbx.Called{Answer: time.Millisecond}}}
	for i := range calls {
		phones = append(phones, pbx.PhoneConfig{ID: fmt.Sprintf("2%05d", i), Context: "a"}, pbx.PhoneConfig{ID: fmt.Sprintf("3%05d", i), Context: "a", Called: pbx.Called{Answer: time.Millisecond}})
	}
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Now: start, Phones: phones, Dialplan: "[a]\nexten => _X.,1,Dial(PJSIP/${EXTEN},20)\n", Event: func(pbx.Event) {},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(m.Close)
	return m
}

// callAll has all call each other that were made for it.
func callAll(m *pbx.Machine, calls int) (now time.Time) {
	now = start
	for i := range calls {
		m.Phone(fmt.Sprintf("2%05d", i)).Dial(fmt.Sprintf("3%05d", i))
		now = now.Add(10 * time.Millisecond)
		m.Run(now)
	}
	return now
}
