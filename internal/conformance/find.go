package conformance

import (
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// find: the handle of a call that another session has begun, as a program before its restart.
func (p *place) find(t *testing.T) {
	s, before := p.open(t, "all"), p.conn(t, "")
	ctx := deadline(t, 60*time.Second)

	begin := func(exten string) *ami.Origination {
		t.Helper()
		call, err := ami.Originate(ctx, before, action.Originate{Channel: "Local/" + exten + "@outcome", Application: "Wait", Data: "30"})
		if err != nil {
			t.Fatal(err)
		}
		return call
	}
	found := func(of *ami.Origination) *ami.Origination {
		t.Helper()
		call, err := ami.FindOrigination(ctx, s, of.ChannelID())
		if err != nil || call.ChannelID() != of.ChannelID() {
			t.Fatalf("FindOrigination = %v, %v", call, err)
		}
		return call
	}
	outcome := func(what string, call *ami.Origination, want ami.Result) ami.Outcome {
		t.Helper()
		got, err := call.Wait(ctx)
		if err != nil || got.Result != want {
			t.Errorf("%s: %+v, %v, want %s", what, got, err, want)
		}
		return got
	}

	ringing := begin("noanswer")
	awaitProgress(t, ringing, ami.ProgressRinging)
	call := found(ringing)
	if err := call.Hangup(ctx); err != nil {
		t.Error(err)
	}
	outcome("hung up by the one who has found it", call, ami.ResultCancelled)
	outcome("hung up by another session", ringing, ami.ResultCancelled)

	delayed := begin("delayed")
	awaitProgress(t, delayed, ami.ProgressRinging)
	outcome("found ringing", found(delayed), ami.ResultAnswered)
	call = found(delayed)
	outcome("found answered", call, ami.ResultAnswered)
	var last ami.Progress
	for step, err := range call.Progress(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if last = step; step.State == ami.ProgressAnswered {
			if err := call.Hangup(ctx); err != nil {
				t.Error(err)
			}
		}
	}
	if last.Leg != ami.LegFirst || last.State != ami.ProgressEnded || last.Result != ami.ResultAnswered {
		t.Errorf("the last step is %v, want the end of the first leg", last)
	}
	if got := outcome("gone", found(delayed), ami.ResultUnknown); !strings.Contains(got.Why, delayed.ChannelID()) {
		t.Errorf("Why = %q, want the ChannelID in it", got.Why)
	}
}

// awaitProgress waits until the first leg is in a state.
func awaitProgress(t *testing.T, call *ami.Origination, state ami.ProgressState) {
	t.Helper()
	for step, err := range call.Progress(deadline(t, 60*time.Second)) {
		if err != nil {
			t.Fatal(err)
		}
		if step.Leg == ami.LegFirst && step.State == state {
			return
		}
	}
	t.Fatalf("the call has ended before it was %s", state)
}
