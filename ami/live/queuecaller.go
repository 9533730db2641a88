package live

import "time"

// QueueCaller is a channel that waits in a queue. It ends when it leaves: answered, given up, or for another reason,
// which the Call's [QueueVisit] tells. It is a picture of one moment: do not write to it.
// [Queue.Callers] has the order.
type QueueCaller struct {
	Queue    string // with UniqueID its key
	UniqueID string // of the channel

	Channel           string    // its name
	CallerIDNum       string    `json:",omitempty"`
	CallerIDName      string    `json:",omitempty"`
	ConnectedLineNum  string    `json:",omitempty"`
	ConnectedLineName string    `json:",omitempty"`
	Joined            time.Time // since when it waits, to the second if only a list tells
	// Priority: callers with a higher one are served first. Only lists tell it: it is as old as [Part.Listed].
	Priority int `json:",omitempty"`

	// Left is when it left; only of a caller that was removed. Abandoned: it hung up or waited too long, which Asterisk tells
	// alike; [QueueVisit] of its Call tells them apart.
	Left      time.Time `json:",omitzero"`
	Abandoned bool      `json:",omitempty"`
	// NotSeen: a list did not have it any more, so it has left, and nobody knows when and why.
	NotSeen bool `json:",omitempty"`

	key string // in tables
}

// String is the caller in one line.
func (c *QueueCaller) String() string {
	l := newLine("queue caller", c.Channel)
	l.add("Queue", c.Queue)
	l.add("Uniqueid", c.UniqueID)
	l.add("CallerIDNum", c.CallerIDNum)
	l.mark(c.Abandoned, "abandoned")
	l.mark(c.NotSeen, "not seen")
	return l.String()
}

func (c *QueueCaller) objectName() string        { return "queueCaller" }
func (c *QueueCaller) subscribedBy() objectKey   { return objectKey{"queue", c.Queue} }
func (c *QueueCaller) changed(by *change) Change { return changed(c, by) }
