package conformance

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// outcome is a channel to call and what must become of it.
type outcome struct {
	channel string
	timeout time.Duration
	hangUp  bool
	want    ami.Result
	cause   asterisk.Cause // -1 for any
}

// outcomes end as the dialplan of the lab has it.
var outcomes = []outcome{
	{channel: "Local/answer@outcome", want: ami.ResultAnswered},
	{channel: "Local/delayed@outcome", want: ami.ResultAnswered},
	{channel: "Local/busy@outcome", want: ami.ResultBusy, cause: -1},
	{channel: "Local/congestion@outcome", want: ami.ResultCongestion, cause: -1},
	{channel: "Local/noanswer@outcome", timeout: time.Second, want: ami.ResultNoAnswer, cause: -1},
	{channel: "Local/hangup-16@outcome", want: ami.ResultRejected, cause: asterisk.CauseNormalClearing},
	{channel: "Local/hangup-17@outcome", want: ami.ResultBusy, cause: asterisk.CauseUserBusy},
	{channel: "Local/hangup-19@outcome", want: ami.ResultNoAnswer, cause: asterisk.CauseNoAnswer},
	{channel: "Local/hangup-21@outcome", want: ami.ResultRejected, cause: asterisk.CauseCallRejected},
	{channel: "Local/hangup-34@outcome", want: ami.ResultCongestion, cause: asterisk.CauseCongestion},
	{channel: "Local/hangup-1@outcome", want: ami.ResultRejected, cause: asterisk.CauseUnallocated},
	{channel: "Nonsense/100", want: ami.ResultRejected},
	{channel: "PJSIP/nobody", want: ami.ResultRejected},
	{channel: "Local/nobody@outcome", want: ami.ResultRejected},
	{channel: "Local/noanswer@outcome", hangUp: true, want: ami.ResultCancelled},
}

// originate: each way a call can end is told as what it is, all at once.
func (p *place) originate(t *testing.T) {
	s := p.open(t, "all")
	ctx := deadline(t, 60*time.Second)
	var calls sync.WaitGroup
	for _, o := range outcomes {
		// Ends with the call; the test waits for it.
		calls.Go(func() {
			got, err := o.call(ctx, s)
			if err != nil || got.Result != o.want || o.cause >= 0 && got.Cause != o.cause {
				t.Errorf("%s: %+v, %v; want %v, cause %v", o.channel, got, err, o.want, o.cause)
			}
		})
	}
	calls.Wait()
	hangUpAll(t, p.conn(t, "off"))
}

func (o outcome) call(ctx context.Context, s ami.Session) (ami.Outcome, error) {
	call, err := ami.Originate(ctx, s, action.Originate{Channel: o.channel, Application: "Wait", Data: "30", Timeout: o.timeout})
	if err != nil {
		return ami.Outcome{}, err
	}
	if o.hangUp {
		if err := call.Hangup(ctx); err != nil {
			return ami.Outcome{}, err
		}
	}
	return call.Wait(ctx)
}
