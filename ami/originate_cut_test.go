package ami_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// second is the script of the connection behind a cut; the channel of the call
// has the given state, or is not there for an empty one.
func second(state string, id func() string, after amitest.Script) amitest.Script {
	return func(p *amitest.Peer) {
		p.Handle("Status", func(p *amitest.Peer, a amitest.Action) {
			if state == "" || a.Get("Channel") != id() {
				p.Error(a, "No such channel")
				return
			}
			p.List(a, "StatusComplete",
				[]string{"Event", "Status", "Privilege", "Call", "Channel", "PJSIP/bob-1", "ChannelState", state, "Uniqueid", id()})
		})
		p.Login()
		if after != nil {
			after(p)
		}
		p.Serve()
	}
}

// A connection cut between the action and its response gives the truth,
// or to unknown with the reason; never to a wrong answer.
func TestOriginateIsCut(t *testing.T) {
	for subject, test := range map[string]struct {
		state string
		after func(p *amitest.Peer, id string)
		want  ami.Outcome
		takes time.Duration // at most
	}{
		"found up": {"6", nil, ami.Outcome{Result: ami.ResultAnswered, Reason: 4}, 5 * time.Second},
		"found ringing, then answered": {"5", func(p *amitest.Peer, id string) {
			<-time.After(8 * time.Second)
			p.Emit("Event", "Newstate", "Privilege", "call,all", "Channel", "PJSIP/bob-1", "ChannelState", "6", "Uniqueid", id)
		}, ami.Outcome{Result: ami.ResultAnswered, Reason: 4}, 10 * time.Second},
		"found ringing, then hung up": {"5", func(p *amitest.Peer, id string) {
			<-time.After(8 * time.Second)
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/bob-1", "Cause", "17", "Uniqueid", id)
		}, ami.Outcome{Result: ami.ResultBusy, Cause: 17}, 10 * time.Second},
		"found ringing, and nothing more": {"5", nil, ami.Outcome{Result: ami.ResultUnknown, Why: "the channel is there, unanswered"}, 45 * time.Second},
		"gone":                            {"", nil, ami.Outcome{Result: ami.ResultUnknown, Why: "its channel is not there any more"}, 5 * time.Second},
		"not yet there": {"", func(p *amitest.Peer, id string) {
			<-time.After(time.Second)
			p.Emit("Event", "Newchannel", "Privilege", "call,all", "Channel", "PJSIP/bob-1", "ChannelState", "0", "Uniqueid", id)
			p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "Response", "Failure", "Reason", "5", "Uniqueid", id)
		}, ami.Outcome{Result: ami.ResultBusy, Reason: 5}, 5 * time.Second},
	} {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				id := ""
				srv := serve(t, func(p *amitest.Peer) {
					if p.Number() == 1 {
						p.Login()
						id = p.Expect("Originate").Get("ChannelId")
						p.Cut()
						return
					}
					second(test.state, func() string { return id }, func(p *amitest.Peer) {
						if test.after != nil {
							time.AfterFunc(time.Millisecond, func() { test.after(p, id) })
						}
					})(p)
				})
				client := connectTo(t, srv, nil)
				start := time.Now()
				call, err := ami.Originate(t.Context(), client, toBob)
				if err != nil || call == nil {
					t.Fatalf("Originate = %v, want a handle and no error", err)
				}
				got, err := call.Wait(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				wantOutcome(t, got, test.want)
				if took := time.Since(start); took > test.takes {
					t.Errorf("the outcome took %v, want at most %v", took, test.takes)
				}
			})
		})
	}
}

// An Originate without an answer may have begun a call all the same: its events
// tell.
func TestOriginateIsNotAnswered(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := p.Expect("Originate")
		p.Success(p.Expect("Ping"), "Ping", "Pong")
		channel(p, a, "Newchannel", "ChannelState", "0")
		result(p, a, "Success", "4")
	}, func(t *testing.T, c *ami.Conn) {
		time.AfterFunc(time.Second, func() { mustPing(t, c) })
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil || call == nil {
			t.Fatalf("Originate = %v, %v, want a handle", call, err)
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultAnswered, Reason: 4})
	})
}

// A server that is not ready after the cut, for a boot perhaps, is asked once
// it is.
func TestOriginateIsCutByARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := ""
		srv := serve(t, func(p *amitest.Peer) {
			if p.Number() == 1 {
				p.Login()
				id = p.Expect("Originate").Get("ChannelId")
				p.Cut()
				return
			}
			p.Handle("CoreSettings", func(p *amitest.Peer, a amitest.Action) {
				<-time.After(15 * time.Second)
				p.Success(a)
			})
			second("6", func() string { return id }, nil)(p)
		})
		client := connectTo(t, srv, nil)
		call, err := ami.Originate(t.Context(), client, toBob)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultAnswered, Reason: 4})
	})
}

// On a Conn the cut is the end: what became of the call nobody can know.
func TestOriginateIsCutOnAConn(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Expect("Originate")
		p.Cut()
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatalf("Originate = %v, want a handle and no error", err)
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultUnknown, Why: "the session ended"})
		wantError(t, "Hangup", call.Hangup(t.Context()), ami.ErrNotSent)
	})
}

// When ctx ends before Asterisk has answered there may be a call: the handle tells, and there is no
// error.
func TestOriginateIsCancelled(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := p.Expect("Originate")
		<-time.After(5 * time.Second)
		p.Success(a)
		channel(p, a, "Newchannel", "ChannelState", "0")
		result(p, a, "Success", "4")
	}, func(t *testing.T, c *ami.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		call, err := ami.Originate(ctx, c, toBob)
		if call == nil || err != nil {
			t.Fatalf("Originate = %v, %v, want a handle and no error", call, err)
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultAnswered, Reason: 4})
	})
}

// hangups answers Hangup as long as there is no channel, or no more, by a
// refusal.
type hangups struct {
	there atomic.Bool
	count atomic.Int64
}

func (h *hangups) handle(p *amitest.Peer) {
	p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) {
		h.count.Add(1)
		if !h.there.Load() {
			p.Error(a, "No such channel")
			return
		}
		p.Success(a, "Message", "Channel Hungup")
		call := originated(p)
		channel(p, call, "Hangup", "Cause", "0")
		result(p, call, "Failure", "0")
	})
}

// Hangup before the channel appears waits for it; a call that has ended is
// none to hang up.
func TestHangup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h hangups
		conn := scripted(t, func(p *amitest.Peer) {
			h.handle(p)
			a := queued(p)
			time.AfterFunc(time.Second, func() {
				h.there.Store(true)
				channel(p, a, "Newchannel", "ChannelState", "0")
			})
		})
		call, err := ami.Originate(t.Context(), conn, toBob)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		wantError(t, "Hangup", call.Hangup(ctx), context.DeadlineExceeded, call.ChannelID())
		if err := call.Hangup(t.Context()); err != nil {
			t.Errorf("Hangup = %v", err)
		}
		got, _ := call.Wait(t.Context())
		wantOutcome(t, got, ami.Outcome{Result: ami.ResultCancelled})
		h.there.Store(false)
		if err := call.Hangup(t.Context()); err != nil {
			t.Errorf("Hangup of a call that has ended = %v", err)
		}
		if got := h.count.Load(); got != 3 { // none for a call that has ended
			t.Errorf("%d Hangups were sent, want 3", got)
		}
	})
}

// A call that a Hangup of ours has ended was cancelled, whatever cause its channel
// has: 22 has given 21 for a phone that had not answered at all.
func TestHangupWithACause(t *testing.T) {
	for _, answerFirst := range []bool{true, false} {
		talk(t, func(p *amitest.Peer) {
			a := queued(p)
			channel(p, a, "Newchannel", "ChannelState", "0")
			h := p.Expect("Hangup")
			if answerFirst {
				p.Success(h, "Message", "Channel Hungup")
			}
			channel(p, a, "Hangup", "Cause", "21")
			result(p, a, "Failure", "0")
			if !answerFirst {
				<-time.After(100 * time.Millisecond)
				p.Success(h, "Message", "Channel Hungup")
			}
		}, func(t *testing.T, c *ami.Conn) {
			call, err := ami.Originate(t.Context(), c, toBob)
			if err != nil {
				t.Fatal(err)
			}
			if err := call.Hangup(t.Context()); err != nil {
				t.Errorf("Hangup = %v", err)
			}
			got, _ := call.Wait(t.Context())
			wantOutcome(t, got, ami.Outcome{Result: ami.ResultCancelled, Cause: asterisk.CauseCallRejected})
		})
	}
}

// Hangup of a call that never had a channel says nothing when it was rejected,
// and the truth when nobody knows.
func TestHangupWithoutAChannel(t *testing.T) {
	for rejected, want := range map[bool]error{true: nil, false: ami.ErrNoSuchChannel} {
		synctest.Test(t, func(t *testing.T) {
			var h hangups
			conn := scripted(t, func(p *amitest.Peer) {
				h.handle(p)
				a := queued(p)
				if rejected {
					result(p, a, "Failure", "0")
				}
			})
			call, err := ami.Originate(t.Context(), conn, toBob)
			if err != nil {
				t.Fatal(err)
			}
			if err := call.Hangup(t.Context()); !errors.Is(err, want) {
				t.Errorf("rejected %v: Hangup = %v, want %v", rejected, err, want)
			}
		})
	}
}
