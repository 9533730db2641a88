package main

import (
	"context"
	"runtime"

	"github.com/asterisk-go/asterisk-go/event"
)

// runHeap is what an idle client holds, with one subscription.
func runHeap(ctx context.Context, j job) (result, error) {
	before := held()
	client, err := connect(ctx, j)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	sub := client.Subscribe(event.Of[event.Hangup](), nil)
	defer sub.Close()
	after := held()
	return result{
		Heap:  float64(after.HeapAlloc) - float64(before.HeapAlloc),
		Stack: float64(after.StackInuse) - float64(before.StackInuse),
	}, nil
}

// held is the memory in use. Twice, for what the first run only makes
// unreachable.
func held() runtime.MemStats {
	runtime.GC()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory
}
