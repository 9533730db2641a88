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
	"regexp"
	"strings"
)

// ErrNoSuite means the mirror does not hold a Debian suite (any more).
var ErrNoSuite = errors.New("suite not on the mirror")

// Build returns the folder Asterisk v is unpacked in, building it first (20 to 30 seconds, 350 MB) if the cache
// has none. Progress goes to out. Several processes may call it at once: one builds, the others wait for it.
func Build(ctx context.Context, v Version, out io.Writer) (string, error) {
	return v.root().build(ctx, out)
}

// root is a folder with packages of a Debian suite.
type root struct {
	title    string // for people
	folder   string // in the cache
	suite    string
	packages []string
}

func (v Version) root() root {
	return root{"Asterisk " + v.String(), v.suite(), v.suite(),
		[]string{"asterisk", "asterisk-core-sounds-en-gsm", "ca-certificates"}}
}

func (r root) build(ctx context.Context, out io.Writer) (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", fmt.Errorf("lab: cache folder: %w", err)
	}
	folder := filepath.Join(cache, r.folder)
	if built(folder) {
		return folder, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("lab: cache folder: %w", err)
	}
	unlock, err := lock(folder + ".lock")
	if err != nil {
		return "", fmt.Errorf("lab: lock %s: %w", folder, err)
	}
	defer unlock()
	if built(folder) {
		return folder, nil
	}
	if err := r.unpack(ctx, folder, out); err != nil {
		return "", fmt.Errorf("lab: build %s (Debian %s): %w", r.title, r.suite, err)
	}
	return folder, nil
}

// unpack runs under the folder's lock, so an unfinished one it finds is nobody's.
func (r root) unpack(ctx context.Context, folder string, out io.Writer) error {
	mirror, err := mirror(ctx)
	if err != nil {
		return fmt.Errorf("find a mirror: %w", err)
	}
	unfinished := folder + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	fmt.Fprintf(out, "building %s: Debian %s from %s\n", r.title, r.suite, mirror)
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, "mmdebstrap", "--variant=minbase", "--mode=root",
		"--include="+strings.Join(r.packages, ","),
		`--aptopt=APT::Install-Recommends "false"`,
		`--aptopt=Acquire::Check-Valid-Until "false"`,
		r.suite, unfinished, mirror)
	cmd.Stdout, cmd.Stderr = out, io.MultiWriter(out, &said)
	if err := cmd.Run(); err != nil {
		os.RemoveAll(unfinished)
		if strings.Contains(said.String(), "does not have a Release file") {
			err = ErrNoSuite
		}
		return fmt.Errorf("mmdebstrap: %w\n%s", err, tail(said.String(), 15))
	}
	return os.Rename(unfinished, folder)
}

// built relies on the rename at the end of unpack: a folder that is there is complete.
func built(root string) bool {
	info, err := os.Stat(root)
	return err == nil && info.IsDir()
}

func cacheDir() (string, error) {
	if dir := os.Getenv("ASTERISK_LAB_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "asterisk-go-lab"), err
}

// mirror asks apt, so that an organisation's own mirror is used where there is one.
func mirror(ctx context.Context) (string, error) {
	if uri := os.Getenv("ASTERISK_LAB_MIRROR"); uri != "" {
		return uri, nil
	}
	out, err := exec.CommandContext(ctx, "apt-get", "indextargets",
		"--format", "$(RELEASE) $(REPO_URI) $(ORIGIN)", "Created-By: Packages").Output()
	if err != nil {
		return "", fmt.Errorf("apt-get indextargets: %w", err)
	}
	return mainArchive(string(out))
}

// mainArchive picks the archive itself out of lines "release URI origin": not its -security or -updates, and
// Debian's own before a vendor's. The origin is empty before the first apt-get update.
func mainArchive(targets string) (string, error) {
	first := ""
	for line := range strings.Lines(targets) {
		release, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		uri, origin, _ := strings.Cut(rest, " ")
		if uri == "" || strings.Contains(release, "-") || strings.HasSuffix(strings.TrimRight(uri, "/"), "-security") {
			continue
		}
		if origin == "Debian" {
			return uri, nil
		}
		if first == "" {
			first = uri
		}
	}
	if first == "" {
		return "", errors.New("apt is configured with no main archive (set ASTERISK_LAB_MIRROR)")
	}
	return first, nil
}

// modulesDir finds the modules inside root: usr/lib/asterisk in 16, below the architecture's folder in 22.
func modulesDir(root string) (string, error) {
	for _, pattern := range []string{"usr/lib/asterisk/modules", "usr/lib/*/asterisk/modules"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err == nil && len(found) > 0 {
			return strings.TrimPrefix(found[0], root), nil
		}
	}
	return "", fmt.Errorf("no Asterisk modules in %s", root)
}

var versionNumber = regexp.MustCompile(`\d+\.\d+(\.\d+)?`)

// asteriskVersion is the number the program in root says: "22.10.1".
func asteriskVersion(root string) (string, error) {
	out, err := exec.Command("chroot", root, "/usr/sbin/asterisk", "-V").Output()
	if err != nil {
		return "", fmt.Errorf("asterisk -V: %w", err)
	}
	return versionNumber.FindString(string(out)), nil
}
