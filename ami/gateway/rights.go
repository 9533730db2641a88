package gateway

import (
	"context"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// Policy says what a user may see and do. It is asked when a user connects who is not connected yet, and by
// [Gateway.Reconsider]: not for each event. An error or a panic means nothing at all: the user is refused.
// It is called by any goroutine.
type Policy func(ctx context.Context, user User) (Rights, error)

// Rights is what a user may see and do. The zero value allows nothing. Users with the same Rights share what is made for them.
//
// Who may see a device sees the Device, the Parties that are it, and the Calls in which such a Party takes part, for as long
// as it does. Of the other Parties in these Calls nothing is seen but numbers and names, in With. A queue has its figures,
// Members and Callers, and no Parties. An object of a channel that is in doubt is seen by those alone who may see its device.
type Rights struct {
	Own         []Ref // the user's own devices: what Actions are for, and where calls are made from. They are seen, too
	Devices     []Ref
	Queues      []Ref
	Conferences []Ref
	ParkingLots []Ref

	Actions []message.Name // with Parties and Members of Own
	Others  []message.Name // with everybody else's that are seen
	Dial    Dial
	Stats   bool // figures of the gateway itself, by GET /stats

	// Hide are fields of objects that are left out, as call.did, party.recording or caller.number; a name without a kind is that field
	// of all kinds. New refuses one that there is not.
	Hide []string
	// ShowDigits is how many digits at the end of numbers are shown, and the others as bullets; 0 means all, and a negative one none.
	ShowDigits int
	// Interval is the least time between two Updates; 0 sends each change at once. Four a second are plenty for a wallboard.
	Interval time.Duration
	// QueueInterval is how long a change waits that is of a queue, its members or those who wait in it, and of no member that is an own
	// device: so long at least is between two Updates that tell of nothing else. All other changes are sent at once, and these with
	// them. 0 means that they do not wait. Without it each call in a queue makes a dozen Updates for everybody who may see the queue.
	QueueInterval time.Duration
}

// Dial is which numbers may be dialled, and transferred to. The zero value allows none: who may dial any number can
// dial the expensive ones, all night.
type Dial struct {
	// Allow are patterns as those of extensions in the dialplan, without the underscore: X is a digit, Z one of 1 to 9, N one of 2 to 9, [1-5]
	// one of these, . at the end one or more of any. A leading + stands for itself. 1XX allows 100 to 199.
	// https://docs.asterisk.org/Configuration/Dialplan/Pattern-Matching/
	Allow     []string
	PerMinute int // calls a user may make; 0 means 10
	PerDay    int // 0 means 500
}
