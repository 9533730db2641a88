package live

import (
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go"
)

// QueueMember is who may answer the calls of a queue; a person in three queues is three of them. It is a picture of
// one moment: do not write to it. Durations are nanoseconds in JSON.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/QueueMemberStatus/ describes what Asterisk tells.
type QueueMember struct {
	Queue     string // with Interface its key
	Interface string // what is dialled to reach the member, as PJSIP/101

	Name           string `json:",omitempty"`
	StateInterface string `json:",omitempty"` // the device whose state is Status
	Membership     string `json:",omitempty"` // static, dynamic or realtime; lists call a realtime member static until an event of it has come
	Penalty        int    `json:",omitempty"` // members with a lower one are called first
	Status         asterisk.DeviceState
	Paused         bool      `json:",omitempty"`
	PausedReason   string    `json:",omitempty"`
	LastPause      time.Time `json:",omitzero"` // when the last pause began; by Asterisk's clock, as the next two
	LoginTime      time.Time `json:",omitzero"` // when the member was added
	LastCall       time.Time `json:",omitzero"` // when the last call ended: as a list or the last event says, else when the model saw it end
	// CallsTaken is how many calls the member took: as the last list says, or the last event about the member.
	CallsTaken int `json:",omitempty"`
	// RingInUse: the member is also called while in use. No list tells it: without RingInUseKnown it is not known.
	RingInUse      bool `json:",omitempty"`
	RingInUseKnown bool `json:",omitempty"`

	// RingingFor are the Uniqueids of the callers for whom the member is called now. Of calls that began before the
	// model, or while events were lost, nobody tells it.
	RingingFor []string `json:",omitempty"`
	// InCall: the member talks to a caller of the queue. TalkingTo are the Uniqueids of those callers, as far as they
	// are known: of a talk that began before the model, or while events were lost, it is not. QueueStatus has an InCall
	// of its own, which ends early where a Local channel is optimized away, or another talk of the member ends.
	InCall    bool     `json:",omitempty"`
	TalkingTo []string `json:",omitempty"`

	// WrapupTime is the pause after each call: the member's own, or else the queue's, which only [Config.WrapupTime]
	// or the file queues.conf tells. Without WrapupTimeKnown it is not known.
	WrapupTime      time.Duration `json:",omitempty"`
	WrapupTimeKnown bool          `json:",omitempty"`

	key string // in tables
}

// Of Membership, what a list can't tell apart.
const (
	membershipStatic   = "static"
	membershipRealtime = "realtime"
)

// Free reports whether the member could take a call at that time and does nothing else: it is not paused, its device is
// idle, and it is neither called, nor in a call, nor in the pause after one. A pause that is not known counts as none.
func (m *QueueMember) Free(at time.Time) bool {
	until, _ := m.WrapupUntil()
	idle := m.Status == asterisk.DeviceNotInUse || m.Status == asterisk.DeviceUnknown // as app_queue has it
	return idle && !m.Paused && !m.InCall && len(m.RingingFor) == 0 && !at.Before(until)
}

// WrapupUntil is the end of the pause after the last call, which may have passed; zero if there was no call, or there
// is no pause. It is false if the length of the pause is not known.
func (m *QueueMember) WrapupUntil() (until time.Time, known bool) {
	if m.WrapupTime > 0 && !m.LastCall.IsZero() {
		until = m.LastCall.Add(m.WrapupTime)
	}
	return until, m.WrapupTimeKnown
}

// String is the member in one line.
func (m *QueueMember) String() string {
	l := newLine("queue member", m.Interface)
	l.add("Queue", m.Queue)
	l.add("Name", m.Name)
	l.add("Status", m.Status.String())
	l.mark(m.Paused, "paused")
	l.mark(len(m.RingingFor) > 0, "ringing")
	l.mark(m.InCall, "in a call")
	return l.String()
}

func (m *QueueMember) objectName() string        { return "queueMember" }
func (m *QueueMember) subscribedBy() objectKey   { return objectKey{"queue", m.Queue} }
func (m *QueueMember) changed(by *change) Change { return changed(m, by) }

// same reports whether nothing differs.
func (m *QueueMember) same(b *QueueMember) bool {
	return m.Queue == b.Queue && m.Interface == b.Interface && m.Name == b.Name && m.StateInterface == b.StateInterface &&
		m.Membership == b.Membership && m.Penalty == b.Penalty && m.Status == b.Status && m.Paused == b.Paused &&
		m.PausedReason == b.PausedReason && m.LastPause == b.LastPause && m.LoginTime == b.LoginTime && m.LastCall == b.LastCall &&
		m.CallsTaken == b.CallsTaken && m.RingInUse == b.RingInUse && m.RingInUseKnown == b.RingInUseKnown && m.InCall == b.InCall &&
		m.WrapupTime == b.WrapupTime && m.WrapupTimeKnown == b.WrapupTimeKnown &&
		slices.Equal(m.RingingFor, b.RingingFor) && slices.Equal(m.TalkingTo, b.TalkingTo)
}
