// Originate is an HTTP service that places calls and tells what became of them.
//
//	POST /calls        {"channel":"PJSIP/100", "context":"out", "exten":"4930123", "caller_id":"Ann <100>",
//	                    "variables":{"ORDER":"17"}, "timeout_seconds":30}      201 with Location: /calls/{id}
//	GET /calls/{id}    {"id":"...", "state":"settled", "outcome":"busy", "cause":"user busy", ...}
//	DELETE /calls/{id}  hangs up                                               204
//
// A call is "calling" until it is answered or ends otherwise, then "settled". What is settled is forgotten after 15
// minutes. Nothing is ever sent twice: 503 with Retry-After means that no call was made and the request may be
// repeated, 504 that nobody can know.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./originate:
//
//	ASTERISK_SECRET=... go run ./originate -address pbx.example.com -user dialler
//
// It asks nobody who they are: put it behind something that does. The user needs, in manager.conf:
//
//	[dialler]
//	secret = ...
//	read = call
//	write = call,originate,reporting
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "`host:port` of the service")
	address := flag.String("address", "localhost", "`host:port` of Asterisk")
	user := flag.String("user", "dialler", "`name` in manager.conf; its secret is ASTERISK_SECRET")
	secure := flag.Bool("tls", false, "use TLS, on port 5039 unless -address has one")
	flag.Parse()
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	config := &ami.Config{Username: *user, Secret: os.Getenv("ASTERISK_SECRET"), KeepTrying: true, Logger: logger}
	if *secure {
		config.TLS = new(tls.Config)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *address, config); err != nil {
		logger.Error("the service has ended", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen, address string, config *ami.Config) error {
	client, err := ami.Connect(ctx, address, config)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	defer client.Close()
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	return serve(ctx, listener, client)
}

// drain is how long requests may take that are under way when the service ends.
const drain = 10 * time.Second

// serve answers requests until ctx ends, then stops accepting and waits for those under way.
func serve(ctx context.Context, listener net.Listener, session ami.Session) error {
	calls := newCalls(session)
	defer calls.close()
	server := &http.Server{Handler: calls.handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	failed := make(chan error, 1)
	// Serve ends with Shutdown or Close, before serve does.
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := server.Shutdown(ending)
	if err != nil {
		err = errors.Join(fmt.Errorf("requests did not end in %v: %w", drain, err), server.Close())
	}
	<-failed
	return err
}
