package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/event"
)

// runDecoded takes every event as its own type, and reads a field of that.
func runDecoded(ctx context.Context, j job) (result, error) {
	return runSubscribed(ctx, j, event.Filter{}, j.Events, func(sub *event.Subscription) (length int, err error) {
		ev, err := sub.Next(ctx)
		if err != nil {
			return 0, err
		}
		return subjectLength(ev)
	})
}

func subjectLength(ev event.Event) (int, error) {
	subject := subjectOf(ev)
	if subject == "" {
		return 0, fmt.Errorf("%T has no subject", ev)
	}
	return len(subject), nil
}

// subjectOf is what an event of the capture is about.
func subjectOf(ev event.Event) string {
	switch e := ev.(type) {
	case event.DeviceStateChange:
		return e.Device
	case event.DialBegin:
		return e.Dest.UniqueID
	case event.DialEnd:
		return e.Dest.UniqueID
	case event.Hangup:
		return e.UniqueID
	case event.HangupRequest:
		return e.UniqueID
	case event.LocalBridge:
		return e.LocalOne.UniqueID
	case event.NewCallerID:
		return e.UniqueID
	case event.Newchannel:
		return e.UniqueID
	case event.Newexten:
		return e.UniqueID
	case event.Newstate:
		return e.UniqueID
	case event.OriginateResponse:
		return e.UniqueID
	case event.SoftHangupRequest:
		return e.UniqueID
	case event.UserEvent:
		return e.UserEvent
	case event.VarSet:
		return e.Variable
	}
	return queueSubjectOf(ev)
}

// queueSubjectOf is subjectOf of what the capture of queues has beside.
func queueSubjectOf(ev event.Event) string {
	switch e := ev.(type) {
	case event.AgentCalled:
		return e.Queue
	case event.AgentComplete:
		return e.Queue
	case event.AgentConnect:
		return e.Queue
	case event.BridgeCreate:
		return e.BridgeUniqueID
	case event.BridgeDestroy:
		return e.BridgeUniqueID
	case event.BridgeEnter:
		return e.BridgeUniqueID
	case event.BridgeLeave:
		return e.BridgeUniqueID
	case event.MusicOnHoldStart:
		return e.UniqueID
	case event.MusicOnHoldStop:
		return e.UniqueID
	case event.NewConnectedLine:
		return e.UniqueID
	case event.QueueCallerJoin:
		return e.Queue
	case event.QueueCallerLeave:
		return e.Queue
	case event.QueueMemberStatus:
		return e.Queue
	}
	return ""
}

// runHandled is runDecoded with a function for each type.
func runHandled(ctx context.Context, j job) (result, error) {
	subject := ""
	on := event.Handlers{Other: func(ev event.Event) { subject = "" }}
	event.On(&on, func(e event.DeviceStateChange) { subject = e.Device })
	event.On(&on, func(e event.DialBegin) { subject = e.Dest.UniqueID })
	event.On(&on, func(e event.DialEnd) { subject = e.Dest.UniqueID })
	event.On(&on, func(e event.Hangup) { subject = e.UniqueID })
	event.On(&on, func(e event.HangupRequest) { subject = e.UniqueID })
	event.On(&on, func(e event.LocalBridge) { subject = e.LocalOne.UniqueID })
	event.On(&on, func(e event.NewCallerID) { subject = e.UniqueID })
	event.On(&on, func(e event.Newchannel) { subject = e.UniqueID })
	event.On(&on, func(e event.Newexten) { subject = e.UniqueID })
	event.On(&on, func(e event.Newstate) { subject = e.UniqueID })
	event.On(&on, func(e event.OriginateResponse) { subject = e.UniqueID })
	event.On(&on, func(e event.SoftHangupRequest) { subject = e.UniqueID })
	event.On(&on, func(e event.UserEvent) { subject = e.UserEvent })
	event.On(&on, func(e event.VarSet) { subject = e.Variable })
	return runSubscribed(ctx, j, event.Filter{}, j.Events, func(sub *event.Subscription) (length int, err error) {
		if err := sub.Handle(ctx, &on); err != nil {
			return 0, err
		}
		if subject == "" {
			return 0, errors.New("an event has no subject")
		}
		return len(subject), nil
	})
}
