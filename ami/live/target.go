package live

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// checkID refuses what is no Uniqueid. Asterisk looks a channel up by its name first and by its Uniqueid then. The names
// of channels, which are used again, all have a slash, as patterns for many channels do.
func checkID(uniqueID string) error {
	switch {
	case uniqueID == "":
		return fmt.Errorf("live: %w: the Uniqueid of the channel is empty", ami.ErrInvalid)
	case strings.Contains(uniqueID, "/"):
		return fmt.Errorf("live: %w: %s is no Uniqueid: want that of the channel, not its name", ami.ErrInvalid, show.Text(uniqueID))
	}
	return nil
}

// target makes sure that a command for a Uniqueid hits the channel that the model shows under it. Asterisk never gives
// a Uniqueid twice, so only that of a channel which is doubtful may be another's: then Asterisk is asked which name it has.
func (m *Model) target(ctx context.Context, uniqueID string) error {
	if err := checkID(uniqueID); err != nil {
		return err
	}
	c, ok := m.Channel(uniqueID)
	if !ok || !c.Doubtful {
		return nil
	}
	name, err := ami.Ask(ctx, m.session, action.Getvar{Channel: uniqueID, Variable: "CHANNEL(name)"})
	switch {
	case err != nil:
		return unasked("which channel has the Uniqueid of "+show.Text(c.Name), err)
	case name != c.Name:
		return fmt.Errorf("live: %w: %s has another Uniqueid than %s, which somebody has written", ami.ErrNoSuchChannel, show.Text(c.Name), show.Text(uniqueID))
	}
	return nil
}

// unasked is the error of a command that was not sent because a question before it has failed.
func unasked(what string, err error) error {
	if refusal := (*ami.Error)(nil); errors.As(err, &refusal) {
		return fmt.Errorf("live: %s is not known: %w", what, err)
	}
	return fmt.Errorf("live: %w: %s is not known: %v", ami.ErrNotSent, what, err) // whatever became of the question
}

// command runs an action on channels with these Uniqueids. A model that has ended runs none, for it knows of no doubt any more.
func (m *Model) command(ctx context.Context, a action.Action, uniqueIDs ...string) error {
	if err := m.Err(); err != nil {
		return fmt.Errorf("%w: %w", ami.ErrNotSent, err)
	}
	for _, id := range uniqueIDs {
		if err := m.target(ctx, id); err != nil {
			return err
		}
	}
	_, err := m.session.Do(ctx, a)
	return err
}
