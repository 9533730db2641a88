package main

import (
	"context"
	"errors"
	"regexp"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

const (
	maxWaiting = 100              // callers who have a call back promised
	agentRings = 30 * time.Second // until the agent counts as away
)

// callable is a number that can be called back. Callers can show any text.
var callable = regexp.MustCompile(`^\+?[0-9]{3,15}$`)

var errTooMany = errors.New("too many callers wait for a call back")

// desk is where callers ask to be called back, and from where they are.
type desk struct {
	agent   string // whom to call first, as PJSIP/100
	context string // where customers' numbers are
	waiting chan string
}

func newDesk(agent, context string) *desk {
	return &desk{agent, context, make(chan string, maxWaiting)}
}

// ServeAGI asks a caller whether to call back, and promises it by the variable CALLBACK, its last command.
func (d *desk) ServeAGI(ctx context.Context, s *agi.Session) error {
	if err := s.Answer(ctx); err != nil {
		return err
	}
	number := s.Env.CallerID
	if !callable.MatchString(number) {
		_, err := s.StreamFile(ctx, "unidentified-no-callback", "")
		return err
	}
	input, err := s.GetData(ctx, "vm-tocallback", 5*time.Second, 1)
	if err != nil || input.Digits != "1" {
		return err
	}
	select {
	case d.waiting <- number:
		return s.SetVariable(ctx, "CALLBACK", "yes")
	default:
		return errTooMany
	}
}

// work calls back, one caller after the other, until ctx ends, and tells of each.
func (d *desk) work(ctx context.Context, client ami.Session, tell func(number string, outcome ami.Outcome, err error)) {
	for {
		select {
		case number := <-d.waiting:
			outcome, err := d.callBack(ctx, client, number)
			tell(number, outcome, err)
		case <-ctx.Done():
			return
		}
	}
}

// callBack has the agent's phone ring, and the customer's number dialled when the agent answers. The outcome is that of the agent's phone.
func (d *desk) callBack(ctx context.Context, client ami.Session, number string) (ami.Outcome, error) {
	call, err := ami.Originate(ctx, client, action.Originate{
		Channel: d.agent, Context: d.context, Exten: number, CallerID: action.CallerID("Call back", number), Timeout: agentRings,
	})
	if err != nil {
		return ami.Outcome{}, err
	}
	return call.Wait(ctx)
}
