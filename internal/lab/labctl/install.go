package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"

	"golang.org/x/sync/errgroup"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func install(ctx context.Context) error {
	if err := installBuilder(ctx); err != nil {
		return err
	}
	builds := []build{{"what else tests need", lab.BuildTools}, {"Chromium", lab.BuildBrowser}}
	for _, v := range lab.Versions() {
		builds = append(builds, buildOf(v))
	}
	var group errgroup.Group // without a context: what the others make is kept
	for _, b := range builds {
		// Ends with the build; the archive's server and not this machine is what takes its time.
		group.Go(func() error { return b.run(ctx) })
	}
	return group.Wait()
}

// build is a folder to install.
type build struct {
	title string
	make  func(context.Context, io.Writer) (string, error)
}

func buildOf(v lab.Version) build {
	return build{"Asterisk " + v.String(), func(ctx context.Context, out io.Writer) (string, error) {
		return lab.Build(ctx, v, out)
	}}
}

func (b build) run(ctx context.Context) error {
	root, err := b.make(ctx, os.Stdout)
	if err == nil {
		fmt.Printf("%s is in %s\n", b.title, root)
	}
	return err
}

// installBuilder installs mmdebstrap on a Debian or Ubuntu host that lacks it.
func installBuilder(ctx context.Context) error {
	if _, err := exec.LookPath("mmdebstrap"); err == nil {
		return nil
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("lab: mmdebstrap is missing and only root can install it")
	}
	for _, args := range [][]string{{"update"}, {"install", "--yes", "--no-install-recommends", "mmdebstrap"}} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		fmt.Println("+", cmd)
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("lab: install mmdebstrap: %w", err)
		}
	}
	return nil
}
