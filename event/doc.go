// Package event has what Asterisk reports over its Manager Interface: typed
// events, filters, and subscriptions that say so where something is missing.
//
// # A tour
//
// A session of package ami makes a [Subscription] for what a [Filter] matches. Its
// events are values:
//
//	sub := client.Subscribe(event.Or(event.Of[event.Newchannel](), event.Of[event.Hangup]()), nil)
//	defer sub.Close()
//	for ev := range sub.All(ctx) {
//		switch e := ev.(type) {
//		case event.Newchannel:
//			fmt.Println(e.Channel, "for", e.Exten)
//		case event.Hangup:
//			fmt.Println(e.Channel, "ended:", e.Cause)
//		case event.Gap:
//			fmt.Println("missed", e.Missed, "events:", e.Reason)
//		}
//	}
//
// A case with a pointer, as *event.Hangup, compiles and never matches: no event is
// one.
//
// # Contents
//
// To choose events: [Of] and [Named] by name, [Where] by a field, [And], [Or], [OfUser];
// [Subscription.SetFilter] changes the choice later.
//
// To take them: [Subscription.All] in a loop, [Subscription.Next] one by one, [Await]
// for one that follows something you do, [Handlers] with a function for each type,
// which saves an allocation for each event, and [Subscription.NextRaw] without
// decoding.
//
// To know what was missed: [Gap], [Connected], [Synced] and [Subscription.Stats].
// Nothing is lost in silence: a consumer that falls behind its queue's limit
// ([SubscribeConfig]), and a connection that broke, leave a Gap exactly where events
// are missing.
//
// To read one: the fields of its type; [Event] has what all events have, such as
// Fields, the text as it came. [ChannelSnapshot] and [BridgeSnapshot] are parts of
// many. [ChannelOf] tells the channel of any event, [Device] and [OtherHalf] what a
// channel's name says, [Variables] the channel variables.
//
// For events of your own: [UserEvent], [DecodeUser], [OnUser].
//
// To print, log and keep them: %v and String are one line (see [Event]); JSON has the
// wire's names, and comes back (see [Base]); [Read] decodes a recorded log, [Decode]
// text from elsewhere, and a [Hub] replays it for code that was written for a
// session.
//
// For AsyncAGI, package agi/asyncagi has a server; [AsyncAGIStart.DecodeEnv] and
// [AsyncAGIExec.DecodeResult] are for programs that look on.
//
// # Decoding never fails
//
// A value that is not a number decodes as zero, an event without a type here is an
// [Unknown], a field without a place in its type is left alone, and every event
// keeps the text it came in.
//
// The types are generated from Asterisk's documentation and from what it sends
// undocumented. Fields are called as on the wire, but initialisms are written as
// in Go: UniqueID is Uniqueid. Filters take either. The meaning of each event is
// Asterisk's:
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/
//
// # Strangers write into events
//
// A caller's number, name and dialled extension arrive as they were sent, line
// breaks included, and can look like fields or events of their own. A field that
// a stranger may have made is not believed, and [Event.Doubt] says that something
// is odd. Some forgeries can't be told: identify a channel by its name and its
// UniqueID together, as ChannelOf does, and read docs/safety.md before an event
// decides about money or access.
package event
