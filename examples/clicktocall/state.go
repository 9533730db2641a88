package main

import (
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
)

// state is how a call looks to the client.
type state struct {
	ID       string     `json:"id"`
	Created  time.Time  `json:"created"`
	Agent    leg        `json:"agent"`
	Customer leg        `json:"customer"` // empty until the agent has answered and the dialplan dials
	Ended    *time.Time `json:"ended,omitempty"`
	Error    string     `json:"error,omitempty"` // why the legs are not known to the end
}

// leg is one side of a call.
type leg struct {
	State   ami.ProgressState `json:"state,omitempty"`
	Result  ami.Result        `json:"result,omitempty"` // from the answer or the end on
	Cause   string            `json:"cause,omitempty"`
	Why     string            `json:"why,omitempty"`
	Channel string            `json:"channel,omitempty"`
}

// take is the next step of a call.
func (s *state) take(p ami.Progress) {
	switch p.Leg {
	case ami.LegFirst:
		s.Agent.take(p)
	case ami.LegSecond:
		s.Customer.take(p)
	}
}

// take is the next step of a leg. Where the dialplan dials several phones for the customer, the one that answers counts.
func (l *leg) take(p ami.Progress) {
	if l.Result == ami.ResultAnswered && p.Result != ami.ResultAnswered {
		return
	}
	*l = leg{State: p.State, Result: p.Result, Why: p.Why, Channel: p.Channel}
	if p.State == ami.ProgressEnded {
		l.Cause = p.Cause.String()
	}
}
