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
// # What Asterisk needs
//
// In extensions.conf, arguments behind the comma:
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
// Nothing works without agi in both. With call in write, a hangup is told from
// an end for another reason; without it every end counts as a hangup. With
// call in read, a call that AMI took away from AGI(agi:async), such as by the
// action Bridge, ends its session when it hangs up; without it, its session
// waits for ever. With dialplan in read, a command that has failed is told from
// a hangup where the dialplan hangs up right behind AGI(agi:async); without it,
// that looks like a hangup.
//
// Channels that were in AGI(agi:async) before Serve began to listen, or while
// the connection was lost, are not served: Asterisk tells of the start once.
// Set TIMEOUT(absolute) in the dialplan if a call must not wait for ever.
//
// # What becomes of the call
//
// When the handler returns, the channel goes on in the dialplan. AGISTATUS is
// SUCCESS then, whatever the handler returned, so the channel variable
// ASYNCAGI_STATUS is set to what [Status] lists.
//
// # What is different from the other doors
//
// A hangup closes the door: Asterisk takes no further command, and runs the h
// extension without waiting for the handler. The handler's context ends as
// with the other doors, but SetVariable and all other commands return an error
// that is [agi.ErrHangup]. Setvar of AMI is no way out: measured, it comes too
// late more often than not, and may succeed where nobody reads the variable
// any more. Write what a call cost to where it is billed.
//
// A command that fails, as StreamFile does when the file is missing, ends
// AGI(agi:async) at once in res_agi.c (not so EXEC, GET DATA and others that
// report failure as a result). Its error comes first; later commands return
// [agi.ErrClosed], with a cause that says so.
//
// A command has at most 1013 bytes: the line of a manager action has 1022. A
// longer one is [agi.ErrNotSent]. Replies are whole up to 64 KiB, although
// Asterisk hands out 1,024 bytes at a time: the server fetches the rest with
// NOOP commands. What Asterisk itself cuts is an error: [ErrCut].
//
// A command that runs is not interrupted when its session ends by a cancelled
// context; the channel goes on in the dialplan after it.
//
// A start in an h extension is not served, since no command would run.
package asyncagi
