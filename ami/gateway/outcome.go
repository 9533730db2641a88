package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

const (
	outcomeTime     = 10 * time.Minute // how long the Result of an Action is remembered
	maxOutcomes     = 100_000
	maxOutcomeBytes = 64 << 20
	maxUserOutcomes = 1_000
)

// outcomes remembers what became of Actions, by user and ID. Nothing is forgotten before its time, for then it could be done twice:
// where there is no room, another Action is not begun.
type outcomes struct {
	mu      sync.Mutex // guards all below
	entries map[outcomeKey]*outcome
	users   map[string]int // how many each has
	bytes   int
	ended   []*outcome // in the order in which they ended
}

type outcomeKey struct{ user, id string }

// outcome is an Action that has begun.
type outcome struct {
	key     outcomeKey
	content [sha256.Size]byte
	done    chan struct{}  // closed when it has ended
	result  message.Result // read it after done is closed
	at      time.Time      // when it ended
}

// what begin says.
type beginning int

const (
	outcomeNew      beginning = iota // it is to be run, and ended
	outcomeKnown                     // it has been begun
	outcomeOther                     // the ID is that of another Action
	outcomeOverfull                  // there is no room
)

func newOutcomes() *outcomes {
	return &outcomes{entries: make(map[outcomeKey]*outcome), users: make(map[string]int)}
}

// begin returns what is remembered of an Action.
func (o *outcomes) begin(user string, a message.Action) (*outcome, beginning) {
	content := contentOf(a)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sweep(time.Now())
	key := outcomeKey{user, a.ID}
	e := o.entries[key]
	switch {
	case e != nil && e.content != content:
		return nil, outcomeOther
	case e != nil:
		return e, outcomeKnown
	case len(o.entries) >= maxOutcomes || o.bytes >= maxOutcomeBytes || o.users[user] >= maxUserOutcomes:
		return nil, outcomeOverfull
	}
	e = &outcome{key: key, content: content, done: make(chan struct{})}
	o.entries[key] = e
	o.users[user]++
	o.bytes += e.size()
	return e, outcomeNew
}

// end tells what became of an Action. One that was not begun at all is forgotten.
func (o *outcomes) end(e *outcome, result message.Result, forget bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= e.size()
	e.result, e.at = result, time.Now()
	o.bytes += e.size()
	if forget {
		o.remove(e)
	} else {
		o.ended = append(o.ended, e)
	}
	close(e.done)
}

// sweep forgets what is old enough.
func (o *outcomes) sweep(now time.Time) {
	for len(o.ended) > 0 && now.Sub(o.ended[0].at) >= outcomeTime {
		o.remove(o.ended[0])
		o.ended[0] = nil
		o.ended = o.ended[1:]
	}
}

func (o *outcomes) remove(e *outcome) {
	delete(o.entries, e.key)
	o.bytes -= e.size()
	if o.users[e.key.user]--; o.users[e.key.user] == 0 {
		delete(o.users, e.key.user)
	}
}

// size is about how many bytes it takes.
func (e *outcome) size() int {
	return 400 + len(e.key.user) + len(e.key.id) + len(e.result.Reason) + len(e.result.Object)
}

// wait returns what became of it; false if ctx ends before that.
func (e *outcome) wait(ctx context.Context) (message.Result, bool) {
	select {
	case <-e.done:
		return e.result, true
	case <-ctx.Done():
		return message.Result{}, false
	}
}

// contentOf is the same for Actions that ask for the same. The Instance is no part of that: a client may know a newer one.
func contentOf(a message.Action) [sha256.Size]byte {
	a.Instance, a.Type = "", ""
	text, _ := json.Marshal(a) // nothing in it can fail
	return sha256.Sum256(text)
}
