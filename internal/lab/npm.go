package lab

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// npm says which packages tests of pages need, with their checksums.
//
//go:embed npm/package.json npm/package-lock.json
var npm embed.FS

// NPM returns the folder node_modules with typescript and axe-core, installed by this machine's npm and kept in the cache. The
// test is skipped if that can't be, or if it runs at another than full size.
func NPM(t testing.TB) string {
	t.Helper()
	if !Full() {
		t.Skip("packages of npm are for tests at full size (ASTERISK_FULL=1)")
	}
	folder, err := installNPM(t)
	if err != nil {
		t.Skipf("no packages of npm: %v", err)
	}
	return filepath.Join(folder, "node_modules")
}

func installNPM(t testing.TB) (string, error) {
	if _, err := exec.LookPath("npm"); err != nil {
		return "", err
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "npm")
	unlock, err := lock(folder + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	const locked = "package-lock.json"
	want, err := npm.ReadFile("npm/" + locked)
	if err != nil {
		return "", err
	}
	if has, err := os.ReadFile(filepath.Join(folder, locked)); err == nil && bytes.Equal(has, want) {
		return folder, nil
	}
	unfinished := folder + ".unfinished"
	for _, stale := range []string{unfinished, folder} {
		if err := os.RemoveAll(stale); err != nil {
			return "", err
		}
	}
	if err := os.Mkdir(unfinished, 0o755); err != nil {
		return "", err
	}
	for _, name := range []string{"package.json", locked} {
		content, err := npm.ReadFile("npm/" + name)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(unfinished, name), content, 0o644); err != nil {
			return "", err
		}
	}
	cmd := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = unfinished
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return folder, os.Rename(unfinished, folder)
}
