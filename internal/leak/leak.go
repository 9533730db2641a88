// Package leak fails a test binary that leaves goroutines behind.
package leak

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Main runs the tests, then end unless it is nil, and exits: not with 0 if goroutines of this project are left after
// that.
func Main(m *testing.M, end func()) {
	code := m.Run()
	if end != nil {
		end()
	}
	if left := wait(); len(left) > 0 && code == 0 {
		fmt.Fprintf(os.Stderr, "%d goroutines left behind:\n%s\n", len(left), strings.Join(left, "\n\n"))
		code = 1
	}
	os.Exit(code)
}

// wait gives goroutines two seconds to end and returns the stacks of those that have not.
func wait() []string {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	left := ours()
	for range 200 {
		if len(left) == 0 {
			break
		}
		<-tick.C
		left = ours()
	}
	return left
}

func ours() []string {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var left []string
	for i, stack := range strings.Split(string(stacks), "\n\n") {
		if i > 0 && strings.Contains(stack, "asterisk-go/asterisk-go") { // the first is this one
			left = append(left, stack)
		}
	}
	return left
}
