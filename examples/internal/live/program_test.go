package live_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// built are the examples that were built for the tests of this binary: package state, because these have nothing else in
// common.
var built struct {
	mu     sync.Mutex // guards folder; held during a build
	folder string     // of the programs
}

// build builds an example, as its comment says, if no test has, and returns the file.
func build(t *testing.T, name string) string {
	t.Helper()
	built.mu.Lock()
	defer built.mu.Unlock()
	if built.folder == "" {
		folder, err := os.MkdirTemp("", "examples-")
		if err != nil {
			t.Fatal(err)
		}
		built.folder = folder
	}
	file := filepath.Join(built.folder, name)
	if _, err := os.Stat(file); err == nil {
		return file
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", file, ".")
	cmd.Dir = filepath.Join("..", "..", name)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // Asterisk's root has other libraries
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return file
}

// install puts a program where the server's AGI looks for scripts.
func install(t *testing.T, s *lab.Server, file string) {
	t.Helper()
	s.RequireOwn(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir(), "agi-bin", filepath.Base(file)), text, 0o755); err != nil {
		t.Fatal(err)
	}
}

// program is an example that runs.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout *bufio.Scanner
	logged chan string // lines of stderr; closed at the end
	tasks  sync.WaitGroup

	mu  sync.Mutex // guards log
	log []string
}

// start runs a program until the test ends. It then has to end by itself after a SIGTERM, without an error.
func start(t *testing.T, file string, env []string, arguments ...string) *program {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	p := &program{t: t, cmd: exec.CommandContext(ctx, file, arguments...), logged: make(chan string, 1_000)}
	p.cmd.Env = append(os.Environ(), env...)
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewScanner(stdout)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Ends with the program, and the cleanup waits for it.
	p.tasks.Go(func() { p.keep(bufio.NewScanner(stderr)) })
	t.Cleanup(func() {
		defer cancel()
		p.stop()
	})
	return p
}

// keep passes on what the program logs.
func (p *program) keep(stderr *bufio.Scanner) {
	defer close(p.logged)
	for stderr.Scan() {
		p.mu.Lock()
		p.log = append(p.log, stderr.Text())
		p.mu.Unlock()
		select {
		case p.logged <- stderr.Text():
		default: // nobody waits for lines
		}
	}
}

func (p *program) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // an error: it has ended before, as Wait tells
	for p.stdout.Scan() {                     // Wait has to come after the last read
	}
	p.tasks.Wait()
	err := p.cmd.Wait()
	if err != nil {
		p.t.Errorf("%s has ended: %v", p.cmd.Args, err)
	}
	if p.t.Failed() {
		p.t.Logf("%s logged:\n%s", filepath.Base(p.cmd.Path), strings.Join(p.log, "\n"))
	}
}

// logs waits for a line of stderr that matches pattern and returns its first group.
func (p *program) logs(pattern string) string {
	p.t.Helper()
	wanted := regexp.MustCompile(pattern)
	for line := range p.logged {
		if match := wanted.FindStringSubmatch(line); match != nil {
			return match[1]
		}
	}
	p.t.Fatalf("%s has ended without a line that matches %q", filepath.Base(p.cmd.Path), pattern)
	return ""
}

// address waits until a server says where it listens.
func (p *program) address() string {
	p.t.Helper()
	return p.logs(`serving.*address"?[=:]"?([0-9.]+:\d+)`)
}

// serving runs a FastAGI example on a free port and returns its host and port.
func serving(t *testing.T, name string, env []string, arguments ...string) string {
	t.Helper()
	return start(t, build(t, name), env, append([]string{"-listen", "127.0.0.1:0"}, arguments...)...).address()
}

// login is the environment of a program that logs in as a user.
func login(s *lab.Server, name string) []string {
	user := s.User(name)
	return []string{"ASTERISK_ADDRESS=" + s.AMI(), "ASTERISK_USER=" + user.Name, "ASTERISK_SECRET=" + user.Secret}
}
