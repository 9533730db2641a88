// Pbx is a simulated Asterisk to try programs on, with a small call centre at work: agents answer, decline, hold, transfer and park; customers call,
// wait and give up. It needs no root and no Asterisk, and ends with Ctrl-C.
//
//	go run github.com/asterisk-go/asterisk-go/pbxtest/pbx@latest -seed 1
//
// It serves the manager, by AMI and by AJAM, on 127.0.0.1 alone, and says where, with a user and a secret that is new each time. What people do
// is a function of the seed. See package pbxtest for the same in a test.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/callcentre/menu"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	set, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		os.Exit(2) // the flag set has said why
	}
	if err := run(ctx, set, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// settings are those of the command line.
type settings struct {
	seed       uint64
	version    asterisk.Version
	ami, ajam  int // ports
	quiet      bool
	versionWas string
}

// versions are those that it can have.
var versions = map[string]string{"16": "16.28.0", "22": "22.10.1"}

func parse(arguments []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("pbx", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Uint64Var(&s.seed, "seed", 1, "`number` that decides what people do")
	flags.StringVar(&s.versionWas, "asterisk", "22", "`version` whose behaviour it has: 16 or 22")
	flags.IntVar(&s.ami, "ami", 0, "`port` of the manager; 0 is a free one")
	flags.IntVar(&s.ajam, "ajam", 0, "`port` of the manager over HTTP; 0 is a free one")
	flags.BoolVar(&s.quiet, "quiet", false, "do not say what people do")
	if err := flags.Parse(arguments); err != nil {
		return s, err
	}
	full, ok := versions[s.versionWas]
	if !ok || flags.NArg() > 0 {
		err := fmt.Errorf("pbx: -asterisk is 16 or 22, and there are no arguments")
		fmt.Fprintln(stderr, err)
		return s, err
	}
	s.version = asterisk.ParseVersion(full)
	return s, nil
}

// run serves until ctx ends, which is no error.
func run(ctx context.Context, set settings, out io.Writer) (err error) {
	var serving sync.WaitGroup
	defer serving.Wait()
	calls, err := listen(0)
	if err != nil {
		return err
	}
	script := menu.New(nil)
	defer func() { err = errors.Join(err, script.Close()) }()
	// Ends with the server.
	serving.Go(func() { _ = script.Serve(calls) })
	told := newLog(set.quiet)
	config, err := (&pbxtest.CallCentre{Menu: "agi://" + calls.Addr().String() + "/menu", Tell: told.tell}).Config()
	if err != nil {
		return err
	}
	admin := pbxtest.User{Name: "admin", Secret: rand.Text(), Read: "all", Write: "all"}
	config.Seed, config.Version, config.Users = set.seed, set.version, []pbxtest.User{admin}
	manager, err := listen(set.ami)
	if err != nil {
		return err
	}
	web, err := listen(set.ajam)
	if err != nil {
		return errors.Join(err, manager.Close())
	}
	fmt.Fprintf(out, "Asterisk %s, simulated, with seed %d. Ctrl-C ends it.\n\nAMI     %s\nAJAM    http://%s/rawman\nuser    %s\nsecret  %s\n\n",
		set.version, set.seed, manager.Addr(), web.Addr(), admin.Name, admin.Secret)
	pbx, err := pbxtest.New(config)
	if err != nil {
		return errors.Join(err, manager.Close(), web.Close())
	}
	server := &http.Server{Handler: pbx, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	// The first ends with ctx, the others with their listeners.
	serving.Go(func() { told.show(ctx, out) })
	serving.Go(func() { _ = pbx.Serve(manager) })
	serving.Go(func() { _ = server.Serve(web) })
	<-ctx.Done()
	return errors.Join(server.Close(), pbx.Close())
}

// listen opens a port of this machine alone.
func listen(port int) (net.Listener, error) {
	return net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

// log shows what people do, without having them wait for a terminal that is slow: what is too much is left out.
type log struct{ lines chan string }

func newLog(quiet bool) *log {
	if quiet {
		return &log{}
	}
	return &log{make(chan string, 1000)}
}

func (l *log) tell(at time.Duration, what string) {
	select {
	case l.lines <- fmt.Sprintf("%02d:%02d  %s\n", int(at.Minutes()), int(at.Seconds())%60, what):
	default:
	}
}

// show writes the lines until ctx ends.
func (l *log) show(ctx context.Context, out io.Writer) {
	for {
		select {
		case line := <-l.lines:
			_, _ = io.WriteString(out, line) // a terminal that has gone hears nothing
		case <-ctx.Done():
			return
		}
	}
}
