package live

import (
	"context"
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Pickup calls a phone, and connects it, when it has answered, with who calls a channel that rings. That channel then ends with
// the cause [asterisk.CauseAnsweredElsewhere]. The phone is the Channel of an Originate, which may have a CallerID, Variables
// and a Timeout; where it goes on is up to Pickup. The handle that it returns tells whether the phone has answered. If the other
// channel has been answered or has ended by then, the phone is hung up; if not, [Party].PickedUp names who rang.
//
// A channel that does not ring, as far as the model sees it, is an [ami.ErrInvalid]. Other errors are those of [Model.Hangup] and
// [ami.Originate]; then the phone does not ring. The user needs write=originate.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/Dialplan_Applications/PickupChan/
func (m *Model) Pickup(ctx context.Context, uniqueID string, phone action.Originate) (*ami.Origination, error) {
	switch err := m.target(ctx, uniqueID); {
	case err != nil:
		return nil, err
	case m.Err() != nil:
		return nil, fmt.Errorf("%w: %w", ami.ErrNotSent, m.Err())
	case strings.ContainsAny(uniqueID, "&,"):
		return nil, fmt.Errorf("live: pick up: %w: PickupChan would take %s for several channels", ami.ErrInvalid, show.Text(uniqueID))
	}
	if c, ok := m.Channel(uniqueID); ok && c.State == asterisk.ChannelUp {
		return nil, fmt.Errorf("live: pick up: %w: %s does not ring", ami.ErrInvalid, show.Text(c.Name))
	}
	phone.Context, phone.Exten, phone.Priority = "", "", 0
	phone.Application, phone.Data = "PickupChan", uniqueID
	return ami.Originate(ctx, m.session, phone)
}
