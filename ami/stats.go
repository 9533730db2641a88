package ami

// Stats counts what a session has sent and received since it began, over all its
// connections, for a metrics library to read. All numbers only grow.
type Stats struct {
	// Connections were made, whether or not the login succeeded. Over HTTP they are
	// sessions that were begun, each by a login.
	Connections int64
	Logins      int64 // that succeeded
	BytesIn     int64 // over HTTP those of bodies
	BytesOut    int64 // over HTTP those of bodies
	Actions     int64 // sent, those of logins and our own pings included
	Events      int64 // items of lists included
	Responses   int64 // to actions
	Orphans     int64 // blocks that are neither, and responses without our ActionID
	// Late are answers and items that arrive after their action has ended, which for
	// a cancelled Do is still its answer. Over HTTP they are answers that were no
	// longer read.
	Late      int64
	Oversized int64 // blocks skipped for being over Config.Limits
	// Doubtful are the events and items that were handed out and that
	// [event.Event.Doubt] says something of, each as often as that: a sign that
	// somebody writes line breaks into what they send. The first of a connection
	// is logged.
	Doubtful int64

	// Requests, Polls and Repeats are of HTTP, and zero over AMI.

	Requests int64 // HTTP requests: for actions, for events, and repeated ones
	Polls    int64 // requests for events, which are no Actions, nor their answers Responses
	Repeats  int64 // requests repeated after a 401 of Digest, which Asterisk did not run
}
