package live

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/ended"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// BlindTransfer has a channel give those that it talks with to another place in the dialplan; it leaves the call itself.
// It needs a bridge, as two who talk have. The Priority of the place counts for nothing: it is 1. Where the call goes on, and the
// result of the transfer, is in [Call].Transfers. Errors are those of [Model.Hangup]; a channel that talks with nobody is a
// refusal. The user needs write=call.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/BlindTransfer/
func (m *Model) BlindTransfer(ctx context.Context, uniqueID string, to Location) error {
	return m.command(ctx, action.BlindTransfer{Channel: uniqueID, Context: to.Context, Exten: to.Exten}, uniqueID)
}

// signTime is how long an attended transfer may take to begin. Asterisk waits up to transferdigittimeout of features.conf, which
// is 3 s unless changed, for further digits.
const signTime = 10 * time.Second

// AttendedTransfer begins an attended transfer: the channel calls an extension, and who answers there is to get the one that it
// talks with. It returns nil when that call has begun: the channel has left the other one, who hears music, for a bridge with the new one. To
// complete the transfer, hang up the channel; to give it up, its phone or the action CancelAtxfer does it. The result
// is in [Call].Transfers.
//
// Asterisk does this as if the keys of the feature code and of the extension were pressed, says Success whether or not
// the channel may do that, and lets the other one hear the keys if it may not. So it is tried only if the channel is in a bridge
// with another, the Dial or Queue that connected them has the option t or T for it, and the extension is made of keys;
// otherwise the error is [ami.ErrInvalid]. Without a sign of its beginning within 10 seconds, or before ctx ends, the error
// is [ami.ErrOutcomeUnknown]. The model has to see the channel. Other errors are those of [Model.Hangup]. The user needs
// write=call, and atxfer has to be set in features.conf.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Atxfer/
func (m *Model) AttendedTransfer(ctx context.Context, uniqueID string, to Location) error {
	changes := m.Subscribe(&SubscribeConfig{Channels: []string{uniqueID}, Limit: 16})
	defer changes.Close()
	from, err := m.mayTransfer(ctx, uniqueID, to)
	if err != nil {
		return err
	}
	if err := m.command(ctx, action.Atxfer{Channel: uniqueID, Context: to.Context, Exten: to.Exten}, uniqueID); err != nil {
		return err
	}
	patient, cancel := context.WithTimeout(ctx, signTime)
	defer cancel()
	err = m.awaitLeave(patient, changes, from)
	switch {
	case err == nil:
		return nil
	case ctx.Err() == nil && patient.Err() != nil:
		err = fmt.Errorf("no sign of it within %v", signTime)
	case ctx.Err() != nil:
		err = ended.Error(ctx)
	}
	return fmt.Errorf("live: attended transfer: %w: %w", ami.ErrOutcomeUnknown, err)
}

// mayTransfer returns the bridge that a channel is in, or why it can't call somebody out of it.
func (m *Model) mayTransfer(ctx context.Context, uniqueID string, to Location) (bridge string, err error) {
	if err := m.unseen([]PartName{PartChannels}); err != nil {
		return "", err
	}
	if err := m.target(ctx, uniqueID); err != nil {
		return "", err
	}
	c, ok := m.Channel(uniqueID)
	if !ok {
		return "", fmt.Errorf("live: attended transfer: channel %s: %w", show.Text(uniqueID), ami.ErrNoSuchChannel)
	}
	b, ok := m.Bridge(c.BridgeID)
	switch {
	case !ok || !b.Joins() || len(b.Channels) < 2:
		return "", fmt.Errorf("live: attended transfer: %w: %s talks with nobody", ami.ErrInvalid, show.Text(c.Name))
	case to.Exten == "" || strings.Trim(to.Exten, "0123456789*#ABCDabcd") != "":
		return "", fmt.Errorf("live: attended transfer: %w: the keys of a phone can't dial %s", ami.ErrInvalid, show.Text(to.Exten))
	}
	features, err := ami.Ask(ctx, m.session, action.Getvar{Channel: uniqueID, Variable: "CHANNEL(dtmf_features)"})
	switch {
	case err != nil:
		return "", unasked("what "+show.Text(c.Name)+" may do", err)
	case !strings.Contains(features, "T"):
		return "", fmt.Errorf("live: attended transfer: %w: %s may not transfer: Dial or Queue has no option t for who is called, or T for who calls", ami.ErrInvalid, show.Text(c.Name))
	}
	return b.ID, nil
}

// awaitLeave waits until a channel is in another bridge in which people talk.
func (m *Model) awaitLeave(ctx context.Context, changes *Subscription, from string) error {
	for {
		change, err := changes.Next(ctx)
		if err != nil {
			return err
		}
		c, ok := change.(Changed[Channel])
		switch {
		case !ok:
		case c.Kind == KindRemoved:
			return fmt.Errorf("%s has ended", show.Text(c.After.Name))
		case c.After.BridgeID != "" && c.After.BridgeID != from:
			if b, ok := m.Bridge(c.After.BridgeID); !ok || b.Joins() {
				return nil
			}
		}
	}
}
