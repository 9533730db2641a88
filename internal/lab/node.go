package lab

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// node is a root with Debian's Node.js, for machines that have none.
var node = root{"Node.js", "node", "bookworm", []string{"nodejs"}}

// BuildNode is [Build] for the folder of [Node].
func BuildNode(ctx context.Context, out io.Writer) (string, error) { return node.build(ctx, out) }

// oldestNode is the one of Debian 12.
const oldestNode = 18

// Node runs Node.js with args in a new folder that has the files, and returns what it printed: this machine's, or if it has none Debian's, which is
// installed for tests at full size alone. The test is skipped where there is neither, also where the lab is required.
func Node(t testing.TB, files fs.FS, args ...string) (output string, err error) {
	t.Helper()
	if err := nodeVersion(); err != nil {
		return debianNode(t, err, files, args)
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatalf("lab: files for Node.js: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	return string(out), err
}

var nodeNumber = regexp.MustCompile(`^v(\d+)\.`)

// nodeVersion says why this machine's Node.js can't be used.
func nodeVersion() error {
	out, err := exec.Command("node", "--version").Output()
	if err != nil {
		return err
	}
	if m := nodeNumber.FindSubmatch(out); m != nil {
		if major, err := strconv.Atoi(string(m[1])); err == nil && major >= oldestNode {
			return nil
		}
	}
	return fmt.Errorf("node is %s, and %d or newer is needed", bytes.TrimSpace(out), oldestNode)
}

// asNode runs node in root with the folder as its own.
const asNode = `mount -t proc proc "$1/proc" && exec chroot "$@"`

func debianNode(t testing.TB, why error, files fs.FS, args []string) (string, error) {
	t.Helper()
	if !Full() {
		t.Skipf("no Node.js: %v (tests at full size install Debian's)", why)
	}
	if err := node.available(); err != nil {
		t.Skipf("no Node.js: %v, %v", why, err)
	}
	root, err := node.build(t.Context(), testWriter{t})
	if err != nil {
		t.Skipf("no Node.js: %v", err)
	}
	if err := removeStale(root); err != nil {
		t.Fatalf("lab: remove stale files: %v", err)
	}
	home, err := browserHome(root)
	if err != nil {
		t.Fatalf("lab: a folder for Node.js: %v", err)
	}
	defer os.RemoveAll(home)
	if err := os.CopyFS(filepath.Join(home, "files"), files); err != nil {
		t.Fatalf("lab: files for Node.js: %v", err)
	}
	inside := strings.TrimPrefix(home, root) + "/files"
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", asNode, "sh", root, "/bin/sh", "-c", `cd "$0" && exec /usr/bin/node "$@"`, inside}, args...)...)
	cmd.Dir = "/"
	cmd.SysProcAttr = isolated(false)
	runtime.LockOSThread() // it ends with this thread
	defer runtime.UnlockOSThread()
	out, err := cmd.CombinedOutput()
	return string(out), err
}
