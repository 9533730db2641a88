// Real is the demo on a real Asterisk 22, with SIP phones: it needs root and a Debian, as the lab's servers do.
//
//	make demo PBX=real
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	"github.com/asterisk-go/asterisk-go/internal/browser/demo/page"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua/centre"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	began := time.Now()
	if err := lab.InstallBuilder(ctx, out); err != nil {
		return err
	}
	c, err := centre.New(&centre.Options{Wrapup: 3})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	fmt.Fprintln(out, "Starting Asterisk 22 (the first time, its packages are fetched and unpacked: about half a minute).")
	s, err := lab.Open(ctx, lab.V22, c.Config(), out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := c.Open(ctx, s); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	var playing sync.WaitGroup
	defer playing.Wait()
	defer end()
	login := s.User(centre.Login)
	config := page.Config(out, s.AMI(), login.Name, login.Secret)
	told := page.NewScript(out, began)
	config.Started = func(url string, _ []app.SignIn) {
		page.Welcome(out, url)
		// Ends with ctx; run waits for it.
		playing.Go(func() { c.Play(ctx, 1, told) })
	}
	return app.Run(ctx, config)
}
