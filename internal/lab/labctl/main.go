// Labctl prepares and runs the Asterisk servers of package lab by hand.
//
//	labctl install   build the folders of both versions and of tools, once per machine
//	labctl up        start a server of each version and leave it running
//	labctl down      end what up has started
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"text/tabwriter"

	"golang.org/x/sync/errgroup"

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
	builds := []build{{"what else tests need", lab.BuildTools}}
	for _, v := range lab.Versions() {
		builds = append(builds, build{"Asterisk " + v.String(), func(ctx context.Context, out io.Writer) (string, error) {
			return lab.Build(ctx, v, out)
		}})
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
