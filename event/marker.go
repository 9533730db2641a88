package event

import (
	"strconv"

	"github.com/asterisk-go/asterisk-go/transport"
)

// GapReason says why events are missing.
type GapReason string

const (
	// GapOverflow: the consumer was slower than the events, and the queue's limit was reached.
	GapOverflow GapReason = "overflow"
	// GapDisconnected: the connection was lost. What happened meanwhile is not known.
	GapDisconnected GapReason = "disconnected"
	// GapOversized: an event was longer than the reader's limit.
	GapOversized GapReason = "oversized"
)

// Gap stands in the stream exactly where events are missing. It passes every
// filter. What was learned from events before it may no longer be true. Gaps of
// one reason (GapOverflow or GapOversized) with nothing between them are merged into
// one: Missed counts all of them, and Sequence is that of the last missing event.
type Gap struct {
	Base
	Reason GapReason `json:"-"`
	// Missed is how many events that the filter matched are missing; -1 when
	// nobody can know.
	Missed int64 `json:"-"`
	// Err is why the connection was lost, nil for the other reasons.
	Err error `json:"-"`
}

// EventName is "Gap".
func (Gap) EventName() string { return "Gap" }

// Connected says that events come from a connection that was just made: after
// a [Gap] when there was one before. It passes every filter. Its Epoch is the
// new connection's.
type Connected struct {
	Base
	// Address is what was connected to, as it was configured.
	Address string `json:"-"`
}

// EventName is "Connected".
func (Connected) EventName() string { return "Connected" }

// Synced ends a snapshot, or the lists of ami.Refresh: what the lists gave, and the
// events after them, are now the whole picture of what they list. It passes every
// filter.
type Synced struct {
	Base
	// Err is the first error of the snapshot's lists; what they gave before
	// it is in the stream. Nil when all lists are complete.
	Err error `json:"-"`
	// Lists has the result of each list, in the order in which they were run.
	Lists []ListResult `json:"-"`

	serves uint64 // requests for lists that are answered with this one
	more   bool   // a gap before this one still asks for a snapshot
}

// ListResult is what became of a list of a snapshot.
type ListResult struct {
	// Action is the name of the action, as CoreShowChannels.
	Action string
	// Items is how many of its items are in the stream.
	Items int
	// Err is nil when the list is complete: also when Asterisk refused the
	// action because there is nothing to list. Otherwise it says why items are
	// missing. The last list may have the error of the wait that follows it,
	// for the events from before the lists.
	Err error
}

// EventName is "Synced".
func (Synced) EventName() string { return "Synced" }

// markerFields gives a marker fields like an event's, so that it logs and
// marshals like one.
func markerFields(name string, keyValues ...string) wire {
	var b transport.Builder
	b.Add("Event", name)
	for i := 0; i+1 < len(keyValues); i += 2 {
		if keyValues[i+1] != "" {
			b.Add(keyValues[i], oneLine(keyValues[i+1]))
		}
	}
	fields, _ := b.Fields() // nothing that oneLine leaves can be refused
	return wireOf(fields)
}

func newGap(base Base, reason GapReason, missed int64, err error) Gap {
	base.wire = markerFields("Gap", "Reason", string(reason), "Missed", strconv.FormatInt(missed, 10), "Error", errorText(err))
	return Gap{Base: base, Reason: reason, Missed: missed, Err: err}
}

func newConnected(base Base, address string) Connected {
	base.wire = markerFields("Connected", "Address", address)
	return Connected{Base: base, Address: address}
}

func newSynced(base Base, lists []ListResult) Synced {
	var first error
	for _, list := range lists {
		if first == nil {
			first = list.Err
		}
	}
	base.wire = markerFields("Synced", "Error", errorText(first))
	return Synced{Base: base, Err: first, Lists: lists}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// oneLine replaces what can't stand in a field.
func oneLine(text string) string {
	clean := []byte(text)
	for i, c := range clean {
		if c == '\r' || c == '\n' || c == 0 {
			clean[i] = ' '
		}
	}
	return string(clean)
}
