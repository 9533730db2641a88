package ami

import (
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// Stats counts what went over a session's connections since it began, for a
// metrics library to read.
type Stats struct {
	Connections int64 // made, whether or not the login succeeded
	Logins      int64 // that succeeded
	BytesIn     int64
	BytesOut    int64
	Actions     int64 // sent, our own pings included
	Events      int64 // items of lists included
	Responses   int64
	Orphans     int64 // blocks that are neither, and responses without our ActionID
	Late        int64 // answers and items behind the end of their action, which for a cancelled Do is still its answer
	Oversized   int64 // blocks skipped for being over Config.Limits
	// Doubtful are the events and items that were handed out and that
	// [event.Event.Doubt] says something of, each as often as that: a sign that
	// somebody writes line breaks into what they send. The first of a connection
	// is logged.
	Doubtful int64
}

type counters struct {
	session.Counts
	connections, logins, bytesOut, actions atomic.Int64
}

func (c *counters) read() Stats {
	return Stats{
		Connections: c.connections.Load(),
		Logins:      c.logins.Load(),
		BytesIn:     c.Counts.BytesIn.Load(),
		BytesOut:    c.bytesOut.Load(),
		Actions:     c.actions.Load(),
		Events:      c.Counts.Events.Load(),
		Responses:   c.Counts.Responses.Load(),
		Orphans:     c.Counts.Orphans.Load(),
		Late:        c.Counts.Late.Load(),
		Oversized:   c.Counts.Oversized.Load(),
	}
}
