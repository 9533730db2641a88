package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/ended"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// lateEvents is how long the events of a channel that Asterisk does not have (any more) may take.
const lateEvents = 2 * time.Second

// Wait returns the Call of the channel with that Uniqueid, as agi.Session.Env has it. An AGI session may begin before the
// model has heard of its channel: then Wait waits. Of a channel that has ended it returns the Call that it was in. Of
// a half of a Local channel it is the Call that both halves are in.
//
// The error is [ami.ErrNoSuchChannel] if Asterisk has no such channel and no event of one has come; it says what is missing if the
// model can't see channels. The Call is a picture of this moment: [Model.Subscribe] with its ID tells what becomes of it.
func (m *Model) Wait(ctx context.Context, uniqueID string) (*Call, error) {
	changes := m.Subscribe(&SubscribeConfig{Channels: []string{uniqueID}, Limit: 16})
	defer changes.Close()
	if c, err := m.callOf(uniqueID); c != nil || err != nil {
		return c, err
	}
	patient, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	gone := make(chan error, 1)
	// look ends with its question and the time after it, or with patient; Wait waits for it.
	go func() {
		err := m.look(patient, uniqueID)
		cancel(err)
		gone <- err
	}()
	c, err := m.awaitCall(patient, changes, uniqueID)
	cancel(nil)
	switch missing := <-gone; {
	case err == nil:
		return c, nil
	case ctx.Err() != nil:
		return nil, ended.Error(ctx)
	case missing != nil && m.Err() == nil:
		return nil, missing
	}
	return nil, err
}

// awaitCall waits for a channel to be in a Call.
func (m *Model) awaitCall(ctx context.Context, changes *Subscription, uniqueID string) (*Call, error) {
	for {
		if _, err := changes.Next(ctx); err != nil {
			return nil, err
		}
		if c, err := m.callOf(uniqueID); c != nil || err != nil {
			return c, err
		}
	}
}

// look returns an error if there is no such channel, and none has been heard of for a while after that answer. It is
// nil once ctx has ended.
func (m *Model) look(ctx context.Context, uniqueID string) error {
	_, err := ami.Ask(ctx, m.session, action.Getvar{Channel: uniqueID, Variable: "CHANNEL(name)"})
	if !errors.Is(err, ami.ErrNoSuchChannel) {
		<-ctx.Done()
		return nil
	}
	late := time.NewTimer(lateEvents)
	defer late.Stop()
	select {
	case <-late.C:
		return fmt.Errorf("live: channel %s: %w", show.Text(uniqueID), ami.ErrNoSuchChannel)
	case <-ctx.Done():
		return nil
	}
}

// callOf returns the Call of a channel, nil while there is none, and an error if the model can't see channels.
func (m *Model) callOf(uniqueID string) (*Call, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.state
	if m.err == nil && (s.absent || s.blind) {
		return nil, m.cannotSee()
	}
	if l := s.legs[uniqueID]; l != nil && l.call != nil && l.call.shown != nil {
		return l.call.shown, nil
	}
	if s.ended.has(uniqueID) {
		for _, c := range s.threads {
			for _, l := range c.legs {
				if l.id == uniqueID && c.shown != nil {
					return c.shown, nil
				}
			}
		}
	}
	return nil, nil
}

// cannotSee is the error of what needs channels; the caller holds mu.
func (m *Model) cannotSee() error {
	if !m.config.hasChannels() {
		return errors.New("live: channels can't be seen: Config.Parts does not have them")
	}
	return fmt.Errorf("live: channels can't be seen: %q", m.channelsPart(false).Missing)
}
