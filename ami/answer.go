package ami

import (
	"errors"
	"io"
	"math"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Answer reads what Asterisk says to one action where nothing else comes with
// it, as in the body of an HTTP response. It is for those who make a [Session]
// over another wire, as package ajam does.
type Answer struct {
	// Action is what was asked, and ID the ActionID that it was sent with.
	Action action.Action
	ID     string
	// Hub numbers the items of lists, and gets the news: events that belong to
	// no list. It must not be nil.
	Hub *event.Hub
	// News gets the news in place of Hub, unless it is nil. News over the
	// limits are a Gap in Hub in any case.
	News func(b transport.Block, received time.Time)
	// Item gets the items of a list in place of Response.Events, unless it is nil.
	Item func(b transport.Block, received time.Time)
	// MaxItems is how many items are kept at most for Response.Events. With 0 a
	// list that has any is [ErrTooManyItems].
	MaxItems int
	// Limits bounds what is read; zero fields have the defaults of transport.
	Limits transport.Limits

	request  request
	received time.Time // of the last read
}

// Read reads the answer to its end, which is that of the body. A refusal is an
// [*Error]. Where the body ends before the answer does, the error is
// [ErrOutcomeUnknown] with the body's own.
func (a *Answer) Read(body io.Reader) (*Response, error) {
	name := a.Action.ActionName()
	spec, known := action.Lookup(name)
	a.request = request{name: name, spec: spec, known: known, sink: a.Item, most: a.MaxItems, room: math.MaxInt}
	if a.News == nil {
		a.News = a.Hub.Queue
	}
	defer a.Hub.Flush() // the last read may have brought events and the end at once
	reader := transport.NewReader(answerSource{a, body}, &a.Limits)
	for {
		block, err := reader.Next()
		if err == nil {
			err = a.take(reader, block)
		}
		if err != nil && !a.oversized(block, err) {
			return a.end(err)
		}
	}
}

// end makes the response of what was read when the body ended.
func (a *Answer) end(err error) (*Response, error) {
	r := &a.request
	if !errors.Is(err, io.EOF) {
		return nil, &outcomeError{r.name, ErrOutcomeUnknown, err}
	}
	if r.err == nil && (!r.answered || r.listing && !r.complete) {
		r.overtaken()
	}
	return r.result()
}

// take sorts a block as Conn.dispatch does.
func (a *Answer) take(reader *transport.Reader, b transport.Block) error {
	key, value := b.First()
	switch {
	case key == "Event" && isNews(b):
		a.News(b, a.received)
	case key == "Event" && b.Get("ActionID") == a.ID:
		a.request.item(b, a.received, a.Hub.Stamp)
	case key == "Event" && a.request.adopts():
		a.request.gather(b, a.received, a.Hub.Stamp)
	case key == "Event":
		a.News(b, a.received)
	case key == "Response" && a.ours(b):
		if value == "Follows" && strings.EqualFold(a.request.name, "Command") {
			var err error
			if b, err = follow(reader, b); err != nil {
				return err
			}
		}
		a.request.respond(b)
	case a.request.spec.Silent:
		a.request.stray = append(a.request.stray, b.Text()...)
	}
	return nil
}

// ours keeps out what only looks like an answer: the value of a variable may
// hold line breaks. Where an answer has no ActionID, it is the first.
func (a *Answer) ours(b transport.Block) bool {
	id, ok := b.Lookup("ActionID")
	if !ok {
		return !a.request.answered
	}
	return id == a.ID
}

// oversized says what did not fit: an event, or something of the answer. Other
// errors it leaves alone.
func (a *Answer) oversized(head transport.Block, err error) bool {
	var limit *transport.LimitError
	switch {
	case !errors.As(err, &limit):
		return false
	case isNews(head):
		a.Hub.QueueOversized(head, a.received)
	default:
		a.request.err = &outcomeError{a.request.name, ErrOutcomeUnknown, limit}
	}
	return true
}

// answerSource takes the time of what is read, and lets the consumers of what
// was read before have it.
type answerSource struct {
	answer *Answer
	body   io.Reader
}

func (s answerSource) Read(p []byte) (int, error) {
	s.answer.Hub.Flush()
	n, err := s.body.Read(p)
	s.answer.received = time.Now()
	return n, err
}
