package agitest

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
)

// Transport opens one session for handler, with the implementation of agi.Conn
// that is tested, and returns Asterisk's end of it. The environment says version
// 22. What it starts has to end by itself once handler has returned and the peer
// has ended the session, or in a cleanup of t.
type Transport func(t *testing.T, handler agi.Handler) Peer

// Peer is Asterisk's end of a session. Its methods are called from one goroutine
// at a time.
type Peer interface {
	// Receive returns the next command, as it came, without its line ending; an
	// error once the program has ended the session.
	Receive() (line string, err error)
	// Reply sends a whole reply, given without the ending of its last line.
	Reply(text string)
	// Hangup tells the program that the channel has hung up.
	Hangup()
	// End ends the session from Asterisk's side: the connection closes.
	End()
}

// Traits say where a transport has to differ. The zero value is that of a stream.
type Traits struct {
	// LongestReply is how many bytes of a reply it can carry; 0 stands for
	// 200,000.
	LongestReply int
	// EndsAtHangup: no command gets through after the hangup, which may be told
	// together with the end.
	EndsAtHangup bool
	// NamesCommands: replies say which command they belong to, so that one that
	// nobody waits for is dropped, and the session goes on.
	NamesCommands bool
}

// TestConn runs the conformance suite of agi.Conn: what a [agi.Session] promises
// has to hold over the transport, whatever comes from Asterisk, in whatever order.
func TestConn(t *testing.T, transport Transport, traits *Traits) {
	if traits == nil {
		traits = &Traits{}
	}
	for _, test := range []struct {
		name string
		run  func(*trial)
	}{
		{"RepliesInStep", repliesInStep},
		{"ReplyForms", replyForms},
		{"ArgumentsArrive", argumentsArrive},
		{"LongReply", longReply},
		{"ConcurrentCommands", concurrentCommands},
		{"UnsolicitedReply", unsolicitedReply},
		{"HangupBetweenCommands", hangupBetweenCommands},
		{"HangupDuringCommand", hangupDuringCommand},
		{"CommandsAfterHangup", commandsAfterHangup},
		{"EndBetweenCommands", endBetweenCommands},
		{"EndDuringCommand", endDuringCommand},
		{"EndAfterHangup", endAfterHangup},
		{"CancelDuringCommand", cancelDuringCommand},
		{"CancelBeforeCommand", cancelBeforeCommand},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.run(&trial{t: t, transport: transport, traits: *traits})
		})
	}
}
