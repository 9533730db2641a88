package fastagi_test

import (
	"context"
	"fmt"
	"net"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// greet plays a prompt in the caller's language.
func greet(ctx context.Context, s *agi.Session) error {
	if _, err := s.Do(ctx, "ANSWER"); err != nil {
		return err
	}
	_, err := s.Do(ctx, "STREAM FILE", fastagi.PathValue(ctx, "lang")+"/hello", "")
	return err
}

// A server, and a call to it over TCP.
func Example() {
	mux := fastagi.NewMux()
	mux.HandleFunc("/ivr/{lang}", greet)
	server := &fastagi.Server{Handler: mux}
	listener, err := net.Listen("tcp", "127.0.0.1:0") // ListenAndServe does both
	if err != nil {
		fmt.Println(err)
		return
	}
	served := make(chan error, 1)
	// Ends at the Shutdown.
	go func() { served <- server.Serve(listener) }()

	t := new(testing.T) // in a test, its own
	call := agitest.Dial(t, listener.Addr().String(), &agitest.Config{Script: "ivr/de"})
	call.Expect("ANSWER").Success()
	prompt := call.Expect("STREAM FILE")
	prompt.Success()
	fmt.Println(prompt.Line)
	fmt.Println(call.Wait())

	fmt.Println(server.Shutdown(context.Background()))
	fmt.Println(<-served)
	// Output:
	// STREAM FILE "de/hello" ""
	// <nil>
	// <nil>
	// fastagi: server closed
}

// A router is a handler: tests need no server.
func ExampleMux() {
	mux := fastagi.NewMux()
	mux.HandleFunc("/ivr/{lang}", greet)

	t := new(testing.T) // in a test, its own
	call := agitest.Start(t, mux, &agitest.Config{Script: "fax", Automatic: true})
	fmt.Println(call.Wait())
	fmt.Println(call.Variable("FASTAGI_STATUS"))
	// Output:
	// fastagi: no handler for the path: "fax"
	// NOTFOUND true
}

// Middleware is a function from handler to handler.
func ExampleServer_middleware() {
	known := func(next agi.Handler) agi.Handler {
		return agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			if s.Env.CallerID == "" {
				return fmt.Errorf("%s has no number", s.Env.Channel)
			}
			return next.ServeAGI(ctx, s)
		})
	}
	server := &fastagi.Server{Handler: known(agi.HandlerFunc(greet))}

	t := new(testing.T) // in a test, its own
	call := agitest.Start(t, server.Handler, &agitest.Config{Env: []string{"agi_callerid", "unknown"}})
	fmt.Println(call.Wait())
	// Output:
	// PJSIP/100-00000001 has no number
}
