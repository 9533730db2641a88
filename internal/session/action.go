package session

import (
	"errors"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Action is an action on its way, with what has come of its answer. While it is
// pending its fields are guarded by the mutex of [Pending]; then they belong to
// who waits for it.
type Action struct {
	answer
	request request
	got     got
	err     error // why there is no answer

	abandoned bool          // nobody waits any more
	done      chan struct{} // closed when it is over
}

// request is the message of an action, and when it was sent.
type request struct {
	number  uint64 // the end of its ActionID
	token   uint32 // the random part before that
	message []byte
	idAt    int           // where in message the ActionID belongs
	busy    time.Duration // how long it excuses silence
	place   bool          // it holds one of those in flight
	sentAt  time.Time     // zero while it waits to be written
	end     int64         // of message, in bytes of the connection
}

// got is what came.
type got struct {
	Limits
	sink   func(event.Raw) bool // takes the items, and reports whether it had room; nil keeps them
	accept func()               // called on the reader when the answer is no refusal; may be nil
	fields transport.Fields     // of the response
	items  []event.Raw
	count  int        // of the items, also where sink has them
	end    event.Raw  // of the list
	held   *event.Raw // the end, if nothing else comes
	lines  strings.Builder
}

// Limits bound what is kept of one answer.
type Limits struct {
	Items int // of a list
	Bytes int // of the items of a list that no sink takes, and of lines that are no message
}

// NewAction makes an action that is to be encoded and sent. Items go to sink,
// unless it is nil; it is called on the reader, so it must not wait.
func NewAction(a action.Action, limits Limits, sink func(event.Raw) bool) *Action {
	return &Action{answer: answerTo(a.ActionName()), got: got{Limits: limits, sink: sink}}
}

// OnAccept has f called on the reader when Asterisk has not refused the action.
func (a *Action) OnAccept(f func()) { a.got.accept = f }

// Excuse is how long the action may keep Asterisk from a sign of life.
func (a *Action) Excuse(silence time.Duration) { a.request.busy = silence }

// Slow reports whether the action is known to take time, or not known.
func (a *Action) Slow() bool { return a.spec.Slow || !a.known }

const (
	maxLine    = 1022 // longest header that Asterisk reads whole (main/manager.c, get_input)
	maxHeaders = 128  // AST_MAX_MANHEADERS

	usualMessage = 256 // bytes, with the ActionID
)

// Encode makes the message of an action for a connection, but for its ActionID.
// That comes second, where an answer to a message with too many headers still has
// it. The Encode of an action may be the user's code, so no lock is held, and no
// place among those in flight.
func (a *Action) Encode(encode func(*transport.Builder) error) error {
	b := transport.Builder{Limits: transport.Limits{Line: maxLine, Lines: maxHeaders}, Trimmed: true}
	b.Add("Action", a.name)
	b.Add("ActionID", "")
	a.request.idAt = len("Action: \r\nActionID: ") + len(a.name)
	if err := encode(&b); err != nil {
		return err
	}
	message, err := b.AppendTo(make([]byte, 0, usualMessage))
	a.request.message = message
	return err
}

var errManyLines = errors.New("lines that are no response, over Config.MaxListBytes")

// arrival is a block, when it was read, and what its reader has found odd.
type arrival struct {
	transport.Block
	received time.Time
	doubt    event.Doubt
}

// keep takes an event of the answer as the verdict on it says. One that is over
// the limits fails the action, which goes on to its end all the same.
func (a *Action) keep(v verdict, b arrival, s *shared) {
	if a.got.held != nil { // something came after it, so it was an item
		held := *a.got.held
		a.got.held = nil
		a.put(held, s)
	}
	switch {
	case a.abandoned:
	case v == item && a.err != nil: // none comes after one that did not fit
	case v == item:
		a.put(s.hub.Stamp(b.Block, b.received, b.doubt), s)
	case v == end:
		a.got.end = s.hub.Stamp(b.Block, b.received, b.doubt)
	case v == mayEnd:
		held := s.hub.Stamp(b.Block, b.received, b.doubt)
		a.got.held = &held
	}
}

// put takes an item if there is room.
func (a *Action) put(raw event.Raw, s *shared) {
	if a.got.count >= a.got.Items || !a.got.put(raw) {
		a.fail(s, ErrTooManyItems, nil)
		return
	}
	a.got.count++
}

// put keeps an item, or passes it on, and reports whether there was room.
func (g *got) put(raw event.Raw) bool {
	if g.sink != nil {
		return g.sink(raw)
	}
	size := len(raw.Fields().String())
	if size > g.Bytes {
		return false
	}
	g.Bytes -= size
	g.items = append(g.items, raw)
	return true
}

// print takes lines of the answer.
func (a *Action) print(b transport.Block, s *shared) {
	lines := b.Text()
	switch {
	case a.abandoned, a.err != nil:
	case len(lines) >= a.got.Bytes:
		a.fail(s, ErrTooManyItems, errManyLines)
		a.got.lines.Reset()
	default:
		a.got.Bytes -= len(lines) + 1
		if a.got.lines.Len() > 0 {
			a.got.lines.WriteByte('\n') // the empty line between the two
		}
		a.got.lines.WriteString(lines)
	}
	if a.stage == complete {
		a.printed()
	}
}

// printed makes its lines the answer.
func (a *Action) printed() { a.got.fields = transport.ParseFields(a.got.lines.String()) }

// reply takes a response. It returns how many blocks of lines were not of the
// answer after all.
func (a *Action) reply(b transport.Block, status string, s *shared) (strays int) {
	if strays = a.dropLines(); strays > 0 {
		a.got.lines.Reset()
	}
	v, err := a.respond(b, status)
	switch v {
	case response:
		a.got.fields = b.Fields()
	case text:
		a.print(b, s)
	}
	if err != nil {
		a.fail(s, ErrNoAnswer, err)
	}
	if (v == response && a.stage != begun || v == text) && status != "Error" && a.got.accept != nil {
		a.got.accept()
	}
	return strays
}

// overtaken ends the action although its answer did not come, or not to its end.
func (a *Action) overtaken(s *shared) {
	if a.err != nil {
		a.stage = complete
		return
	}
	switch v, err := a.overtake(); {
	case v == end && a.got.held != nil: // nil if nobody waits
		a.got.end, a.got.held = *a.got.held, nil
	case v == text:
		a.printed()
	case err == errNothing:
		a.fail(s, ErrNoAnswer, nil)
	case err != nil:
		a.fail(s, ErrNoAnswer, err)
	}
}

func (a *Action) fail(s *shared, outcome, cause error) {
	a.err = s.errors.outcome(a.name, outcome, cause)
}

// forget lets go of what came: nobody waits for it any more.
func (a *Action) forget() {
	a.abandoned = true
	a.got = got{accept: a.got.accept}
}

// result makes the response, on the goroutine of whoever waited for it.
func (a *Action) result(s *shared) (*Response, error) {
	if a.err != nil {
		return nil, a.err
	}
	r := &Response{Fields: a.got.fields}
	for _, raw := range a.got.items {
		r.Events = append(r.Events, s.decode(raw))
	}
	if a.ended {
		r.End = s.decode(a.got.end)
	}
	if r.Refused() {
		return nil, s.errors.Refusal(a.name, r)
	}
	return r, nil
}

// shared is what the actions of a session have in common.
type shared struct {
	hub    Hub
	errors *Errors
}

func (s *shared) decode(raw event.Raw) event.Event {
	ev := raw.Decode()
	s.hub.Doubted(ev)
	return ev
}
