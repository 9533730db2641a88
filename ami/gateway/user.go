package gateway

import (
	"slices"
	"time"
)

// User is who is signed in, as the application knows them. It decides nothing by itself: a [Policy] makes [Rights] of it.
type User struct {
	ID      string    // its key; never empty. Connections with the same ID are those of one user
	Name    string    // for the audit log
	Role    string    // for the Policy: agent, supervisor, wallboard, or what the application likes
	Devices []Ref     // the user's own phones
	Queues  []Ref     // the queues that the user works in or looks after
	Team    []Ref     // phones of others that the user looks after
	Expires time.Time // when the session is over; zero for never
}

// Ref names a device, queue, conference or parking lot of one server.
type Ref struct {
	Server string // Config.Server of the model; empty for the only one
	Name   string // as PJSIP/100, or support. [All] names all that the server has
}

// serverNames are the names of a gateway's servers.
type serverNames []string

func (c *Config) serverNames() (names serverNames) {
	for i := range c.Servers {
		names = append(names, c.Servers[i].name())
	}
	return names
}

// of is the name of the server that a Ref means; false if there is none by that name.
func (n serverNames) of(r Ref) (name string, ok bool) {
	if r.Server == "" && len(n) == 1 {
		return n[0], true
	}
	return r.Server, slices.Contains(n, r.Server)
}

// All as the Name of a Ref stands for all that a server has of the kind.
const All = "*"
