package ajam

import "sync/atomic"

// Stats counts what a client has sent and received since it began, for a
// metrics library to read.
type Stats struct {
	Logins    int64 // that succeeded
	Requests  int64 // HTTP requests: actions, polls, and what was repeated after a 401
	Polls     int64 // requests for events
	Repeats   int64 // requests repeated after a 401, which Asterisk did not run
	Actions   int64 // those of logins and of keeping alive included
	Events    int64 // that polls brought
	BytesIn   int64 // of bodies
	BytesOut  int64
	Abandoned int64 // actions whose answer nobody waited for any more
	// Doubtful are the events and items that were handed out and that
	// [event.Event.Doubt] says something of, each as often as that. The first of
	// a session is logged.
	Doubtful int64
}

type counters struct {
	logins, requests, polls, repeats, actions, events, bytesIn, bytesOut, abandoned atomic.Int64
}

func (c *counters) read() Stats {
	return Stats{
		Logins:    c.logins.Load(),
		Requests:  c.requests.Load(),
		Polls:     c.polls.Load(),
		Repeats:   c.repeats.Load(),
		Actions:   c.actions.Load(),
		Events:    c.events.Load(),
		BytesIn:   c.bytesIn.Load(),
		BytesOut:  c.bytesOut.Load(),
		Abandoned: c.abandoned.Load(),
	}
}
