package sipua_test

import (
	"context"
	"errors"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/sipua"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// handset is what a person calls with: a phone of SIP, or a handset of pbxtest.
type handset interface {
	Answer(answer func(i incoming))
	Refuses(status int)      // each call, without ringing
	Redirects(number string) // each call
	Dial(ctx context.Context, number string, rings func(r ringingCall)) (conversation, error)
}

// incoming is a call that has come to a handset.
type incoming interface {
	Ring() error
	Accept() (conversation, error)
	Refuse(status int, reason string) error
	Gone() <-chan struct{} // closed when it rings no more; after an Accept it means nothing
}

// talk is a call that was answered.
type conversation interface {
	Ended() <-chan struct{}
	Bye(ctx context.Context) error
	Hold(ctx context.Context) error
	Resume(ctx context.Context) error
	Press(ctx context.Context, keys string) error
	Refer(ctx context.Context, number string) error
	Speak(ctx context.Context) error
}

// ringingCall is a call that rings at the other end.
type ringingCall any

type realPhone struct{ *sipua.Phone }

func (p realPhone) Answer(answer func(i incoming)) {
	p.Phone.Answer(func(i *sipua.Incoming) { answer(realIncoming{i}) })
}

func (p realPhone) Refuses(status int) {
	p.Phone.Answer(func(i *sipua.Incoming) { _ = i.Refuse(status, "No") }) // the caller may have given up
}

func (p realPhone) Redirects(number string) {
	p.Phone.Answer(func(i *sipua.Incoming) { _ = i.Redirect(number) }) // the caller may have given up
}

func (p realPhone) Dial(ctx context.Context, number string, rings func(r ringingCall)) (conversation, error) {
	return p.DialRinging(ctx, number, func(r *sipua.Ringing) { rings(r) })
}

type realIncoming struct{ *sipua.Incoming }

func (i realIncoming) Accept() (conversation, error) { return i.Incoming.Accept() }

// simulated is a handset of pbxtest, and somebody who takes their time. What it runs ends with ctx.
type simulated struct {
	*pbxtest.Handset
	ctx context.Context
}

// breath is how long somebody takes for each thing.
const breath = 200 * time.Millisecond

// breathe lets that time pass.
func breathe(ctx context.Context) {
	select {
	case <-time.After(breath):
	case <-ctx.Done():
	}
}

func (p simulated) Answer(answer func(i incoming)) {
	// Both end with ctx, which the test cancels.
	go func() {
		for {
			call, err := p.Next(p.ctx)
			if err != nil {
				return
			}
			go answer(simulatedCall{call, p.ctx})
		}
	}()
}

func (p simulated) Refuses(status int) { _ = p.Reject(status) } // the PBX may have ended

func (p simulated) Redirects(string) { panic("a handset of pbxtest does not redirect") }

func (p simulated) Dial(ctx context.Context, number string, rings func(r ringingCall)) (conversation, error) {
	breathe(ctx)
	call, err := p.Call(number)
	if err != nil {
		return nil, &sipua.Refused{Code: 404, Reason: err.Error()}
	}
	rings(call)
	select {
	case <-call.Answered():
		return simulatedCall{call, p.ctx}, nil
	case <-call.Ended():
		return nil, &sipua.Refused{Code: 480, Reason: "the PBX has ended it"}
	case <-ctx.Done():
		breathe(p.ctx)
		return nil, errors.Join(ctx.Err(), call.Hangup())
	}
}

// simulatedCall is a call of a handset.
type simulatedCall struct {
	*pbxtest.Call
	ctx context.Context
}

// do does something after a while.
func (c simulatedCall) do(act func() error) error {
	breathe(c.ctx)
	return act()
}

func (c simulatedCall) Ring() error { return nil }

func (c simulatedCall) Gone() <-chan struct{} { return c.Ended() }

func (c simulatedCall) Accept() (conversation, error) { return c, c.do(c.Answer) }

func (c simulatedCall) Refuse(status int, _ string) error {
	return c.do(func() error { return c.Call.Reject(status) })
}

func (c simulatedCall) Bye(context.Context) error { return c.do(c.Hangup) }

func (c simulatedCall) Hold(context.Context) error { return c.do(c.Call.Hold) }

func (c simulatedCall) Resume(context.Context) error { return c.do(c.Call.Resume) }

func (c simulatedCall) Refer(_ context.Context, number string) error {
	return c.do(func() error { return c.Transfer(number) })
}

func (c simulatedCall) Press(_ context.Context, keys string) error {
	for _, key := range keys {
		if err := c.do(func() error { return c.Call.Press(string(key)) }); err != nil {
			return err
		}
	}
	return nil
}

// Speak sends sound until the call has ended.
func (c simulatedCall) Speak(ctx context.Context) error {
	err := c.do(c.Call.Speak)
	<-ctx.Done()
	return err
}

// referTo connects the other ends of two calls of a phone, and hangs both up.
func referTo(ctx context.Context, first, second conversation) error {
	if c, ok := first.(simulatedCall); ok {
		return c.do(func() error { return c.TransferTo(second.(simulatedCall).Call) })
	}
	return first.(*sipua.Call).ReferTo(ctx, second.(*sipua.Call))
}

// referReplacing is referTo that hangs nothing up.
func referReplacing(ctx context.Context, first, second conversation) error {
	if _, ok := first.(simulatedCall); ok {
		return referTo(ctx, first, second)
	}
	return first.(*sipua.Call).ReferReplacing(ctx, second.(*sipua.Call))
}

// referToRinging connects the other end with who rings, and hangs up.
func referToRinging(ctx context.Context, first conversation, second ringingCall) error {
	if c, ok := first.(simulatedCall); ok {
		return c.do(func() error { return c.TransferTo(second.(*pbxtest.Call)) })
	}
	return first.(*sipua.Call).ReferToRinging(ctx, second.(*sipua.Ringing))
}
