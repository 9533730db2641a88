// Package agitest plays Asterisk to a program that serves calls: the other end
// of an AGI session, for users' tests and ours.
//
// # Contents
//
//   - Make a call: [Start], [Dial], [New], [Call], [Config], [TB]
//   - Expect commands and answer them: [Call.Expect], [Call.Next], [Command]
//   - See how it ended: [Call.Wait], [Call.Status], [Call.Commands],
//     [Call.Variable], [ErrFailure]
//   - Be the caller: [Call.Press], [Call.SetVariable], [Call.Hangup],
//     [Call.HangupSilently]
//   - Break things: [Call.Write], [Call.Close]
//   - Test another transport: [TestConn], [Transport], [Traits], [Peer],
//     [NewPeer], [MarkReply], [Tokens]
//
// # Commands one by one
//
// [Start] gives a call to a handler, in memory. The test answers command by
// command:
//
//	func TestPIN(t *testing.T) {
//		call := agitest.Start(t, agi.HandlerFunc(ivr), nil)
//		call.Expect("ANSWER").Success()
//		call.Expect("GET DATA", "enter-pin", "5000", "4").Result("0042")
//		call.Expect("SET VARIABLE", "PIN", "0042").Success()
//		if err := call.Wait(); err != nil {
//			t.Error(err)
//		}
//	}
//
// An expectation that fails ends the test. Arguments are compared as Asterisk
// takes them, without quotes. A test inside testing/synctest can do all of it,
// and a timeout of an hour passes at once.
//
// # Automatic calls
//
// With Config.Automatic, commands that the test does not expect get a plausible
// answer: variables and the database keep what is put into them, the caller
// presses Config.Digits one by one, the rest succeeds. There is no channel but
// the call's own.
//
//	func TestPINIsKept(t *testing.T) {
//		call := agitest.Start(t, agi.HandlerFunc(ivr), &agitest.Config{Automatic: true, Digits: "0042"})
//		if err := call.Wait(); err != nil {
//			t.Error(err)
//		}
//		if pin, _ := call.Variable("PIN"); pin != "0042" {
//			t.Errorf("PIN = %q, heard %v", pin, call.Commands())
//		}
//	}
//
// An application leaves its results in variables. They are set while it runs:
//
//	dial := call.Expect("EXEC") // what comes before it is answered
//	call.SetVariable("DIALSTATUS", "BUSY")
//	dial.Success()
//
// # What methods send
//
// Most methods of agi.Session send the one command that their name says. One
// that fails with the result -1 is followed by CHANNEL STATUS, which tells
// whether the hangup was the reason; after [Call.Hangup] it is not sent. Others
// send more, each answered by the test unless the call is automatic:
//
//	Variable    GET FULL VARIABLE for each 600 bytes, up to one that is
//	            shorter, each to be answered by Command.Value, which keeps the end
//	            that the session has asked for; and GET VARIABLE if that gave
//	            nothing
//	Dial        CHANNEL STATUS; EXEC; GET VARIABLE of DIALSTATUS and
//	            HANGUPCAUSE; and if the former is ANSWER, of ANSWEREDTIME_MS, and
//	            of ANSWEREDTIME if that is empty. With the option U, and 6 for the
//	            CHANNEL STATUS, also SET VARIABLE of __AGI_CALLER and
//	            SHARED(AGI_ANSWERED) before the EXEC, and at the end a GET FULL
//	            VARIABLE of two times
//	Queue       SET VARIABLE of QUEUESTATUS and ABANDONED, to nothing; EXEC; GET
//	            VARIABLE of both
//	Conference, Playback, Transfer
//	            EXEC; GET VARIABLE of CONFBRIDGE_RESULT, PLAYBACKSTATUS,
//	            TRANSFERSTATUS
//	Ask, Choose GET DATA; from the second time on a STREAM FILE before it, of
//	            Invalid
//
// The mark by which a session makes sure of what it has read is answered by
// itself: see [MarkReply].
//
// # Hangup
//
// [Call.Hangup] is the caller's hangup, at any time: before a command, between
// its arrival and its answer, after it. In the last two cases the order of the
// test counts. This one is always the same: the handler knows of the hangup when
// it gets the reply, and nothing more is asked.
//
//	command := call.Expect("STREAM FILE")
//	call.Hangup()
//	command.Fail()
//
// The other way round, Fail and then Hangup, it depends on who is faster whether
// a CHANNEL STATUS comes. Asterisk itself does this, always: it replies, and
// tells of the hangup when the next command has come.
//
//	call.Expect("STREAM FILE").Fail()
//	status := call.Expect("CHANNEL STATUS")
//	call.Hangup()
//	status.Dead()
//
// # Servers
//
// [Dial] makes the call over TCP, to a FastAGI server. [New] takes any
// connection: TLS, a Unix socket, one end of a net.Pipe. [Call.Wait] then
// returns [ErrFailure] for a program that reports a failure. [Call.Status] is
// AGISTATUS.
//
// # Marks
//
// A session asks Asterisk a question of its own after the environment, and
// after each value that may hold line breaks: see ReadEnv of agi.Stream. Calls
// and peers answer it as Asterisk does, and no test sees it. A fake of another
// kind uses [MarkReply].
//
// # Transports
//
// [TestConn] is the conformance suite for a new implementation of agi.Conn.
package agitest
