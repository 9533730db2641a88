// Package amitest is a scripted Asterisk manager: the server's side of AMI
// connections, for tests of programs that use AMI.
//
// A [Script] plays one connection. It says what the manager sends, and what it
// expects of the client:
//
//	srv := amitest.Start(t, func(p *amitest.Peer) {
//		p.Login()
//		a := p.Expect("Originate")
//		p.Success(a, "Message", "Originate successfully queued")
//		p.Emit("Event", "Newchannel", "Privilege", "call,all", "Uniqueid", a.Get("ChannelId"))
//		p.Serve()
//	})
//	client, err := ami.Connect(ctx, srv.Addr(), &ami.Config{Dial: srv.Dial, Username: "u", Secret: "s"})
//
// [Start] keeps to memory: [Server.Dial] makes connections that work in a
// testing/synctest bubble, if the server is made in it too. [NewServer] is the
// same without a test, and [Listen] adds TCP on a loopback port. [Pipe] is such
// a memory connection on its own.
//
// What a script has no opinion on is answered by handlers: Challenge, Login,
// Logoff, Ping, Events, Filter, CoreSettings, CoreStatus and ModuleCheck have
// one from the start, [Peer.Handle] sets others. The answers have the layout
// of Asterisk 22, and the manager has its limits: a line of 1022 bytes, 128
// lines an action, and nothing but logging in before the login.
//
// A failed expectation ends its script. [Start] fails the test with it; who
// makes a server otherwise must look at what [Server.Close] returns: a plain
// "defer srv.Close()" throws it away, and the test passes.
//
// # Events that come later
//
// A script answers actions; events come when they like. [Server.Emit] sends one
// from the test itself, to every client that is logged in, [Peer.EmitAfter]
// after a time. Neither needs a goroutine of the test's own:
//
//	sub := client.Subscribe(event.Of[event.Hangup](), nil)
//	srv.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/100-1", "Cause", "16")
//
// # HTTP
//
// The same script serves a client of package ajam: [Server.ServeHTTP] is
// rawman with cookies, and [Server.HTTPClient] reaches it in memory.
//
//	client, err := ajam.Connect(ctx, "http://pbx", &ajam.Config{Config: ami.Config{Username: "u", Secret: "s"}, HTTPClient: srv.HTTPClient()})
//
// A session is a Peer, and [Peer.Cut] makes it one that Asterisk has forgotten.
// WaitEvent is answered without the script, from what it has emitted.
//
// # Faults
//
// [Peer.Cut], [Peer.CutAfter] and [Peer.Reset] break a connection,
// [Peer.Stall] makes the manager hang, [Peer.WriteChunks] decides how its
// bytes arrive, and [Peer.Write] sends anything at all.
//
// # Transcripts
//
// A transcript is a recorded conversation in a text file, one line a line:
//
//	# connected
//	< Asterisk Call Manager/11.0.0
//	> Action: Ping
//	> ActionID: 7f-1
//	>
//	< Response: Success
//	< ActionID: 7f-1
//	< Ping: Pong
//	<
//
// "> " stands before what the client sent, "< " before what the server sent;
// each stands for its text and CRLF. A line that ended otherwise, or holds
// control bytes or invalid UTF-8, is a quoted Go string of its bytes, ending
// included: <"Message: no AORs found\n". Other lines that begin with # are
// comments; "# connected" begins the next connection, and may stand before
// the first; "# connection 1" goes back to the first where several were open
// at once. Lines with nothing in them are ignored.
//
// [ReadTranscript] reads one, and [Transcript.Script] plays the server's part
// of it.
package amitest
