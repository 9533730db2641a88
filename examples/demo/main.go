// Demo starts a real Asterisk 22, places calls through the SDK, and prints what happens: the stream of events, a list
// of channels in the middle, what became of each call. It ends by itself within ten seconds.
//
//	make demo
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	fmt.Println("starting Asterisk (the first time, its packages are fetched and unpacked: about half a minute)")
	server, err := lab.Open(ctx, lab.V22, nil, os.Stdout)
	if err != nil {
		return err
	}
	defer server.Close()
	user := server.User("crm") // read=call,user,reporting write=call,originate,reporting
	return demonstrate(ctx, os.Stdout, server.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
}
