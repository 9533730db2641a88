package ami

import (
	"log/slog"
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/show"
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

// warnOfDoubt has the first odd event of each connection logged.
func warnOfDoubt(hub *event.Hub, logger *slog.Logger) {
	hub.Warn = func(ev event.Event) {
		logger.Warn("ami: an event is not as Asterisk writes it; somebody may send line breaks in what a caller can choose (docs/safety.md)",
			"event", show.Text(ev.EventName()), "doubt", ev.Doubt().String())
	}
}
