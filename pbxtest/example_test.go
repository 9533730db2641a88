package pbxtest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

const extensions = `
[office]
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup()
`

// A program places two calls; one phone is busy.
func Example() {
	pbx, err := pbxtest.New(&pbxtest.Config{
		Phones: []pbxtest.Phone{
			{ID: "100", Name: "Ann", Context: "office", AnswerAfter: time.Millisecond},
			{ID: "101", Name: "Bea", Context: "office", Reject: 486},
		},
		Dialplan: extensions,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = pbx.Close() }()
	ctx := context.Background()
	client, err := ami.Connect(ctx, "pbx", &ami.Config{Dial: pbx.Dial, Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = client.Close() }()
	for _, phone := range []string{"PJSIP/100", "PJSIP/101"} {
		call, err := ami.Originate(ctx, client, action.Originate{Channel: phone, Application: "Wait", Data: "10"})
		if err != nil {
			fmt.Println(err)
			return
		}
		outcome, err := call.Wait(ctx)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(phone, outcome.Result)
	}
	// Output:
	// PJSIP/100 answered
	// PJSIP/101 busy
}

// Bea's phone is in the hands of a test: she answers, and sends Ann on to Cem, who is busy.
func ExampleHandset() {
	pbx, err := pbxtest.New(&pbxtest.Config{
		Phones: []pbxtest.Phone{
			{ID: "100", Name: "Ann", Context: "office"}, {ID: "101", Name: "Bea", Context: "office"}, {ID: "102", Name: "Cem", Context: "office", Reject: 486},
		},
		Dialplan: extensions,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = pbx.Close() }()
	ann, _ := pbx.Phone("100") // both are in the Config
	bea, _ := pbx.Phone("101")
	call, err := ann.Call("101")
	if err != nil {
		fmt.Println(err)
		return
	}
	rings, err := bea.Next(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rings.From(), "calls")
	if err := rings.Answer(); err != nil {
		fmt.Println(err)
	}
	<-call.Answered()
	if err := rings.Transfer("102"); err != nil {
		fmt.Println(err)
	}
	<-rings.Ended()
	<-call.Ended()
	fmt.Println("all have hung up")
	// Output:
	// 100 calls
	// all have hung up
}

// The manager over HTTP, in memory too.
func ExamplePBX_HTTPClient() {
	pbx, err := pbxtest.New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = pbx.Close() }()
	ctx := context.Background()
	client, err := ajam.Connect(ctx, "http://pbx/rawman", &ajam.Config{
		Config: ami.Config{Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret}, HTTPClient: pbx.HTTPClient(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = client.Close() }()
	response, err := client.Do(ctx, action.CoreSettings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(response.Get("AsteriskVersion"))
	// Output: 22.10.1
}

// The network fails, and the program learns that it may have missed something.
func ExamplePBX_Cut() {
	pbx, err := pbxtest.New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = pbx.Close() }()
	ctx := context.Background()
	client, err := ami.Connect(ctx, "pbx", &ami.Config{Dial: pbx.Dial, Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = client.Close() }()
	hangups := client.Subscribe(event.Of[event.Hangup](), nil)
	defer hangups.Close()
	pbx.Cut()
	ev, err := hangups.Next(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	if gap, ok := ev.(event.Gap); ok {
		fmt.Println("a gap:", gap.Reason)
	}
	// Output: a gap: disconnected
}

// People call, answer and give up, as long as the PBX runs.
func ExampleCallCentre() {
	first := make(chan string, 1)
	centre := pbxtest.CallCentre{Tell: func(_ time.Duration, what string) {
		select {
		case first <- what:
		default: // that was enough
		}
	}}
	config, err := centre.Config()
	if err != nil {
		fmt.Println(err)
		return
	}
	config.Seed = 1
	pbx, err := pbxtest.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(<-first)
	_ = pbx.Close()
	// Output: GRACE OKAFOR calls +12025550111
}
