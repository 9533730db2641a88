// Clicktocall is an HTTP service that connects an agent with a customer: the agent's phone rings, and when the agent has
// answered the dialplan calls the customer. It tells how both are getting on.
//
//	POST /calls         {"agent":"100", "customer":"4930123"}, with the header Idempotency-Key: 201 and a Location
//	GET /calls/{id}     {"agent":{"state":"answered",...}, "customer":{"state":"ended","result":"busy",...}, ...}
//	DELETE /calls/{id}  hangs up: 204
//	GET /ready          200 while Asterisk can be reached, else 503
//	GET /metrics        counters, as JSON
//
// A key stands for one call: a request that is repeated with its key, after an error or by a second click, gets the same call
// (200), and none is made twice. After an error without a call the key is free again. Calls are forgotten 15 minutes after
// their end, and when the service ends, with their keys; a call that runs goes on.
//
// Errors: 400 for a bad request, 422 for a key of another call, 502 if Asterisk refuses, 503 with Retry-After if no call
// was made and the request may be repeated. The log is JSON, a line for each step of a call.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./clicktocall:
//
//	export ASTERISK_ADDRESS=pbx.example.com ASTERISK_USER=clicktocall ASTERISK_SECRET=...
//	go run ./clicktocall -agent 'PJSIP/%s' -context out
//	curl -i -H 'Idempotency-Key: 1' -d '{"agent":"100","customer":"4930123"}' http://127.0.0.1:8080/calls
//
// On a server of make lab-up, which prints the variables, no phone is needed:
//
//	go run ./clicktocall -agent 'Local/%s@outcome' -context app
//	curl -i -H 'Idempotency-Key: 1' -d '{"agent":"answer","customer":"dial-delayed"}' http://127.0.0.1:8080/calls
//
// It asks nobody who they are: put it behind something that does. In manager.conf:
//
//	[clicktocall]
//	secret = ...
//	read = call
//	write = call,originate,reporting
//
// In extensions.conf, where the customer's number comes in:
//
//	[out]
//	exten => _X.,1,Dial(PJSIP/${EXTEN}@trunk,60)
//	 same => n,Hangup(${HANGUPCAUSE})
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "`host:port` of the service")
	agent := flag.String("agent", "PJSIP/%s", "how the phone of the agent with the number `%s` is reached")
	dialplan := flag.String("context", "out", "`context` of the dialplan where the customer's number is dialled")
	ring := flag.Duration("ring", 30*time.Second, "how long the agent's phone rings")
	flag.Parse()
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	stopped, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(stopped, *listen, settings{*agent, *dialplan, *ring}, logger); err != nil {
		logger.Error("the service has ended", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen string, s settings, logger *slog.Logger) error {
	session, err := connect(ctx, ami.Config{
		Username: os.Getenv("ASTERISK_USER"), Secret: os.Getenv("ASTERISK_SECRET"), KeepTrying: true, Logger: logger,
	})
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	defer session.Close()
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	logger.Info("serving", "address", listener.Addr().String())
	calls := newService(session, s, logger)
	defer calls.close()
	return serve(ctx, listener, calls.handler())
}

// connect connects over AMI, or over HTTP if ASTERISK_ADDRESS is a URL. Nothing else depends on it.
func connect(ctx context.Context, config ami.Config) (ami.Persistent, error) {
	address := os.Getenv("ASTERISK_ADDRESS")
	if strings.HasPrefix(address, "http") {
		return ajam.Connect(ctx, address, &ajam.Config{Config: config})
	}
	return ami.Connect(ctx, address, &config)
}

// drain is how long requests may take that are under way when the service ends.
const drain = 10 * time.Second

// serve answers requests until ctx ends, then stops accepting and waits for those under way.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	served := make(chan error, 1)
	// Ends with the server, which is shut down below.
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := errors.Join(server.Shutdown(ending), server.Close())
	<-served
	return err
}
