package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is a root with Chromium, the one without windows, and fonts for what it shows.
var browser = root{"Chromium", "chromium", "bookworm",
	[]string{"chromium-headless-shell", "fonts-liberation2", "fonts-dejavu-core"}}

// BuildBrowser is [Build] for the folder of [Browser].
func BuildBrowser(ctx context.Context, out io.Writer) (string, error) { return browser.build(ctx, out) }

// Browser starts a Chromium that ends with the test, and returns the URL of its DevTools, a WebSocket on loopback. It needs
// what a server needs: the test is skipped where there can be none.
func Browser(t testing.TB) string {
	t.Helper()
	root := browser.forTest(t)
	if err := removeStale(root); err != nil {
		t.Fatalf("lab: remove stale browsers: %v", err)
	}
	home, err := browserHome(root)
	if err != nil {
		t.Fatalf("lab: prepare Chromium: %v", err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Errorf("lab: remove what Chromium wrote: %v", err)
		}
	})
	said := &devTools{url: make(chan string, 1)}
	p, err := startBrowser(root, home, said)
	if err != nil {
		t.Fatalf("lab: start Chromium: %v", err)
	}
	t.Cleanup(p.kill)
	url, err := said.wait(p)
	if err != nil {
		t.Fatalf("lab: start Chromium: %v", err)
	}
	return url
}

// browserHome makes the folder that Chromium writes to, named as that of a server, so that it is removed when its process is gone.
func browserHome(root string) (string, error) {
	lab := filepath.Join(root, "lab")
	if err := os.MkdirAll(lab, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(lab, strconv.Itoa(os.Getpid())+"-")
}

// asBrowser makes Chromium the first process of a namespace, so that its other processes end with it. Root can't have its sandbox; it opens
// nothing but pages of tests.
const asBrowser = `mount -t proc proc "$1/proc" &&
mount -t tmpfs tmpfs "$1/dev/shm" &&
export HOME="$2" TMPDIR="$2" &&
exec chroot "$1" /usr/bin/chromium-headless-shell --no-sandbox --disable-gpu --disable-breakpad --no-first-run \
	--disable-background-networking --disable-component-update --disable-domain-reliability --disable-sync --no-pings \
	--no-proxy-server --remote-debugging-port=0 --user-data-dir="$2/profile" about:blank`

func startBrowser(root, home string, said io.Writer) (*process, error) {
	cmd := exec.Command("sh", "-c", asBrowser, "sh", root, strings.TrimPrefix(home, root))
	cmd.Dir = "/"
	cmd.Stderr = said
	cmd.SysProcAttr = contained()
	return run(cmd)
}

// devTools reads what Chromium prints until it says where it listens.
type devTools struct {
	url chan string

	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (d *devTools) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.text.Write(p)
	_, after, _ := strings.Cut(d.text.String(), "DevTools listening on ")
	if url, _, whole := strings.Cut(after, "\n"); whole {
		select {
		case d.url <- url:
		default:
		}
	}
	return len(p), nil
}

func (d *devTools) wait(p *process) (string, error) {
	late := time.NewTimer(bootTime)
	defer late.Stop()
	var why error
	select {
	case url := <-d.url:
		return url, nil
	case <-p.done:
		why = errors.New("it has ended")
	case <-late.C:
		why = errors.New("it does not say where it listens")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return "", fmt.Errorf("%w:\n%s", why, tail(d.text.String(), 15))
}
