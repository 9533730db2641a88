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

// ErrNoSuite means the mirror does not hold the Debian suite of a version (any more).
var ErrNoSuite = errors.New("suite not on the mirror")

// Build returns the folder Asterisk v is unpacked in, building it first (20 to 30 seconds, 350 MB) if the cache
// has none. Progress goes to out. Several processes may call it at once: one builds, the others wait for it.
func Build(ctx context.Context, v Version, out io.Writer) (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", fmt.Errorf("lab: cache folder: %w", err)
	}
	root := filepath.Join(cache, v.suite())
	if built(root) {
		return root, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("lab: cache folder: %w", err)
	}
	unlock, err := lock(root + ".lock")
	if err != nil {
		return "", fmt.Errorf("lab: lock %s: %w", root, err)
	}
	defer unlock()
	if built(root) {
		return root, nil
	}
	if err := build(ctx, v, root, out); err != nil {
		return "", fmt.Errorf("lab: build Asterisk %s (Debian %s): %w", v, v.suite(), err)
	}
	return root, nil
}

// build runs under the suite's lock, so an unfinished folder it finds is nobody's.
func build(ctx context.Context, v Version, root string, out io.Writer) error {
	mirror, err := mirror(ctx)
	if err != nil {
		return fmt.Errorf("find a mirror: %w", err)
	}
	unfinished := root + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	fmt.Fprintf(out, "building Asterisk %s: Debian %s from %s\n", v, v.suite(), mirror)
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, "mmdebstrap", "--variant=minbase", "--mode=root",
		"--include=asterisk,asterisk-core-sounds-en-gsm,ca-certificates",
		`--aptopt=APT::Install-Recommends "false"`,
		`--aptopt=Acquire::Check-Valid-Until "false"`,
		v.suite(), unfinished, mirror)
	cmd.Stdout, cmd.Stderr = out, io.MultiWriter(out, &said)
	if err := cmd.Run(); err != nil {
		os.RemoveAll(unfinished)
		if strings.Contains(said.String(), "does not have a Release file") {
			err = ErrNoSuite
		}
		return fmt.Errorf("mmdebstrap: %w\n%s", err, tail(said.String(), 15))
	}
	return os.Rename(unfinished, root)
}

// built relies on the rename at the end of build: a folder that is there is complete.
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
