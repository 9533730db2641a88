package gateway

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

const (
	ringTime = 25 * time.Second       // for which the user's own phone rings
	lookTime = 200 * time.Millisecond // between two looks at a parked call
)

// dial calls the user's own phone, and the number when it has been answered.
func (t *job) dial(ctx context.Context) (string, error) {
	device, err := t.phone()
	if err != nil {
		return "", err
	}
	var made string
	err = t.toNumber(ctx, func() (err error) {
		made, _, err = t.ring(ctx, action.Originate{Channel: device, Context: t.server.Context, Exten: t.asked.Number, Priority: 1})
		return err
	})
	return made, err
}

// pickup takes the call of a Party that rings.
func (t *job) pickup(ctx context.Context) (string, error) {
	device, err := t.phone()
	if err != nil {
		return "", err
	}
	_, p, channel, err := t.sure()
	switch {
	case err != nil:
		return "", err
	case !rings(p, channel):
		return "", denial("This phone does not ring any more.")
	case p.Device == device:
		return "", denial("This phone rings already: answer it.")
	}
	o, err := t.server.Model.Pickup(ctx, p.UniqueID, action.Originate{Channel: device, Timeout: ringTime})
	if err != nil {
		return "", err
	}
	return t.sign(ctx, o)
}

// listen has the user's phone hear a Party. ChanSpy takes a text for the beginning of many channels' names, unless it has the option u:
// then it is one Uniqueid. The listening ends with the channel.
func (t *job) listen(ctx context.Context) (string, error) {
	device, err := t.phone()
	if err != nil {
		return "", err
	}
	_, p, channel, err := t.sure()
	switch {
	case err != nil:
		return "", err
	case channel.State != asterisk.ChannelUp:
		return "", denial("This call has not been answered.")
	case p.Device == device:
		return "", denial("This is your own phone.")
	case !isPlain(channel.UniqueID):
		return "", denial("This call can't be listened to.")
	}
	made, _, err := t.ring(ctx, action.Originate{Channel: device, Application: "ChanSpy", Data: channel.UniqueID + ",quES"})
	return made, err
}

// retrieve fetches a parked call. While the phone rings somebody else may fetch it, and another call be parked in its place: then the
// phone stops ringing.
func (t *job) retrieve(ctx context.Context) (string, error) {
	device, err := t.phone()
	if err != nil {
		return "", err
	}
	parked, ok := t.parked()
	switch {
	case !ok:
		return "", denial("This call is not parked any more.")
	case parked.ParkingLot == "" || parked.ParkingSpace == 0 || strings.ContainsAny(parked.ParkingLot, ",()\"\\$") || strings.ContainsFunc(parked.ParkingLot, isControl):
		return "", denial("It is not known where this call is parked. Try again.")
	}
	if c, ok := t.server.Model.Channel(parked.UniqueID); !ok || c.Doubtful || c.Name != parked.Channel {
		return "", refusedDoubt
	}
	made, o, err := t.ring(ctx, action.Originate{Channel: device, Application: "ParkedCall",
		Data: parked.ParkingLot + "," + strconv.Itoa(parked.ParkingSpace)})
	if o != nil {
		// watch ends when the phone has been answered or has ended; close waits for it.
		t.spawn(func() { t.watch(o, parked) })
	}
	return made, err
}

// parked returns the parked call that the Action is about.
func (t *job) parked() (*live.ParkedCall, bool) {
	now, ok := t.server.Model.View().ParkedCall(t.about.parked.UniqueID)
	return now, ok && now.Ended.IsZero()
}

// watch hangs a phone up that was to fetch a call which is not in its place any more.
func (t *job) watch(o *ami.Origination, parked *live.ParkedCall) {
	ticker := time.NewTicker(lookTime)
	defer ticker.Stop()
	for {
		select {
		case <-o.Done():
			return
		case <-t.ctx.Done():
			return
		case <-ticker.C:
		}
		if now, ok := t.parked(); !ok || now.ParkingSpace != parked.ParkingSpace || now.ParkingLot != parked.ParkingLot {
			ctx, cancel := context.WithTimeout(t.ctx, actionTime)
			defer cancel()
			_ = o.Hangup(ctx) // it has been answered, or has ended
			return
		}
	}
}

// ring calls the user's phone, and returns the key of its Party.
func (t *job) ring(ctx context.Context, a action.Originate) (made string, o *ami.Origination, err error) {
	a.Timeout = ringTime
	if o, err = ami.Originate(ctx, t.server.Session, a); err != nil {
		return "", nil, err
	}
	made, err = t.sign(ctx, o)
	return made, o, err
}

// sign waits until the phone's channel is seen, or it is known that there is none.
func (t *job) sign(ctx context.Context, o *ami.Origination) (made string, err error) {
	model, id := t.server.Model, o.ChannelID()
	made = t.key(message.KindParty, t.about.server, id)
	changes := model.Subscribe(&live.SubscribeConfig{Channels: []string{id}, Limit: 16})
	defer changes.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// This ends with ctx; close waits for it.
	t.spawn(func() {
		defer cancel()
		select {
		case <-o.Done():
		case <-ctx.Done():
		}
	})
	for {
		if _, ok := model.Channel(id); ok {
			return made, nil
		}
		if _, err := changes.Next(ctx); err != nil {
			break
		}
	}
	outcome, err := o.Wait(ctx)
	switch {
	case err != nil:
		return "", fmt.Errorf("gateway: %w: no sign of the phone's call: %v", ami.ErrOutcomeUnknown, err)
	case outcome.Result == ami.ResultAnswered:
		return made, nil
	case outcome.Result == ami.ResultUnknown:
		return "", fmt.Errorf("gateway: %w: %v", ami.ErrOutcomeUnknown, outcome)
	case outcome.Result == ami.ResultBusy:
		return "", denial("Your phone is busy.")
	case outcome.Result == ami.ResultNoAnswer, outcome.Result == ami.ResultCancelled:
		return "", denial("Your phone was not answered.")
	}
	return "", denial("Your phone can't be reached.")
}
