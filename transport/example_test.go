package transport_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

func ExampleReader() {
	const wire = "Asterisk Call Manager/11.0.0\r\n" +
		"Response: Success\r\nActionID: 1\r\nPing: Pong\r\n\r\n" +
		"Event: Hangup\r\nChannel: PJSIP/100-1\r\nCause: 16\r\n\r\n"
	r := transport.NewReader(strings.NewReader(wire), nil)
	banner, _ := r.Line()
	fmt.Println(banner)
	for {
		block, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		key, value := block.First()
		fmt.Printf("%s %s cause=%q\n", key, value, block.Get("cause"))
	}
	// Output:
	// Asterisk Call Manager/11.0.0
	// Response Success cause=""
	// Event Hangup cause="16"
}

func ExampleBuilder() {
	b := transport.Builder{Limits: transport.Limits{Line: 1022, Lines: 128}}
	b.Add("Action", "Hangup")
	b.Add("Channel", "PJSIP/100-1\r\nAction: Command")
	_, err := b.AppendTo(nil)
	fmt.Println(err)
	// Output:
	// transport: field "Channel" holds a line break or NUL, which the protocol can't carry
}

func ExampleFields() {
	f := transport.ParseFields("Event: VarSet\r\nVariable: a=1\r\nVariable: b=2\r\n")
	fmt.Println(f.Get("event"), f.Values("Variable"))
	out, _ := json.Marshal(f)
	fmt.Println(string(out))
	// Output:
	// VarSet [a=1 b=2]
	// {"Event":"VarSet","Variable":["a=1","b=2"]}
}
