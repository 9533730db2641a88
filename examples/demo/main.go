// Demo places calls and prints what happens: the stream of events, a list of channels in the middle, what became of each
// call. It ends by itself within ten seconds. It calls extensions that only the repository's own servers have.
//
// In the repository, with a server of its own:
//
//	make demo-cli
//
// On a server of make lab-up, which prints the variables, run it in the folder examples of the SDK, or copy this folder into
// a module of your own and write . for ./demo:
//
//	export ASTERISK_ADDRESS=... ASTERISK_USER=all ASTERISK_SECRET=...
//	go run ./demo
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/asterisk-go/asterisk-go/ami"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	config := &ami.Config{Username: os.Getenv("ASTERISK_USER"), Secret: os.Getenv("ASTERISK_SECRET")}
	if err := demonstrate(ctx, os.Stdout, os.Getenv("ASTERISK_ADDRESS"), config); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
