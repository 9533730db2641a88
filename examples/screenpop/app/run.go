package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/errgroup"
)

// Run is the whole program: it connects to the PBX, says what the login can't do, makes sign-ins, and serves browsers until ctx
// ends, which is no error. When it returns all that it has begun has ended. A PBX that goes away is waited for.
func Run(ctx context.Context, config Config) (err error) {
	if err := errors.Join(checkUsers(config.Users), checkURL(config.CustomerURL)); err != nil {
		return err
	}
	database, err := openStore(ctx, config.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.close()) }()
	if config.Samples {
		if err := database.fill(ctx); err != nil {
			return err
		}
	}
	a, err := newApp(config, database, bcrypt.DefaultCost)
	if err != nil {
		return err
	}
	listener, err := a.listen(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the server may have closed it
	c, err := a.connect(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if len(a.users()) == 0 {
		made := usersOf(c.model.View(), config.PBX.Outside)
		a.people.Store(&made)
	}
	signIns, err := a.signIns(ctx)
	if err != nil {
		return err
	}
	return a.serveAll(ctx, listener, c, signIns)
}

// serveAll serves browsers and keeps the history until ctx ends.
func (a *app) serveAll(ctx context.Context, listener net.Listener, c *connection, signIns []SignIn) (err error) {
	var problems []string
	a.never, problems = a.unable(c.report)
	hosts := hostsOf(listener, a.config.Hosts)
	g, err := a.newGateway(c, hosts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	a.revoke = g.Revoke
	handler, err := a.handler(g, hosts)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	// Both end with ctx, and Wait waits for them.
	group.Go(func() error { return a.record(ctx, c.model) })
	group.Go(func() error { return a.serve(ctx, listener, handler, g.Close) })
	url := a.url(listener)
	a.tell(url, c, problems, signIns)
	if a.config.Started != nil {
		a.config.Started(url, signIns)
	}
	return group.Wait()
}

// listen opens the port. Without TLS it has to be one of this machine: sign-ins would be there for all to read.
func (a *app) listen(ctx context.Context) (net.Listener, error) {
	address := a.config.Listen
	if address == "" {
		address = "127.0.0.1:8080"
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the page's address, -listen: %w", err)
	}
	if a.secure {
		certificate, err := tls.LoadX509KeyPair(a.config.Certificate, a.config.Key)
		if err != nil {
			return nil, errors.Join(err, listener.Close())
		}
		return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}}), nil
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("%s is not of this machine alone: it needs a certificate, or a proxy that has one", address), listener.Close())
	}
	return listener, nil
}

// drain is how long requests may take that are under way at the end.
const drain = 5 * time.Second

// serve answers requests until ctx ends. Connections that stay open are the gateway's, so that is closed before the wait.
func (a *app) serve(ctx context.Context, listener net.Listener, handler http.Handler, closeGateway func() error) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	served := make(chan error, 1)
	// Ends with the server, which is shut down below.
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve browsers: %w", err)
	case <-ctx.Done():
	}
	closed := closeGateway()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := errors.Join(closed, server.Shutdown(ending), server.Close())
	<-served
	return err
}

func (a *app) url(listener net.Listener) string {
	if a.secure {
		return "https://" + listener.Addr().String()
	}
	return "http://" + listener.Addr().String()
}

// tell says in the terminal what will not work, and who may sign in.
func (a *app) tell(url string, c *connection, problems []string, signIns []SignIn) {
	if a.config.Out == nil {
		return
	}
	var b strings.Builder
	for _, problem := range problems {
		fmt.Fprintf(&b, "Will not work: %s\n", problem)
	}
	for _, part := range c.model.Parts() {
		if !part.Complete {
			fmt.Fprintf(&b, "Not all is shown: %s: %s\n", part.Name, strings.Join(part.Missing, "; "))
		}
	}
	fmt.Fprintf(&b, "\n%s\n\n%-20s %-16s %s\n", url, "name", "password", "who")
	for _, s := range signIns {
		password := s.Password
		if password == "" {
			password = "(as before)"
		}
		fmt.Fprintf(&b, "%-20q %-16s %s, %s\n", s.User.ID, password, s.User.Name, s.User.Role)
	}
	_, _ = fmt.Fprintln(a.config.Out, b.String()) // a terminal that has gone ends nothing
}
