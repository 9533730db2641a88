package ami_test

import (
	"context"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// When a Local channel was optimized away, the call goes on without the ChannelID: Hangup ends
// what has taken its place, or says that it can't.
func TestHangupAfterALocalChannel(t *testing.T) {
	const one, two = "Local/bob@in-1;1", "Local/bob@in-1;2"
	for subject, test := range map[string]struct {
		loop  bool
		pause time.Duration
		left  [][5]string // channels that are there
		want  error       // of Hangup, with bob in its text
		ended string      // the Uniqueid that is hung up
	}{
		"while a loop reads":                  {loop: true, pause: time.Hour, ended: "1.1"},
		"without a loop":                      {pause: time.Second, ended: "1.1"},
		"without a loop, and late":            {pause: time.Hour, left: [][5]string{{bob, "1.1", "6", "AppDial"}}, want: ami.ErrNoSuchChannel},
		"without a loop, and all have gone":   {pause: time.Hour},
		"what took its place has gone itself": {pause: time.Second},
	} {
		t.Run(subject, func(t *testing.T) {
			ended := ""
			talk(t, func(p *amitest.Peer) {
				x := begun(p)
				listsChannels(p, x.id, test.left...)
				p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) {
					if a.Get("Channel") != test.ended {
						p.Error(a, "No such channel")
						return
					}
					ended = test.ended
					p.Success(a, "Message", "Channel Hungup")
					x.of("Hangup", bob, "1.1", "Cause", "16")
				})
				x.of("Newchannel", one, x.id, "ChannelState", "0")
				x.dial("DialBegin", two, x.id+";2", bob, "1.1")
				x.dial("DialEnd", two, x.id+";2", bob, "1.1", "DialStatus", "ANSWER")
				x.agent(one)
				x.of("Hangup", one, x.id, "Cause", "16") // optimized away
				x.of("Hangup", two, x.id+";2", "Cause", "16")
			}, func(t *testing.T, c *ami.Conn) {
				call, err := ami.Originate(t.Context(), c, toBob)
				if err != nil {
					t.Fatal(err)
				}
				told := make(chan string, 1)
				if test.loop {
					go func() { told <- progressOf(t.Context(), call) }()
				}
				<-time.After(test.pause)
				if err = call.Hangup(t.Context()); test.want == nil && err != nil {
					t.Errorf("Hangup = %v", err)
				} else if test.want != nil {
					wantError(t, "Hangup", err, test.want, call.ChannelID(), bob)
				}
				if ended != test.ended {
					t.Errorf("hung up %q, want %q", ended, test.ended)
				}
				if test.loop {
					wantSteps(t, <-told, "first leg dialing "+one, "first leg ringing "+one, "first leg answered "+one,
						"first leg ended PJSIP/bob-1: answered (normal clearing)")
				}
			})
		})
	}
}

// A call that is known to have ended is not hung up: another may have its ChannelID by now.
func TestHangupOfAnAnsweredCallThatHasEnded(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		x.agent(bob)
		x.of("Hangup", bob, x.id, "Cause", "16")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		wantSteps(t, progressOf(context.WithoutCancel(t.Context()), call), append(bobIsUp[:3:3], bothEnded[7])...)
		if err := call.Hangup(t.Context()); err != nil {
			t.Errorf("Hangup = %v", err)
		}
	})
}

// A Hangup that asks for long does not lose what is kept for Progress.
func TestHangupWhileEventsAreLetGo(t *testing.T) {
	const one = "Local/bob@in-1;1"
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		listsChannels(p, x.id, [5]string{one, x.id, "6"})
		p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) {
			p.Error(a, "No such channel")
			p.Handle("Status", func(p *amitest.Peer, a amitest.Action) {
				<-time.After(1500 * time.Millisecond)
				p.Error(a, "No such channel")
			})
		})
		x.agent(one)
		x.of("Hangup", one, x.id, "Cause", "16")
		x.of("Hangup", one, x.id, "Cause", "16")
	}, func(t *testing.T, c *ami.Conn) {
		a := toBob
		a.ChannelID = "order-17"
		call, err := ami.Originate(t.Context(), c, a)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := call.Wait(t.Context()); !got.Answered() || err != nil {
			t.Fatal(got, err)
		}
		<-time.After(9 * time.Second) // events are kept for ten
		if err := call.Hangup(t.Context()); err != nil {
			t.Errorf("Hangup = %v", err)
		}
		wantSteps(t, progressOf(t.Context(), call), "first leg dialing "+one, "first leg ringing "+one, "first leg answered "+one,
			"first leg ended "+one+": answered (normal clearing)")
	})
}
