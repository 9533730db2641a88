package ami

import (
	"cmp"
	crand "crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

var (
	errListCut = errors.New("its list had no end")
	errOldList = errors.New("a list follows whose beginning and end nothing marks, as those of Asterisk 11 and older, which can't be read")
)

// flight holds the actions of a connection from Do to their end: first those
// waiting to be written, then those waiting for an answer, both in the order
// in which Asterisk will answer.
type flight struct {
	prefix string // of our ActionIDs: 48 random bits and a dash

	mu      sync.Mutex // guards all below, and the requests
	random  *rand.ChaCha8
	next    uint64
	waiting []*request
	sent    []*request
	offset  int64 // bytes given to the connection
	dead    error
}

// seed makes the ActionIDs of this connection differ from those of others.
func (f *flight) seed() {
	var seed [32]byte
	_, _ = crand.Read(seed[:]) // never fails, says its documentation
	f.random = rand.NewChaCha8(seed)
	f.prefix = fmt.Sprintf("%012x-", f.random.Uint64()>>16)
}

// add numbers the requests and queues them, one right behind the other.
func (f *flight) add(requests ...*request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead != nil {
		return &outcomeError{requests[0].name, ErrNotSent, f.dead}
	}
	for _, r := range requests {
		f.next++
		r.number, r.token = f.next, uint32(f.random.Uint64())
		r.done = make(chan struct{})
		r.message = slices.Insert(r.message, r.idAt, f.id(r)...)
	}
	f.waiting = append(f.waiting, requests...)
	return nil
}

// take moves what waits to the sent ones and returns it.
func (f *flight) take(now time.Time) []*request {
	f.mu.Lock()
	defer f.mu.Unlock()
	batch := f.waiting
	f.waiting = nil
	for _, r := range batch {
		f.offset += int64(len(r.message))
		r.end, r.sentAt = f.offset, now
	}
	f.sent = append(f.sent, batch...)
	return batch
}

// abandon says that nobody waits for r any more. It reports whether r will
// never be sent, or is over already: then its done is closed, or just about to be.
func (f *flight) abandon(r *request) (unsent, over bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.over {
		return false, true
	}
	r.abandoned = true
	r.items, r.sink, r.maybe = nil, nil, nil
	r.lines.Reset()
	if r.sentAt.IsZero() {
		f.waiting = slices.DeleteFunc(f.waiting, func(w *request) bool { return w == r })
		close(r.done)
		return true, false
	}
	return false, false
}

// id is the ActionID of r. Asterisk shows some to everybody, as that of the
// action UserEvent, so each has 32 random bits that no other tells.
func (f *flight) id(r *request) []byte {
	id := append(make([]byte, 0, 32), f.prefix...)
	id = hex.AppendEncode(id, binary.BigEndian.AppendUint32(nil, r.token))
	return strconv.AppendUint(append(id, '-'), r.number, 16)
}

// ours returns the number in an ActionID that this connection gave, or may have
// given to an action that is over.
func (f *flight) ours(id string) (number uint64, ok bool) {
	rest, ok := strings.CutPrefix(id, f.prefix)
	if !ok {
		return 0, false
	}
	token, count, _ := strings.Cut(rest, "-")
	bits, err := strconv.ParseUint(token, 16, 32)
	if err != nil {
		return 0, false
	}
	number, err = strconv.ParseUint(count, 16, 64)
	if err != nil {
		return 0, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.find(number)
	return number, r == nil || uint64(r.token) == bits
}

// adopt gives an event without an ActionID to the list that is under way, and
// reports whether there is one: the items of IAXpeers have none, and a line break
// in a value may cut it off. Asterisk writes no news meanwhile. To ask is to send
// a Ping, whose answer says that the list is over.
func (f *flight) adopt(b transport.Block, received time.Time, doubt event.Doubt, hub *event.Hub) (taken, ask bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.sent) == 0 || !f.sent[0].adopts() {
		return false, false
	}
	r := f.sent[0]
	return true, r.adopt(b, received, doubt, hub) && r.asks()
}

// listing reports whether a list is under way.
func (f *flight) listing() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sent) > 0 && f.sent[0].adopts()
}

// commands reports whether the ActionID is of a Command that has no answer yet:
// only that may be answered by text which does not end at an empty line.
func (f *flight) commands(id string) bool {
	number, ours := f.ours(id)
	if !ours {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.find(number)
	return r != nil && strings.EqualFold(r.name, "Command")
}

// respond gives a Response to its request. It returns the requests that have
// ended by it, how many blocks of lines were not its answer after all, and
// whether anybody knew the number. To ask is to send a Ping, as in stray.
func (f *flight) respond(number uint64, b transport.Block) (ended []*request, strays int, ask, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.find(number)
	if r == nil {
		return nil, 0, false, false
	}
	for len(f.sent) > 0 && f.sent[0] != r {
		f.sent[0].overtaken()
		ended = append(ended, f.pop())
	}
	strays = r.dropLines()
	if r.respond(b) {
		ended = append(ended, f.pop())
	}
	return ended, strays, r.open && r.asks(), true
}

// item gives an event to the request whose list it is of.
func (f *flight) item(number uint64, b transport.Block, received time.Time, doubt event.Doubt, hub *event.Hub) (ended *request, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.find(number)
	if r == nil {
		return nil, false
	}
	if !r.item(b, received, doubt, hub) {
		return nil, true
	}
	f.remove(r)
	return r, true
}

// stray gives lines that are neither event nor response to the oldest action,
// when that may answer so. It returns the action if it has ended by them; to ask
// is to send a Ping, whose answer says that it is over.
func (f *flight) stray(b transport.Block) (taken, ask bool, ended *request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.takesLines() {
		return false, false, nil
	}
	r := f.sent[0]
	if r.takeLines(b) {
		r.endLines()
		return true, false, f.pop()
	}
	return true, r.asks(), nil
}

// takesLines reports whether the oldest action may be answered by lines, and no
// other in flight: the oldest may have had no answer at all. Behind a Ping, which
// an action that is known for it has from the start, is no other.
func (f *flight) takesLines() bool {
	if len(f.sent) == 0 || !f.sent[0].takesLines() {
		return false
	}
	r := f.sent[0]
	return r.spec.Silent || r.asked || r.open || !slices.ContainsFunc(f.sent[1:], (*request).takesLines)
}

// linesDue is takesLines for another goroutine than one that has the mutex.
func (f *flight) linesDue() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.takesLines()
}

// find looks a number up; the list is sorted by it, and the first is nearly
// always the one.
func (f *flight) find(number uint64) *request {
	if len(f.sent) > 0 && f.sent[0].number == number {
		return f.sent[0]
	}
	i, found := slices.BinarySearchFunc(f.sent, number, func(r *request, number uint64) int {
		return cmp.Compare(r.number, number)
	})
	if !found {
		return nil
	}
	return f.sent[i]
}

// cut ends the request whose answer, or an item of it, was too long to read.
func (f *flight) cut(number uint64, cause error) *request {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.find(number)
	if r == nil {
		return nil
	}
	r.err = &outcomeError{r.name, ErrOutcomeUnknown, cause}
	f.remove(r)
	return r
}

// cutList is cut for an item that may be of the list which is under way.
func (f *flight) cutList(cause error) *request {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.sent) == 0 || !f.sent[0].listing {
		return nil
	}
	r := f.pop()
	r.err = &outcomeError{r.name, ErrOutcomeUnknown, cause}
	return r
}

func (f *flight) pop() *request {
	r := f.sent[0]
	r.over = true
	f.sent[0] = nil
	f.sent = f.sent[1:]
	return r
}

func (f *flight) remove(r *request) {
	r.over = true
	f.sent = slices.DeleteFunc(f.sent, func(s *request) bool { return s == r })
}

// excuse returns until when the actions in flight excuse silence; zero for not
// at all. Asterisk begins one when the one before has ended, so perhaps not
// before heard, when it last said something.
func (f *flight) excuse(heard time.Time) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	var until time.Time
	for _, r := range f.sent {
		begun := r.sentAt
		if heard.After(begun) {
			begun = heard
		}
		if end := begun.Add(r.busy); r.busy > 0 && end.After(until) {
			until = end
		}
	}
	return until
}

// close ends all requests: accepted is how many bytes the connection took.
func (f *flight) close(cause error, accepted int64) []*request {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dead = cause
	ended := append(f.sent, f.waiting...)
	for i, r := range ended {
		outcome := ErrOutcomeUnknown
		if i >= len(f.sent) || r.end > accepted {
			outcome = ErrNotSent
		}
		r.over, r.err = true, &outcomeError{r.name, outcome, cause}
	}
	f.sent, f.waiting = nil, nil
	return ended
}
