package live_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// soakRate is how many calls begin a second on each server.
const soakRate = 20

// Calls that come and go on both servers, for a few seconds, or as long as a soak lasts: all end, and the models take no more memory
// at the end than after a third of that time.
func TestSoakModel(t *testing.T) {
	if lab.Soak() == 0 { // the heap is not judged
		t.Parallel()
	}
	lasts := max(3*time.Second, lab.Soak())
	var all []watched
	for _, v := range lab.Versions() {
		s := lab.Start(t, v, nil)
		w := watchBy(t, s, connectTo(t, s, nil), &live.Config{Recheck: 10 * time.Second, KeepEnded: 5 * time.Second})
		all = append(all, w)
	}
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	third := time.After(lasts / 3)
	beat := time.NewTicker(time.Second / soakRate)
	defer beat.Stop()
	calls, first := 0, uint64(0)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-third:
			first = heap()
		case <-beat.C:
			calls++
			for _, w := range all {
				w.call(calls)
			}
		}
	}
	last := heap()
	for _, w := range all {
		w.agrees("after the soak", 0)
		for c := range w.model.View().Calls() {
			if c.Live() {
				t.Errorf("%v, want an end", c)
			}
		}
	}
	t.Logf("%d calls a server in %v, %d KiB of heap after a third, %d KiB at the end", calls, lasts, first>>10, last>>10)
	if lab.Soak() >= time.Minute && last > first+first/4+4<<20 { // what is remembered of the calls of minutes fills up first
		t.Errorf("the heap has grown from %d KiB to %d", first>>10, last>>10)
	}
}

// call begins a short call of some kind.
func (w watched) call(n int) {
	w.t.Helper()
	a := action.Originate{Channel: "Local/answer-short@outcome/n", Context: "app", Priority: 1, Async: true}
	a.Exten = []string{"dial-answer-short", "dial-busy", "conf-7", "dial-answer-short", "park"}[n%5]
	if _, err := w.other.Do(w.t.Context(), a); err != nil {
		w.t.Fatal(err)
	}
}

func heap() uint64 {
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}
