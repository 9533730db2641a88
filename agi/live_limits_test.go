package agi_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// A call beyond MaxSessions waits on a real server, too, and the dialplan is told
// if that was in vain.
func TestLiveMaxWait(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		for _, server := range []string{"fastagi", async} {
			for _, wait := range []time.Duration{0, 300 * time.Millisecond, -1} {
				t.Run(server+" "+wait.String(), func(t *testing.T) {
					x := newTurnstile()
					target := limitedOn(t, s, server, x, wait)
					first := visit.Enter(t, s, visit.Call{Target: target})
					<-x.in
					second := visit.Enter(t, s, visit.Call{Target: target})
					served, want := wait < 0, visit.End{Status: full[server]}
					if server == async {
						want = visit.End{Status: "SUCCESS", Async: full[server]}
					}
					if !served {
						if got := second.End(t); got != want {
							t.Errorf("the call beyond: %+v, want %+v", got, want)
						}
					}
					x.out <- struct{}{}
					want = visit.End{Status: "SUCCESS"}
					if server == async {
						want.Async = "SUCCESS"
					}
					if got := first.End(t); got != want {
						t.Errorf("the first call: %+v, want %+v", got, want)
					}
					if served {
						<-x.in
						x.out <- struct{}{}
						if got := second.End(t); got != want {
							t.Errorf("the call that waited: %+v, want %+v", got, want)
						}
					}
				})
			}
		}
	})
}

// limitedOn serves one call at a time, and returns what AGI() gets.
func limitedOn(t *testing.T, s *lab.Server, server string, x turnstile, wait time.Duration) string {
	if server == async {
		return overAMI(t, s, &asyncagi.Server{Handler: x, MaxSessions: 1, MaxWait: wait})
	}
	return overTCP(t, &fastagi.Server{Handler: x, MaxSessions: 1, MaxWait: wait})
}
