// Package serve runs a FastAGI server until the program is told to stop.
package serve

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

const patience = 30 * time.Second

// Main serves handler at address until SIGINT or SIGTERM, and then lets the calls of the moment end.
func Main(address string, handler agi.Handler) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ln, err := net.Listen("tcp", address)
	if err == nil {
		slog.Info("serving", "address", ln.Addr())
		err = Until(ctx, ln, handler)
	}
	if err != nil {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}

// Until serves handler until ctx ends and the calls of that moment have ended, or half a minute later.
func Until(ctx context.Context, ln net.Listener, handler agi.Handler) error {
	server := &fastagi.Server{Handler: handler, Logger: slog.Default()}
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err := errors.Join(server.Shutdown(drain), server.Close())
	if served := <-served; !errors.Is(served, fastagi.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
