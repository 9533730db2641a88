package ami_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// A stranger who writes into the events of a call of his own changes nothing: names and Uniqueids belong together.
func TestProgressIsOurOwn(t *testing.T) {
	got := clicks(t, func(p pbx) {
		listsChannels(p.Peer, p.id, [5]string{bob, p.id, "6"}, [5]string{cem, "1.2", "6"})
		p.agent(bob)
		p.customer()
		stranger := func(name string, fields ...string) {
			p.Emit(append([]string{"Event", name, "Privilege", "call,all"}, fields...)...)
		}
		<-time.After(time.Second)
		stranger("Hangup", "Channel", "PJSIP/trunk-7", "Uniqueid", "1.2", "Linkedid", "1.7", "Cause", "17") // his channel, our Uniqueid
		stranger("Hangup", "Channel", cem, "Uniqueid", "1.7", "Linkedid", "1.7", "Cause", "17")
		stranger("Hangup", "Channel", cem, "Uniqueid", "1.2", "Linkedid", "1.2", "Cause", "17") // a whole event: Asterisk is asked
		stranger("Rename", "Channel", cem, "Newname", "PJSIP/trunk-7", "Uniqueid", "1.2")
		stranger("DialBegin", "Channel", "PJSIP/trunk-7", "Uniqueid", "1.2", "Linkedid", "1.7", "DestChannel", "PJSIP/x-1", "DestUniqueid", "1.8", "DestLinkedid", "1.7")
		stranger("DialEnd", "Channel", "PJSIP/trunk-7", "Uniqueid", "1.7", "DestChannel", "PJSIP/trunk-8", "DestUniqueid", "1.2", "DestLinkedid", "1.7", "DialStatus", "BUSY")
		time.AfterFunc(5*time.Second, func() {
			listsChannels(p.Peer, p.id)
			p.end()
		})
	})
	wantSteps(t, got, bothEnded...)
}

// Of a call with a ChannelID that others know, Asterisk is asked before an answer or an end is told.
func TestProgressOfAGuessableID(t *testing.T) {
	var told string
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		listsChannels(p, x.id, [5]string{bob, x.id, "5"})
		x.of("Newchannel", "PJSIP/trunk-7", x.id, "ChannelState", "6") // a stranger's
		x.of("Newchannel", bob, x.id, "ChannelState", "0")
		x.of("Newstate", bob, x.id, "ChannelState", "6") // a stranger's, too: it only rings
		x.of("Newstate", bob, x.id, "ChannelState", "5")
		time.AfterFunc(time.Second, func() {
			listsChannels(p, x.id, [5]string{bob, x.id, "6"}, [5]string{cem, "1.2", "5"})
			x.agent(bob)
			x.dial("DialBegin", bob, x.id, cem, "1.2")
			x.dial("DialState", bob, x.id, cem, "1.2", "DialStatus", "RINGING")
			x.dial("DialEnd", bob, x.id, cem, "1.2", "DialStatus", "ANSWER") // a stranger's
			x.of("Hangup", bob, x.id, "Cause", "17")                         // a stranger's
		})
		time.AfterFunc(5*time.Second, func() {
			listsChannels(p, x.id, [5]string{bob, x.id, "6"}, [5]string{cem, "1.2", "6"})
			x.dial("DialEnd", bob, x.id, cem, "1.2", "DialStatus", "ANSWER")
		})
		time.AfterFunc(10*time.Second, func() {
			listsChannels(p, x.id)
			x.end()
		})
	}, func(t *testing.T, c *ami.Conn) {
		a := toBob
		a.ChannelID = "order-17"
		call, err := ami.Originate(t.Context(), c, a)
		if err != nil {
			t.Fatal(err)
		}
		told = progressOf(t.Context(), call)
	})
	wantSteps(t, told, bothEnded...)
}

// More ends than Asterisk is asked for at a time are told with their causes, if a moment later.
func TestProgressOfManyEndsOfAGuessableID(t *testing.T) {
	const agents = 40
	var told string
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		listsChannels(p, x.id, [5]string{bob, x.id, "6"})
		x.agent(bob)
		for i := range agents {
			name, id := fmt.Sprintf("PJSIP/cem-%d", i), fmt.Sprintf("1.%d", i)
			x.dial("DialBegin", bob, x.id, name, id)
			x.dial("DialEnd", bob, x.id, name, id, "DialStatus", "BUSY")
			x.of("Hangup", name, id, "Cause", "17")
		}
		time.AfterFunc(time.Minute, func() {
			listsChannels(p, x.id)
			x.of("Hangup", bob, x.id, "Cause", "16")
		})
	}, func(t *testing.T, c *ami.Conn) {
		a := toBob
		a.ChannelID = "order-17"
		call, err := ami.Originate(t.Context(), c, a)
		if err != nil {
			t.Fatal(err)
		}
		told = progressOf(t.Context(), call)
	})
	if n := strings.Count(told, ": busy (user busy)\n"); n != agents || !strings.HasSuffix(told, bothEnded[7]+"\n") {
		t.Errorf("%d of %d ended busy:\n%s", n, agents, told)
	}
}

// The progress of a call whose ChannelID another channel has ends with its refusal, and not with that channel.
func TestProgressOfASharedID(t *testing.T) {
	var told string
	talk(t, func(p *amitest.Peer) {
		x := begun(p)
		listsChannels(p, x.id, [5]string{"PJSIP/other-1", x.id, "6"}, [5]string{cem, "1.2", "5"})
		x.of("Newstate", "PJSIP/other-1", x.id, "ChannelState", "6")
		x.dial("DialBegin", "PJSIP/other-1", x.id, cem, "1.2")
		x.Emit("Event", "OriginateResponse", "Privilege", "call,all", "Response", "Failure", "Reason", "0", "Uniqueid", x.id, "ActionID", x.actionID)
	}, func(t *testing.T, c *ami.Conn) {
		a := toBob
		a.ChannelID = "order-17"
		call, err := ami.Originate(t.Context(), c, a)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		told = progressOf(ctx, call)
	})
	if !strings.HasSuffix(told, "\nfirst leg ended: rejected: another channel has the ChannelID order-17\n") {
		t.Errorf("told\n%s", told)
	}
}

// A call with such an ID that has ended before the loop begins has not gone for good: no loop waits for its end.
func TestProgressOfAGuessableIDLater(t *testing.T) {
	for subject, events := range map[string]func(x pbx){
		"with its events": func(x pbx) { x.agent(bob) },
		"without": func(x pbx) {
			x.Emit("Event", "OriginateResponse", "Privilege", "call,all", "Response", "Success", "Reason", "4", "Uniqueid", x.id, "Channel", bob, "ActionID", x.actionID)
		},
	} {
		var told string
		talk(t, func(p *amitest.Peer) {
			x := begun(p)
			listsChannels(p, x.id, [5]string{bob, x.id, "6"})
			events(x)
			<-time.After(time.Second)
			listsChannels(p, x.id)
			x.of("Hangup", bob, x.id, "Cause", "16")
		}, func(t *testing.T, c *ami.Conn) {
			a := toBob
			a.ChannelID = "order-17"
			call, err := ami.Originate(t.Context(), c, a)
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(5 * time.Second)
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			told = progressOf(ctx, call)
		})
		if !strings.HasSuffix(told, bobIsUp[2]+"\n"+bothEnded[7]+"\n") && !strings.HasSuffix(told, bobIsUp[2]+"\nfirst leg ended PJSIP/bob-1: answered\n") {
			t.Errorf("%s: told\n%s", subject, told)
		}
	}
}

// FindOrigination tells what Asterisk knows of a call of before a restart of the program.
func TestFindOrigination(t *testing.T) {
	for subject, test := range map[string]struct {
		state string // of the channel; empty for none
		after func(x pbx)
		want  ami.Outcome
		told  []string
	}{
		"answered": {"6", nil, ami.Outcome{Result: ami.ResultAnswered}, []string{"gap", bobIsUp[0], bobIsUp[2], bothEnded[7]}},
		"rings, then answered": {"5", func(x pbx) {
			listsChannels(x.Peer, x.id, [5]string{bob, x.id, "6"})
			x.of("Newstate", bob, x.id, "ChannelState", "6")
			x.Emit("Event", "OriginateResponse", "Privilege", "call,all", "Response", "Success", "Reason", "4", "Uniqueid", x.id, "ActionID", "of-before")
		}, ami.Outcome{Result: ami.ResultAnswered, Reason: 4}, append(append([]string{"gap"}, bobIsUp...), bothEnded[7])},
		"rings, then busy": {"5", func(x pbx) {
			listsChannels(x.Peer, x.id)
			x.of("Hangup", bob, x.id, "Cause", "17")
			x.Emit("Event", "OriginateResponse", "Privilege", "call,all", "Response", "Failure", "Reason", "5", "Uniqueid", x.id, "ActionID", "of-before")
		}, ami.Outcome{Result: ami.ResultBusy, Reason: 5, Cause: 17}, []string{"gap", bobIsUp[0], bobIsUp[1], "first leg ended PJSIP/bob-1: busy (user busy)"}},
		"gone": {"", nil, ami.Outcome{Result: ami.ResultUnknown, Why: "no channel has the ChannelID order-17"},
			[]string{"ami: progress of call order-17: no channel has the ChannelID order-17: the call has ended, or never began"}},
	} {
		t.Run(subject, func(t *testing.T) {
			talk(t, func(p *amitest.Peer) {
				x := pbx{p, "order-17", ""}
				if listsChannels(p, x.id); test.state != "" {
					listsChannels(p, x.id, [5]string{bob, x.id, test.state})
				}
				p.Handle("Cue", func(p *amitest.Peer, a amitest.Action) { p.Success(a) })
				p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) {
					if a.Get("Channel") != x.id || test.state == "" {
						p.Error(a, "No such channel")
						return
					}
					p.Success(a)
					listsChannels(p, x.id)
					x.of("Hangup", bob, x.id, "Cause", "16")
				})
				if test.after != nil {
					time.AfterFunc(time.Hour, func() { test.after(x) }) // no limit of ours ends the waiting
				}
			}, func(t *testing.T, c *ami.Conn) {
				call, err := ami.FindOrigination(t.Context(), c, "order-17")
				if err != nil || call.ChannelID() != "order-17" {
					t.Fatalf("FindOrigination = %v, %v", call, err)
				}
				told := make(chan string, 1)
				go func() { told <- progressOf(t.Context(), call) }()
				got, err := call.Wait(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				wantOutcome(t, got, test.want)
				time.AfterFunc(10*time.Second, func() {
					err := call.Hangup(t.Context())
					if test.state == "" {
						wantError(t, "Hangup", err, ami.ErrNoSuchChannel)
					} else if err != nil {
						t.Error(err)
					}
				})
				wantSteps(t, <-told, test.told...)
				<-time.After(20 * time.Second)
			})
		})
	}
}

// What Asterisk does not say is an error.
func TestFindOriginationFails(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Error(p.Expect("Status"), "Permission denied")
		p.Cut()
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.FindOrigination(t.Context(), c, "order-17")
		if wantError(t, "FindOrigination", err, ami.ErrPermissionDenied, "order-17"); call != nil {
			t.Errorf("there is %v with an error", call)
		}
		_, err = ami.FindOrigination(t.Context(), c, "order-17")
		if err == nil || !strings.HasPrefix(err.Error(), "ami: find call order-17: ") {
			t.Errorf("FindOrigination without a connection = %v", err)
		}
		_, err = ami.FindOrigination(t.Context(), c, "")
		wantError(t, "FindOrigination of nothing", err, ami.ErrInvalid)
	})
}
