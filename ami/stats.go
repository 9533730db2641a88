package ami

import "sync/atomic"

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
}

type counters struct {
	connections, logins, bytesIn, bytesOut               atomic.Int64
	actions, events, responses, orphans, late, oversized atomic.Int64
}

func (c *counters) read() Stats {
	return Stats{
		Connections: c.connections.Load(),
		Logins:      c.logins.Load(),
		BytesIn:     c.bytesIn.Load(),
		BytesOut:    c.bytesOut.Load(),
		Actions:     c.actions.Load(),
		Events:      c.events.Load(),
		Responses:   c.responses.Load(),
		Orphans:     c.orphans.Load(),
		Late:        c.late.Load(),
		Oversized:   c.oversized.Load(),
	}
}
