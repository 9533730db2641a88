// Monitor prints what happens on one Asterisk server or several, a line for each event, until it is interrupted. It
// reconnects by itself and says where events are missing.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./monitor. make
// lab-up prints the variables for a server of the repository's:
//
//	export ASTERISK_ADDRESS=pbx1.example.com ASTERISK_USER=monitor ASTERISK_SECRET=...
//	go run ./monitor -only Newchannel,Hangup
//
// Of several servers:
//
//	ASTERISK_SECRET=... go run ./monitor -address pbx1.example.com,pbx2.example.com -user monitor -only Newchannel,Hangup
//
// The user needs, in manager.conf, no more than the classes of the events to see:
//
//	[monitor]
//	secret = ...
//	read = call
//	write =
package main

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:], os.Getenv, os.Stderr)
	if err != nil {
		os.Exit(2)
	}
	if err := monitor(ctx, o, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// options are what the command line and the environment say.
type options struct {
	addresses []string
	filter    event.Filter
	config    ami.Config
}

func parse(args []string, env func(string) string, stderr io.Writer) (options, error) {
	o := options{config: ami.Config{Secret: env("ASTERISK_SECRET"), KeepTrying: true}}
	flags := flag.NewFlagSet("monitor", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addresses := flags.String("address", or(env("ASTERISK_ADDRESS"), "localhost"), "`host:port` of the server, or of several with commas; also ASTERISK_ADDRESS")
	flags.StringVar(&o.config.Username, "user", or(env("ASTERISK_USER"), "monitor"), "`name` in manager.conf; also ASTERISK_USER. Its secret is ASTERISK_SECRET")
	flags.StringVar(&o.config.EventMask, "classes", "", "`classes` of events to ask for, as call,user; all that the user may read if empty")
	secure := flags.Bool("tls", false, "use TLS, on port 5039 unless -address has one")
	only := flags.String("only", "", "`names` of the events to print, as Newchannel,Hangup; all if empty")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.addresses = strings.Split(*addresses, ",")
	if *secure {
		o.config.TLS = new(tls.Config)
	}
	if *only != "" {
		o.filter = event.Named(strings.Split(*only, ",")...)
	}
	return o, nil
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// monitor prints events until ctx ends, which is no error, or a server refuses the login.
func monitor(ctx context.Context, o options, stdout, stderr io.Writer) error {
	o.config.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	var mu sync.Mutex // held while a line is printed
	group, ctx := errgroup.WithContext(ctx)
	for _, address := range o.addresses {
		group.Go(func() error {
			return watch(ctx, address, o, func(ev event.Event) error {
				text := fmt.Sprint(ev.Received().Format("15:04:05.000"), " ", ev) // an event is one line, and safe for a terminal
				if len(o.addresses) > 1 {
					text = address + " " + text
				}
				mu.Lock()
				defer mu.Unlock()
				_, err := fmt.Fprintln(stdout, text)
				return err
			})
		})
	}
	return group.Wait()
}

// watch prints the events of one server, as monitor does.
func watch(ctx context.Context, address string, o options, print func(event.Event) error) error {
	client, err := ami.Connect(ctx, address, &o.config)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	defer client.Close()
	sub := client.Subscribe(o.filter, nil)
	defer sub.Close()
	for ev := range sub.All(ctx) {
		if err := print(ev); err != nil {
			return err
		}
	}
	return sub.Err()
}
