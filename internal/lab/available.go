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

// available says why this machine cannot run what is in a root, nil if it can.
func (r root) available() error {
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
	if built(filepath.Join(cache, r.folder)) {
		return nil
	}
	if _, err := exec.LookPath("mmdebstrap"); err != nil {
		return errors.New("needs mmdebstrap to build its root (go run ./internal/lab/labctl install)")
	}
	return nil
}

// skipShort skips a test that is about to get a real server when go test runs with -short, even where the lab is required.
func (r root) skipShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skipf("%s is not started with -short", r.title)
	}
}

// skip ends the test: skipped on a user's machine, failed where the lab is required.
func (r root) skip(t testing.TB, why error) {
	t.Helper()
	if os.Getenv("ASTERISK_LAB") == "required" {
		t.Fatalf("%s: required (ASTERISK_LAB): %v", r.title, why)
	}
	t.Skipf("no %s: %v", r.title, why)
}

// failed remembers builds that failed, so that not every test of a binary tries again: package state, because
// tests of one binary have nothing else in common.
var failed struct {
	mu     sync.Mutex       // guards builds; held during a build, so that the others wait for it
	builds map[string]error // by folder
}

// rootFor is Build for a test: what stands in the way skips it.
func rootFor(t testing.TB, v Version) string {
	t.Helper()
	return v.root().forTest(t)
}

func (r root) forTest(t testing.TB) string {
	t.Helper()
	r.skipShort(t)
	if err := r.available(); err != nil {
		r.skip(t, err)
	}
	failed.mu.Lock()
	defer failed.mu.Unlock()
	if err := failed.builds[r.folder]; err != nil {
		r.skip(t, err)
	}
	folder, err := r.build(t.Context(), testWriter{t})
	if err != nil {
		if failed.builds == nil {
			failed.builds = make(map[string]error)
		}
		failed.builds[r.folder] = err
		r.skip(t, err)
	}
	return folder
}

// testWriter puts the progress of a build into the test's log.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", p)
	return len(p), nil
}
