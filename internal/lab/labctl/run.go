package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// run runs a command next to a server of its own. It builds that version, and nothing else.
func run(ctx context.Context, version string, command []string) (err error) {
	versions := lab.Versions()
	at := slices.IndexFunc(versions, func(v lab.Version) bool { return v.String() == version })
	if at < 0 {
		return fmt.Errorf("labctl: no version %s, there are %v", version, versions)
	}
	if err := lab.InstallBuilder(ctx, os.Stdout); err != nil {
		return err
	}
	fmt.Printf("starting Asterisk %s (the first time, its packages are fetched and unpacked: about half a minute)\n", version)
	s, err := lab.Open(ctx, versions[at], nil, os.Stdout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), environment(s)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd.Run()
}

// environment is how the examples find a server.
func environment(s *lab.Server) []string {
	all := s.User("all")
	return []string{"ASTERISK_ADDRESS=" + s.AMI(), "ASTERISK_USER=" + all.Name, "ASTERISK_SECRET=" + all.Secret}
}
