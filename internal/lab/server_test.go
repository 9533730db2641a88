package lab_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestEachServesBothVersions(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		c := dial(t, s.AMI())
		c.login(s.User("all"))
		c.wait("Event: FullyBooted")
		if s.External() {
			return
		}
		major, err := strconv.Atoi(strings.Split(s.Asterisk(), ".")[0])
		if err != nil || major < int(s.Version()) {
			t.Errorf("Asterisk() = %q, want %s or newer", s.Asterisk(), s.Version())
		}
	})
}

func TestConsoleAnswers(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		out, err := s.CLI(t.Context(), "core show version")
		if err != nil || !strings.Contains(out, "Asterisk "+s.Asterisk()) {
			t.Errorf("CLI(core show version) = %q, %v, want Asterisk %s", out, err, s.Asterisk())
		}
	})
}

func TestSharedIsOneServer(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		if again := lab.Shared(t, s.Version()); again != s {
			t.Errorf("Shared returned another server the second time")
		}
	})
}

// own runs a subtest per version on a server of its own.
func own(t *testing.T, cfg *lab.Config, test func(t *testing.T, s *lab.Server)) {
	t.Helper()
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			s := lab.Start(t, v, cfg)
			t.Logf("Asterisk %s was up in %v", s.Asterisk(), time.Since(began).Round(time.Millisecond))
			test(t, s)
		})
	}
}

func TestRestartKeepsTheAddress(t *testing.T) {
	own(t, nil, func(t *testing.T, s *lab.Server) {
		address, pid := s.AMI(), s.PID()
		c := dial(t, address)
		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
		c.waitClosed()
		if s.PID() != 0 {
			t.Errorf("PID() = %d after Kill, want 0", s.PID())
		}
		if err := s.Restart(); err != nil {
			t.Fatal(err)
		}
		if s.AMI() != address || s.PID() == pid {
			t.Errorf("after Restart: %s with pid %d, want %s with another than %d", s.AMI(), s.PID(), address, pid)
		}
		dial(t, address)
	})
}

func TestRestartReportsATakenPort(t *testing.T) {
	own(t, nil, func(t *testing.T, s *lab.Server) {
		for _, address := range []string{s.AMI(), s.HTTP()} {
			if err := s.Kill(); err != nil {
				t.Fatal(err)
			}
			listener, err := net.Listen("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Restart(); err == nil || !strings.Contains(err.Error(), "port was taken") {
				t.Errorf("Restart with %s taken = %v, want that a port was taken", address, err)
			}
			listener.Close()
			if err := s.Restart(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestStopIsOrderly(t *testing.T) {
	own(t, nil, func(t *testing.T, s *lab.Server) {
		c := dial(t, s.AMI())
		c.login(s.User("all"))
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		c.waitClosed() // the event Shutdown may have been on its way when Asterisk ended
		if err := s.Exit(); err != nil {
			t.Errorf("Asterisk ended with %v, want an orderly end", err)
		}
		if err := s.Stop(); err == nil {
			t.Error("Stop of a stopped server = nil, want an error")
		}
		if err := s.Restart(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPausedServerDoesNotAnswer(t *testing.T) {
	own(t, nil, func(t *testing.T, s *lab.Server) {
		c := dial(t, s.AMI())
		if err := s.Pause(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := s.CLI(ctx, "core show version"); err == nil {
			t.Error("the console of a paused server answers")
		}
		if err := s.Resume(); err != nil {
			t.Fatal(err)
		}
		c.login(s.User("all"))
	})
}

func TestHeldBootAcceptsLogins(t *testing.T) {
	own(t, &lab.Config{HoldBoot: true}, func(t *testing.T, s *lab.Server) {
		c := dial(t, s.AMI())
		c.login(s.User("all"))
		c.send("Action: Ping")
		c.wait("Ping: Pong")
		if strings.Contains(c.seen, "FullyBooted") {
			t.Fatalf("booted while held:\n%s", c.seen)
		}
		if err := s.ReleaseBoot(); err != nil {
			t.Fatal(err)
		}
		c.wait("Event: FullyBooted")
		if err := s.Booted(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestBootDelayDelays(t *testing.T) {
	own(t, &lab.Config{BootDelay: time.Second, NoWait: true}, func(t *testing.T, s *lab.Server) {
		began := time.Now()
		if err := s.Booted(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 900*time.Millisecond {
			t.Errorf("booted after %v, want a second at least", took)
		}
		dial(t, s.AMI()).login(s.User("all"))
	})
}

func TestParallelServersDoNotMeet(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			a, b := lab.Start(t, v, nil), lab.Start(t, v, nil)
			if a.AMI() == b.AMI() || a.Dir() == b.Dir() {
				t.Fatalf("two servers at %s and %s in %s and %s", a.AMI(), b.AMI(), a.Dir(), b.Dir())
			}
			if err := a.Kill(); err != nil {
				t.Fatal(err)
			}
			dial(t, b.AMI()).login(b.User("all"))
		})
	}
}

func TestFolderGoesWithTheServer(t *testing.T) {
	for _, v := range lab.Versions() {
		var dir string
		t.Run(v.String(), func(t *testing.T) {
			dir = lab.Start(t, v, nil).Dir()
		})
		if dir == "" {
			continue
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Stat(%s) = %v, want that it does not exist", dir, err)
		}
	}
}

func TestStaleFolderIsRemoved(t *testing.T) {
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Skip(err)
	}
	own(t, nil, func(t *testing.T, s *lab.Server) {
		stale := filepath.Join(s.Root(), "lab", fmt.Sprintf("%d-stale", gone.Process.Pid))
		if err := os.Mkdir(stale, 0o755); err != nil {
			t.Fatal(err)
		}
		lab.Start(t, s.Version(), nil)
		if _, err := os.Stat(stale); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Stat(%s) = %v, want that it does not exist", stale, err)
		}
		if _, err := os.Stat(s.Dir()); err != nil {
			t.Errorf("the folder of a running server is gone: %v", err)
		}
	})
}

func TestConfigChangesTheServer(t *testing.T) {
	cfg := &lab.Config{
		SystemName: "lab-pbx",
		Manager:    "timestampevents = yes",
		Users:      []lab.User{{Name: "extra", Secret: "known", Read: "all", Write: "all"}},
		Files:      map[string]string{"agents.conf": "[2002]\nfullname = Zoe\n"},
		Append:     map[string]string{"extensions.conf": "[more]\nexten => s,1,Hangup()\n"},
	}
	own(t, cfg, func(t *testing.T, s *lab.Server) {
		c := dial(t, s.AMI())
		c.login(lab.User{Name: "extra", Secret: "known"})
		c.wait("Timestamp: ")
		c.wait("SystemName: lab-pbx")
		for command, want := range map[string]string{"agent show all": "Zoe", "dialplan show more": "Hangup()"} {
			if out, err := s.CLI(t.Context(), command); err != nil || !strings.Contains(out, want) {
				t.Errorf("CLI(%s) = %q, %v, want %q in it", command, out, err, want)
			}
		}
		if err := s.Reconfigure("extensions.conf", "[other]\nexten => s,1,NoOp(changed)\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CLI(t.Context(), "dialplan reload"); err != nil {
			t.Fatal(err)
		}
		if out, err := s.CLI(t.Context(), "dialplan show other"); err != nil || !strings.Contains(out, "changed") {
			t.Errorf("after Reconfigure: %q, %v", out, err)
		}
	})
}
