package live

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// View is all objects of a model at one moment. It does not change, may be read by
// any goroutine, and costs next to nothing to take: keep it as long as you like.
type View struct {
	server   *Server
	channels table[Channel]
	bridges  table[Bridge]
	calls    table[Call]
	devices  table[Device]

	conferences  table[Conference]
	participants table[Participant]
	parkingLots  table[ParkingLot]
	parkedCalls  table[ParkedCall]

	queues  table[Queue]
	members table[QueueMember]
	callers table[QueueCaller]
	rosters table[roster]

	extensions table[Extension]
	presences  table[Presence]
	contacts   table[Contact]
	agents     table[Agent]
	mailboxes  table[Mailbox]
}

// Server returns the PBX, and whether the View is what it is now; never nil.
func (v *View) Server() *Server { return v.server }

// Channel returns the channel with that Uniqueid; false if there is none.
func (v *View) Channel(uniqueID string) (*Channel, bool) { return v.channels.get(uniqueID) }

// Bridge returns the bridge with that ID; false if there is none.
func (v *View) Bridge(id string) (*Bridge, bool) { return v.bridges.get(id) }

// Call returns the call with that ID, which may have ended; false if there is none.
func (v *View) Call(id string) (*Call, bool) { return v.calls.get(id) }

// Channels yields the channels that live, in no order.
func (v *View) Channels() iter.Seq[*Channel] { return v.channels.all() }

// Bridges yields the bridges, in no order.
func (v *View) Bridges() iter.Seq[*Bridge] { return v.bridges.all() }

// Calls yields the calls, in no order: those that live, and those that have ended a
// while ago. [Call.Live] tells which.
func (v *View) Calls() iter.Seq[*Call] { return v.calls.all() }

// Device returns the device with that name; false if there is none.
func (v *View) Device(name string) (*Device, bool) { return v.devices.get(name) }

// Devices yields the devices, in no order.
func (v *View) Devices() iter.Seq[*Device] { return v.devices.all() }

// Conference returns the conference with that name; false if there is none.
func (v *View) Conference(name string) (*Conference, bool) { return v.conferences.get(name) }

// Conferences yields the conferences, in no order.
func (v *View) Conferences() iter.Seq[*Conference] { return v.conferences.all() }

// Participant returns what a channel with that Uniqueid is in a conference; false if it is in none.
func (v *View) Participant(uniqueID string) (*Participant, bool) { return v.participants.get(uniqueID) }

// Participants yields the participants of all conferences, in no order. Those of one are [Conference.Participants].
func (v *View) Participants() iter.Seq[*Participant] { return v.participants.all() }

// ParkingLot returns the parking lot with that name; false if there is none.
func (v *View) ParkingLot(name string) (*ParkingLot, bool) { return v.parkingLots.get(name) }

// ParkingLots yields the parking lots, in no order.
func (v *View) ParkingLots() iter.Seq[*ParkingLot] { return v.parkingLots.all() }

// ParkedCall returns how the channel with that Uniqueid is parked; false if it is not.
func (v *View) ParkedCall(uniqueID string) (*ParkedCall, bool) { return v.parkedCalls.get(uniqueID) }

// ParkedCalls yields the calls that are parked, in no order.
func (v *View) ParkedCalls() iter.Seq[*ParkedCall] { return v.parkedCalls.all() }

// Extension returns the extension of a context; false if it has no hint, or nobody has asked for it.
func (v *View) Extension(exten, context string) (*Extension, bool) {
	return v.extensions.get(exten + "@" + context)
}

// Extensions yields the extensions that have a hint, in no order.
func (v *View) Extensions() iter.Seq[*Extension] { return v.extensions.all() }

// Presence returns the presence of somebody, as of CustomPresence:100; false if there is none.
func (v *View) Presence(presentity string) (*Presence, bool) { return v.presences.get(presentity) }

// Presences yields the presence states, in no order.
func (v *View) Presences() iter.Seq[*Presence] { return v.presences.all() }

// Contact returns the contact of an AOR with that URI; false if there is none.
func (v *View) Contact(aor, uri string) (*Contact, bool) { return v.contacts.get(aor + "/" + uri) }

// Contacts yields the contacts of PJSIP, in no order.
func (v *View) Contacts() iter.Seq[*Contact] { return v.contacts.all() }

// Agent returns the agent with that ID; false if there is none.
func (v *View) Agent(id string) (*Agent, bool) { return v.agents.get(id) }

// Agents yields the agents, in no order.
func (v *View) Agents() iter.Seq[*Agent] { return v.agents.all() }

// Mailbox returns the mailbox with that name, as 100@default; false if there is none.
func (v *View) Mailbox(name string) (*Mailbox, bool) { return v.mailboxes.get(name) }

// Mailboxes yields the mailboxes, in no order.
func (v *View) Mailboxes() iter.Seq[*Mailbox] { return v.mailboxes.all() }

// String says how much there is.
func (v *View) String() string {
	return fmt.Sprintf("%d channels, %d bridges, %d calls", v.channels.size, v.bridges.size, v.calls.size)
}

// MarshalJSON writes {"Server":{...},"Channels":[...],"Bridges":[...],...}, each list sorted by its key. A
// part that is absent, or not wanted, is left out.
func (v *View) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Server   *Server
		Channels []*Channel `json:",omitzero"`
		Bridges  []*Bridge  `json:",omitzero"`
		Calls    []*Call    `json:",omitzero"`
		Devices  []*Device  `json:",omitzero"`

		Conferences  []*Conference  `json:",omitzero"`
		Participants []*Participant `json:",omitzero"`
		ParkingLots  []*ParkingLot  `json:",omitzero"`
		ParkedCalls  []*ParkedCall  `json:",omitzero"`

		Queues       []*Queue       `json:",omitzero"`
		QueueMembers []*QueueMember `json:",omitzero"`
		QueueCallers []*QueueCaller `json:",omitzero"`

		Extensions []*Extension `json:",omitzero"`
		Presences  []*Presence  `json:",omitzero"`
		Contacts   []*Contact   `json:",omitzero"`
		Agents     []*Agent     `json:",omitzero"`
		Mailboxes  []*Mailbox   `json:",omitzero"`
	}{v.server, v.channels.sorted(), v.bridges.sorted(), v.calls.sorted(), v.devices.sorted(),
		v.conferences.sorted(), v.participants.sorted(), v.parkingLots.sorted(), v.parkedCalls.sorted(),
		v.queues.sorted(), v.members.sorted(), v.callers.sorted(),
		v.extensions.sorted(), v.presences.sorted(), v.contacts.sorted(), v.agents.sorted(), v.mailboxes.sorted()})
}

// sorted returns the objects by their keys; nil only of a table that is not there.
func (t *table[T]) sorted() []*T {
	if len(t.pages) == 0 {
		return nil
	}
	return slices.AppendSeq(make([]*T, 0, t.size), slices.Values(slices.SortedFunc(t.all(), func(a, b *T) int { return cmp.Compare(t.key(a), t.key(b)) })))
}

// view is the picture of now.
func (s *state) view() *View {
	v := &View{server: s.server}
	if !s.blind && !s.absent {
		v.channels, v.bridges, v.calls = s.channels.picture(), s.bridges.picture(), s.calls.picture()
	}
	for _, k := range s.kept {
		if k.isShown() && k.synced {
			k.show(v)
		}
	}
	return v
}
