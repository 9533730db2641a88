// Package leak finds goroutines that should have ended: at the end of a test binary by [Main], right after a Close by
// [None].
package leak

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Main runs the tests, then end unless it is nil, and exits: not with 0 if goroutines of this project are left. Those of
// internal/lab have to be gone after end, all others before it.
func Main(m *testing.M, end func()) {
	code := m.Run()
	left := find(belongs(ours, except(ofLab)))
	if end != nil {
		end()
	}
	left = append(left, find(belongs(ours, ofLab))...)
	if len(left) > 0 && code == 0 {
		fmt.Fprintf(os.Stderr, "%d goroutines left behind:\n%s\n", len(left), strings.Join(left, "\n\n"))
		code = 1
	}
	os.Exit(code)
}

// None fails the test if goroutines of the SDK are left. Call it right after a Close that waits for them, in a test that
// is not parallel and has nothing else open. Goroutines that the test itself has started don't count, nor do its servers.
func None(t testing.TB) {
	t.Helper()
	if left := find(belongs(ours, except(ofLab), except(ofTest))); len(left) > 0 {
		t.Errorf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
	}
}

// patience is how long a goroutine that runs may go on. One that waits for anything is left behind at once.
const patience = 2 * time.Second

// find returns the stacks of goroutines that are left. A goroutine has told its owner that it ends before it is gone, so
// that one in the middle of its last lines is no leak: it runs or is about to, and waits for nothing.
func find(wanted func(goroutine) bool) []string {
	for end := time.Now().Add(patience); ; {
		waiting, running := look(wanted)
		if len(waiting) > 0 || len(running) == 0 {
			return waiting
		}
		if time.Now().After(end) {
			return running
		}
		runtime.Gosched()
	}
}

// look tells goroutines that wait from those that run.
func look(wanted func(goroutine) bool) (waiting, running []string) {
	for _, g := range all() {
		switch {
		case !wanted(g):
		case g.runs():
			running = append(running, g.stack)
		default:
			waiting = append(waiting, g.stack)
		}
	}
	return waiting, running
}

// all returns the stacks of all goroutines but the one that asks.
func all() (others []goroutine) {
	for size := 1 << 20; ; size *= 2 {
		text := make([]byte, size)
		if n := runtime.Stack(text, true); n < size {
			for _, stack := range strings.Split(string(text[:n]), "\n\n")[1:] {
				others = append(others, parse(stack))
			}
			return others
		}
	}
}
