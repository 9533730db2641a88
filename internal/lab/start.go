package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Start runs a server of the test's own and ends it with the test. A nil config is the default. The test is
// skipped where there can be no server, and fails if the server does not come up.
func Start(t testing.TB, v Version, cfg *Config) *Server {
	t.Helper()
	s, err := launch(rootFor(t, v), v, cfg, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of Asterisk %s:\n%s", v, tail(s.Log(), 30))
		}
		if err := s.close(); err != nil {
			t.Errorf("lab: remove the server: %v", err)
		}
	})
	return s
}

// launch makes a server's folder and starts it. A detached one outlives this process.
func launch(root string, v Version, cfg *Config, detached bool) (*Server, error) {
	if err := removeStale(root); err != nil {
		return nil, fmt.Errorf("lab: remove stale servers: %w", err)
	}
	const tries = 3 // another process may take a port between our finding it free and Asterisk's bind
	for try := 1; ; try++ {
		s, err := prepare(root, v, cfg, detached)
		if err != nil {
			return nil, fmt.Errorf("lab: prepare Asterisk %s: %w", v, err)
		}
		err = s.start()
		if err == nil {
			return s, nil
		}
		if removal := s.close(); removal != nil {
			return nil, errors.Join(err, removal)
		}
		if !errors.Is(err, errPortTaken) || try == tries {
			return nil, err
		}
	}
}

// prepare makes the folder with the configuration and everything else a server needs to start.
func prepare(root string, v Version, cfg *Config, detached bool) (*Server, error) {
	s := &Server{version: v, root: root, detached: detached}
	if cfg != nil {
		s.config = *cfg
	}
	s.users = usersWith(s.config.Users)
	var err error
	if s.asterisk, err = asteriskVersion(root); err != nil {
		return nil, err
	}
	if s.address, err = newAddress(); err != nil {
		return nil, err
	}
	if err := nameLocalhost(root); err != nil {
		return nil, err
	}
	if err := s.makeDir(); err != nil {
		return nil, err
	}
	if s.ca, err = writeCertificates(filepath.Join(s.Dir(), "keys"), s.IP()); err == nil {
		err = s.render()
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// makeDir makes the server's folder, named for this process so that others can tell when it is stale.
func (s *Server) makeDir() error {
	lab := filepath.Join(s.root, "lab")
	if err := os.MkdirAll(lab, 0o755); err != nil {
		return err
	}
	owner := strconv.Itoa(os.Getpid())
	if s.detached {
		owner = "detached"
	}
	dir, err := os.MkdirTemp(lab, owner+"-")
	if err != nil {
		return err
	}
	s.id = filepath.Base(dir)
	for _, sub := range []string{"etc", "run", "log", "lib", "keys/keys", "agi-bin", "cache",
		"spool/monitor", "spool/outgoing", "spool/recording", "spool/tmp", "spool/voicemail"} {
		if err := os.MkdirAll(filepath.Join(s.Dir(), sub), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// nameLocalhost gives a root the hosts file that mmdebstrap leaves out.
func nameLocalhost(root string) error {
	hosts := filepath.Join(root, "etc/hosts")
	if _, err := os.Stat(hosts); err == nil {
		return nil
	}
	return os.WriteFile(hosts, []byte("127.0.0.1\tlocalhost\n"), 0o644)
}

// removeStale removes the folders of servers whose process was killed before it could: a server dies with the
// process that started it, whose id its folder is named for. What another process is just removing, or a dying
// server still writes to, is left for the next time.
func removeStale(root string) error {
	folders, err := os.ReadDir(filepath.Join(root, "lab"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, folder := range folders {
		owner, _, _ := strings.Cut(folder.Name(), "-")
		pid, err := strconv.Atoi(owner)
		if err != nil || running(pid) {
			continue
		}
		_ = os.RemoveAll(filepath.Join(root, "lab", folder.Name()))
	}
	return nil
}
