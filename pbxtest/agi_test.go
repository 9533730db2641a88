package pbxtest_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

func TestFastAGI(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	handled := make(chan string, 1)
	server := &fastagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		if err := s.Answer(ctx); err != nil {
			return err
		}
		if err := s.SetVariable(ctx, "CHOICE", "sales"); err != nil {
			return err
		}
		value, _, err := s.Variable(ctx, "CHOICE")
		handled <- s.Env.CallerID + " chose " + value
		return err
	})}
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(listener) }()
	defer func() {
		_ = server.Close()
		<-served
	}()
	pbx, client := open(t, &pbxtest.Config{
		Phones:   []pbxtest.Phone{{ID: "100", Name: "Ann", Context: "office"}},
		Dialplan: "[office]\nexten => 7,1,AGI(agi://" + listener.Addr().String() + "/ivr)\n same => n,Hangup()\n",
	})
	hangups := client.Subscribe(event.Of[event.Hangup](), nil)
	take(t, pbx, "100").call("7")
	if got := <-handled; got != "100 chose sales" {
		t.Error(got)
	}
	if _, err := hangups.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestListenAGI has calls come to a FastAGI server in memory, and fail once that is gone.
func TestListenAGI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := open(t, &pbxtest.Config{
			Phones:   []pbxtest.Phone{{ID: "100", Context: "office"}},
			Dialplan: "[office]\nexten => 7,1,AGI(agi://anywhere/ivr)\n same => n,UserEvent(Done,Status: ${AGISTATUS})\n",
		})
		ends := client.Subscribe(event.Named("UserEvent"), nil)
		status := func() string {
			t.Helper()
			take(t, pbx, "100").call("7")
			e, err := ends.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return e.Fields().Get("Status")
		}
		var scripts []string
		server := &fastagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			scripts = append(scripts, s.Env.NetworkScript)
			return s.Answer(ctx)
		})}
		listener, served := pbx.ListenAGI(), make(chan error, 1)
		// Ends with the server.
		go func() { served <- server.Serve(listener) }()
		if got := status(); got != "SUCCESS" || len(scripts) != 1 || scripts[0] != "ivr" {
			t.Errorf("AGISTATUS = %s after %q, want SUCCESS after ivr", got, scripts)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, fastagi.ErrServerClosed) {
			t.Errorf("Serve = %v", err)
		}
		if got := status(); got != "FAILURE" {
			t.Errorf("AGISTATUS = %s without a server, want FAILURE", got)
		}
		again := pbx.ListenAGI()
		must(t, pbx.Close())
		for _, l := range []net.Listener{again, pbx.ListenAGI()} {
			if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("Accept = %v after Close, want net.ErrClosed", err)
			}
		}
	})
}
