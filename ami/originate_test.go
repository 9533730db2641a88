package ami_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

var toBob = action.Originate{Channel: "PJSIP/bob", Context: "out", Exten: "1"}

// channel emits an event of the call that a began.
func channel(p *amitest.Peer, a amitest.Action, name string, fields ...string) {
	p.Emit(append([]string{"Event", name, "Privilege", "call,all", "Channel", "PJSIP/bob-1", "Uniqueid", a.Get("ChannelId")}, fields...)...)
}

// result emits the OriginateResponse.
func result(p *amitest.Peer, a amitest.Action, response, reason string) {
	p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", a.ID(), "Response", response,
		"Reason", reason, "Uniqueid", a.Get("ChannelId"))
}

func queued(p *amitest.Peer) amitest.Action {
	a := p.Expect("Originate")
	p.Success(a, "Message", "Originate successfully queued")
	return a
}

// The outcomes, each from the events that Asterisk sends.
func TestOriginateOutcomes(t *testing.T) {
	for subject, test := range map[string]struct {
		events func(p *amitest.Peer, a amitest.Action)
		want   ami.Outcome // without its Channel
		takes  time.Duration
	}{
		"answered": {func(p *amitest.Peer, a amitest.Action) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			channel(p, a, "Newstate", "ChannelState", "6")
			result(p, a, "Success", "4")
		}, ami.Outcome{Result: ami.ResultAnswered, Reason: event.ReasonAnswer}, 0},
		"OriginateResponse before Newchannel": {func(p *amitest.Peer, a amitest.Action) {
			result(p, a, "Success", "4")
			channel(p, a, "Newchannel", "ChannelState", "0")
		}, ami.Outcome{Result: ami.ResultAnswered, Reason: event.ReasonAnswer}, 0},
		"busy": {func(p *amitest.Peer, a amitest.Action) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			result(p, a, "Failure", "5")
			channel(p, a, "Hangup", "Cause", "17")
		}, ami.Outcome{Result: ami.ResultBusy, Reason: event.ReasonBusy}, 0},
		"Hangup before OriginateResponse": {func(p *amitest.Peer, a amitest.Action) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			channel(p, a, "Hangup", "Cause", "17")
			result(p, a, "Failure", "5")
		}, ami.Outcome{Result: ami.ResultBusy, Reason: event.ReasonBusy, Cause: asterisk.CauseUserBusy}, 0},
		"no answer": {func(p *amitest.Peer, a amitest.Action) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			channel(p, a, "Newstate", "ChannelState", "5")
			<-time.After(30 * time.Second)
			result(p, a, "Failure", "3")
		}, ami.Outcome{Result: ami.ResultNoAnswer, Reason: event.ReasonRinging}, 30 * time.Second},
		"congestion": {func(p *amitest.Peer, a amitest.Action) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			result(p, a, "Failure", "8")
		}, ami.Outcome{Result: ami.ResultCongestion, Reason: event.ReasonCongestion}, 0},
		"rejected by its cause": {func(p *amitest.Peer, a amitest.Action) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			result(p, a, "Failure", "0")
			<-time.After(100 * time.Millisecond)
			channel(p, a, "Hangup", "Cause", "21")
		}, ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseCallRejected}, 100 * time.Millisecond},
		"rejected without a channel": {func(p *amitest.Peer, a amitest.Action) {
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultRejected, Why: "no such device"}, 500 * time.Millisecond},
		"rejected without a channel, among other calls": {func(p *amitest.Peer, a amitest.Action) {
			result(p, a, "Failure", "0")
			for range 40 {
				<-time.After(100 * time.Millisecond)
				p.Emit("Event", "Newchannel", "Privilege", "call,all", "Uniqueid", "go-other")
			}
		}, ami.Outcome{Result: ami.ResultRejected, Why: "no such device"}, 2 * time.Second},
		"its events come late, among those of other calls": {func(p *amitest.Peer, a amitest.Action) {
			result(p, a, "Failure", "0")
			for range 4 {
				<-time.After(400 * time.Millisecond)
				p.Emit("Event", "Hangup", "Privilege", "call,all", "Uniqueid", "go-other", "Cause", "16")
			}
			channel(p, a, "Newchannel", "ChannelState", "0")
			channel(p, a, "Hangup", "Cause", "21")
		}, ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseCallRejected}, 1600 * time.Millisecond},
		"cancelled by another": {func(p *amitest.Peer, a amitest.Action) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			p.Emit("Event", "DialBegin", "Privilege", "call,all", "DestChannel", "PJSIP/bob-1", "DestUniqueid", a.Get("ChannelId"))
			channel(p, a, "Hangup", "Cause", "0")
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultCancelled}, 0},
		"the far end hangs up": {func(p *amitest.Peer, a amitest.Action) {
			channel(p, a, "Newchannel", "ChannelState", "0")
			channel(p, a, "HangupRequest")
			channel(p, a, "Hangup", "Cause", "16")
			result(p, a, "Failure", "0")
		}, ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseNormalClearing, Why: "hung up"}, 0},
		"events of other calls": {func(p *amitest.Peer, a amitest.Action) {
			p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "Response", "Failure", "Reason", "5", "Uniqueid", "go-other")
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Uniqueid", "<null>", "Cause", "17")
			channel(p, a, "Newchannel")
			result(p, a, "Success", "4")
		}, ami.Outcome{Result: ami.ResultAnswered, Reason: event.ReasonAnswer}, 0},
		"events without a name": {func(p *amitest.Peer, a amitest.Action) {
			for range 3 {
				p.Emit("Event", "Newstate", "Privilege", "call,all", "Uniqueid", a.Get("ChannelId"))
			}
			result(p, a, "Success", "4")
		}, ami.Outcome{Result: ami.ResultAnswered, Reason: event.ReasonAnswer}, 0},
	} {
		t.Run(subject, func(t *testing.T) {
			talk(t, func(p *amitest.Peer) { test.events(p, queued(p)) }, func(t *testing.T, c *ami.Conn) {
				call, err := ami.Originate(t.Context(), c, toBob)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				got, err := call.Wait(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took != test.takes {
					t.Errorf("the outcome took %v, want %v", took, test.takes)
				}
				wantOutcome(t, got, test.want)
			})
		})
	}
}

// A far end that hangs up because we did has not rejected the call.
func TestHangupRequestAfterOurs(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := queued(p)
		channel(p, a, "Newchannel", "ChannelState", "0")
		p.Success(p.Expect("Hangup"), "Message", "Channel Hungup")
		channel(p, a, "HangupRequest")
		channel(p, a, "Hangup", "Cause", "0")
		result(p, a, "Failure", "0")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		if err := call.Hangup(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := call.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultCancelled})
	})
}

// wantOutcome compares all but the Channel, and of Why only a part.
func wantOutcome(t *testing.T, got, want ami.Outcome) {
	t.Helper()
	if !strings.Contains(got.Why, want.Why) || (want.Why == "") != (got.Why == "") {
		t.Errorf("Why = %q, want %q", got.Why, want.Why)
	}
	want.Channel, want.Why = got.Channel, got.Why
	if got != want {
		t.Errorf("outcome %+v, want %+v", got, want)
	}
	if text := got.String(); !strings.HasPrefix(text, string(got.Result)) || got.Answered() != (got.Result == ami.ResultAnswered) {
		t.Errorf("outcome %+v prints as %s", got, text)
	}
}

// What is sent: always async, with a ChannelId of our own.
func TestOriginateSends(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := queued(p)
		if a.Get("Async") != "true" || !strings.HasPrefix(a.Get("ChannelId"), "go-") || len(a.Get("ChannelId")) > 64 {
			p.Fatalf("sent Async: %s, ChannelId: %s", a.Get("Async"), a.Get("ChannelId"))
		}
		result(p, a, "Success", "4")
		b := queued(p)
		if b.Get("ChannelId") != "mine" {
			p.Fatalf("sent ChannelId: %s, want mine", b.Get("ChannelId"))
		}
		result(p, b, "Success", "4")
	}, func(t *testing.T, c *ami.Conn) {
		first, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		mine := toBob
		mine.ChannelID = "mine"
		second, err := ami.Originate(t.Context(), c, mine)
		if err != nil || second.ChannelID() != "mine" || first.ChannelID() == "mine" {
			t.Errorf("ids %q and %q, %v", first.ChannelID(), second.ChannelID(), err)
		}
		<-first.Done()
		<-second.Done()
	})
}

// An error means that there is no call.
func TestOriginateFails(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Error(p.Expect("Originate"), "Permission denied")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		wantError(t, "Originate", err, ami.ErrPermissionDenied, "write=originate")
		bad := toBob
		bad.PreDialGoSub = "x"
		_, err = ami.Originate(t.Context(), c, bad)
		wantError(t, "Originate", err, ami.ErrInvalid, "PreDialGoSub", "Async")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = ami.Originate(ctx, c, toBob)
		wantError(t, "Originate", err, ami.ErrNotSent)
		if call != nil {
			t.Error("there is a Call with an error")
		}
	})
}

// The user lacks read=call: said within seconds, and not when the server is
// only slow.
func TestNoEventsOfCalls(t *testing.T) {
	for subject, test := range map[string]struct {
		script amitest.Script // behind the answer
		want   ami.Result
	}{
		"no read=call": {func(p *amitest.Peer) {}, ami.ResultUnknown},
		"no rights at all": {func(p *amitest.Peer) {
			p.Handle("Status", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
		}, ami.ResultUnknown},
		"channel is there": {func(p *amitest.Peer) {
			p.Handle("Status", func(p *amitest.Peer, a amitest.Action) {
				p.List(a, "StatusComplete", []string{"Event", "Status", "Privilege", "Call", "Channel", "PJSIP/bob-1",
					"ChannelState", "6", "Uniqueid", originated(p).Get("ChannelId")})
			})
		}, ami.ResultUnknown},
		"a slow server with events of others": {func(p *amitest.Peer) {
			a := originated(p)
			time.AfterFunc(2500*time.Millisecond, func() { p.Emit("Event", "Newexten", "Privilege", "dialplan,all") })
			time.AfterFunc(2600*time.Millisecond, func() { p.Emit("Event", "Newchannel", "Privilege", "call,all", "Uniqueid", "1.1") })
			time.AfterFunc(8*time.Second, func() { result(p, a, "Success", "4") })
		}, ami.ResultAnswered},
		"a server that is slow to the last moment": {func(p *amitest.Peer) {
			a := originated(p)
			time.AfterFunc(2900*time.Millisecond, func() { channel(p, a, "Newchannel", "ChannelState", "0") })
			time.AfterFunc(8*time.Second, func() { result(p, a, "Success", "4") })
		}, ami.ResultAnswered},
	} {
		t.Run(subject, func(t *testing.T) {
			talk(t, func(p *amitest.Peer) {
				p.Handle("Status", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No such channel") })
				queued(p)
				test.script(p)
			}, func(t *testing.T, c *ami.Conn) {
				call, err := ami.Originate(t.Context(), c, toBob)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				got, _ := call.Wait(t.Context())
				if got.Result != test.want {
					t.Errorf("outcome %v, want %s", got, test.want)
				}
				if test.want != ami.ResultUnknown {
					return
				}
				if took := time.Since(start); took < 2*time.Second || took > 4*time.Second {
					t.Errorf("the outcome took %v, want 2 to 4 s", took)
				}
				if !strings.Contains(got.Why, "read=call") {
					t.Errorf("Why = %q, want it to name read=call", got.Why)
				}
			})
		})
	}
}

// originated is the Originate that the client has sent.
func originated(p *amitest.Peer) amitest.Action {
	for _, a := range p.Received() {
		if a.Name() == "Originate" {
			return a
		}
	}
	return amitest.Action{}
}

// A Hangup that was refused is none: the outcome is that of the events.
func TestHangupRefused(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := queued(p)
		channel(p, a, "Newchannel", "ChannelState", "0")
		p.Error(p.Expect("Hangup"), "Permission denied")
		channel(p, a, "HangupRequest")
		channel(p, a, "Hangup", "Cause", "16")
		result(p, a, "Failure", "0")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, "Hangup", call.Hangup(t.Context()), ami.ErrPermissionDenied)
		if got, err := call.Wait(t.Context()); got.Result != ami.ResultRejected || err != nil {
			t.Errorf("outcome %v, %v, want rejected", got, err)
		}
	})
}

// The end of Wait's ctx only ends the waiting; Wait can be called again.
func TestWaitIsOnlyWaiting(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := queued(p)
		channel(p, a, "Newchannel", "ChannelState", "0")
		<-time.After(20 * time.Second)
		result(p, a, "Success", "4")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		got, err := call.Wait(ctx)
		wantError(t, "Wait", err, context.DeadlineExceeded, call.ChannelID())
		if got.Result != ami.ResultUnknown {
			t.Errorf("outcome %v with an error, want unknown", got)
		}
		if got, err = call.Wait(t.Context()); err != nil || !got.Answered() {
			t.Errorf("Wait = %v, %v, want answered", got, err)
		}
		if got, err = call.Wait(ctx); err != nil || !got.Answered() {
			t.Errorf("Wait of a call with an outcome = %v, %v, want answered whatever ctx", got, err)
		}
	})
}

// Nobody waits, nothing leaks: the call is over when the time for an answer is.
func TestNobodyWaits(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := queued(p)
		channel(p, a, "Newchannel", "ChannelState", "0")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		<-call.Done()
		if took := time.Since(start); took < 40*time.Second || took > 45*time.Second {
			t.Errorf("the outcome came after %v, want about 40 s", took)
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultUnknown, Why: "no OriginateResponse"})
	})
}

// The end of the session gives a call its outcome.
func TestSessionEndsWithACall(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := queued(p)
		channel(p, a, "Newchannel", "ChannelState", "0")
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		_ = c.Close()
		select {
		case <-call.Done():
		default:
			t.Error("the call has no outcome when Close returns")
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultUnknown, Why: "the session ended"})
		if _, err := ami.Originate(t.Context(), c, toBob); !errors.Is(err, ami.ErrNotSent) {
			t.Errorf("Originate on a closed session = %v", err)
		}
	})
}
