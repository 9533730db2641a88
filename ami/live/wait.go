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
// a half of a Local channel it is the Call that both halves are in. For a channel that is in no Call, as an agent's who
// waits for callers, it waits until ctx ends; a session that is away makes it wait, too.
//
// The error is [ami.ErrNoSuchChannel] if Asterisk has no such channel and no event of one has come within two seconds; it says
// what is missing if the model can't see channels. It is [ami.ErrInvalid] for what is no Uniqueid: Env.UniqueID is empty where a
// caller's text has put it in doubt, and Session.Variable with UNIQUEID tells then what it is.
//
// The Call is a picture of this moment: [Model.Subscribe] with its ID tells what becomes of it, also after the AGI session.
func (m *Model) Wait(ctx context.Context, uniqueID string) (*Call, error) {
	if err := checkID(uniqueID); err != nil {
		return nil, err
	}
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

// look returns why no event of a channel will come: there is no such channel, and none has been heard of for a while after
// that answer, or the model has no room for it. It is nil once ctx has ended.
func (m *Model) look(ctx context.Context, uniqueID string) error {
	_, err := ami.Ask(ctx, m.session, action.Getvar{Channel: uniqueID, Variable: "CHANNEL(name)"})
	if errors.Is(err, ami.ErrPermissionDenied) {
		if err = m.Refresh(ctx, PartChannels); err == nil { // and it is not in the View
			err = ami.ErrNoSuchChannel
		}
	}
	var late <-chan time.Time
	switch {
	case errors.Is(err, ami.ErrNoSuchChannel):
		timer := time.NewTimer(lateEvents)
		defer timer.Stop()
		late = timer.C
	case err == nil && m.isFull():
		return fmt.Errorf("live: channel %s can't be seen: %s", show.Text(uniqueID), missingRoom)
	}
	select {
	case <-late:
		return fmt.Errorf("live: channel %s: %w", show.Text(uniqueID), ami.ErrNoSuchChannel)
	case <-ctx.Done():
		return nil
	}
}

// isFull reports whether channels, bridges or Calls were left out.
func (m *Model) isFull() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.limits.exceeded
}

// callOf returns the Call of a channel, nil while there is none, and an error if the model can't see channels.
func (m *Model) callOf(uniqueID string) (*Call, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.state
	if m.err == nil && (s.absent || s.blind) {
		return nil, m.cannotSee()
	}
	for _, legs := range [...]map[string]*leg{s.legs, s.past} {
		if l := legs[uniqueID]; l != nil && l.call != nil && l.call.shown != nil {
			return l.call.shown, nil
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
