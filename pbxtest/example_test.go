package pbxtest_test

import (
	"context"
	"fmt"

	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// Bea's phone is in the hands of a test: she answers, and sends Ann on to Cem, who is busy.
func ExampleHandset() {
	pbx, err := pbxtest.New(&pbxtest.Config{
		Phones: []pbxtest.Phone{
			{ID: "100", Name: "Ann", Context: "office"}, {ID: "101", Name: "Bea", Context: "office"}, {ID: "102", Name: "Cem", Context: "office", Refuse: 486},
		},
		Dialplan: "[office]\nexten => _1XX,1,Dial(PJSIP/${EXTEN},20)\n same => n,Hangup()\n",
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
