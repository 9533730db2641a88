package asyncagi_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/url"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// A server, and a call that begins as soon as the server listens. A scripted
// manager takes the place of Asterisk.
func Example() {
	pbx := amitest.NewServer(func(p *amitest.Peer) {
		p.Handle("ListCommands", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "AGI", "Add an AGI command") })
		p.Handle("AGI", func(p *amitest.Peer, a amitest.Action) { // Asterisk runs a command
			fmt.Println(a.Get("Command"))
			p.Success(a, "Message", "Added AGI command to queue")
			p.Emit("Event", "AsyncAGIExec", "Privilege", "agi,all", "Channel", "PJSIP/100-1", "Uniqueid", "1.1",
				"CommandID", a.Get("CommandID"), "Result", url.PathEscape("200 result=1\n"))
		})
		p.Login()
		p.Serve()
	})
	defer pbx.Close()
	ctx := context.Background()
	client, err := ami.Connect(ctx, pbx.Addr(), &ami.Config{Dial: pbx.Dial, Username: "ivr", Secret: "..."})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	handled := make(chan struct{})
	server := &asyncagi.Server{
		Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			defer close(handled)
			return s.SetVariable(ctx, "GREETED", s.Env.CallerID)
		}),
		Listening: func(ami.Session) { // originate here; the manager of this example tells of a call
			pbx.Emit("Event", "AsyncAGIStart", "Privilege", "agi,all", "Channel", "PJSIP/100-1", "Uniqueid", "1.1", "Env",
				url.PathEscape("agi_request: async\nagi_channel: PJSIP/100-1\nagi_language: en\nagi_type: PJSIP\n"+
					"agi_uniqueid: 1.1\nagi_version: 22.10.1\nagi_callerid: 100\n\n"))
		},
	}
	served := make(chan error, 1)
	// Ends at the Shutdown.
	go func() { served <- server.Serve(ctx, client) }()
	<-handled
	fmt.Println(server.Shutdown(ctx))
	fmt.Println(<-served)
	// Output:
	// SET VARIABLE "GREETED" "100"
	// SET VARIABLE "ASYNCAGI_STATUS" "SUCCESS"
	// ASYNCAGI BREAK
	// <nil>
	// asyncagi: server closed
}

// One server serves several Asterisks, and takes the calls that are its own.
func ExampleServer() {
	server := &asyncagi.Server{
		Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, err := s.StreamFile(ctx, "hello-world", "")
			return err
		}),
		Accept:      func(env agi.Env) bool { return len(env.Arguments) > 0 && env.Arguments[0] == "ivr" },
		MaxSessions: 500,
		Logger:      slog.Default(),
	}
	ctx := context.Background()
	for _, address := range []string{"pbx1.example.com", "pbx2.example.com"} {
		client, err := ami.Connect(ctx, address, &ami.Config{Username: "ivr", Secret: "..."})
		if err != nil {
			log.Fatal(err)
		}
		// Ends at the Shutdown.
		go func() {
			defer client.Close()
			fmt.Println(server.Serve(ctx, client))
		}()
	}
	// ...
	_ = server.Shutdown(ctx)
}
