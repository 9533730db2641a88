package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// serve serves FastAGI at address until SIGINT or SIGTERM, then lets the calls of that moment end, within half a minute.
func serve(address string, handler agi.Handler) error {
	stopped, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	slog.Info("serving", "address", listener.Addr())
	server := &fastagi.Server{Handler: handler, Logger: slog.Default()}
	served := make(chan error, 1)
	// Ends with the server, which is shut down below.
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-stopped.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err = errors.Join(server.Shutdown(drain), server.Close())
	if served := <-served; !errors.Is(served, fastagi.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
