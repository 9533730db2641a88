package amitest_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

func transcript(t *testing.T, text string) *amitest.Transcript {
	t.Helper()
	tr, err := amitest.ReadTranscript(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestReplay(t *testing.T) {
	text, err := os.ReadFile("testdata/originate.ami")
	if err != nil {
		t.Fatal(err)
	}
	srv := amitest.Start(t, transcript(t, string(text)).Script())
	c := dial(t, srv)
	c.line("Asterisk Call Manager/11.0.0")
	c.send("Action: Challenge", "ActionID: L1", "AuthType: MD5")
	c.want("Response: Success", "ActionID: L1", "Challenge: (redacted)")
	c.send("Action: Login", "ActionID: L2", "AuthType: MD5", "Username: crm", "Key: 00")
	c.want("Response: Success", "ActionID: L2", "Message: Authentication accepted")
	// Pipelined in the other order, fields in another order, and a Ping that
	// was not recorded.
	c.send("Action: PJSIPShowAors", "ActionID: L4")
	c.send("Action: Ping", "ActionID: L9")
	c.send("action: originate", "Variable: a=1", "Variable: b=2",
		"ChannelId: chan", "Channel:  Local/100@out", "ActionID: L3")
	// The event had begun before the Originate came, so it is whole and first.
	c.want("Event: Registry", "Privilege: system,all")
	if got := c.next(); got.Get("ActionID") != "L9" || got.Get("Ping") != "Pong" {
		t.Errorf("Ping: %q", got)
	}
	c.want("Response: Success", "ActionID: L3", "Message: Originate successfully queued")
	if got := c.next(); got.String() != "Response: Error\r\nActionID: L4\r\nMessage: No AORs found\n" {
		t.Errorf("raw line: %q", got)
	}
	c.want("Event: Newchannel", "Privilege: call,all", "Uniqueid: chan", "Linkedid: chan", "AccountCode: \xff")
	c.wantEnd(io.EOF)

	c = dial(t, srv)
	c.line("Asterisk Call Manager/11.0.0")
	c.send("Action: Ping")
	c.send("Action: Logoff")
	if got := c.next(); got.Get("RespResponse") == "" {
		t.Errorf("after the recording: %q", got)
	}
}

// An id of a channel that the client has made stands in later actions, too.
func TestReplayKnowsTheChannelAgain(t *testing.T) {
	const recording = "< Asterisk Call Manager/11.0.0\n> Action: Originate\n> ActionID: 1\n> ChannelId: a\n>\n> Action: Hangup\n> ActionID: 2\n> Channel: a\n>\n" +
		"< Response: Success\n< ActionID: 2\n<\n"
	srv := amitest.Start(t, transcript(t, recording).Script())
	c := dial(t, srv)
	c.line("Asterisk Call Manager/11.0.0")
	c.send("Action: Originate", "ActionID: L1", "ChannelId: b")
	c.send("Action: Hangup", "ActionID: L2", "Channel: b")
	c.want("Response: Success", "ActionID: L2")
}

func TestReplayNamesAMismatch(t *testing.T) {
	const recording = "< Asterisk Call Manager/11.0.0\n> Action: Originate\n> ActionID: 1\n> Channel: Local/1\n> Secret: s3cret\n>\n"
	for _, test := range []struct{ send, want string }{
		{"Action: Hangup\r\n\r\n",
			`transcript line 2: recorded "action: Originate", the client's Hangup has "action: Hangup"`},
		{"Action: Originate\r\nChannel: Local/2\r\nSecret: x\r\n\r\n",
			`transcript line 2: recorded "channel: Local/1", the client's Originate has "channel: Local/2"`},
		{"Action: Originate\r\nChannel: Local/1\r\n\r\n",
			`transcript line 2: recorded "secret: (redacted)", which the client's Originate lacks`},
		{"Action: Originate\r\nChannel: Local/1\r\nSecret: y\r\nVariable: v\r\n\r\n",
			`transcript line 2: the client's Originate has "variable: v", which was not recorded`},
		{"", `transcript line 2: waiting for action Originate: EOF`},
		{"Action: Originate\r\nChannel: Local/1\r\nSecret: z\r\n\r\nAction: Hangup\r\nChannel: c\r\n\r\n",
			`the transcript has ended, the client sent Hangup (Action, Channel)`},
	} {
		over := make(chan struct{})
		srv := amitest.NewServer(func(p *amitest.Peer) {
			defer close(over)
			transcript(t, recording).Script()(p)
		})
		c := dial(t, srv)
		c.line("Asterisk Call Manager/11.0.0")
		c.write(test.send)
		if test.send == "" {
			_ = c.conn.Close()
		}
		<-over
		if err := srv.Close(); err == nil || err.Error() != "amitest: connection 1: "+test.want {
			t.Errorf("%q: %v, want %s", test.send, err, test.want)
		}
	}
}

func TestReplayHasNoMoreConnections(t *testing.T) {
	srv := amitest.NewServer(transcript(t, "< hello\n").Script())
	dial(t, srv).line("hello")
	c := dial(t, srv)
	c.wantEnd(io.EOF)
	if err := srv.Close(); err == nil {
		t.Error("a second connection did not fail")
	}
}

func TestReadTranscript(t *testing.T) {
	tr := transcript(t, "# a comment\r\n# connected 2026-01-05\r\n\r\n< banner\r\n>\r\n> \n<\"half\"\n"+
		"# connected\n# connected\n>\"Action: \\x00\\n\"\n<  two blanks")
	want := [][]amitest.Line{
		{
			{Number: 4, Text: "banner\r\n"},
			{Number: 5, Client: true, Text: "\r\n"},
			{Number: 6, Client: true, Text: "\r\n"},
			{Number: 7, Text: "half"},
		},
		{
			{Number: 10, Client: true, Text: "Action: \x00\n"},
			{Number: 11, Text: " two blanks\r\n"},
		},
	}
	if len(tr.Connections) != len(want) {
		t.Fatalf("%d connections, want %d", len(tr.Connections), len(want))
	}
	for i, lines := range want {
		for j, line := range lines {
			if got := tr.Connections[i][j]; got != line {
				t.Errorf("connection %d, line %d = %+v, want %+v", i, j, got, line)
			}
		}
	}
}

func TestReadTranscriptRefuses(t *testing.T) {
	for _, text := range []string{"hello", " < x", "<x", "<'x'", `<"x`, "<`x`"} {
		if tr, err := amitest.ReadTranscript(strings.NewReader("# fine\n" + text)); err == nil {
			t.Errorf("%q gave %+v", text, tr)
		} else if !strings.HasPrefix(err.Error(), "amitest: transcript, line 2: ") {
			t.Errorf("%q: %v does not name its line", text, err)
		}
	}
}

func FuzzReadTranscript(f *testing.F) {
	f.Add("# connected\n< x\n> y\n>\n<\"\\xff\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := amitest.ReadTranscript(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, lines := range tr.Connections {
			if len(lines) == 0 {
				t.Error("a connection without lines")
			}
		}
	})
}
