package ami_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// outcomeCase is a channel to originate and what must become of it.
type outcomeCase struct {
	name    string
	channel string
	timeout time.Duration
	during  func(ctx context.Context, call *ami.Origination, other *ami.Conn) error // nil for nothing
	want    ami.Result
	cause   asterisk.Cause // -1 for any
	why     string         // what Outcome.Why must hold
}

const nobodyThere = "no such device or extension"

// localCases end as the dialplan of the lab has it.
var localCases = []outcomeCase{
	{name: "answer", channel: "Local/answer@outcome", want: ami.ResultAnswered},
	{name: "short answer", channel: "Local/answer-short@outcome", want: ami.ResultAnswered},
	{name: "late answer", channel: "Local/delayed@outcome", want: ami.ResultAnswered},
	{name: "busy", channel: "Local/busy@outcome", want: ami.ResultBusy, cause: -1},
	{name: "congestion", channel: "Local/congestion@outcome", want: ami.ResultCongestion, cause: -1},
	{name: "no answer", channel: "Local/noanswer@outcome", timeout: time.Second, want: ami.ResultNoAnswer, cause: -1},
	{name: "far end hangs up", channel: "Local/hangup-16@outcome", want: ami.ResultRejected, cause: asterisk.CauseNormalClearing, why: "far end"},
	{name: "far end is busy", channel: "Local/hangup-17@outcome", want: ami.ResultBusy, cause: asterisk.CauseUserBusy},
	{name: "far end does not answer", channel: "Local/hangup-19@outcome", want: ami.ResultNoAnswer, cause: asterisk.CauseNoAnswer},
	{name: "far end rejects", channel: "Local/hangup-21@outcome", want: ami.ResultRejected, cause: asterisk.CauseCallRejected},
	{name: "far end is congested", channel: "Local/hangup-34@outcome", want: ami.ResultCongestion, cause: asterisk.CauseCongestion},
	{name: "unknown number", channel: "Local/hangup-1@outcome", want: ami.ResultRejected, cause: asterisk.CauseUnallocated},
	{name: "unknown technology", channel: "Nonsense/100", want: ami.ResultRejected, why: nobodyThere},
	{name: "unknown device", channel: "PJSIP/nobody", want: ami.ResultRejected, why: nobodyThere},
	{name: "unregistered device", channel: "PJSIP/102", want: ami.ResultRejected, why: nobodyThere},
	{name: "unknown extension", channel: "Local/nobody@outcome", want: ami.ResultRejected, why: nobodyThere},
	{name: "unknown context", channel: "Local/answer@nowhere", want: ami.ResultRejected, why: nobodyThere},

	{name: "hung up while it rings", channel: "Local/noanswer@outcome", during: hangUpRinging, want: ami.ResultCancelled},
	{name: "hung up at once", channel: "Local/noanswer@outcome", during: hangUp, want: ami.ResultCancelled},
	{name: "hung up by another session", channel: "Local/noanswer@outcome", during: hangUpByOther, want: ami.ResultCancelled},
	{name: "hung up by the console", channel: "Local/noanswer@outcome", during: hangUpByConsole, want: ami.ResultCancelled},
	{name: "hung up after the answer", channel: "Local/answer@outcome", during: hangUpAnswered, want: ami.ResultAnswered},
	{name: "nobody to hang up", channel: "PJSIP/nobody", during: hangUp, want: ami.ResultRejected, why: nobodyThere},
}

// sipCases are answers of a phone; silence is one that never rings.
var sipCases = []outcomeCase{
	{name: "SIP 486", channel: "486", want: ami.ResultBusy, cause: asterisk.CauseUserBusy},
	{name: "SIP 603", channel: "603", want: ami.ResultRejected, cause: asterisk.CauseCallRejected},
	{name: "SIP 404", channel: "404", want: ami.ResultRejected, cause: asterisk.CauseUnallocated},
	{name: "SIP 480", channel: "480", want: ami.ResultNoAnswer, cause: asterisk.CauseNoAnswer},
	{name: "SIP 503", channel: "503", want: ami.ResultCongestion, cause: asterisk.CauseCongestion},
	{name: "SIP silence", channel: "silence", timeout: time.Second, want: ami.ResultNoAnswer, cause: -1},
	{name: "SIP silence hung up", channel: "silence", during: hangUp, want: ami.ResultCancelled, cause: -1},
}

func hangUp(ctx context.Context, call *ami.Origination, _ *ami.Conn) error { return call.Hangup(ctx) }

func hangUpRinging(ctx context.Context, call *ami.Origination, other *ami.Conn) error {
	if err := awaitState(ctx, call, other, asterisk.ChannelRinging); err != nil {
		return err
	}
	return call.Hangup(ctx)
}

func hangUpAnswered(ctx context.Context, call *ami.Origination, _ *ami.Conn) error {
	if _, err := call.Wait(ctx); err != nil {
		return err
	}
	return errors.Join(call.Hangup(ctx), call.Hangup(ctx)) // the second finds nothing, which is no error
}

func hangUpByOther(ctx context.Context, call *ami.Origination, other *ami.Conn) error {
	if err := awaitState(ctx, call, other, asterisk.ChannelRinging); err != nil {
		return err
	}
	_, err := other.Do(ctx, action.Hangup{Channel: call.ChannelID()})
	return err
}

func hangUpByConsole(ctx context.Context, call *ami.Origination, other *ami.Conn) error {
	if err := awaitState(ctx, call, other, asterisk.ChannelRinging); err != nil {
		return err
	}
	channels, err := ami.List(ctx, other, action.CoreShowChannels{})
	for _, c := range channels {
		if c.UniqueID == call.ChannelID() {
			_, err = ami.Command(ctx, other, "channel request hangup "+c.Channel)
		}
	}
	return err
}

// awaitState waits until the channel of call is in a state, or has ended.
func awaitState(ctx context.Context, call *ami.Origination, other *ami.Conn, state asterisk.ChannelState) error {
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		channels, err := ami.List(ctx, other, action.CoreShowChannels{})
		if err != nil {
			return err
		}
		for _, c := range channels {
			if c.UniqueID == call.ChannelID() && c.ChannelState == state {
				return nil
			}
		}
		select {
		case <-poll.C:
		case <-call.Done():
			return fmt.Errorf("the call has ended before its channel was %v", state)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Each way a call can end is told as what it is, at the same time as others.
func TestLiveOriginateOutcomes(t *testing.T) {
	cases := append(localCases[:len(localCases):len(localCases)], sipCases...)
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn, other := connect(t, s, "all", nil), connect(t, s, "all", silent)
		phone := farEnd(t)
		var group sync.WaitGroup
		defer group.Wait()
		for _, c := range cases {
			if strings.HasPrefix(c.name, "SIP ") {
				if s.External() {
					continue
				}
				c.channel = phone(c.channel)
			}
			a := action.Originate{Channel: c.channel, Timeout: c.timeout, Context: "echo", Exten: "1"}
			b := action.Originate{Channel: c.channel, Timeout: c.timeout, Application: "Wait", Data: "1"}
			for _, a := range []action.Originate{a, b} {
				// Ends when the outcome is known; the test waits for it.
				group.Go(func() { checkOutcome(t, conn, other, c, a) })
			}
		}
	})
}

func checkOutcome(t *testing.T, conn, other *ami.Conn, c outcomeCase, a action.Originate) {
	ctx := deadline(t, 20*time.Second)
	what := fmt.Sprintf("%s (%s%s)", c.name, a.Exten, a.Application)
	call, err := ami.Originate(ctx, conn, a)
	if err != nil {
		t.Errorf("%s: Originate = %v", what, err)
		return
	}
	if c.during != nil {
		if err := c.during(ctx, call, other); err != nil {
			t.Errorf("%s: hanging up = %v", what, err)
		}
	}
	got, err := call.Wait(ctx)
	if err != nil {
		t.Errorf("%s: Wait = %v", what, err)
		return
	}
	if got.Result != c.want || c.cause >= 0 && got.Cause != c.cause || !strings.Contains(got.Why, c.why) || got.Answered() != (c.want == ami.ResultAnswered) {
		t.Errorf("%s: %+v, want %s with cause %d, why %q", what, got, c.want, c.cause, c.why)
	}
	if err := call.Hangup(ctx); err != nil {
		t.Errorf("%s: Hangup after the end = %v", what, err)
	}
}

// 200 calls at once get each its own outcome.
func TestLiveOriginateMany(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn, other := connect(t, s, "all", nil), connect(t, s, "all", silent)
		var group sync.WaitGroup
		for i := range 200 {
			c := localCases[i%17] // those without a hangup of ours
			if c.timeout > 0 {
				c.timeout = 3 * time.Second
			}
			a := action.Originate{Channel: c.channel, Timeout: c.timeout, Application: "Wait", Data: "0.1"}
			// Ends when the outcome is known; the test waits for it.
			group.Go(func() { checkOutcome(t, conn, other, c, a) })
		}
		group.Wait()
	})
}

// What a user lacks the right to hear of is not guessed.
func TestLiveOriginateRights(t *testing.T) {
	answer := action.Originate{Channel: "Local/answer-short@outcome", Application: "Wait", Data: "1"}
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		t.Parallel()
		ctx := deadline(t, 20*time.Second)
		var group sync.WaitGroup
		defer group.Wait()
		for _, c := range []struct {
			user, mask string
			want       ami.Result
			why        string
		}{
			{"crm", "", ami.ResultAnswered, ""},
			{"crm", "call", ami.ResultAnswered, ""},
			{"nosystem", "", ami.ResultAnswered, ""},
			{"nocall", "", ami.ResultUnknown, "read=call"},
			{"noread", "", ami.ResultUnknown, "read=call"},
			{"all", "user", ami.ResultUnknown, "Config.EventMask"},
		} {
			conn := connect(t, s, c.user, func(config *ami.Config) { config.EventMask = c.mask })
			// Ends when the outcome is known; the test waits for it.
			group.Go(func() {
				call, err := ami.Originate(ctx, conn, answer)
				if err != nil {
					t.Errorf("Originate by %s = %v", c.user, err)
					return
				}
				if got, err := call.Wait(ctx); err != nil || got.Result != c.want || !strings.Contains(got.Why, c.why) {
					t.Errorf("outcome for %s with mask %q = %+v, %v; want %s, why %q", c.user, c.mask, got, err, c.want, c.why)
				}
			})
		}
		call, err := ami.Originate(ctx, connect(t, s, "readonly", nil), answer)
		if call != nil || !errors.Is(err, ami.ErrPermissionDenied) || !strings.Contains(err.Error(), "write=originate") {
			t.Errorf("Originate by readonly = %v, %v; want no call, %v and write=originate", call, err, ami.ErrPermissionDenied)
		}
	})
}

// What an Originate sets is on the channel as it was given, whatever it holds.
func TestLiveOriginateFields(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		variables := []asterisk.Variable{
			{Name: "PLAIN", Value: "two words"},
			{Name: "COMMAS", Value: "a,b=c,,d"},
			{Name: "QUOTES", Value: `say "hi" \ there\`},
			{Name: "BRACKETS", Value: "(a[b)]"},
			{Name: "LOOKS", Value: "Action: Logoff"},
			{Name: "DOLLAR", Value: "${PLAIN} $[1+1]"},
			{Name: "ACCENTS", Value: "né à 漢字"},
			{Name: "_INHERITED", Value: "one"},
			{Name: "__HANDED", Value: "on, too"},
		}
		ctx := deadline(t, 20*time.Second)
		conn := connect(t, s, "all", nil)
		id := fmt.Sprintf("fields-%d", time.Now().UnixNano())
		call, err := ami.Originate(ctx, conn, action.Originate{Channel: "Local/answer@outcome", Application: "Wait", Data: "30",
			CallerID: action.CallerID(`O'Brien, "Bob"`, "4930123"), Account: "acc-7", Variables: variables, ChannelID: id, OtherChannelID: id + "-other"})
		if err != nil {
			t.Fatalf("Originate = %v", err)
		}
		if got, err := call.Wait(ctx); err != nil || !got.Answered() || call.ChannelID() != id {
			t.Fatalf("Wait of %s = %+v, %v; want answered for %s", call.ChannelID(), got, err, id)
		}
		for _, v := range append(variables, asterisk.Variable{Name: "CALLERID(num)", Value: "4930123"},
			asterisk.Variable{Name: "CALLERID(name)", Value: "O'Brien, Bob"}, asterisk.Variable{Name: "CHANNEL(accountcode)", Value: "acc-7"}) {
			response, err := conn.Do(ctx, action.Getvar{Channel: id, Variable: strings.TrimLeft(v.Name, "_")})
			if err != nil || response.Get("Value") != v.Value {
				t.Errorf("%s = %q, %v; want %q", v.Name, response.Get("Value"), err, v.Value)
			}
		}
		channels, err := ami.List(ctx, conn, action.CoreShowChannels{})
		halves := 0
		for _, c := range channels {
			if c.UniqueID == id || c.UniqueID == id+"-other" {
				halves++
			}
		}
		if err != nil || halves != 2 {
			t.Errorf("%d channels have the ids %s and %[2]s-other, %v; want 2", halves, id, err)
		}
		if err := call.Hangup(ctx); err != nil {
			t.Errorf("Hangup = %v", err)
		}
	})
}
