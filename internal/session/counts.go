package session

import "sync/atomic"

// Counts are what the sessions of a client have in common to count.
type Counts struct {
	Connections, Logins, BytesIn, BytesOut, Actions, Events, Responses, Orphans, Late, Oversized atomic.Int64

	Requests, Polls, Repeats atomic.Int64 // of HTTP
}

// Stats are the fields of ami.Stats, in their order, so that it can be made of them.
type Stats struct {
	Connections int64
	Logins      int64
	BytesIn     int64
	BytesOut    int64
	Actions     int64
	Events      int64
	Responses   int64
	Orphans     int64
	Late        int64
	Oversized   int64
	Doubtful    int64

	Requests int64
	Polls    int64
	Repeats  int64
}

// Read returns the counts, and how much was doubtful of what the hubs handed out.
func (c *Counts) Read(hubs ...Hub) Stats {
	s := Stats{
		Connections: c.Connections.Load(),
		Logins:      c.Logins.Load(),
		BytesIn:     c.BytesIn.Load(),
		BytesOut:    c.BytesOut.Load(),
		Actions:     c.Actions.Load(),
		Events:      c.Events.Load(),
		Responses:   c.Responses.Load(),
		Orphans:     c.Orphans.Load(),
		Late:        c.Late.Load(),
		Oversized:   c.Oversized.Load(),
		Requests:    c.Requests.Load(),
		Polls:       c.Polls.Load(),
		Repeats:     c.Repeats.Load(),
	}
	for _, hub := range hubs {
		s.Doubtful += hub.Doubtful()
	}
	return s
}
