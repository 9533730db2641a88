// Callback is a FastAGI server with a client of AMI: it asks callers whether to call them back, and if they press 1 it has the agent's phone ring, and then
// calls the customer. It is the example of docs/testing.md: its tests show the same program on agitest and amitest, and on pbxtest.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./callback:
//
//	export ASTERISK_ADDRESS=pbx.example.com ASTERISK_USER=callback ASTERISK_SECRET=...
//	go run ./callback -listen 127.0.0.1:4573 -agent PJSIP/100 -context out
//
// In extensions.conf, where callers come in, and where their numbers are dialled. Callers choose the number that they show, so let the context out reach
// only what you are ready to pay for:
//
//	[in]
//	exten => _X.,1,AGI(agi://127.0.0.1/callback)
//	 same => n,Hangup()
//
//	[out]
//	exten => _1NXXNXXXXXX,1,Dial(PJSIP/${EXTEN}@trunk,60)
//	 same => n,Hangup()
//
// The user of manager.conf needs read=call and write=originate,call,reporting. The server can place calls: let only Asterisk reach it.
package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"sync"

	"github.com/asterisk-go/asterisk-go/ami"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4573", "`address` to serve at")
	agent := flag.String("agent", "PJSIP/100", "`channel` of the agent, who is called first")
	dialplan := flag.String("context", "out", "`context` of the dialplan in which customers' numbers are dialled")
	flag.Parse()
	if err := run(*listen, newDesk(*agent, *dialplan)); err != nil {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}

// run serves until SIGINT or SIGTERM.
func run(listen string, d *desk) error {
	ctx, stop := context.WithCancel(context.Background())
	client, err := ami.Connect(ctx, os.Getenv("ASTERISK_ADDRESS"), &ami.Config{
		Username: os.Getenv("ASTERISK_USER"), Secret: os.Getenv("ASTERISK_SECRET"), KeepTrying: true, Logger: slog.Default(),
	})
	if err != nil {
		stop()
		return err
	}
	var work sync.WaitGroup
	defer func() {
		stop()
		work.Wait()
		_ = client.Close()
	}()
	// Ends with ctx.
	work.Go(func() { d.work(ctx, client, logged) })
	return serve(listen, d)
}

// logged tells what has become of a call.
func logged(number string, outcome ami.Outcome, err error) {
	if err != nil {
		slog.Error("call back", "number", number, "error", err)
		return
	}
	slog.Info("called back", "number", number, "agent", outcome.Result)
}
