package ami_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// A client logs in, stays connected until Close, and says what went wrong in
// words that help.
func ExampleConnect() {
	pbx := amitest.NewServer(func(p *amitest.Peer) {
		p.LoginAs("crm", "s3cret")
		p.Serve()
	})
	defer func() { fmt.Println("script:", pbx.Close()) }() // in a test: amitest.Start
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	client, err := ami.Connect(ctx, "pbx.example.com", &ami.Config{Username: "crm", Secret: "s3cret", Dial: pbx.Dial})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	fmt.Println("Asterisk", client.Version())

	_, err = ami.Connect(ctx, "pbx.example.com", &ami.Config{Username: "crm", Secret: "guess", Dial: pbx.Dial})
	fmt.Println(errors.Is(err, ami.ErrLoginRefused))
	// Output:
	// Asterisk 22.10.1
	// true
	// script: <nil>
}

// Subscriptions outlive connections. A loss of events is told where they are
// missing.
func ExampleClient_Subscribe() {
	client, closing := busyPBX()
	defer closing()
	ctx := context.Background()

	sub := client.Subscribe(event.Or(event.Of[event.Newchannel](), event.Of[event.Hangup]()), nil)
	defer sub.Close()
	_, _ = client.Do(ctx, action.New("Go")) // has this PBX begin
	for ev := range sub.All(ctx) {
		switch e := ev.(type) {
		case event.Newchannel:
			fmt.Println(e.Channel, "for", e.Exten)
		case event.Hangup:
			fmt.Println(e.Channel, "ended:", e.Cause)
			return
		case event.Gap:
			fmt.Println("missed", e.Missed, "events:", e.Reason)
		}
	}
	// Output:
	// PJSIP/100-1 for 4930123
	// PJSIP/100-1 ended: normal clearing
}

// The action tells of which type the items are.
func ExampleList() {
	client, closing := busyPBX()
	defer closing()

	channels, err := ami.List(context.Background(), client, action.CoreShowChannels{})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range channels {
		fmt.Println(c.Channel, c.ChannelState, c.Duration)
	}
	// Output:
	// PJSIP/100-1 Up 1m2s
}

// Originate gives a handle that finds out what becomes of the call.
func ExampleOriginate() {
	client, closing := busyPBX()
	defer closing()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	call, err := ami.Originate(ctx, client, action.Originate{
		Channel: "PJSIP/100", Context: "out", Exten: "4930123", Timeout: 20 * time.Second,
	})
	if err != nil {
		log.Fatal(err) // there is no call
	}
	outcome, err := call.Wait(ctx)
	if err != nil {
		log.Fatal(err) // the wait is over, the call is not
	}
	fmt.Println(outcome)
	// Output:
	// busy (user busy)
}

// Command gives the lines that a command of the CLI prints, also when it fails.
func ExampleCommand() {
	client, closing := busyPBX()
	defer closing()

	lines, err := ami.Command(context.Background(), client, "core show uptime")
	fmt.Println(lines, err)
	// Output:
	// [System uptime: 1 week Last reload: 2 days] <nil>
}

// Check tells what a login may do and hear, and what can't work therefore.
func ExampleCheck() {
	client, closing := busyPBX()
	defer closing()

	report, err := ami.Check(context.Background(), client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.May("Originate"), report.Reads(action.ClassCall))
	for _, problem := range report.Problems {
		fmt.Println(problem)
	}
	// Output:
	// true true
	// without read=agent queues and their members are not seen changing
	// without read=dialplan no variable is seen being set, and no extension being run
}

// busyPBX stands in for a PBX: a scripted manager, as users' tests have one.
func busyPBX() (client *ami.Client, closing func()) {
	pbx := amitest.NewServer(func(p *amitest.Peer) {
		p.Handle("Go", func(p *amitest.Peer, a amitest.Action) {
			p.Success(a)
			p.Emit("Event", "Newchannel", "Privilege", "call,all", "Channel", "PJSIP/100-1", "Exten", "4930123")
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/100-1", "Cause", "16")
		})
		p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
			p.List(a, "CoreShowChannelsComplete",
				[]string{"Event", "CoreShowChannel", "Channel", "PJSIP/100-1", "ChannelState", "6", "Duration", "00:01:02"})
		})
		p.Handle("Originate", func(p *amitest.Peer, a amitest.Action) {
			id := a.Get("ChannelId")
			p.Success(a, "Message", "Originate successfully queued")
			p.Emit("Event", "Newchannel", "Privilege", "call,all", "Channel", "PJSIP/100-2", "Uniqueid", id)
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/100-2", "Uniqueid", id, "Cause", "17")
			p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", a.ID(), "Response", "Failure", "Reason", "5", "Uniqueid", id)
		})
		p.Handle("Command", func(p *amitest.Peer, a amitest.Action) {
			output := map[string]string{
				"core show uptime":      "System uptime: 1 week Last reload: 2 days",
				"manager show user crm": "read perm: system,call,log,verbose,command,user,config,dtmf,reporting,cdr,originate,agi,cc,aoc,test,security,message",
			}
			p.Success(a, "Message", "Command output follows", "Output", output[a.Get("Command")])
		})
		p.Handle("ListCommands", func(p *amitest.Peer, a amitest.Action) {
			p.Success(a, "Originate", "", "CoreSettings", "", "CoreShowChannels", "", "Status", "", "Hangup", "", "Redirect", "", "Command", "", "UserEvent", "", "AGI", "")
		})
		p.Login()
		p.Serve()
	})
	client, err := ami.Connect(context.Background(), pbx.Addr(), &ami.Config{Username: "crm", Secret: "s3cret", Dial: pbx.Dial})
	if err != nil {
		log.Fatal(err)
	}
	return client, func() {
		_ = client.Close()
		if err := pbx.Close(); err != nil {
			log.Fatal(err)
		}
	}
}
