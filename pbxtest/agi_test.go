package pbxtest_test

import (
	"context"
	"net"
	"testing"

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
