package ami

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Hangup ends the call, before the answer or after it: it hangs up the channel of the
// first leg, and with that Asterisk ends what it dials. It is no error if that
// channel has ended already.
//
// Asterisk may optimize a Local channel away once both sides talk, unless it was
// called with /n at the end, and then the call goes on without the ChannelID. Hangup ends the
// channel that has taken its place. It knows that one from the events that are kept
// for [Origination.Progress]. If they are not kept any more it hangs nothing up, and
// the error is [ErrNoSuchChannel] and names a channel of the call that is still there.
func (o *Origination) Hangup(ctx context.Context) error {
	for {
		if _, over := o.legs.now(); over || o.hasEnded() {
			return nil
		}
		appeared := o.isThere()
		err := o.tryHangup(ctx, o.id)
		if !errors.Is(err, ErrNoSuchChannel) {
			return err
		}
		if appeared {
			return o.hangUpSuccessor(ctx)
		}
		select {
		case <-o.appeared:
		case <-o.done:
			if o.outcome.Result == ResultUnknown {
				return fmt.Errorf("ami: hang up call %s: %w", o.id, err)
			}
			return o.hangUpSuccessor(ctx)
		case <-ctx.Done():
			return fmt.Errorf("ami: hang up call %s: %w", o.id, session.Ended(ctx))
		}
	}
}

// tryHangup hangs up the channel with a Uniqueid.
func (o *Origination) tryHangup(ctx context.Context, id string) (err error) {
	o.hangups.begin()
	defer func() { o.hangups.end(err) }()
	// Asterisk looks a channel up by its name or its Uniqueid.
	_, err = o.session.Do(ctx, action.Hangup{Channel: id})
	return err
}

// hangUpSuccessor ends what goes on after the channel with the ChannelID, which is not
// there any more. The events that tell of that may be a moment late.
func (o *Origination) hangUpSuccessor(ctx context.Context) error {
	if !o.mayHaveSuccessor() {
		return nil
	}
	for range goneAfter {
		o.legs.catchUp(ctx)
		switch id, over := o.legs.now(); {
		case over:
			return nil
		case id != "" && id != o.id:
			if err := o.tryHangup(ctx, id); !errors.Is(err, ErrNoSuchChannel) {
				return err
			}
			return nil
		}
		<-time.After(goneProbe)
	}
	return o.lookForOthers(ctx)
}

// mayHaveSuccessor reports whether the first channel was an answered Local one: only those
// are optimized away.
func (o *Origination) mayHaveSuccessor() bool {
	return o.isDone() && o.outcome.Answered() && strings.HasPrefix(o.outcome.Channel, "Local/")
}

// lookForOthers returns an error if there are channels that the call led to. Which of
// them is the first leg nobody can know, and others may talk with them by now, as in a
// conference: so none is hung up.
func (o *Origination) lookForOthers(ctx context.Context) error {
	channels, err := List(ctx, o.session, action.Status{})
	if err != nil {
		return fmt.Errorf("ami: hang up call %s: its Local channel has gone, and what goes on can't be listed: %w", o.id, err)
	}
	for _, c := range channels {
		if c.LinkedID == o.id {
			return fmt.Errorf("ami: hang up call %s: its Local channel was optimized away, and other channels of the call are there, as %s: %w",
				o.id, show.Text(c.Channel), ErrNoSuchChannel)
		}
	}
	return nil
}
