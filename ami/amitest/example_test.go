package amitest_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/transport"
)

// A script answers one action and reports an event. The client is a bare
// connection here; ami.Config.Dial takes Server.Dial.
func Example() {
	srv := amitest.NewServer(func(p *amitest.Peer) {
		p.Login()
		a := p.Expect("QueuePause")
		p.Success(a, "Message", "Interface paused successfully")
		p.Emit("Event", "QueueMemberPause", "Privilege", "agent,all", "Interface", a.Get("Interface"))
		p.Serve()
	})
	conn, err := srv.Dial(context.Background(), "tcp", "pbx.example.com:5038")
	if err != nil {
		fmt.Println(err)
		return
	}
	r := transport.NewReader(conn, nil)
	banner, _ := r.Line()
	fmt.Println(banner)
	for _, action := range []string{
		"Action: Login\r\nUsername: crm\r\nSecret: s\r\nEvents: agent\r\n\r\n",
		"Action: QueuePause\r\nActionID: 7\r\nInterface: PJSIP/100\r\nPaused: true\r\n\r\n",
	} {
		_, _ = io.WriteString(conn, action)
		answer, _ := r.Next()
		fmt.Println(answer.Get("ActionID"), answer.Get("Message"))
	}
	event, _ := r.Next()
	fmt.Println(event.Get("Event"), event.Get("Interface"))
	_ = conn.Close()
	fmt.Println(srv.Close())
	// Output:
	// Asterisk Call Manager/11.0.0
	//  Authentication accepted
	// 7 Interface paused successfully
	// QueueMemberPause PJSIP/100
	// <nil>
}

// A recorded conversation is played to a client, which may use other ids than
// the recording.
func ExampleTranscript_Script() {
	recording, err := amitest.ReadTranscript(strings.NewReader(`
# connected
< Asterisk Call Manager/11.0.0
> Action: Ping
> ActionID: 1
>
< Response: Success
< ActionID: 1
< Ping: Pong
<
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := amitest.NewServer(recording.Script())
	conn, _ := srv.Dial(context.Background(), "tcp", srv.Addr())
	r := transport.NewReader(conn, nil)
	_, _ = r.Line()
	_, _ = io.WriteString(conn, "Action: Ping\r\nActionID: mine\r\n\r\n")
	answer, _ := r.Next()
	fmt.Println(answer.Get("ActionID"), answer.Get("Ping"))
	_ = conn.Close()
	fmt.Println(srv.Close())
	// Output:
	// mine Pong
	// <nil>
}
