package main

import (
	"context"
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
		subject := subjectOf(ev)
		if subject == "" {
			return 0, fmt.Errorf("%T has no subject", ev)
		}
		return len(subject), nil
	})
}

// subjectOf is what an event of the capture is about.
func subjectOf(ev event.Event) string {
	switch e := ev.(type) {
	case event.DeviceStateChange:
		return e.Device
	case event.DialBegin:
		return e.Dest.Uniqueid
	case event.DialEnd:
		return e.Dest.Uniqueid
	case event.Hangup:
		return e.Uniqueid
	case event.HangupRequest:
		return e.Uniqueid
	case event.LocalBridge:
		return e.LocalOne.Uniqueid
	case event.NewCallerid:
		return e.Uniqueid
	case event.Newchannel:
		return e.Uniqueid
	case event.Newexten:
		return e.Uniqueid
	case event.Newstate:
		return e.Uniqueid
	case event.OriginateResponse:
		return e.Uniqueid
	case event.SoftHangupRequest:
		return e.Uniqueid
	case event.UserEvent:
		return e.UserEvent
	case event.VarSet:
		return e.Variable
	}
	return ""
}
