package gateway

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// counts is what has happened since the gateway began.
type counts struct {
	since       time.Time
	connections atomic.Int64 // that there are
	foreign     atomic.Int64 // requests of other pages, or for other hosts
	actions     atomic.Int64

	mu    sync.Mutex // guards codes
	codes map[message.Code]int64
}

// ended counts a connection that was ended, or a request that was refused.
func (c *counts) ended(why *refusal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.codes == nil {
		c.codes = make(map[message.Code]int64)
	}
	c.codes[why.code]++
}

func (c *counts) byCode() map[message.Code]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make(map[message.Code]int64, len(c.codes))
	for code, n := range c.codes {
		all[code] = n
	}
	return all
}

// current says whether what is shown of all servers is right.
func (g *Gateway) current() bool {
	for _, s := range g.config.Servers {
		if s.Model.View().Server().State != live.ServerCurrent {
			return false
		}
	}
	return g.ctx.Err() == nil
}

// serveHealth is for load balancers, which know neither names nor users: it tells nothing else.
func (g *Gateway) serveHealth(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if !g.current() {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "not current\n")
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}

// stats is the answer to GET /stats.
type stats struct {
	Since       time.Time              `json:"since"`       // when the gateway began
	Current     bool                   `json:"current"`     // as /healthz
	Users       int                    `json:"users"`       // that are connected
	Connections int64                  `json:"connections"` // that they have
	Streams     int                    `json:"streams"`     // of them event streams
	Strangers   int                    `json:"strangers"`   // connections and requests that have not said yet who they are of
	Tickets     int                    `json:"tickets"`     // that are out
	Cookies     int                    `json:"cookies"`
	Actions     int64                  `json:"actions"` // that were asked for
	Foreign     int64                  `json:"foreign"` // requests of pages that may not connect, or for hosts that are not ours
	Ended       map[message.Code]int64 `json:"ended"`   // connections ended and requests refused, by code; 0 for those that clients have ended
}

func (g *Gateway) serveStats(w http.ResponseWriter, r *http.Request) {
	known, ok := g.stranger(w, r)
	if !ok {
		return
	}
	defer known()
	s, leave, why := g.asker(r)
	if why != nil {
		g.refuse(w, why)
		return
	}
	defer leave()
	if !s.standing.Load().rights.Stats {
		g.refuse(w, refusedStats)
		return
	}
	writeJSON(w, http.StatusOK, encoded(g.stats()))
}

func (g *Gateway) stats() stats {
	g.mu.Lock()
	users, streams := len(g.sessions), len(g.streams)
	g.mu.Unlock()
	return stats{
		Since: g.counts.since, Current: g.current(), Users: users, Connections: g.counts.connections.Load(), Streams: streams,
		Strangers: g.strangers.len(), Tickets: g.tickets.len(), Cookies: g.cookies.len(), Actions: g.counts.actions.Load(),
		Foreign: g.counts.foreign.Load(), Ended: g.counts.byCode(),
	}
}
