// Package asyncagi serves AGI(agi:async) channels over the Manager Interface,
// with the same [agi.Handler] as a script and a FastAGI server.
//
//	client, err := ami.Connect(ctx, "pbx.example.com", &ami.Config{Username: "ivr", Secret: secret})
//	...
//	server := &asyncagi.Server{Handler: agi.HandlerFunc(ivr)}
//	err = server.Serve(ctx, client)
//
// The program connects to Asterisk, not Asterisk to the program: there is no
// port to open, and one manager connection carries all calls. The price is
// time: Asterisk looks for commands every 100 ms.
//
// # Contents
//
//   - Serve calls: [Server], [Server.Serve]
//   - Know when calls are served, before you make one: [Server].Listening
//   - Choose among calls, and limit them: [Server].Accept, [Server].MaxSessions,
//     [Server].MaxWait
//   - End: [Server.Shutdown], [Server.Close], [ErrServerClosed]
//   - What the dialplan is told: [Status], [StatusVariable]
//   - What Asterisk cuts off: [ErrCut]
//
// # What Asterisk needs
//
// In extensions.conf, with arguments after the comma:
//
//	exten => 100,1,Answer()
//	 same => n,AGI(agi:async,ivr,de)
//	 same => n,GotoIf($["${ASYNCAGI_STATUS}" != "SUCCESS"]?sorry)
//
// In manager.conf, a user with these rights; [ami.Check] tells which are missing:
//
//	[ivr]
//	secret = ...
//	read = agi,call
//	write = agi,call
//
// Nothing works without agi in both. With call in write, Serve can tell a hangup
// from an end for another reason, and from a false one; without it every end
// counts as a hangup. With
// call in read, a call that AMI took away from AGI(agi:async), such as by the
// action Bridge, ends its session when it hangs up; without it, its session
// waits for ever. With dialplan in read, Serve can tell a command that failed
// from a hangup, where the dialplan hangs up right after AGI(agi:async); without
// it, that looks like a hangup.
//
// Channels that were in AGI(agi:async) before Serve began to listen, or while
// the connection was lost, are not served: Asterisk tells of the start once.
// [Server].Listening says when Serve has begun to listen.
// Set TIMEOUT(absolute) in the dialplan if a call must not wait for ever.
//
// # Text from strangers
//
// Asterisk writes a caller's number and name, and the number that was dialled,
// into its events as they are, and they can hold line breaks: a caller can add
// lines to the events of his own channel, cut them, or write whole events. So
//
//   - a call is the channel of its environment, which Asterisk encodes whole,
//     if that and the event name the same channel and Uniqueid;
//   - a result belongs to a call by its random CommandID;
//   - an end is asked about, by CHANNEL(checkhangup) and CHANNEL(appdata), before
//     it ends a session. Commands wait until Asterisk has answered about the ends
//     that came before them, if these had both the Channel and the Uniqueid;
//   - a start never ends a session by itself. A channel that has a session begins
//     another one only after an end with its Channel and Uniqueid, and if
//     Asterisk says by AGISTATUS that it has left AGI before;
//   - a start that can't be believed is logged, and the channel that it names is
//     let go on in the dialplan with the status [StatusFailure], if it is in
//     AGI(agi:async), has no session, and [Server].Accept takes it. Accept is
//     then given the keys agi_request, agi_channel and agi_uniqueid alone.
//
// Channels of such starts, and calls of which an end has the name or the Uniqueid
// alone, are asked about in turn, each kind 20 times a second at most, and one
// call once a second. A user who may not run Getvar, for which call or reporting
// in write is needed, takes an end for true if both its Channel and its Uniqueid
// are those of a call: who knows them can then end it.
//
// Two things are not noticed. Both need a whole event with a whole environment, of
// more than 400 bytes, and the Channel and Uniqueid of another call; Diversion has
// room for that, where CEL goes to managers or the dialplan puts it into an event,
// as NoOp(${CALLERID(rdnis)}) does.
//
//   - The start of a channel that has no session begins one, whether or not the
//     channel is in AGI(agi:async): Asterisk is not asked, since that would cost
//     each honest call a round trip. What a stranger writes as its environment is
//     then what Accept and the handler see. A handler that matters can compare
//     CHANNEL(name), by [agi.Session.Variable], under a context with a timeout.
//   - An end and a start of a channel that has a session, and has been in AGI
//     before it, begin a new one instead.
//
// A channel that comes back to AGI(agi:async) without an end in between, as the
// action Bridge takes it away, goes on with the session that it has.
//
// # What becomes of the call
//
// When the handler returns, the channel goes on in the dialplan. AGISTATUS is
// SUCCESS then, whatever the handler returned, so the channel variable
// ASYNCAGI_STATUS is set to what [Status] lists.
//
// # What is different from a script and FastAGI
//
// After a hangup Asterisk takes no further command, and runs the h extension
// without waiting for the handler. The handler's context ends as it does
// elsewhere, but SetVariable and all other commands return an error that is
// [agi.ErrHangup]. Setvar of AMI is no way out: measured, it comes too
// late more often than not, and may succeed where nobody reads the variable
// any more. Write what a call cost to where it is billed.
//
// A command that fails, as StreamFile does when the file is missing, ends
// AGI(agi:async) at once in res_agi.c (not so EXEC, GET DATA and others that
// report failure as a result). Its error comes first; later commands return
// [agi.ErrClosed], with a cause that says so.
//
// A command has at most 1013 bytes: the line of a manager action has 1022. A
// longer one is [agi.ErrInvalid], and so is one with a carriage return. Replies are whole up to 64 KiB, although
// Asterisk hands out 1,024 bytes at a time: the server fetches the rest with
// NOOP commands. What Asterisk itself cuts is an error: [ErrCut].
//
// A command that runs is not interrupted when its session ends by a cancelled
// context; the channel goes on in the dialplan after it.
//
// A start in an h extension is not served, since no command would run.
package asyncagi
