package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// boardInterval is how often a supervisor's page changes at most: four times a second.
const boardInterval = 250 * time.Millisecond

// policy says who sees and does what. Nobody listens in.
func (a *app) policy(_ context.Context, user gateway.User) (gateway.Rights, error) {
	own := []message.Name{
		message.NameAnswer, message.NameHangup, message.NameTransfer, message.NameConsult, message.NamePark, message.NameRetrieve,
		message.NamePickup, message.NamePause, message.NameLogin, message.NameLogout, message.NameRecord, message.NamePauseRecording, message.NameNote,
	}
	rights := gateway.Rights{
		Own: user.Devices, Devices: user.Team, Queues: user.Queues, Actions: own,
		Dial: gateway.Dial{Allow: a.config.Dial},
	}
	all := []gateway.Ref{{Server: a.config.PBX.Name, Name: gateway.All}}
	if len(a.config.Dial) > 0 {
		rights.Actions = append(rights.Actions, message.NameDial)
	}
	switch user.Role {
	case RoleAgent:
		rights.ParkingLots = all
		rights.Others = []message.Name{message.NamePickup, message.NameRetrieve}
	case RoleSupervisor:
		rights.ParkingLots, rights.Conferences = all, all
		rights.Others = []message.Name{message.NamePickup, message.NameRetrieve, message.NameHangup, message.NamePause, message.NameLogin, message.NameLogout}
		rights.Interval = boardInterval
	default:
		return gateway.Rights{}, fmt.Errorf("role %q", user.Role)
	}
	rights.Actions = a.able(rights.Actions)
	rights.Others = a.able(rights.Others)
	return rights, nil
}

// able leaves out what the PBX does not let us do.
func (a *app) able(names []message.Name) []message.Name {
	return slices.DeleteFunc(names, func(name message.Name) bool { return slices.Contains(a.never, name) })
}
