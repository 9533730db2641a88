// Package ami asks Asterisk and hears it, over the Asterisk Manager Interface.
//
// [Connect] makes a [Client], which logs in and comes back after a loss;
// [Dial] makes a [Conn], which is one connection and dies once. Both are a
// [Session], and what does more than one action takes one:
//
//	client, err := ami.Connect(ctx, "pbx.example.com", &ami.Config{Username: "crm", Secret: secret})
//	defer client.Close()
//
// Do runs an action to its end. The actions are in package action: a type for
// many, and action.New for all others. Any number of goroutines may ask at
// once.
//
//	response, err := client.Do(ctx, action.Hangup{Channel: name})
//	number, err := ami.Ask(ctx, client, action.Getvar{Channel: name, Variable: "CALLERID(num)"})
//	channels, err := ami.List(ctx, client, action.CoreShowChannels{})
//	lines, err := ami.Command(ctx, client, "core show uptime")
//
// # What became of an action
//
// It was done; or refused, and the error is an [*Error] with Asterisk's answer
// and, where it helps, the right that is missing; or the error says how sure
// one can be: after [ErrNotSent] it is safe to send it again; with
// [ErrInvalid] it can never be sent as it is; after [ErrOutcomeUnknown], and
// after [ErrNoAnswer] where Asterisk passed it over, Asterisk may have run it;
// [ErrTooManyItems] is a list that was too long to keep. Nothing is ever sent
// twice by itself. When ctx ends, the wait does; the connection lives.
//
// # Events
//
//	sub := client.Subscribe(event.Of[event.Hangup](), nil)
//	defer sub.Close()
//	for ev := range sub.All(ctx) {
//		switch e := ev.(type) {
//		case event.Hangup:
//			fmt.Println(e.Channel, e.Cause)
//		case event.Gap:
//			fmt.Println("missed", e.Missed, "events:", e.Reason)
//		}
//	}
//
// A subscription outlives the connection. Where events are missing, for a lost
// connection or a consumer that is too slow, stands an [event.Gap]. With
// SubscribeConfig.Snapshot the state of things comes in the same stream: items,
// then [event.Synced], and after each Gap again. An [event.Connected] is not
// yet the end of a login: Ready waits until the client can do actions.
//
// # Calls
//
// [Originate] gives a handle that finds out what becomes of the call, over a
// lost connection too:
//
//	call, err := ami.Originate(ctx, client, action.Originate{Channel: "PJSIP/100", Context: "out", Exten: "1"})
//	outcome, err := call.Wait(ctx)
//
// # When something does not work
//
// [Check] tells what a login may do and hear, and therefore what cannot work.
// Config.Record writes a transcript without secrets, which package amitest
// plays back; Config.Logger gets connections made and lost; Stats counts.
package ami
