package live

import (
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// state is what is known of a PBX. It takes events, items of lists and answers, and
// yields changes and questions. It does no I/O, has no lock, and knows no time but
// that of events.
type state struct {
	limits limits
	server *Server // as it is shown
	asked  asked

	channels table[Channel] // as they are shown
	bridges  table[Bridge]
	calls    table[Call]

	legs     map[string]*leg        // those that live, by Uniqueid
	past     map[string]*leg        // those that have ended, by Uniqueid, while there is their Call
	names    map[string]*leg        // by the name that each has now
	pairs    map[event.Channel]*leg // by Uniqueid and each name that it has had
	rooms    map[string]*room       // by the bridge's ID
	threads  map[string]*call       // by Linkedid
	standing map[string]int         // Linkedids of agents' channels, which are no thread, and of how many channels
	agents   int                    // channels on which one is logged in
	finished []*call                // in the order in which they ended
	weight   int                    // bytes of those, by estimate
	ended    memory                 // of channels
	gone     memory                 // of bridges

	generation    uint64          // begins with a Gap and with a refresh
	syncing       bool            // from a Gap to Synced: not everything is known
	synced        bool            // there was a Synced with all channels
	lost          bool            // events were lost since
	blind         bool            // no events come, so that nothing would be kept true
	absent        bool            // the user may not list channels, so that there are none to be shown
	refused       bool            // and to ask again is in vain
	wantsChannels bool            // they are a part that is wanted
	lists         map[string]list // how each went last, by the action's name
	unplaced      []*leg          // found in a list, and in no Call so far

	contradictions []*leg     // of which a list after a loss of events has the name with another Uniqueid
	kept           []*kept    // the other parts
	wanted         []PartName // whose lists are to run, because of an event
	unsure         []PartName // whose lists are to run, unless an event comes at once that makes it needless
	wantedSpan     span       // when events asked for them

	follow       []action.Action // lists that run after the next Synced, which was sent before they began
	doubtfulList doubtfulList
	listens      bool         // it is not known of all classes whether their events come
	heard        action.Class // those of which one has come since, while it listens

	event     event.Event // that is applied
	at        time.Time   // when it was received
	doubt     bool        // it is not to be believed beyond its first keys
	synthetic bool        // what changes was found by a list
	ofNoPart  bool        // parts beside channels do not take the event, but may follow channels that it is about

	touched struct { // by the event that is applied
		legs  []*leg
		rooms []*room
		calls []*call
	}
	spare     *Channel // a draft that came to nothing
	spareCall *Call    // a picture that was as the one before
	noCall    Call     // in the place of the one before; nobody writes to it
	scratch   struct { // for the picture of a Call
		channels []string
		parties  []Party
		visits   []QueueVisit
	}
	changes   []change   // that nobody has taken yet
	questions []question // that nobody has asked yet
	waiting   int        // questions that were asked for and not answered
}

func newState(l limits) *state {
	s := &state{
		limits:   l,
		server:   &Server{State: ServerSyncing},
		channels: newTable(func(c *Channel) string { return c.UniqueID }),
		bridges:  newTable(func(b *Bridge) string { return b.ID }),
		calls:    newTable(func(c *Call) string { return c.ID }),
		legs:     make(map[string]*leg),
		past:     make(map[string]*leg),
		names:    make(map[string]*leg),
		pairs:    make(map[event.Channel]*leg),
		rooms:    make(map[string]*room),
		threads:  make(map[string]*call),
		standing: make(map[string]int),
		lists:    make(map[string]list),
		syncing:  true,
	}
	return s
}

// interest is the events of channels, bridges and calls.
var interest = event.Or(event.Of[event.Newchannel](), event.Of[event.Newstate](), event.Of[event.NewCallerID](),
	event.Of[event.NewConnectedLine](), event.Of[event.NewAccountCode](), event.Of[event.Newexten](), event.Of[event.Rename](),
	event.Of[event.HangupRequest](), event.Of[event.SoftHangupRequest](), event.Of[event.Hangup](),
	event.Of[event.DialBegin](), event.Of[event.DialState](), event.Of[event.DialEnd](), event.Of[event.Pickup](),
	event.Of[event.BridgeCreate](), event.Of[event.BridgeEnter](), event.Of[event.BridgeLeave](), event.Of[event.BridgeDestroy](),
	event.Of[event.Hold](), event.Of[event.Unhold](), event.Of[event.AgentLogin](), event.Of[event.AgentLogoff](),
	event.Of[event.MixMonitorStart](), event.Of[event.MixMonitorStop](), event.Of[event.MixMonitorMute](),
	event.Of[event.BlindTransfer](), event.Of[event.AttendedTransfer](), event.Of[event.QueueCallerJoin](),
	event.Of[event.QueueCallerLeave](), event.Of[event.QueueCallerAbandon](), event.Of[event.AgentConnect]())

// take applies an event. What comes of it is in changes and questions.
func (s *state) take(ev event.Event) {
	s.event, s.at = ev, ev.Received()
	s.doubt = ev.Doubt() != 0
	if s.listens && !s.doubt {
		s.hears(ev)
	}
	gap, synced := false, false
	switch e := ev.(type) {
	case event.Gap:
		gap = true
		s.misses(&e)
	case event.Connected:
		s.becomes(ServerSyncing, "")
	case event.Synced:
		synced = true
		s.notes(&e)
	}
	switch {
	case s.blind && gap:
		s.generation++
	case s.blind:
	case !s.absent:
		s.apply(ev)
	case gap: // the next login may have other rights
		s.absent, s.refused = false, false
		s.renew()
	}
	if len(s.kept) > 0 {
		s.keepers(ev)
	}
	if synced && len(s.follow) > 0 {
		s.renewParts(slices.Clone(s.follow), true)
		s.follow = nil
	}
	if synced && !s.isSyncing() {
		s.becomes(ServerCurrent, "")
	}
	s.commit()
}

func (s *state) apply(ev event.Event) {
	switch e := ev.(type) {
	case event.Newchannel:
		s.describes(&e.ChannelSnapshot)
	case event.Newstate:
		s.describes(&e.ChannelSnapshot)
	case event.NewCallerID:
		s.describes(&e.ChannelSnapshot)
	case event.NewConnectedLine:
		s.describes(&e.ChannelSnapshot)
	case event.NewAccountCode:
		s.describes(&e.ChannelSnapshot)
	case event.Newexten:
		s.executes(&e)
	case event.HangupRequest:
		if l := s.isToEnd(&e.ChannelSnapshot); l != nil {
			l.requested = true
			s.callOf(l)
		}
	case event.SoftHangupRequest:
		s.isToEnd(&e.ChannelSnapshot)
	case event.Hold:
		s.holds(&e.ChannelSnapshot, true)
	case event.Unhold:
		s.holds(&e.ChannelSnapshot, false)
	case event.Rename:
		s.renames(&e)
	case event.Hangup:
		s.hangsUp(&e)
	case event.BridgeCreate:
		s.room(&e.BridgeSnapshot)
	case event.BridgeEnter:
		s.enters(&e)
	case event.BridgeLeave:
		s.leaves(&e)
	case event.BridgeDestroy:
		s.destroysBridge(&e.BridgeSnapshot)
	default:
		s.applyOther(ev)
	}
}

// applyOther is the rest of apply.
func (s *state) applyOther(ev event.Event) {
	switch e := ev.(type) {
	case event.DialBegin:
		s.dials(&e)
	case event.DialState:
		s.describes(&e.ChannelSnapshot)
		s.describes(&e.Dest)
	case event.DialEnd:
		s.dialled(&e)
	case event.Pickup:
		s.picksUp(&e)
	case event.BlindTransfer:
		s.transfersBlind(&e)
	case event.AttendedTransfer:
		s.transfersAttended(&e)
	case event.QueueCallerJoin:
		s.joinsQueue(&e)
	case event.QueueCallerLeave:
		s.leavesQueue(&e)
	case event.QueueCallerAbandon:
		s.abandons(&e)
	case event.AgentConnect:
		s.connects(&e)
	case event.VarSet:
		s.sets(&e)
	case event.MixMonitorStart:
		s.beginsRecording(&e)
	case event.MixMonitorStop:
		s.endsRecording(&e)
	case event.MixMonitorMute:
		s.mutesRecordings(&e)
	case event.AgentLogin:
		s.agentLogsIn(&e)
	case event.AgentLogoff:
		s.agentLogsOff(&e)
	case event.Status:
		s.listsChannel(&e)
	case event.BridgeListItem:
		s.listsBridge(&e)
	case event.Gap:
		s.loses()
	case event.Synced:
		s.syncs(&e)
	}
}

// commit shows what the event has changed, each object once.
func (s *state) commit() {
	for _, l := range s.touched.legs {
		s.showLeg(l)
	}
	for _, r := range s.touched.rooms {
		s.showRoom(r)
	}
	for _, c := range s.touched.calls {
		s.showCall(c)
	}
	for _, k := range s.kept {
		k.commit(s)
	}
	clear(s.touched.legs)
	clear(s.touched.rooms)
	clear(s.touched.calls)
	s.touched.legs, s.touched.rooms, s.touched.calls = s.touched.legs[:0], s.touched.rooms[:0], s.touched.calls[:0]
	s.event, s.synthetic, s.ofNoPart = nil, false, false
}

// shows puts an object into its table, or takes it out if it has gone, and notes that for those who listen. Before is nil for
// one that was not shown so far.
func shows[T Object](s *state, t *table[T], before, after *T, gone bool) {
	kind := KindUpdated
	switch {
	case gone:
		kind = KindRemoved
		t.drop(t.key(before))
	case before == nil:
		kind = KindAdded
		fallthrough
	default:
		t.put(after)
	}
	s.changed(change{kind: kind, before: before, after: any(after).(object)})
}

// changed notes a change for those who listen.
func (s *state) changed(c change) {
	c.event, c.synthetic = s.event, s.synthetic
	s.changes = append(s.changes, c)
}

// memory remembers the last keys, a few thousand and up to twice as many, and the generation in which
// each was added; while it must, all.
type memory struct{ now, before map[string]uint64 }

const remembered = 4096

func (m *memory) add(key string, generation uint64, all bool) {
	if len(m.now) >= remembered && !all {
		m.now, m.before = nil, m.now
	}
	if m.now == nil {
		m.now = make(map[string]uint64)
	}
	m.now[key] = generation
}

func (m *memory) has(key string) bool {
	_, has := m.when(key)
	return has
}

// when returns the generation in which a key was added last.
func (m *memory) when(key string) (generation uint64, has bool) {
	now, isNow := m.now[key]
	before, isBefore := m.before[key]
	return max(now, before), isNow || isBefore
}

func (m *memory) remove(key string) {
	delete(m.now, key)
	delete(m.before, key)
}

// isOver reports whether a key is to be ignored. An event about what has ended is late; an item of a list is only if
// that ended since the list was asked for: of what ended before, the list knows better.
func (s *state) isOver(m *memory, key string) bool {
	generation, has := m.when(key)
	if !has {
		return false
	}
	if !s.synthetic || generation == s.generation {
		return true
	}
	m.remove(key)
	return false
}
