package action_test

import (
	"fmt"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

// An action can be checked, and read as it goes over the wire, without a
// session. What can't be sent is refused before.
func Example() {
	for _, a := range []action.Action{
		action.Originate{Channel: "PJSIP/100", Context: "out", Exten: "4930123", Priority: 1, CallerID: action.CallerID("Sales", "100"),
			Variables: []asterisk.Variable{{Name: "__ORDER", Value: "17,5"}}},
		action.New("MyAction", "Interface", "PJSIP/100"),
		action.Hangup{Channel: "PJSIP/100-0000002a\r\nAction: Command"},
		action.Getvar{},
	} {
		var b transport.Builder
		if err := a.Encode(&b); err != nil {
			fmt.Println(err)
			continue
		}
		fields, err := b.Fields()
		fmt.Println(a.ActionName(), err)
		for key, value := range fields.All() {
			fmt.Printf("  %s: %s\n", key, value)
		}
	}
	// Output:
	// Originate <nil>
	//   Channel: PJSIP/100
	//   Context: out
	//   Exten: 4930123
	//   Priority: 1
	//   CallerID: "Sales" <100>
	//   Variable: __ORDER=17\,5
	// MyAction <nil>
	//   Interface: PJSIP/100
	// Hangup transport: field "Channel" holds a line break or NUL, which the protocol can't carry
	// action: Getvar: Variable is required
}
