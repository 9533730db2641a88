package main

import (
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// record is what is written of a call. What was not seen is left out.
type record struct {
	Call       string    `json:"call"` // ID of the live.Call
	Began      time.Time `json:"began"`
	Ended      time.Time `json:"ended,omitzero"`
	From       string    `json:"from,omitempty"` // the caller's number: what a caller sends is text, and may be any
	Dialled    string    `json:"dialled,omitempty"`
	Choices    []string  `json:"choices"`
	Queue      string    `json:"queue,omitempty"`
	Waited     float64   `json:"waited,omitempty"` // seconds in the queue
	AnsweredBy string    `json:"answeredBy,omitempty"`
	Talked     float64   `json:"talked,omitempty"` // seconds
	Recording  string    `json:"recording,omitempty"`
	Outcome    outcome   `json:"outcome"`
	Cause      string    `json:"cause,omitempty"` // of the caller's end
	Complete   bool      `json:"complete"`        // false if part of the call was not seen
}

// outcome is how a call came out.
type outcome string

const (
	outcomeAnswered  outcome = "answered"   // by a member of the queue
	outcomeAbandoned outcome = "abandoned"  // the caller hung up in the queue
	outcomeLeft      outcome = "left"       // the queue, after a timeout, by a key or cut off by a manager
	outcomeNotQueued outcome = "not queued" // the caller hung up before
	outcomeGoesOn    outcome = "goes on"    // the monitor ended first
)

// newRecord makes the record of a Call, its choices aside. Of several queues the last one counts.
func newRecord(c *live.Call) *record {
	r := &record{Call: c.ID, Began: c.Began, Ended: c.Ended, From: c.From.Number, Dialled: c.To, Choices: []string{}, Outcome: outcomeNotQueued, Complete: c.Complete}
	if c.Live() {
		r.Outcome = outcomeGoesOn
	}
	if c.Cause != asterisk.CauseUnset {
		r.Cause = c.Cause.String()
	}
	for _, recording := range c.Recordings { // the last one that has a name
		if recording.File != "" {
			r.Recording = recording.File
		}
	}
	if len(c.Queues) == 0 {
		return r
	}
	q := c.Queues[len(c.Queues)-1]
	r.Queue = q.Queue
	switch {
	case !q.Answered.IsZero():
		r.Outcome, r.AnsweredBy, r.Waited = outcomeAnswered, answeredBy(q), q.Answered.Sub(q.Joined).Seconds()
		if p, ok := c.Party(q.Member); ok && !p.Left.IsZero() {
			r.Talked = p.Left.Sub(q.Answered).Seconds()
		}
	case !q.Left.IsZero():
		r.Outcome, r.Waited = outcomeLeft, q.Left.Sub(q.Joined).Seconds()
		if q.Abandoned {
			r.Outcome = outcomeAbandoned
		}
	}
	if c.Live() {
		r.Outcome = outcomeGoesOn
	}
	return r
}

func answeredBy(q live.QueueVisit) string {
	if q.MemberName != "" {
		return q.MemberName
	}
	return q.Interface
}
