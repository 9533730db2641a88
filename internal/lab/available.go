package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// available says why this machine cannot run Asterisk v, nil if it can.
func available(v Version) error {
	if err := supported(); err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return errors.New("needs root (chroot, mount)")
	}
	if err := canIsolate(); err != nil {
		return fmt.Errorf("no mount namespace here: %w", err)
	}
	cache, err := cacheDir()
	if err != nil {
		return err
	}
	if built(filepath.Join(cache, v.suite())) {
		return nil
	}
	if _, err := exec.LookPath("mmdebstrap"); err != nil {
		return errors.New("needs mmdebstrap to build its root (go run ./internal/lab/labctl install)")
	}
	return nil
}

// skip ends the test: skipped on a user's machine, failed where the lab is required.
func skip(t testing.TB, v Version, why error) {
	t.Helper()
	if os.Getenv("ASTERISK_LAB") == "required" {
		t.Fatalf("Asterisk %s is required (ASTERISK_LAB): %v", v, why)
	}
	t.Skipf("no Asterisk %s: %v", v, why)
}

// failed remembers builds that failed, so that not every test of a binary tries again: package state, because
// tests of one binary have nothing else in common.
var failed struct {
	mu     sync.Mutex // guards builds; held during a build, so that the others wait for it
	builds map[Version]error
}

// rootFor is Build for a test: what stands in the way skips it.
func rootFor(t testing.TB, v Version) string {
	t.Helper()
	if err := available(v); err != nil {
		skip(t, v, err)
	}
	failed.mu.Lock()
	defer failed.mu.Unlock()
	if err := failed.builds[v]; err != nil {
		skip(t, v, err)
	}
	root, err := Build(t.Context(), v, testWriter{t})
	if err != nil {
		if failed.builds == nil {
			failed.builds = make(map[Version]error)
		}
		failed.builds[v] = err
		skip(t, v, err)
	}
	return root
}

// testWriter puts the progress of a build into the test's log.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", p)
	return len(p), nil
}
