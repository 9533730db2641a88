package pbx_test

import (
	"runtime"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// BenchmarkCall is an answered call, from the first ring to the last record; its events are counted.
func BenchmarkCall(b *testing.B) {
	events, bytes := 0, 0
	m := machine(b, func(e pbx.Event) {
		events++
		bytes += len(e.Text)
	})
	now := start
	b.ReportAllocs()
	for b.Loop() {
		m.Phone("100").Dial("101")
		now = now.Add(20 * time.Millisecond)
		m.Run(now)
		m.Phone("100").Hangup()
		now = now.Add(20 * time.Millisecond)
		m.Run(now)
	}
	b.ReportMetric(float64(events)/float64(b.N), "events/op")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
}

// BenchmarkLive is what a live call costs in memory.
func BenchmarkLive(b *testing.B) {
	const calls = 10_000
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		m := machine(b, nil)
		for range calls {
			m.Phone("100").Dial("101")
		}
		m.Run(start.Add(time.Second))
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/calls, "heap/call")
		b.ReportMetric(float64(after.StackInuse-before.StackInuse)/calls, "stack/call")
		m.Close()
	}
}

func machine(tb testing.TB, told func(pbx.Event)) *pbx.Machine {
	tb.Helper()
	m, err := pbx.New(&pbx.Config{Version: asterisk.Version{Major: 22}, Now: start, Dialplan: plan, Event: told, Phones: []pbx.PhoneConfig{
		{ID: "100", Number: "100", Name: "Phone 100", Context: "default"},
		{ID: "101", Number: "101", Name: "Phone 101", Context: "default", Called: pbx.Called{Answer: 10 * time.Millisecond}},
	}})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}
