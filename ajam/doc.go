// Package ajam asks Asterisk and hears it over its HTTP server, where only
// HTTP gets through: AMI over HTTP, which Asterisk calls AJAM.
//
// [Connect] makes a [Client], which is an [ami.Session] as ami's own are. So
// all of package ami takes it, and one call is all that differs:
//
//	client, err := ajam.Connect(ctx, "https://pbx.example.com/asterisk", &ajam.Config{Config: ami.Config{Username: "crm", Secret: secret}})
//	defer client.Close()
//
//	channels, err := ami.List(ctx, client, action.CoreShowChannels{})
//	call, err := ami.Originate(ctx, client, action.Originate{Channel: "PJSIP/100", Context: "out", Exten: "1"})
//	sub := client.Subscribe(event.Of[event.Hangup](), nil)
//
// Asterisk needs webenabled=yes in manager.conf and enabled=yes in http.conf;
// docs/ajam.md tells the rest, and when AMI itself is the better choice.
//
// # What differs
//
// Actions do not wait for each other: each is a request of its own, and
// Asterisk runs them at once. Answers and events have no order between them.
//
// Events are asked for, again and again, by a request that Asterisk answers
// when there is one. Between them Asterisk keeps what happens, so nothing is
// lost while the session lives. That it was lost, because Asterisk was
// restarted or httptimeout passed, is an [event.Gap] and an [event.Connected].
//
// What became of an action is told as in package ami; an [*HTTPError] inside
// has the status, where that was not 200.
package ajam
