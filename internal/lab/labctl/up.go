package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func up(ctx context.Context) error {
	if err := lab.InstallBuilder(ctx, os.Stdout); err != nil {
		return err
	}
	var last *lab.Server
	for _, v := range lab.Versions() {
		s, err := lab.Up(ctx, v, os.Stdout)
		if err != nil {
			return err
		}
		show(os.Stdout, s)
		last = s
	}
	showCalls(os.Stdout)
	fmt.Printf("To run an example, in the folder examples, on Asterisk %s:\n\n  export %s\n  go run ./demo\n\n",
		last.Asterisk(), strings.Join(environment(last), " "))
	fmt.Println("Both servers run until make lab-down.")
	return nil
}

// show prints what a person needs to use the server.
func show(out io.Writer, s *lab.Server) {
	fmt.Fprintf(out, "Asterisk %s\n", s.Asterisk())
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"AMI", s.AMI()}, {"AMI, TLS", s.AMITLS()}, {"HTTP", "http://" + s.HTTP()}, {"HTTPS", "https://" + s.HTTPS()},
		{"SIP, UDP", s.SIP()}, {"CA", s.CAFile()}, {"folder", s.Dir()}, {"console", console(s)},
	} {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], row[1])
	}
	table.Flush()
	fmt.Fprintln(table, "  user\tsecret\tread\twrite")
	for _, user := range s.Users() {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", user.Name, user.Secret, rights(user.Read), rights(user.Write))
	}
	table.Flush()
	all := s.User("all")
	fmt.Fprintf(out, "  for tests: ASTERISK_TEST_%s=%s,%s,%s\n\n", s.Version(), s.AMI(), all.Name, all.Secret)
}

// rights is a list of classes as it is in manager.conf, if that is short.
func rights(list string) string {
	switch classes := strings.Split(list, ","); {
	case list == "":
		return "-"
	case len(classes) > 10 && !slices.Contains(classes, "system"):
		return "all but system"
	}
	return list
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

// console is the command for the server's own command line.
func console(s *lab.Server) string {
	return fmt.Sprintf("chroot %s asterisk -C %s/etc/asterisk.conf -r", s.Root(), strings.TrimPrefix(s.Dir(), s.Root()))
}
