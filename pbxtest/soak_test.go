package pbxtest_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// soakSize is how much goes on in a soak.
type soakSize struct {
	Rate  int           // calls that begin a second; one in four runs a program of AGI
	Talk  time.Duration // how long the others last
	Menu  time.Duration // how long a program lasts
	Each  time.Duration // between two commands of a program
	Lasts time.Duration // calls begin for so long

	Manager, Program string // addresses
}

// soakOf is what fits the size of the tests.
func soakOf() soakSize {
	if lasts := lab.Soak(); lasts > 0 {
		return soakSize{Rate: 200, Talk: 3 * time.Second, Menu: 20 * time.Second, Each: time.Second, Lasts: lasts}
	}
	return soakSize{Rate: 20, Talk: 200 * time.Millisecond, Menu: time.Second, Each: 100 * time.Millisecond, Lasts: 2 * time.Second}
}

// soakReport is what a part of a soak says at its end.
type soakReport struct {
	Calls       int    // that the PBX began, or programs that were run
	Most        int    // programs at once
	Ended       [3]int // calls, of each subscription
	Resets      [3]int // of each subscription, without the first
	Gaps        int    // of the client
	Left        int    // calls of the model that have not ended
	First, Last uint64 // bytes of heap, after a third and at the end
}

// A PBX, a model with three subscriptions and a server of AGI as three processes, for a few seconds, or as long as a soak lasts: memory stays where it
// is, and every subscription has the end of every call, unless it is told that something was missed.
func TestSoakPBX(t *testing.T) {
	size := soakOf()
	program := startPart(t, "program", size)
	size.Program = program.line()
	pbx := startPart(t, "pbx", size)
	size.Manager = pbx.line()
	model := startPart(t, "model", size)
	model.line() // it is ready
	pbx.tell("begin")
	var made, seen, run soakReport
	pbx.report(&made)
	model.tell(fmt.Sprint(made.Calls))
	model.report(&seen)
	program.tell("end")
	program.report(&run)
	for _, p := range []*soakProcess{model, pbx, program} {
		t.Logf("%-8s %.2f of a core", p.name, p.end())
	}
	t.Logf("%d calls, %d programs of AGI, %d at once; %d, %d and %d ends of calls seen, %d gaps, resets %v", made.Calls, run.Calls, run.Most, seen.Ended[0], seen.Ended[1],
		seen.Ended[2], seen.Gaps, seen.Resets)
	t.Logf("KiB of heap after a third and at the end: PBX %d, %d; model %d, %d; AGI %d, %d", made.First>>10, made.Last>>10, seen.First>>10, seen.Last>>10, run.First>>10, run.Last>>10)
	for i := range seen.Ended {
		if told := seen.Gaps + seen.Resets[i]; told == 0 && seen.Ended[i] != made.Calls {
			t.Errorf("subscription %d has the ends of %d calls, there were %d, and nothing says that any was missed", i, seen.Ended[i], made.Calls)
		}
	}
	if seen.Left > 0 || made.Calls == 0 || run.Calls == 0 {
		t.Errorf("%d calls have not ended in the model; %d calls, %d programs", seen.Left, made.Calls, run.Calls)
	}
	if size.Lasts < time.Minute {
		return
	}
	for name, r := range map[string]soakReport{"PBX": made, "model": seen, "AGI": run} {
		if r.Last > r.First+r.First/4+4<<20 {
			t.Errorf("%s: the heap has grown from %d KiB to %d", name, r.First>>10, r.Last>>10)
		}
	}
}

// soakPart is the variable of the environment that has the test's program be a part of a soak.
const soakPart = "PBXTEST_SOAK_PART"

// soakProcess is a part of a soak, which is told what to do in lines.
type soakProcess struct {
	t     *testing.T
	name  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
	began time.Time
}

func startPart(t *testing.T, name string, size soakSize) *soakProcess {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &soakProcess{t: t, name: name, cmd: exec.CommandContext(t.Context(), program), began: time.Now()}
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), soakPart+"="+name), os.Stderr
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(stdout)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(size)
	if err != nil {
		t.Fatal(err)
	}
	p.tell(string(text))
	return p
}

func (p *soakProcess) tell(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

func (p *soakProcess) line() string {
	p.t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
	return line[:len(line)-1]
}

func (p *soakProcess) report(r *soakReport) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.line()), r); err != nil {
		p.t.Fatal(err)
	}
}

// end ends the process, and returns its share of a core.
func (p *soakProcess) end() float64 {
	_ = p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("%s: %v", p.name, err)
	}
	return float64(p.cmd.ProcessState.UserTime()+p.cmd.ProcessState.SystemTime()) / float64(time.Since(p.began))
}

func soakHeap() uint64 {
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}
