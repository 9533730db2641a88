package ami_test

import (
	"math"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// guessable is an Originate whose ChannelID others can guess.
var guessable = action.Originate{Channel: "PJSIP/bob", Context: "out", Exten: "1", ChannelID: "order-17"}

// stranger emits an event of the channel of somebody who has written our
// Uniqueid into it.
func stranger(p *amitest.Peer, a amitest.Action, name string, fields ...string) {
	p.Emit(append([]string{"Event", name, "Privilege", "call,all", "Channel", "PJSIP/trunk-7", "Uniqueid", a.Get("ChannelId")}, fields...)...)
}

// pause lets time pass, while the connection lives.
func pause(p *amitest.Peer, d time.Duration) {
	select {
	case <-time.After(d):
	case <-p.Context().Done():
	}
}

// What others do with the Uniqueid of a call does not change what becomes of it.
func TestOutcomeIsOurOwn(t *testing.T) {
	answered := ami.Outcome{Result: ami.ResultAnswered, Reason: event.ReasonAnswer}
	ringing := func(p *amitest.Peer, a amitest.Action, d *directory) {
		d.set("PJSIP/bob-1", a.Get("ChannelId"), "5")
		channel(p, a, "Newchannel", "ChannelState", "0")
		channel(p, a, "Newstate", "ChannelState", "5")
	}
	later := func(p *amitest.Peer, a amitest.Action) {
		pause(p, 20*time.Second)
		result(p, a, "Success", "4")
	}
	for subject, test := range map[string]struct {
		events func(p *amitest.Peer, a amitest.Action, d *directory)
		want   ami.Outcome
		takes  time.Duration
	}{
		"another Originate with the same ID": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", "another", "Response", "Failure", "Reason", "0", "Uniqueid", a.Get("ChannelId"))
			later(p, a)
		}, answered, 20 * time.Second},
		"another Originate that is answered": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", "another", "Response", "Success", "Reason", "4", "Uniqueid", a.Get("ChannelId"))
			pause(p, 20*time.Second)
			result(p, a, "Failure", "3")
		}, ami.Outcome{Result: ami.ResultNoAnswer, Reason: event.ReasonRinging}, 20 * time.Second},
		"picked up": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			d.remove("PJSIP/bob-1")
			channel(p, a, "Hangup", "Cause", "26")
			pause(p, time.Second)
			p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", a.ID(), "Response", "Success", "Channel", "PJSIP/carol-2", "Reason", "4", "Uniqueid", "1.2")
		}, answered, time.Second},
		"a stranger's Hangup": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			stranger(p, a, "Hangup", "Cause", "17")
			later(p, a)
		}, answered, 20 * time.Second},
		"a stranger's Hangup before any event": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			d.set("PJSIP/trunk-7", "1.7", "6")
			stranger(p, a, "Hangup", "Cause", "17")
			ringing(p, a, d)
			later(p, a)
		}, answered, 20 * time.Second},
		"a Hangup of a stranger who has gone, before any event": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			d.set("PJSIP/bob-1", a.Get("ChannelId"), "5")
			stranger(p, a, "Hangup", "Cause", "17")
			ringing(p, a, d)
			later(p, a)
		}, answered, 20 * time.Second},
		"many strangers": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			d.set("PJSIP/trunk-7", "1.7", "6")
			for i := range 60 { // fewer than the tracker's queue holds
				name := "PJSIP/trunk-" + strconv.Itoa(i)
				d.set(name, "1."+strconv.Itoa(i), "6")
				p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", name, "Uniqueid", a.Get("ChannelId"), "Cause", "17")
			}
			pause(p, 2*time.Second)
			ringing(p, a, d)
			d.remove("PJSIP/bob-1")
			channel(p, a, "Hangup", "Cause", "21")
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseCallRejected}, 2 * time.Second},
		"a whole false Hangup": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			channel(p, a, "Hangup", "Cause", "17")
			later(p, a)
		}, answered, 20 * time.Second},
		"many Hangups with our name": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			pause(p, time.Millisecond) // until the name is known
			for range 60 {
				p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/bob-1", "Uniqueid", "1.2", "Cause", "17")
			}
			later(p, a)
		}, answered, 20 * time.Second},
		"many whole false Hangups": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			for range 60 {
				channel(p, a, "Hangup", "Cause", "17")
			}
			later(p, a)
		}, answered, 20 * time.Second},
		"many false requests, and a Hangup": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			for range 60 {
				channel(p, a, "HangupRequest")
			}
			pause(p, 2*time.Second)
			d.remove("PJSIP/bob-1")
			channel(p, a, "Hangup", "Cause", "21")
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseCallRejected}, 2 * time.Second},
		"a false Hangup without a Uniqueid": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/bob-1", "Cause", "17")
			later(p, a)
		}, answered, 20 * time.Second},
		"false hangups and states": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			channel(p, a, "HangupRequest")
			channel(p, a, "Newstate", "ChannelState", "6")
			stranger(p, a, "HangupRequest")
			stranger(p, a, "Newstate", "ChannelState", "6")
			pause(p, time.Second)
			d.remove("PJSIP/bob-1")
			p.Emit("Event", "DialBegin", "Privilege", "call,all", "DestChannel", "PJSIP/bob-1", "DestUniqueid", a.Get("ChannelId"))
			channel(p, a, "Hangup", "Cause", "0")
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultCancelled}, time.Second},
		"our Hangup with another Uniqueid": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			result(p, a, "Failure", "0")
			d.remove("PJSIP/bob-1")
			pause(p, 100*time.Millisecond)
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/bob-1", "Uniqueid", "1.2", "Cause", "21")
		}, ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseCallRejected}, 100 * time.Millisecond},
		"renamed": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			ringing(p, a, d)
			d.set("PJSIP/bob-2", a.Get("ChannelId"), "5")
			d.remove("PJSIP/bob-1")
			channel(p, a, "Rename", "Newname", "PJSIP/bob-2")
			pause(p, 100*time.Millisecond)
			d.remove("PJSIP/bob-2")
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/bob-2", "Uniqueid", a.Get("ChannelId"), "Cause", "21")
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseCallRejected}, 100 * time.Millisecond},
		"nobody knows the channels any more": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			stranger(p, a, "Hangup", "Cause", "17")
			channel(p, a, "Newchannel", "ChannelState", "0")
			channel(p, a, "Hangup", "Cause", "21")
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultUnknown, Why: "contradict"}, 0},
		"rejected before it could be asked about": {func(p *amitest.Peer, a amitest.Action, d *directory) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			channel(p, a, "Hangup", "Cause", "21")
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseCallRejected}, 0},
	} {
		t.Run(subject, func(t *testing.T) {
			var d directory
			talk(t, func(p *amitest.Peer) {
				d.handle(p)
				a := queued(p)
				time.AfterFunc(0, func() { test.events(p, a, &d) }) // while the script answers questions
			}, func(t *testing.T, c *ami.Conn) {
				call, err := ami.Originate(t.Context(), c, guessable)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				got, err := call.Wait(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took < test.takes || took > test.takes+time.Second {
					t.Errorf("the outcome took %v, want %v", took, test.takes)
				}
				wantOutcome(t, got, test.want)
			})
			if d.asked > 40 {
				t.Errorf("%d questions were asked", d.asked)
			}
		})
	}
}

// A response that overtakes Newchannel has the name of the channel.
func TestOutcomeHasTheChannel(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := queued(p)
		p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", a.ID(), "Response", "Success",
			"Channel", "PJSIP/bob-1", "Reason", "4", "Uniqueid", a.Get("ChannelId"))
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := call.Wait(t.Context()); got.Channel != "PJSIP/bob-1" || err != nil {
			t.Errorf("Wait = %+v, %v, want the channel PJSIP/bob-1", got, err)
		}
	})
}

// A ChannelID that is in use already is rejected, in words, and its Hangup
// leaves the other channel alone.
func TestChannelIDInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		conn := scripted(t, func(p *amitest.Peer) {
			d.handle(p)
			p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) {
				t.Errorf("a Hangup of %s was sent", a.Get("Channel"))
				p.Success(a)
			})
			d.set("PJSIP/bob-1", guessable.ChannelID, "5")
			a := queued(p)
			channel(p, a, "Newstate", "ChannelState", "5") // of the other call
			result(p, a, "Failure", "0")
		})
		call, err := ami.Originate(t.Context(), conn, guessable)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		got, err := call.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultRejected, Why: "another channel has the ChannelID order-17"})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("the outcome took %v, want seconds", took)
		}
		if err := call.Hangup(t.Context()); err != nil || got.Channel != "" {
			t.Errorf("Hangup = %v, channel %q, want neither", err, got.Channel)
		}
	})
}

// While Asterisk has not answered to the action, which response is ours is not
// known: one counts that agrees with the state of the channel.
func TestResponseWithoutAnActionID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		srv := serve(t, func(p *amitest.Peer) {
			p.Login()
			d.handle(p)
			if p.Number() == 1 {
				p.Expect("Originate")
				d.set("PJSIP/bob-1", guessable.ChannelID, "5")
				p.Cut()
				return
			}
			other := func(response, reason string) {
				p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", "another", "Response", response,
					"Reason", reason, "Uniqueid", guessable.ChannelID)
			}
			time.AfterFunc(5*time.Second, func() { other("Failure", "0"); other("Success", "4") })
			time.AfterFunc(20*time.Second, func() {
				d.remove("PJSIP/bob-1")
				other("Failure", "5")
			})
			p.Serve()
		})
		start := time.Now()
		call, err := ami.Originate(t.Context(), connectTo(t, srv, nil), guessable)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultBusy, Reason: event.ReasonBusy})
		if took := time.Since(start); took < 20*time.Second {
			t.Errorf("the outcome took %v, want 20 s", took)
		}
	})
}

// A call without the right to ask about channels has its outcome all the same,
// and no stranger changes it.
func TestOutcomeWithoutQuestions(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		for _, name := range []string{"Getvar", "Status"} {
			p.Handle(name, func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
		}
		a := queued(p)
		channel(p, a, "Newchannel", "ChannelState", "0")
		stranger(p, a, "Hangup", "Cause", "17")
		channel(p, a, "Hangup", "Cause", "17")
		time.AfterFunc(20*time.Second, func() { result(p, a, "Success", "4") })
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, guessable)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultAnswered, Reason: event.ReasonAnswer})
	})
}

// The longest Timeout is long, and not over before it has begun.
func TestLongestTimeout(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := queued(p)
		if got := a.Get("Timeout"); got != "2147483647" {
			p.Fatalf("sent Timeout: %s, want what an int holds", got)
		}
		channel(p, a, "Newchannel", "ChannelState", "0")
		time.AfterFunc(time.Hour, func() { result(p, a, "Success", "4") })
	}, func(t *testing.T, c *ami.Conn) {
		long := toBob
		long.Timeout = math.MaxInt64
		call, err := ami.Originate(t.Context(), c, long)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := call.Wait(t.Context()); !got.Answered() || err != nil {
			t.Errorf("Wait = %v, %v, want answered", got, err)
		}
		long.Timeout = -time.Second
		_, err = ami.Originate(t.Context(), c, long)
		wantError(t, "Originate", err, ami.ErrInvalid, "Timeout")
	})
}
