package agitest_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// Dial calls a server, which sees an address in the URL.
func TestDial(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &fastagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		if s.Env.Path() == "fails" {
			return errors.New("no tariff")
		}
		return s.SetVariable(ctx, "URL", s.Env.Request)
	})}
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(listener) }()
	address := listener.Addr().String()

	call := agitest.Dial(t, address, &agitest.Config{Script: "works", Automatic: true})
	err = call.Wait()
	if url, _ := call.Variable("URL"); err != nil || call.Status() != "SUCCESS" || url != "agi://"+address+"/works" {
		t.Errorf("Wait() = %v, %s, URL %s", err, call.Status(), url)
	}
	call = agitest.Dial(t, address, &agitest.Config{Script: "fails", Automatic: true})
	if err := call.Wait(); err != agitest.ErrFailure || call.Status() != "FAILURE" {
		t.Errorf("Wait() = %v, %s, want %v", err, call.Status(), agitest.ErrFailure)
	}

	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-served; err != fastagi.ErrServerClosed {
		t.Errorf("Serve() = %v", err)
	}
	if said := failing(t, func(r *recorder) { agitest.Dial(r, address, nil) }); !strings.Contains(said, "agitest: dial tcp "+address) {
		t.Errorf("Dial of nobody failed with %q", said)
	}
}
