// Labctl prepares and runs the Asterisk servers of package lab by hand.
//
//	labctl install   build both versions' folders, once per machine
//	labctl up        start a server of each version and leave it running
//	labctl down      end what up has started
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"text/tabwriter"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	commands := map[string]func(context.Context) error{"install": install, "up": up, "down": down}
	if len(os.Args) != 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: labctl install | up | down")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func install(ctx context.Context) error {
	if err := installBuilder(ctx); err != nil {
		return err
	}
	for _, v := range lab.Versions() {
		root, err := lab.Build(ctx, v, os.Stdout)
		if err != nil {
			return err
		}
		fmt.Printf("Asterisk %s is in %s\n", v, root)
	}
	return nil
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

func up(ctx context.Context) error {
	for _, v := range lab.Versions() {
		s, err := lab.Up(ctx, v, os.Stdout)
		if err != nil {
			return err
		}
		show(s)
	}
	return nil
}

// show prints what a person needs to use the server.
func show(s *lab.Server) {
	fmt.Printf("Asterisk %s\n", s.Asterisk())
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"AMI", s.AMI()}, {"AMI, TLS", s.AMITLS()}, {"HTTP", s.HTTP()}, {"HTTPS", s.HTTPS()}, {"SIP, UDP", s.SIP()},
		{"CA", s.CAFile()}, {"folder", s.Dir()},
	} {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], row[1])
	}
	for _, user := range s.Users() {
		fmt.Fprintf(table, "  user %s\t%s\n", user.Name, user.Secret)
	}
	table.Flush()
	all := s.User("all")
	fmt.Printf("  ASTERISK_TEST_%s=%s,%s,%s\n\n", s.Version(), s.AMI(), all.Name, all.Secret)
}

func down(ctx context.Context) error {
	for _, v := range lab.Versions() {
		ran, err := lab.Down(ctx, v)
		if err != nil {
			return err
		}
		if ran {
			fmt.Printf("Asterisk %s has ended\n", v)
		} else {
			fmt.Printf("Asterisk %s was not running\n", v)
		}
	}
	return nil
}
