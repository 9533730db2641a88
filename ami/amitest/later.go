package amitest

import (
	"cmp"
	"slices"
	"time"
)

// Emit sends one block, as [Peer.Emit] does, to every client that is logged in,
// now, and returns to how many. So a test says when an event comes, without a
// goroutine and without keeping a Peer. It waits where a Peer stalls.
func (s *Server) Emit(fields ...string) (clients int) {
	s.mu.Lock()
	var peers []*Peer
	for p := range s.peers {
		if p.loggedIn.Load() && p.ctx.Err() == nil {
			peers = append(peers, p)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(peers, func(a, b *Peer) int { return cmp.Compare(a.number, b.number) })
	for _, p := range peers {
		p.Emit(fields...)
	}
	return len(peers)
}

// EmitAfter is Emit once d has passed, which in a testing/synctest bubble costs
// no time; it returns at once. The block does not come if the connection, or its
// script, ends before. Two of the same d come in any order.
func (p *Peer) EmitAfter(d time.Duration, fields ...string) {
	text := block(fields)
	// Ends with the write, at the latest with the connection.
	p.server.begin(func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			p.Write(text)
		case <-p.ctx.Done():
		}
	})
}
