package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// InstallBuilder installs mmdebstrap, by which folders are built, on a Debian or Ubuntu host that lacks it. Progress goes to out.
func InstallBuilder(ctx context.Context, out io.Writer) error {
	if _, err := exec.LookPath("mmdebstrap"); err == nil {
		return nil
	}
	if os.Geteuid() != 0 {
		return errors.New("lab: mmdebstrap is missing and only root can install it")
	}
	for _, args := range [][]string{{"update"}, {"install", "--yes", "--no-install-recommends", "mmdebstrap"}} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		cmd.Stdout, cmd.Stderr = out, out
		fmt.Fprintln(out, "+", cmd)
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("lab: install mmdebstrap: %w", err)
		}
	}
	return nil
}
