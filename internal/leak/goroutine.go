package leak

import (
	"slices"
	"strings"
)

const module = "github.com/asterisk-go/asterisk-go/"

// goroutine is one of a stack trace.
type goroutine struct {
	stack  string
	state  string   // "running", "select, 2 minutes"
	frames []string // functions, the innermost first; without the one that created it
}

// parse reads a goroutine as [runtime.Stack] writes it: a line with its state, then two lines for each frame.
func parse(stack string) goroutine {
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	g := goroutine{stack: stack}
	if _, after, ok := strings.Cut(lines[0], "["); ok {
		g.state, _, _ = strings.Cut(after, "]")
	}
	for _, line := range lines[1:] {
		if !strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "created by ") {
			g.frames = append(g.frames, line)
		}
	}
	return g
}

// runs reports whether the goroutine waits for nothing but a processor.
func (g goroutine) runs() bool {
	state, _, _ := strings.Cut(g.state, ",")
	state, _, _ = strings.Cut(state, " (")
	switch state {
	case "running", "runnable", "syscall", "preempted", "copystack", "GC assist wait", "GC assist marking":
		return true
	}
	return false
}

// outermost returns where the goroutine began.
func (g goroutine) outermost() string {
	if len(g.frames) == 0 {
		return ""
	}
	return g.frames[len(g.frames)-1]
}

// outermostOurs returns the frame of this project that is nearest to where the goroutine began.
func (g goroutine) outermostOurs() string {
	for i := len(g.frames) - 1; i >= 0; i-- {
		if strings.HasPrefix(g.frames[i], module) {
			return g.frames[i]
		}
	}
	return ""
}

// begins reports whether the goroutine is one of a WaitGroup, and has nothing on its stack yet that tells whose: it has
// not called its function, or has returned from it.
func (g goroutine) begins() bool {
	return g.runs() && len(g.frames) == 1 && strings.HasPrefix(g.frames[0], "sync.(*WaitGroup).Go.")
}

// exits reports whether the goroutine is one that [runtime.Goexit] ends, in its last lines: what it had deferred is over,
// or is the WaitGroup's. The functions that it has left are on its stack to the end.
func (g goroutine) exits() bool {
	if !g.runs() {
		return false
	}
	for _, frame := range g.frames {
		switch {
		case strings.HasPrefix(frame, "runtime.Goexit("):
			return true
		case !strings.HasPrefix(frame, "sync.(*WaitGroup).") && !strings.HasPrefix(frame, "runtime.") && !strings.HasPrefix(frame, "internal/"):
			return false
		}
	}
	return false
}

// belongs reports whether a goroutine fulfils all conditions.
func belongs(conditions ...func(goroutine) bool) func(goroutine) bool {
	return func(g goroutine) bool {
		for _, holds := range conditions {
			if !holds(g) {
				return false
			}
		}
		return true
	}
}

func except(condition func(goroutine) bool) func(goroutine) bool {
	return func(g goroutine) bool { return !condition(g) }
}

// ours are goroutines with a function of this project. Those of idle connections are net/http's, which read from a
// connection of ours at most: CloseIdleConnections ends them, and nothing waits for them.
func ours(g goroutine) bool {
	return g.begins() || g.outermostOurs() != "" && !strings.HasPrefix(g.outermost(), "net/http.(*persistConn).")
}

// telling is where goroutines begin that tell their owner of their end themselves: by a channel that they close.
var telling = []string{
	"ami.(*recorder).",            // Close waits for what is to be written
	"ajam.(*httpSession).stream.", // the loop waits for it
	"ajam.atEnd.",                 // Close
	"agi.(*Stream).",              // Wait
	"agi.(*script).",              // nobody waits: it ends with the session
	"fastagi.(*conn).",            // Shutdown
	"fastagi.(*Server).start.",
	"agi/asyncagi.(*manager).", // Serve
	"agi/agitest.",             // the test's cleanup
}

func tells(g goroutine) bool {
	began := strings.TrimPrefix(g.outermostOurs(), module)
	return slices.ContainsFunc(telling, func(place string) bool { return strings.HasPrefix(began, place) })
}

// of are goroutines that began in one of these packages.
func of(packages []string) func(goroutine) bool {
	return func(g goroutine) bool {
		return slices.ContainsFunc(packages, func(p string) bool { return strings.HasPrefix(g.outermostOurs(), module+p+".") })
	}
}

// ofLab are goroutines of the servers for tests.
func ofLab(g goroutine) bool { return strings.HasPrefix(g.outermostOurs(), module+"internal/lab.") }

// ofTest are tests, and what they have started themselves.
func ofTest(g goroutine) bool {
	folder, name, _ := strings.Cut(g.outermostOurs()[strings.LastIndex(g.outermostOurs(), "/")+1:], ".")
	return strings.HasSuffix(folder, "_test") || strings.HasPrefix(name, "Test") || strings.HasPrefix(g.outermost(), "testing.tRunner")
}
