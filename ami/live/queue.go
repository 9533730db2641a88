package live

import (
	"slices"
	"strconv"
	"time"
)

// Queue is a queue of app_queue. It is a picture of one moment: do not write to it. Durations are nanoseconds in JSON.
//
// Callers and Counts are kept true by events; the rest only lists tell, and is as old as [Part.Listed] of
// [PartQueues] says. https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/QueueParams/
// describes it.
type Queue struct {
	Name string // its key
	// Callers are the Uniqueids of the channels that wait, in their order: the first is served first. The View has
	// a [QueueCaller] of each.
	Callers []string `json:",omitempty"`
	// Counts is what the model has counted itself. Asterisk's own counters, as Completed, begin anew with QueueReset
	// and with a restart.
	Counts QueueCounts

	Strategy          string        `json:",omitempty"` // which member is called: ringall, leastrecent, ...
	Max               int           `json:",omitempty"` // callers that may wait; 0 for no limit
	Weight            int           `json:",omitempty"` // queues with a higher one are served first
	ServiceLevel      time.Duration `json:",omitempty"` // time within which calls shall be answered
	HoldTime          time.Duration `json:",omitempty"` // average time that callers waited
	TalkTime          time.Duration `json:",omitempty"` // average time that members talked
	Completed         int           `json:",omitempty"` // calls that members took
	Abandoned         int           `json:",omitempty"` // callers who gave up
	ServiceLevelPerf  float64       `json:",omitempty"` // percent of the calls that were answered within ServiceLevel
	ServiceLevelPerf2 float64       `json:",omitempty"` // the same, callers who gave up included
}

// QueueCounts is how often something has happened in a queue since the model has known it.
type QueueCounts struct {
	Since        time.Time     // when the model began to count
	Joined       int           `json:",omitempty"` // callers who came
	Answered     int           `json:",omitempty"` // callers who were connected to a member
	Abandoned    int           `json:",omitempty"` // callers who hung up, or waited too long
	Completed    int           `json:",omitempty"` // talks that have ended
	RingNoAnswer int           `json:",omitempty"` // calls to a member that nobody took
	HoldTime     time.Duration `json:",omitempty"` // that those who were answered have waited, in all
	TalkTime     time.Duration `json:",omitempty"` // of the talks that have ended, in all
	// Incomplete: events were lost meanwhile, so that it may have been more.
	Incomplete bool `json:",omitempty"`
}

// String is the queue in one line.
func (q *Queue) String() string {
	l := newLine("queue", q.Name)
	l.add("Strategy", q.Strategy)
	l.add("Callers", strconv.Itoa(len(q.Callers)))
	return l.String()
}

// Position is the place in the queue of the channel with that Uniqueid, from 1; 0 if it does not wait there.
func (q *Queue) Position(uniqueID string) int { return slices.Index(q.Callers, uniqueID) + 1 }

func (q *Queue) objectName() string        { return "queue" }
func (q *Queue) subscribedBy() objectKey   { return objectKey{"queue", q.Name} }
func (q *Queue) changed(by *change) Change { return changed(q, by) }

// same reports whether nothing differs.
func (q *Queue) same(b *Queue) bool {
	return q.Name == b.Name && q.Counts == b.Counts && q.Strategy == b.Strategy && q.Max == b.Max && q.Weight == b.Weight &&
		q.ServiceLevel == b.ServiceLevel && q.HoldTime == b.HoldTime && q.TalkTime == b.TalkTime && q.Completed == b.Completed &&
		q.Abandoned == b.Abandoned && q.ServiceLevelPerf == b.ServiceLevelPerf && q.ServiceLevelPerf2 == b.ServiceLevelPerf2 &&
		slices.Equal(q.Callers, b.Callers)
}
