// Package agitest plays Asterisk to a program that serves calls: the other end
// of an AGI session, for users' tests and ours.
//
// [Start] gives a call to a handler, in memory. The test says what comes of it,
// command by command:
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
//	call := agitest.Start(t, handler, &agitest.Config{Automatic: true, Digits: "0042"})
//	err := call.Wait()
//	pin, _ := call.Variable("PIN")
//	heard := call.Commands()
//
// # Hangup
//
// [Call.Hangup] is the caller's hangup, at any time: before a command, between
// its arrival and its answer, after it.
//
// # Servers
//
// [Dial] makes the call over TCP, to a FastAGI server. [New] takes any
// connection: TLS, a Unix socket, one end of a net.Pipe. [Call.Wait] then
// returns [ErrFailure] where the dialplan would see AGISTATUS=FAILURE.
//
// # Marks
//
// A session asks Asterisk a question of its own behind the environment, and
// behind each value that may hold line breaks: see ReadEnv of agi.Stream. Calls
// and peers answer it as Asterisk does, and no test sees it. A fake of another
// kind uses [MarkReply].
//
// # Doors
//
// [TestConn] is the conformance suite for a new implementation of agi.Conn.
package agitest
