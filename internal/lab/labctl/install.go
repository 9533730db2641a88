package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func install(ctx context.Context) error {
	if err := lab.InstallBuilder(ctx, os.Stdout); err != nil {
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
