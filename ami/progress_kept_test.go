package ami_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// What came before the session ended is told to a loop that begins after that, and then why.
func TestProgressAfterTheSession(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		x.of("Newchannel", bob, x.id, "ChannelState", "0")
		x.of("Newstate", bob, x.id, "ChannelState", "5")
		p.Success(p.Expect("Ping"), "Ping", "Pong")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		mustPing(t, c)
		_ = c.Close()
		for range 2 {
			var told []string
			for p, e := range call.Progress(t.Context()) {
				if err = e; e == nil {
					told = append(told, p.String())
				}
			}
			if fmt.Sprint(told) != fmt.Sprint(bobIsUp[:2]) || !errors.Is(err, ami.ErrClosed) {
				t.Errorf("told %q, %v, want %q, %v", told, err, bobIsUp[:2], ami.ErrClosed)
			}
		}
	})
}

// A slow loop is told that steps are missing, although older ones were kept for longer.
func TestProgressTellsASlowLoopOfItsGap(t *testing.T) {
	const calls = 200
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		x.agent(bob)
		x.dial("DialBegin", bob, x.id, cem, "2.1")
		for i := range calls {
			if i == calls-20 { // the steps of cem may go from here on
				cue(p)
				x.of("Hangup", cem, "2.1", "Cause", "17")
			}
			name, id := fmt.Sprintf("PJSIP/dan-%d", i), fmt.Sprintf("1.%d", i)
			cue(p)
			x.dial("DialBegin", bob, x.id, name, id)
			x.dial("DialEnd", bob, x.id, name, id, "DialStatus", "BUSY")
			x.of("Hangup", name, id, "Cause", "17")
		}
		cue(p)
		x.of("Hangup", bob, x.id, "Cause", "16")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		n, first := 0, ""
		for p, err := range call.Progress(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n == 5 {
				first = p.String()
				break
			}
			if n < 4 { // as far as the dialling of cem
				continue
			}
			for p, err := range call.Progress(t.Context()) { // one that keeps up, meanwhile
				if err != nil {
					t.Fatal(err)
				}
				if p.Leg == ami.LegFirst && p.State == ami.ProgressEnded {
					break
				}
				if p.State == ami.ProgressDialing && p.Channel == cem || p.State == ami.ProgressEnded {
					mustDo(t, c, "Cue")
				}
			}
		}
		if first != "gap" {
			t.Errorf("the slow loop goes on with %q, want a gap", first)
		}
	})
}
