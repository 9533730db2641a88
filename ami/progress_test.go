package ami_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// Both legs, and nothing of other calls.
func TestProgress(t *testing.T) {
	got := clicks(t, func(p pbx) {
		p.agent(bob)
		p.dial("DialBegin", "PJSIP/other-1", "9.9", "PJSIP/stranger-1", "9.8")
		p.customer()
		p.of("Hangup", "PJSIP/other-1", "9.9", "Cause", "16")
		p.end()
	})
	wantSteps(t, got, bothEnded...)
}

// A second leg that nobody answers says why: by the cause, for Asterisk says NOANSWER of one that was rejected, too.
func TestProgressOfAnUnansweredCustomer(t *testing.T) {
	for _, test := range []struct{ status, cause, want string }{
		{"BUSY", "17", "busy (user busy)"},
		{"NOANSWER", "0", "no answer"},
		{"NOANSWER", "21", "rejected (call rejected)"},
		{"NOANSWER", "1", "rejected (unallocated number)"},
		{"CANCEL", "26", "cancelled (answered elsewhere)"},
		{"CANCEL", "16", "cancelled (normal clearing)"},
		{"CONGESTION", "34", "congestion"},
		{"CHANUNAVAIL", "0", "rejected"},
		{"", "16", "cancelled (normal clearing)"},
	} {
		got := clicks(t, func(p pbx) {
			p.agent(bob)
			p.dial("DialBegin", bob, p.id, cem, "1.2")
			if test.status != "" {
				p.dial("DialEnd", bob, p.id, cem, "1.2", "DialStatus", test.status)
			}
			p.of("Hangup", cem, "1.2", "Cause", test.cause)
			p.of("Hangup", bob, p.id, "Cause", "16")
		})
		lines := strings.Split(got, "\n")
		want := "second leg ended PJSIP/cem-2: " + test.want
		if len(lines) < 5 || !strings.HasPrefix(lines[4], want) {
			t.Errorf("%s, cause %s: told\n%swant %s", test.status, test.cause, got, want)
		}
	}
}

// A first leg that nobody answers is told as the outcome is.
func TestProgressOfAnUnansweredAgent(t *testing.T) {
	got := clicks(t, func(p pbx) {
		p.of("Newchannel", bob, p.id, "ChannelState", "0")
		p.of("Newstate", bob, p.id, "ChannelState", "5")
		p.of("Hangup", bob, p.id, "Cause", "21")
		p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "Response", "Failure", "Reason", "0", "Uniqueid", p.id, "ActionID", p.actionID)
	})
	wantSteps(t, got, bobIsUp[0], bobIsUp[1], "first leg ended PJSIP/bob-1: rejected (call rejected)")
}

// Early media and ringing are told once each.
func TestProgressOfEarlyMedia(t *testing.T) {
	got := clicks(t, func(p pbx) {
		p.agent(bob)
		p.dial("DialBegin", bob, p.id, cem, "1.2")
		for _, status := range []string{"PROCEEDING", "PROGRESS", "RINGING", "PROGRESS", "RINGING"} {
			p.dial("DialState", bob, p.id, cem, "1.2", "DialStatus", status)
		}
		p.dial("DialEnd", bob, p.id, cem, "1.2", "DialStatus", "ANSWER")
		p.dial("DialState", bob, p.id, cem, "1.2", "DialStatus", "PROGRESS")
		p.end()
	})
	want := slices.Insert(slices.Clone(bothEnded), 4, "second leg early media PJSIP/cem-2")
	wantSteps(t, got, want...)
}

// When a Local channel is optimized away, the channel that takes its place goes on. Until then only the Local channel is told.
func TestProgressOfLocalChannels(t *testing.T) {
	const agentOne, agentTwo = "Local/agent@in-1;1", "Local/agent@in-1;2"
	const one, two = "Local/cem@out-2;1", "Local/cem@out-2;2"
	got := clicks(t, func(p pbx) {
		p.of("Newchannel", agentOne, p.id, "ChannelState", "0")
		p.of("Newchannel", agentTwo, p.id+";2", "ChannelState", "4")
		p.dial("DialBegin", agentTwo, p.id+";2", bob, "1.1")
		p.dial("DialEnd", agentTwo, p.id+";2", bob, "1.1", "DialStatus", "ANSWER")
		p.agent(agentOne)
		p.dial("DialBegin", agentOne, p.id, one, "1.3")
		p.dial("DialBegin", two, "1.4", cem, "1.2")
		p.dial("DialState", agentOne, p.id, one, "1.3", "DialStatus", "RINGING")
		p.dial("DialEnd", two, "1.4", cem, "1.2", "DialStatus", "ANSWER")
		p.dial("DialEnd", agentOne, p.id, one, "1.3", "DialStatus", "ANSWER")
		for _, local := range [][2]string{{one, "1.3"}, {two, "1.4"}, {agentOne, p.id}, {agentTwo, p.id + ";2"}} {
			p.of("Hangup", local[0], local[1], "Cause", "16") // optimized away
		}
		<-time.After(20 * time.Second)
		p.of("Hangup", cem, "1.2", "Cause", "16")
		p.of("Hangup", bob, "1.1", "Cause", "16")
	})
	wantSteps(t, got, "first leg dialing "+agentOne, "first leg ringing "+agentOne, "first leg answered "+agentOne,
		"second leg dialing "+one, "second leg ringing "+one, "second leg answered "+one,
		"second leg ended PJSIP/cem-2: answered (normal clearing)", "first leg ended PJSIP/bob-1: answered (normal clearing)")
}

// The customer's leg may outlive the agent's, as after a transfer. A phone that picks the call up is told, too.
func TestProgressAfterTheAgent(t *testing.T) {
	got := clicks(t, func(p pbx) {
		p.agent(bob)
		p.dial("DialEnd", bob, p.id, cem, "1.2", "DialStatus", "ANSWER") // picked up: no DialBegin
		p.of("Hangup", bob, p.id, "Cause", "16")
		listsChannels(p.Peer, p.id, [5]string{cem, "1.2", "6", "AppDial"})
		<-time.After(20 * time.Second)
		p.of("Hangup", cem, "1.2", "Cause", "16")
	})
	wantSteps(t, got, bobIsUp[0], bobIsUp[1], bobIsUp[2], "second leg dialing PJSIP/cem-2", "second leg answered PJSIP/cem-2",
		"first leg ended PJSIP/bob-1: answered (normal clearing)", "second leg ended PJSIP/cem-2: answered (normal clearing)")
}

// A channel whose end went by unseen is no ghost: it is looked for when the first one has ended.
func TestProgressLooksForGhosts(t *testing.T) {
	got := clicks(t, func(p pbx) {
		listsChannels(p.Peer, p.id)
		p.agent(bob)
		p.customer()
		p.of("Hangup", bob, p.id, "Cause", "16")
	})
	wantSteps(t, got, append(cemIsUp[:6:6], "first leg ended PJSIP/bob-1: answered (normal clearing)", "second leg ended PJSIP/cem-2: answered")...)
}

// A channel with a new name is the same.
func TestProgressOfARename(t *testing.T) {
	got := clicks(t, func(p pbx) {
		listsChannels(p.Peer, p.id, [5]string{"PJSIP/other-9", "1.2", "6"})
		p.agent(bob)
		p.customer()
		<-time.After(time.Second)
		p.Emit("Event", "Rename", "Privilege", "call,all", "Channel", cem, "Newname", "PJSIP/other-9", "Uniqueid", "1.2")
		p.Emit("Event", "Rename", "Privilege", "call,all", "Channel", bob, "Newname", "PJSIP/bob-9", "Uniqueid", p.id)
		p.of("Hangup", "PJSIP/other-9", "1.2", "Cause", "17")
		p.of("Hangup", "PJSIP/bob-9", p.id, "Cause", "16")
	})
	wantSteps(t, got, append(cemIsUp[:6:6], "second leg ended PJSIP/other-9: answered (user busy)", "first leg ended PJSIP/bob-9: answered (normal clearing)")...)
}

// Loops that begin later, or run at once, get all steps; one that is left does nothing to the others.
func TestProgressForManyLoops(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		x.agent(bob)
		cue(p)
		x.customer()
		cue(p)
		x.end()
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := call.Wait(t.Context()); !got.Answered() || err != nil {
			t.Fatal(got, err)
		}
		<-time.After(5 * time.Second)
		for p, err := range call.Progress(t.Context()) { // later than the outcome
			if err != nil || p.State == ami.ProgressAnswered {
				break
			}
		}
		mustDo(t, c, "Cue")
		var loops sync.WaitGroup
		var told [3]string
		for i := range told {
			// Ends with the call; the test waits for it.
			loops.Go(func() { told[i] = progressOf(t.Context(), call) })
		}
		synctest.Wait()
		mustDo(t, c, "Cue")
		loops.Wait()
		for _, told := range append(told[:], progressOf(t.Context(), call)) {
			wantSteps(t, told, bothEnded...)
		}
	})
}

// A loop that comes when nobody has listened for long begins with a gap, and how things are.
func TestProgressLate(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		x.agent(bob)
		cue(p)
		listsChannels(p, x.id, [5]string{bob, x.id, "6", "Dial"}, [5]string{cem, "1.2", "5", "AppDial"}, [5]string{"PJSIP/x-1", "1.7", "6", "Echo"},
			[5]string{"Local/x@y-1;2", "1.8", "6", "AppDial"})
		p.Serve()
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := call.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Minute)
		mustDo(t, c, "Cue")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantSteps(t, progressOf(ctx, call), "gap", bobIsUp[0], bobIsUp[2], "second leg dialing PJSIP/cem-2", "second leg ringing PJSIP/cem-2",
			"ami: progress of call "+call.ChannelID()+": context deadline exceeded")
	})
}

// A list that has the other half of a Local channel tells what is behind that.
func TestProgressLateOfALocalChannel(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		x.agent("Local/agent@in-1;1")
		cue(p)
		listsChannels(p, x.id, [5]string{"Local/agent@in-1;1", x.id, "6", "Dial", "b1"}, [5]string{"Local/agent@in-1;2", x.id + ";2", "6", "Dial", "b2"},
			[5]string{bob, "1.1", "6", "AppDial", "b2"}, [5]string{cem, "1.2", "6", "AppDial", "b1"})
		time.AfterFunc(20*time.Second, func() {
			listsChannels(p, x.id)
			x.of("Hangup", "Local/agent@in-1;1", x.id, "Cause", "16") // optimized away
			x.of("Hangup", cem, "1.2", "Cause", "16")
			x.of("Hangup", bob, "1.1", "Cause", "16")
		})
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := call.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-time.After(11 * time.Second)
		mustDo(t, c, "Cue")
		wantSteps(t, progressOf(t.Context(), call), "gap", "first leg dialing Local/agent@in-1;1", "first leg answered Local/agent@in-1;1",
			"second leg dialing PJSIP/cem-2", "second leg answered PJSIP/cem-2", bothEnded[6], bothEnded[7])
	})
}

// When the connection is lost, what the list of channels has is told, and what it has not has ended.
func TestProgressOverAGap(t *testing.T) {
	for subject, test := range map[string]struct {
		channels func(id string) [][5]string
		after    func(p pbx)
		want     []string
	}{
		"the customer has answered": {
			func(id string) [][5]string {
				return [][5]string{{bob, id, "6", "Dial", "b1"}, {cem, "1.2", "6", "AppDial", "b1"}}
			},
			func(p pbx) { p.end() },
			[]string{"gap", cemIsUp[5], bothEnded[6], bothEnded[7]}},
		"the customer has gone": {
			func(id string) [][5]string { return [][5]string{{bob, id, "6", "Wait", ""}} },
			func(p pbx) { p.of("Hangup", bob, p.id, "Cause", "16") },
			[]string{"gap", "second leg ended PJSIP/cem-2: unknown: it has ended while events were lost", bothEnded[7]}},
		"another one is dialled": {
			func(id string) [][5]string {
				return [][5]string{{bob, id, "6", "Dial", ""}, {"PJSIP/dan-3", "1.3", "5", "AppDial", ""}}
			},
			func(p pbx) {
				p.of("Hangup", "PJSIP/dan-3", "1.3", "Cause", "17")
				p.of("Hangup", bob, p.id, "Cause", "16")
			},
			[]string{"gap", "second leg ended PJSIP/cem-2: unknown: it has ended while events were lost", "second leg dialing PJSIP/dan-3", "second leg ringing PJSIP/dan-3",
				"second leg ended PJSIP/dan-3: busy (user busy)", bothEnded[7]}},
		"both have gone": {
			func(id string) [][5]string { return nil }, func(p pbx) {},
			[]string{"gap", "first leg ended PJSIP/bob-1: answered", "second leg ended PJSIP/cem-2: unknown: it has ended while events were lost"}},
	} {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var id string
				srv := serve(t, func(p *amitest.Peer) {
					if p.Number() == 1 {
						p.Login()
						x := begun(p)
						id = x.id
						x.agent(bob)
						x.dial("DialBegin", bob, id, cem, "1.2")
						x.dial("DialState", bob, id, cem, "1.2", "DialStatus", "RINGING")
						cue(p)
						p.Cut()
						return
					}
					listsChannels(p, id, test.channels(id)...)
					p.Login()
					time.AfterFunc(20*time.Second, func() { test.after(pbx{p, id, ""}) })
					p.Serve()
				})
				client := connectTo(t, srv, nil)
				call, err := ami.Originate(t.Context(), client, toBob)
				if err != nil {
					t.Fatal(err)
				}
				time.AfterFunc(time.Second, func() { mustDo(t, client, "Cue") })
				wantSteps(t, progressOf(t.Context(), call), append(cemIsUp[:5:5], test.want...)...)
			})
		})
	}
}

// Without the right to hear of calls nothing is known, and the loop says why. So it does when the session ends.
func TestProgressIsUnknown(t *testing.T) {
	got := clicks(t, func(p pbx) { listsChannels(p.Peer, p.id) })
	if !strings.Contains(got, "read=call") || strings.Count(got, "\n") != 1 {
		t.Errorf("told %q, want an error with read=call", got)
	}
	talk(t, func(p *amitest.Peer) {
		begun(p).agent(bob)
		cue(p)
		p.Cut()
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second, func() { mustDo(t, c, "Cue") })
		n := 0
		for p, e := range call.Progress(t.Context()) {
			if err = e; e == nil {
				n++
			} else if p != (ami.Progress{}) {
				t.Errorf("an error with %v", p)
			}
		}
		if n != 4 || err == nil || !strings.HasPrefix(err.Error(), "ami: progress of call "+call.ChannelID()) {
			t.Errorf("%d steps, %v, want 3, a gap, and the end of the session", n, err)
		}
	})
	talk(t, func(p *amitest.Peer) { queued(p) }, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		for _, e := range call.Progress(t.Context()) {
			err = e
		}
		if !errors.Is(err, ami.ErrClosed) {
			t.Errorf("Progress after Close = %v, want %v", err, ami.ErrClosed)
		}
	})
}

// More channels than are kept: the steps of those that live are there for a late loop, and what is missing is said.
func TestProgressOfManyChannels(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		x.agent(bob)
		for i := range 200 {
			name, id := fmt.Sprintf("PJSIP/cem-%d", i), fmt.Sprintf("1.%d", i)
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
		n, cues := 0, 0
		for p, err := range call.Progress(t.Context()) {
			if n++; err != nil || p.State == ami.ProgressGap {
				t.Fatal(p, err)
			}
			if p.State == ami.ProgressAnswered || p.State == ami.ProgressEnded && p.Leg == ami.LegSecond {
				cues++
				mustDo(t, c, "Cue")
			}
		}
		if n != 3+200*2+1 || cues != 201 {
			t.Errorf("%d steps, want %d", n, 404)
		}
		late := strings.Split(progressOf(t.Context(), call), "\n")
		if len(late) > 300 || late[0] != bobIsUp[0] && late[0] != "gap" || late[len(late)-2] != "first leg ended PJSIP/bob-1: answered (normal clearing)" {
			t.Errorf("%d steps for a late loop: %q ... %q", len(late), late[0], late[len(late)-2])
		}
	})
}

// Step in words.
func TestProgressString(t *testing.T) {
	for want, p := range map[string]ami.Progress{
		"gap":               {State: ami.ProgressGap},
		"first leg dialing": {Leg: ami.LegFirst, State: ami.ProgressDialing},
		`second leg ended PJSIP/x\n: busy (user busy)`: {Leg: ami.LegSecond, State: ami.ProgressEnded, Channel: "PJSIP/x\n", Result: ami.ResultBusy, Cause: asterisk.CauseUserBusy},
		"no leg ringing": {State: ami.ProgressRinging},
	} {
		if got := p.String(); got != want {
			t.Errorf("%#v is %q, want %q", p, got, want)
		}
	}
}
