// Pin asks callers for a PIN and tells the dialplan whether it was right. One handler serves calls in three ways: as a
// script that Asterisk starts for each call, as a FastAGI server, and over AMI.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./pin.
//
// As a script, built for the machine that Asterisk runs on:
//
//	CGO_ENABLED=0 go build -o /usr/share/asterisk/agi-bin/pin ./pin
//
//	exten => 700,1,Set(PIN_OK=)
//	 same => n,AGI(pin,0042)
//	 same => n,GotoIf($["${PIN_OK}" = "yes"]?inside,s,1)
//	 same => n,Hangup()
//
// As a FastAGI server, with AGI(agi://127.0.0.1/pin,0042) in the dialplan:
//
//	go run ./pin -fastagi 127.0.0.1:4573
//
// Over AMI, with AGI(agi:async,0042) in the dialplan and a user that has read=agi,call and write=agi,call in manager.conf:
//
//	ASTERISK_USER=ivr ASTERISK_SECRET=... go run ./pin -asyncagi pbx.example.com
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
)

func main() {
	fast := flag.String("fastagi", "", "`address` to serve FastAGI at")
	async := flag.String("asyncagi", "", "`address` of the AMI to serve AsyncAGI over, as ASTERISK_USER with ASTERISK_SECRET")
	flag.Parse()
	handler := agi.HandlerFunc(askPIN)
	var err error
	switch {
	case *fast != "":
		err = serve(*fast, handler)
	case *async != "":
		err = serveAMI(*async, handler)
	default:
		agi.Main(handler) // does not return
	}
	if err != nil {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}

// serveAMI serves calls until SIGINT or SIGTERM, then lets the calls of that moment end, within half a minute.
func serveAMI(address string, handler agi.Handler) error {
	stopped, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	client, err := ami.Connect(stopped, address, &ami.Config{
		Username: os.Getenv("ASTERISK_USER"), Secret: os.Getenv("ASTERISK_SECRET"), KeepTrying: true, Logger: slog.Default(),
	})
	switch {
	case stopped.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	defer client.Close()
	server := &asyncagi.Server{Handler: handler, Logger: slog.Default()}
	server.Listening = func(ami.Session) { slog.Info("serving", "over", address) }
	served := make(chan error, 1)
	// Ends with the server, which is shut down below.
	go func() { served <- server.Serve(context.Background(), client) }()
	select {
	case err := <-served:
		return err
	case <-stopped.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err = errors.Join(server.Shutdown(drain), server.Close())
	if served := <-served; !errors.Is(served, asyncagi.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
