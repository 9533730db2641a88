package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// ByRole is a Policy by [User.Role]: [Agent], [Supervisor] and [Wallboard] have their Rights, and any other role is an error. It is
// something to begin with: no role may dial any number, record or listen until a Policy of your own adds it:
//
//	func(ctx context.Context, user gateway.User) (gateway.Rights, error) {
//		rights, err := gateway.ByRole(ctx, user)
//		rights.Dial.Allow = []string{"1XX", "+49."}
//		return rights, err
//	}
func ByRole(_ context.Context, user User) (Rights, error) {
	switch user.Role {
	case "agent":
		return Agent(user), nil
	case "supervisor":
		return Supervisor(user), nil
	case "wallboard":
		return Wallboard(user), nil
	}
	return Rights{}, fmt.Errorf("gateway: by role: there is no role %s", show.Text(user.Role))
}

// Agent are the Rights of who answers calls: User.Devices with what a phone does, and User.Queues, to which they may be added, with all
// callers who wait, of which they are told twice a second. Parked calls are seen only by who has parked them, unless ParkingLots are added.
func Agent(user User) Rights {
	return Rights{
		Own:           user.Devices,
		Queues:        user.Queues,
		QueueInterval: 500 * time.Millisecond,
		Actions: []message.Name{message.NameDial, message.NameAnswer, message.NameHangup, message.NameTransfer, message.NameConsult, message.NamePark,
			message.NameRetrieve, message.NamePickup, message.NamePause, message.NameLogin, message.NameLogout, message.NamePauseRecording, message.NameNote},
	}
}

// Supervisor are the Rights of who looks after others: those of [Agent], and User.Team with its calls, which may be picked up, and
// its members of queues, which may be paused, added and removed.
func Supervisor(user User) Rights {
	rights := Agent(user)
	rights.Devices = user.Team
	rights.Others = []message.Name{message.NamePickup, message.NamePause, message.NameLogin, message.NameLogout, message.NameNote}
	return rights
}

// Wallboard are the Rights of a screen on the wall: the figures and members of User.Queues four times a second, who waits without number and
// name, and nothing to do.
func Wallboard(user User) Rights {
	return Rights{Queues: user.Queues, Hide: []string{"caller.number", "caller.name"}, Interval: 250 * time.Millisecond}
}
