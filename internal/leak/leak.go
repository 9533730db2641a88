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
// is not parallel and has nothing else open, but what the packages in but have begun ("ami/amitest"). Goroutines of the test
// itself don't count.
func None(t testing.TB, but ...string) {
	t.Helper()
	if left := find(belongs(ours, except(ofLab), except(ofTest), except(of(but)))); len(left) > 0 {
		t.Errorf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
	}
}

// patience is how long a goroutine may take for its last lines.
const patience = 2 * time.Second

// find returns the stacks of goroutines that are left. The function of a [sync.WaitGroup] has returned when its owner goes
// on, so that it is left behind if anything of it is on the stack. Others tell their owner by their last lines: they may
// still be in them, which they are if they wait for nothing.
func find(wanted func(goroutine) bool) []string {
	for end := time.Now().Add(patience); ; {
		left, ending := look(wanted)
		if len(left) > 0 || len(ending) == 0 {
			return left
		}
		if time.Now().After(end) {
			return ending
		}
		runtime.Gosched()
	}
}

// look tells goroutines that are left from those that may be in their last lines.
func look(wanted func(goroutine) bool) (left, ending []string) {
	for _, g := range all() {
		switch {
		case !wanted(g):
		case g.runs() && (g.begins() || g.exits() || tells(g) || ofTest(g) || ofLab(g)):
			ending = append(ending, g.stack)
		default:
			left = append(left, g.stack)
		}
	}
	return left, ending
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
