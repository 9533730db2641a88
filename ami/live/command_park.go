package live

import (
	"context"
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// ParkConfig adjusts [Model.Park]. The zero value and nil have the defaults.
type ParkConfig struct {
	// Parker is the UniqueID of the channel that hears in which place the other one is parked, and whose phone is called
	// when the time is over. If it is empty nobody hears the place, and Asterisk calls the phone of the one who was parked.
	Parker     string
	ParkingLot string        // empty for the channel's own, or the default
	Timeout    time.Duration // 0 for that of the lot
}

// Park takes a channel out of its call, and parks it. Errors are those of [Model.Hangup]; a lot that is full, or that there
// is not, is a refusal. The user needs write=call.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Park/
func (m *Model) Park(ctx context.Context, uniqueID string, config *ParkConfig) error {
	if config == nil {
		config = new(ParkConfig)
	}
	a := action.Park{Channel: uniqueID, ParkingLot: config.ParkingLot, Timeout: config.Timeout}
	if config.Parker == "" {
		return m.command(ctx, a, uniqueID)
	}
	if err := checkID(config.Parker); err != nil {
		return err
	}
	c, ok := m.Channel(config.Parker)
	if !ok {
		return fmt.Errorf("live: %w: %s, who parks", ami.ErrNoSuchChannel, show.Text(config.Parker))
	}
	a.AnnounceChannel, a.TimeoutChannel = c.UniqueID, c.Name // of the name Asterisk makes what it dials, also of a Uniqueid
	return m.command(ctx, a, uniqueID, c.UniqueID)
}
