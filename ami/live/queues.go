package live

import (
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// PartQueues is the queues of app_queue with their members and callers. The part of channels comes with it. It needs read=agent
// and all that channels need; the lists any user may run.
const PartQueues PartName = "queues"

var queuesDesign = design{
	name:     PartQueues,
	channels: true,
	keeper:   func(limit int) keeper { return newQueues(limit) },
	events: event.Or(event.Of[event.QueueMemberAdded](), event.Of[event.QueueMemberRemoved](), event.Of[event.QueueMemberPause](),
		event.Of[event.QueueMemberPenalty](), event.Of[event.QueueMemberRingInUse](), event.Of[event.QueueMemberStatus](),
		event.Of[event.QueueCallerJoin](), event.Of[event.QueueCallerLeave](), event.Of[event.QueueCallerAbandon](),
		event.Of[event.AgentCalled](), event.Of[event.AgentConnect](), event.Of[event.AgentComplete](), event.Of[event.AgentRingNoAnswer](),
		event.Of[event.AgentDump](), event.Of[event.LocalOptimizationBegin](), event.Of[event.DialEnd](), event.Of[event.Newexten](), event.Of[event.DeviceStateChange](), event.Of[event.QueueEntry]()),
	class:  action.ClassAgent,
	lists:  []action.Action{action.QueueStatus{}},
	needs:  "every user may run it, if Asterisk has app_queue.so",
	reload: modules("app_queue"),
	late: "priorities of callers, Asterisk's own counters and settings of queues; queues and members that QueueReload has removed, " +
		"or brought back as they were",
	also:     action.ClassDialplan,
	alsoLate: "that a caller who waits was redirected: without read=dialplan no event tells",
}

// queues keeps the part: what is shown, and beside it which member is called for whom, and talks to whom.
type queues struct {
	queues  *shelf[Queue]
	members *shelf[QueueMember]
	callers *shelf[QueueCaller]
	rosters table[roster]

	records map[memberID]*memberRecord
	waiting map[string]*callerRecord // by the Uniqueid of their channels
	rings   map[string]*link         // by the Uniqueid of the member's channel
	talks   map[string]*link         // the same
	talkers map[string]*link         // talks by the Uniqueid of the caller's channel

	wrapup  func(queue string) (time.Duration, bool) // nil for not known
	missing map[string]bool                          // devices of members that there are not, so far
	lost    bool                                     // events, before the lists that run
	synced  bool                                     // lists have ended
	unread  bool                                     // one of their items could not be read, in the place of any
}

type memberID struct{ queue, iface string }

// memberRecord is what is known of a member beside what is shown.
type memberRecord struct {
	key    string
	own    time.Duration // its wrap-up, 0 for the queue's
	told   time.Time     // LastCall as Asterisk has told it last
	listed bool          // a list says that it is in a call, and not with whom
	ended  uint64        // the generation in which a talk ended last
	rings  []*link
	talks  []*link
}

// callerRecord is what is known of a caller beside what is shown.
type callerRecord struct {
	id, key, queue string
	rings          []*link
}

func newQueues(limit int) *queues {
	return &queues{
		queues:  newShelf(limit, func(q *Queue) string { return q.Name }, (*Queue).same),
		members: newShelf(limit, func(m *QueueMember) string { return m.key }, (*QueueMember).same),
		callers: newShelf(limit, func(c *QueueCaller) string { return c.key }, func(a, b *QueueCaller) bool { return *a == *b }),
		rosters: newTable(func(r *roster) string { return r.queue }),
		records: make(map[memberID]*memberRecord),
		waiting: make(map[string]*callerRecord),
		rings:   make(map[string]*link),
		talks:   make(map[string]*link),
		talkers: make(map[string]*link),
		missing: make(map[string]bool),
	}
}

func (q *queues) take(s *state, ev event.Event) {
	switch e := ev.(type) {
	case event.QueueParams:
		q.listsQueue(s, &e)
	case event.QueueMember:
		q.listsMember(s, &e)
	case event.QueueEntry:
		q.listsCaller(s, &e)
	case event.QueueCallerJoin:
		q.joins(s, &e)
	case event.QueueCallerLeave:
		q.leaves(s, &e)
	case event.QueueCallerAbandon:
		q.abandons(s, &e)
	case event.AgentCalled:
		q.rung(s, &e)
	case event.AgentConnect:
		q.connects(s, &e)
	case event.AgentComplete:
		q.completes(s, &e)
	case event.AgentRingNoAnswer:
		q.unanswered(s, &e)
	case event.AgentDump:
		q.stopsRinging(s, &e.Dest)
	case event.DialEnd:
		q.stopsRinging(s, &e.Dest)
	case event.LocalOptimizationBegin:
		q.optimizes(s, &e)
	case event.Newexten:
		q.executes(s, &e)
	case event.DeviceStateChange:
		q.device(s, &e)
	case event.Gap:
		q.lost = true
	default:
		q.takeMember(s, ev)
	}
}

// queue returns a queue to be written to, a new one if need be; nil if it does not fit.
func (q *queues) queue(s *state, name string) *Queue {
	d := q.queues.touch(s, name)
	if d != nil && d.Name == "" {
		d.Name, d.Counts.Since = name, s.at
	}
	return d
}

// device takes that a device has changed that app_queue makes of a queue, or of a member of one. If there is no such, it
// was made without an event of its own: by QueueReload, or because it is kept in a database.
func (q *queues) device(s *state, e *event.DeviceStateChange) {
	name, ok := strings.CutPrefix(e.Device, "Queue:")
	if !ok || s.doubt || isItem(e) || q.queues.now(name) != nil {
		return
	}
	if queue, ok := strings.CutSuffix(name, "_avail"); ok {
		if q.queues.now(queue) == nil {
			s.want(PartQueues)
		}
		return
	}
	const middle = "_pause_"
	lacks := false
	for at := 0; ; at += len(middle) {
		i := strings.Index(name[at:], middle)
		if i < 0 {
			break
		}
		at += i
		if queue, iface := name[:at], name[at+len(middle):]; q.queues.now(queue) != nil {
			if q.records[memberID{queue, iface}] != nil || e.State == asterisk.DeviceNotInUse && q.members.gone.has(memberKey(queue, iface)) {
				return // it is there, or was paused and has gone
			}
			lacks = true
		}
	}
	if lacks && len(q.missing) < maxMissing { // QueueMemberAdded comes after it, if it comes
		q.missing[e.Device] = true
		s.mayWant(PartQueues)
	}
}

const maxMissing = 1000

// found takes that a member is there after all.
func (q *queues) found(s *state, id memberID) {
	if len(q.missing) == 0 {
		return
	}
	delete(q.missing, "Queue:"+id.queue+"_pause_"+id.iface)
	if len(q.missing) == 0 {
		s.unwant(PartQueues)
	}
}

// attend takes what has become of channels.
func (q *queues) attend(s *state) {
	for _, l := range s.touched.legs {
		q.follow(s, l)
	}
}

// commit shows what has changed, what has become of channels included.
func (q *queues) commit(s *state) {
	q.attend(s)
	for _, e := range q.members.touched {
		if e.gone == (e.shown != nil) {
			q.enroll(e)
		}
	}
	q.queues.commit(s)
	q.members.commit(s)
	q.callers.commit(s)
}

// enroll takes a member that comes or goes into account.
func (q *queues) enroll(e *entry[QueueMember]) {
	of := &roster{queue: e.draft.Queue}
	if now, ok := q.rosters.get(of.queue); ok {
		of.members = now.members
	}
	i, there := slices.BinarySearch(of.members, e.key)
	switch {
	case e.gone && there:
		of.members = slices.Delete(slices.Clone(of.members), i, i+1)
	case !e.gone && !there:
		of.members = slices.Insert(slices.Clone(of.members), i, e.key)
	}
	if len(of.members) == 0 {
		q.rosters.drop(of.queue)
		return
	}
	q.rosters.put(of)
}

func (q *queues) show(v *View) {
	v.queues, v.members, v.callers, v.rosters = q.queues.picture(), q.members.picture(), q.callers.picture(), q.rosters.picture()
}

func (q *queues) exceeded() bool {
	return q.queues.exceeded() || q.members.exceeded() || q.callers.exceeded()
}

func (q *queues) hasRoom() bool {
	return q.queues.hasRoom() && q.members.hasRoom() && q.callers.hasRoom()
}
