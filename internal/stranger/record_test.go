package stranger_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

// recording is a call that is written down: what AGI is told, and the events until both calls are over.
type recording struct {
	name        string
	by          string // who calls: a trunk or a phone
	part        stranger.Part
	tail, digit string
	text        string // in place of a tail
	lists       bool   // ask for lists of channels while the call is up
}

var recordings = []recording{
	{name: "agi-number-reply", by: "trunk", part: stranger.Number, tail: "reply", digit: "1"},
	{name: "agi-number-hangup", by: "trunk", part: stranger.Number, tail: "hangup", digit: "1"},
	{name: "agi-number-value", by: "trunk", part: stranger.Number, tail: "value", digit: "1"},
	{name: "agi-number-script", by: "trunk", part: stranger.Number, tail: "script", digit: "1"},
	{name: "agi-dialled-reply", by: "200", part: stranger.Dialled, tail: "reply", digit: "1"},
	{name: "agi-dialled-whole", by: "200", part: stranger.Dialled, tail: "whole", digit: "*"},
	{name: "agi-dialled-whole-and-reply", by: "200", part: stranger.Dialled, tail: "whole and reply", digit: "*"},
	{name: "agi-diversion-reply", by: "trunk", part: stranger.Diversion, tail: "reply", digit: "1"},
	{name: "agi-asserted-reply", by: "trusted", part: stranger.Asserted, tail: "reply", digit: "1"},
	{name: "agi-redirect-reply", by: "200", part: stranger.Redirect, tail: "reply", digit: "1"},
	{name: "agi-refer-to-reply", by: "200", part: stranger.ReferTo, tail: "reply", digit: "1"},

	{name: "async-number-uniqueid", by: "trunk", part: stranger.Number, tail: "uniqueid", digit: "3"},
	{name: "async-number-blank", by: "trunk", part: stranger.Number, tail: "blank", digit: "3"},
	{name: "async-number-hangup", by: "trunk", part: stranger.Number, tail: "hangup", digit: "3"},
	{name: "async-dialled-tail", by: "200", part: stranger.Dialled, tail: "tail", digit: "3"},
	{name: "async-dialled-cut", by: "200", part: stranger.Dialled, tail: "cut", digit: "3"},
	{name: "async-diversion-long", by: "trunk", part: stranger.Diversion, text: "\n" + strings.Repeat("a", 700), digit: "3"},
	{name: "async-redirect-uniqueid", by: "200", part: stranger.Redirect, tail: "uniqueid", digit: "3"},

	{name: "call-number-uniqueid", by: "trunk", part: stranger.Number, tail: "uniqueid", digit: "5"},
	{name: "call-number-carriage-returns", by: "trunk", part: stranger.Number, tail: "carriage returns", digit: "5"},
	{name: "call-number-event", by: "trunk", part: stranger.Number, tail: "event", digit: "5"},
	{name: "call-number-event-with-crlf", by: "trunk", part: stranger.Number, tail: "event with crlf", digit: "5"},
	{name: "call-number-response", by: "trunk", part: stranger.Number, tail: "response", digit: "5"},
	{name: "call-asserted-uniqueid", by: "trusted", part: stranger.Asserted, tail: "uniqueid", digit: "5"},
	{name: "call-dialled-tail", by: "200", part: stranger.Dialled, tail: "tail", digit: "5"},
	{name: "call-dialled-cut", by: "200", part: stranger.Dialled, tail: "cut", digit: "5"},
	{name: "call-dialled-cut-with-crlf", by: "200", part: stranger.Dialled, tail: "cut with crlf", digit: "5"},
	{name: "call-dialled-whole-hangup", by: "200", part: stranger.Dialled, tail: "whole hangup", digit: "5"},
	{name: "call-redirect-uniqueid", by: "200", part: stranger.Redirect, tail: "uniqueid", digit: "5"},
	{name: "call-refer-to-tail", by: "200", part: stranger.ReferTo, tail: "tail", digit: "5"},
	{name: "call-callee-uniqueid", by: "200", part: stranger.Callee, tail: "uniqueid", digit: "8"},
	{name: "bridge-number-swap", by: "trunk", part: stranger.Number, tail: "swap", digit: "8"},
	{name: "bridge-number-linkedid", by: "trunk", part: stranger.Number, tail: "linkedid", digit: "8"},
	{name: "bridge-dialled-tail", by: "200", part: stranger.Dialled, tail: "tail", digit: "8"},
	{name: "conference-number-linkedid", by: "trunk", part: stranger.Number, tail: "linkedid", digit: "7"},
	{name: "local-dialled-uniqueid", by: "200", part: stranger.Dialled, tail: "uniqueid", digit: "95"},
	{name: "lists-number-action-id", by: "trunk", part: stranger.Number, tail: "action id", digit: "6", lists: true},
	{name: "lists-number-item", by: "trunk", part: stranger.Number, tail: "item", digit: "6", lists: true},
}

// TestRecord writes transcripts of real servers into the folder STRANGERS_RECORD: with .env what AGI is told, with
// .events what a manager hears, byte for byte. The victim is a call of phone 201 that is up meanwhile.
func TestRecord(t *testing.T) {
	folder := os.Getenv("STRANGERS_RECORD")
	if folder == "" {
		t.Skip("STRANGERS_RECORD names no folder")
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &lab.Config{Trunk: true})
			r := newRecorder(t, s, "VarSet", "CEL", "TestEvent") // half of the text
			for _, want := range recordings {
				t.Run(want.name, func(t *testing.T) { r.record(t, want, filepath.Join(folder, want.name+"-"+v.String())) })
			}
			t.Run("security-account", func(t *testing.T) { r.unknown(t, filepath.Join(folder, "security-account-"+v.String())) })
		})
	}
}

type recorder struct {
	server *lab.Server
	ami    net.Conn
	text   *bufio.Reader
	heard  bytes.Buffer
	env    chan []byte
	pings  int
}

// newRecorder hears everything but events of these names.
func newRecorder(t *testing.T, s *lab.Server, without ...string) *recorder {
	t.Helper()
	r := &recorder{server: s, env: make(chan []byte, 10)}
	var err error
	if r.ami, err = net.Dial("tcp", s.AMI()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.ami.Close() })
	r.text = bufio.NewReader(io.TeeReader(r.ami, &r.heard))
	user := s.User("all")
	fmt.Fprintf(r.ami, "Action: Login\r\nUsername: %s\r\nSecret: %s\r\nEvents: call,dialplan,agi,agent,security,cdr\r\n\r\n", user.Name, user.Secret)
	for _, name := range without {
		fmt.Fprintf(r.ami, "Action: Filter\r\nOperation: Add\r\nFilter: !Event: %s\r\n\r\n", name)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	// Ends with the listener.
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			r.env <- environment(conn)
			conn.Close()
		}
	}()
	r.global(t, "STRANGER_URL", "agi://"+ln.Addr().String())
	return r
}

// environment reads to Asterisk's own end, whose number of a thread is longer than any stranger has room for.
func environment(conn net.Conn) []byte {
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	end := regexp.MustCompile(`agi_threadid: \d{9,}\n\n$`)
	var all []byte
	buffer := make([]byte, 4096)
	for !end.Match(all) {
		n, err := conn.Read(buffer)
		all = append(all, buffer[:n]...)
		if err != nil {
			break
		}
	}
	return all
}

func (r *recorder) global(t *testing.T, name, value string) {
	t.Helper()
	if _, err := r.server.CLI(t.Context(), "dialplan set global "+name+" "+value); err != nil {
		t.Fatal(err)
	}
}

// hear reads events until pattern matches what has come since the last take.
func (r *recorder) hear(t *testing.T, pattern string) []string {
	t.Helper()
	_ = r.ami.SetReadDeadline(time.Now().Add(patience))
	wanted := regexp.MustCompile(pattern)
	for line := "\r\n"; ; {
		if line == "\r\n" { // the end of an event; to search after each line takes seconds
			if found := wanted.FindStringSubmatch(r.heard.String()); found != nil {
				return found
			}
		}
		var err error
		if line, err = r.text.ReadString('\n'); err != nil {
			t.Fatalf("no %s in %d bytes: %v", pattern, r.heard.Len(), err)
		}
	}
}

func (r *recorder) agent(t *testing.T, name string) *stranger.Agent {
	for _, trunk := range lab.Trunks() {
		if trunk.Name == name {
			return stranger.Trunk(t, r.server, name)
		}
	}
	return stranger.Phone(t, r.server, name)
}

// record makes the two calls, the victim's around the stranger's.
func (r *recorder) record(t *testing.T, want recording, file string) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.barrier(t)
	r.heard.Reset()
	victim, err := stranger.Phone(t, r.server, "201").Dial(ctx, stranger.Invite{Exten: "5"})
	if err != nil {
		t.Fatal(err)
	}
	id := r.hear(t, `Event: Newchannel\r\n(?:[^\r].*\r\n)*?Uniqueid: (.*)\r\n`)[1]
	want.text += stranger.Tail(want.tail, id)
	agi := strings.HasPrefix(want.name, "agi-")
	own := r.call(t, ctx, want)
	if agi {
		if err := os.WriteFile(file+".env", <-r.env, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want.part == stranger.ReferTo {
		fmt.Fprintf(r.ami, "Action: Hangup\r\nChannel: /^PJSIP\\/trunk-/\r\n\r\n")
	}
	r.hear(t, `Event: Hangup\r\nPrivilege: call,all\r\nChannel: `+own+"\r\n")
	if err := victim.Bye(ctx); err != nil {
		t.Fatal(err)
	}
	r.hungUp(t, "201")
	if agi {
		return // the events are those of other recordings
	}
	heard := bytes.Clone(r.heard.Bytes())
	r.barrier(t)
	rest := r.heard.Bytes()[len(heard):]
	heard = append(heard, rest[:bytes.Index(rest, []byte("Response: Success\r\nActionID: barrier-"))]...)
	if err := os.WriteFile(file+".events", heard, 0o644); err != nil {
		t.Fatal(err)
	}
}

// call makes the stranger's call until it is over or about to be, and returns the name of its channel.
func (r *recorder) call(t *testing.T, ctx context.Context, want recording) (own string) {
	t.Helper()
	endpoint := "trunk"
	if want.part == stranger.Callee {
		endpoint = "trusted"
	}
	callee := r.agent(t, endpoint)
	callee.Answer(want.part.Answer(want.digit, want.text))
	invite := want.part.Invite(want.digit, want.text).Reaching(endpoint, callee)
	if want.part == stranger.Redirect || want.part == stranger.ReferTo {
		invite.Exten = "8"
	}
	call, ended := r.agent(t, want.by).Start(ctx, invite)
	own = r.hear(t, `Channel: (PJSIP/`+want.by+`-[0-9a-f]+)\r\n`)[1]
	switch {
	case strings.HasPrefix(want.name, "agi-") && want.part != stranger.ReferTo:
		<-ended
	case strings.HasPrefix(want.name, "async-"):
		r.hear(t, `Event: AsyncAGIStart\r\n`)
		fmt.Fprintf(r.ami, "Action: Hangup\r\nChannel: %s\r\n\r\n", own)
		<-ended
	default:
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		r.meanwhile(t, ctx, want, call)
	}
	return own
}

// meanwhile is what happens while the stranger's call is up. It ends with it.
func (r *recorder) meanwhile(t *testing.T, ctx context.Context, want recording, call *stranger.Call) {
	t.Helper()
	if want.part == stranger.ReferTo {
		r.hear(t, "Event: BridgeEnter\r\n(?s:.*)Event: BridgeEnter\r\n")
		if err := call.Refer(ctx, "sip:"+stranger.Escape(want.digit+want.text)+"@"+r.server.SIP()); err != nil {
			t.Fatal(err)
		}
	}
	r.hear(t, `Event: Newexten\r\n(?s:.*)Application: (Wait|Dial|Queue|ConfBridge|AGI)\r\n`)
	if want.digit == "8" || want.digit == "7" {
		r.hear(t, "Event: (BridgeEnter|ConfbridgeJoin)\r\n(?s:.*)\r\n\r\n")
	}
	if want.lists {
		r.hear(t, "Event: QueueCallerJoin")
		fmt.Fprintf(r.ami, "Action: CoreShowChannels\r\nActionID: c1\r\n\r\nAction: Status\r\nActionID: s1\r\n\r\nAction: QueueStatus\r\nActionID: q1\r\n\r\n")
		r.hear(t, "Event: QueueStatusComplete\r\n")
	}
	if want.part == stranger.ReferTo {
		return
	}
	if err := call.Bye(ctx); err != nil {
		t.Fatal(err)
	}
}

// unknown is one who has no account at all.
func (r *recorder) unknown(t *testing.T, file string) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.heard.Reset()
	agent := stranger.Phone(t, r.server, "999")
	for range 8 {
		_, _ = agent.Request(ctx, "OPTIONS", stranger.Invite{Exten: "1", Number: stranger.Escape("1\n\nEvent: Hangup\nUniqueid: 1795953045")}, "")
	}
	r.hear(t, "Event: InvalidAccountID\r\n(?s:.*)RemoteAddress: .*\r\n\r\n")
	heard := r.heard.Bytes()
	heard = heard[:bytes.LastIndex(heard, []byte("\r\n\r\n"))+4] // the reader may be in the midst of the next
	if err := os.WriteFile(file+".events", heard, 0o644); err != nil {
		t.Fatal(err)
	}
}
