package ami_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// customerIsBusy plays a click-to-call: the agent answers, and the customer is busy.
func customerIsBusy(p *amitest.Peer) {
	p.Login()
	a := p.Expect("Originate")
	p.Success(a, "Message", "Originate successfully queued")

	id := a.Get("ChannelId")
	emit := func(name string, fields ...string) {
		p.Emit(append([]string{"Event", name, "Privilege", "call,all", "Linkedid", id}, fields...)...)
	}
	emit("Newchannel", "Channel", "PJSIP/100-1", "Uniqueid", id, "ChannelState", "0")
	emit("Newstate", "Channel", "PJSIP/100-1", "Uniqueid", id, "ChannelState", "5") // rings
	emit("Newstate", "Channel", "PJSIP/100-1", "Uniqueid", id, "ChannelState", "6") // is up
	emit("OriginateResponse", "ActionID", a.Get("ActionID"), "Response", "Success", "Channel", "PJSIP/100-1", "Uniqueid", id, "Reason", "4")
	both := []string{"Channel", "PJSIP/100-1", "Uniqueid", id, "DestChannel", "PJSIP/trunk-2", "DestUniqueid", "7.2", "DestLinkedid", id, "DialStatus"}
	emit("DialBegin", both[:10]...)
	emit("DialState", append(both, "RINGING")...)
	emit("DialEnd", append(both, "BUSY")...)
	emit("Hangup", "Channel", "PJSIP/trunk-2", "Uniqueid", "7.2", "Cause", "17")
	emit("Hangup", "Channel", "PJSIP/100-1", "Uniqueid", id, "Cause", "17")
	p.Serve()
}

// Both legs of a click-to-call, as they happen.
func ExampleOrigination_Progress() {
	srv := amitest.NewServer(customerIsBusy)
	defer func() { fmt.Println("script:", srv.Close()) }() // in a test: amitest.Start
	ctx := context.Background()
	client, err := ami.Connect(ctx, srv.Addr(), &ami.Config{Dial: srv.Dial, Username: "u", Secret: "s"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	call, err := ami.Originate(ctx, client, action.Originate{Channel: "PJSIP/100", Context: "customers", Exten: "4930123"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for step, err := range call.Progress(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(step)
	}
	// Output:
	// first leg dialing PJSIP/100-1
	// first leg ringing PJSIP/100-1
	// first leg answered PJSIP/100-1
	// second leg dialing PJSIP/trunk-2
	// second leg ringing PJSIP/trunk-2
	// second leg ended PJSIP/trunk-2: busy (user busy)
	// first leg ended PJSIP/100-1: answered (user busy)
	// script: <nil>
}

// The script in docs/ami.md is the one that is run here.
func TestGuideHasCustomerIsBusy(t *testing.T) {
	source, err := os.ReadFile("example_progress_test.go")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../docs/ami.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(source), "\n// customerIsBusy")
	code, _, found := strings.Cut(code, "\n}\n")
	if !found || !strings.Contains(string(guide), "```go\n// customerIsBusy"+code+"\n}\n```\n") {
		t.Error("docs/ami.md, Test with amitest, is not the code of example_progress_test.go")
	}
}
