package ajam_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

func Example() {
	srv := amitest.NewServer(func(p *amitest.Peer) { // in place of an Asterisk
		p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
			p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel", "Channel", "PJSIP/100-00000001"})
		})
		p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) {
			p.Success(a, "Message", "Channel Hungup")
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", a.Get("Channel"), "Cause", "16")
		})
		p.Login()
		p.Serve()
	})
	defer func() { fmt.Println("script:", srv.Close()) }() // in a test: amitest.Start
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	client, err := ajam.Connect(ctx, "http://pbx.example.com:8088/asterisk", &ajam.Config{
		Config:     ami.Config{Username: "crm", Secret: "secret"},
		HTTPClient: srv.HTTPClient(), // leave this out
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	hangups := client.Subscribe(event.Of[event.Hangup](), nil)
	defer hangups.Close()

	channels, err := ami.List(ctx, client, action.CoreShowChannels{})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range channels {
		if _, err := client.Do(ctx, action.Hangup{Channel: c.Channel}); err != nil {
			log.Fatal(err)
		}
	}
	ev, err := hangups.Next(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if e, ok := ev.(event.Hangup); ok {
		fmt.Println(e.Channel, e.Cause)
	}
	// Output:
	// PJSIP/100-00000001 normal clearing
	// script: <nil>
}
