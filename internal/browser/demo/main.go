// Demo is a call centre to look at: a simulated Asterisk with agents, customers and queues, and the page of examples/screenpop in front of it,
// until Ctrl-C. It needs Go alone.
//
//	make demo
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	"github.com/asterisk-go/asterisk-go/internal/browser/demo/page"
	"github.com/asterisk-go/asterisk-go/internal/callcentre/menu"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("\nAll of it has ended.")
}

// waiting is how many lines of what people do may wait for the terminal; what is more is left out.
const waiting = 1000

func run(ctx context.Context, out io.Writer) (err error) {
	began := time.Now()
	ctx, end := context.WithCancel(ctx)
	var serving sync.WaitGroup
	defer serving.Wait()
	defer end()
	calls, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	script := menu.New(nil)
	defer func() { err = errors.Join(err, script.Close()) }()
	// Ends with the server.
	serving.Go(func() { _ = script.Serve(calls) })
	lines := make(chan string, waiting)
	config, err := (&pbxtest.CallCentre{Menu: "agi://" + calls.Addr().String() + "/menu", Tell: func(at time.Duration, what string) {
		select {
		case lines <- fmt.Sprintf("%02d:%02d  %s\n", int(at.Minutes()), int(at.Seconds())%60, what):
		default:
		}
	}}).Config()
	if err != nil {
		return err
	}
	login := pbxtest.User{Name: page.Login, Secret: rand.Text(), Read: page.Read, Write: page.Write}
	config.Seed, config.Users = 1, []pbxtest.User{login}
	pbx, err := pbxtest.New(config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pbx.Close()) }()
	address, err := pbx.Listen()
	if err != nil {
		return err
	}
	of := page.Config(out, address, login.Name, login.Secret)
	told := page.NewScript(out, began)
	of.Started = func(url string, _ []app.SignIn) {
		page.Welcome(out, url)
		// Ends with ctx; run waits for it.
		serving.Go(func() { show(ctx, told, lines) })
	}
	return app.Run(ctx, of)
}

// show writes lines until ctx ends.
func show(ctx context.Context, out io.Writer, lines <-chan string) {
	for {
		select {
		case line := <-lines:
			_, _ = io.WriteString(out, line) // a terminal that has gone hears nothing
		case <-ctx.Done():
			return
		}
	}
}
