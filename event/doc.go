// Package event has what Asterisk reports over its Manager Interface: typed
// events, filters, and the hub that hands each subscriber what it asked for
// and says so where something is missing.
//
// A subscription is made by a session of package ami, or by a [Hub] that
// replays a log or serves a test. Its events are values:
//
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
// [Handlers] has a function for each type in place of the switch, which saves an
// allocation for each event. [Subscription.NextRaw] does not decode at all.
//
// Decoding never fails. A number that is none is zero, an event without a type
// here is an [Unknown], a field without a place in its type is left alone, and
// every event keeps the text it came in: see Fields.
//
// The types are generated from Asterisk's documentation and from what it sends
// undocumented; see internal/gen. For UserEvents, declare types of your own and
// read them with [DecodeUser].
//
// Nothing is lost in silence. A consumer that falls behind its queue's limit,
// and a connection that broke, leave a [Gap] exactly where events are missing.
//
// Strangers write into events: a caller's number, name and dialled extension
// arrive as they were sent, line breaks included, and can look like fields or
// events of their own. A field that a stranger may have made is not believed,
// and [Event.Doubt] says that something is odd. Some forgeries can't be told:
// identify a channel by its name and its Uniqueid together, and read
// docs/safety.md before an event decides about money or access.
//
// The meaning of each event is Asterisk's:
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/
package event
