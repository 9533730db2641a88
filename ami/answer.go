package ami

import (
	"errors"
	"io"
	"math"
	"slices"
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
	// News gets the news in place of Hub, unless it is nil, with what is odd
	// about each beside what its text tells. News over the limits are a Gap in
	// Hub in any case.
	News func(b transport.Block, received time.Time, doubt event.Doubt)
	// Item gets the items of a list in place of Response.Events, unless it is nil.
	Item func(b transport.Block, received time.Time, doubt event.Doubt)
	// MaxItems is how many items are kept at most for Response.Events. With 0 a
	// list that has any is [ErrTooManyItems].
	MaxItems int
	// Limits bounds what is read; zero fields have the defaults of transport.
	Limits transport.Limits

	request  request
	received time.Time // of the last read
	sorter   sorter
	suspect  suspect
}

// Read reads the answer to its end, which is that of the body. A refusal is an
// [*Error]. Where the body ends before the answer does, the error is
// [ErrOutcomeUnknown] with the body's own.
func (a *Answer) Read(body io.Reader) (*Response, error) {
	name := a.Action.ActionName()
	spec, known := action.Lookup(name)
	a.request = request{name: name, spec: spec, known: known, sink: a.Item, most: a.MaxItems, room: math.MaxInt}
	if a.News == nil {
		a.News = a.Hub.QueueDoubtful
	}
	defer a.Hub.Flush() // the last read may have brought events and the end at once
	a.sorter.reader = transport.NewReader(answerSource{a, body}, &a.Limits)
	for {
		block, err := a.sorter.reader.Next()
		if err == nil {
			err = a.take(block)
		}
		if err != nil && !a.oversized(block, err) {
			return a.end(err)
		}
	}
}

// end makes the response of what was read when the body ended.
func (a *Answer) end(err error) (*Response, error) {
	r := &a.request
	if a.suspect.held {
		b, received, doubt := a.suspect.take()
		a.News(b, received, doubt)
	}
	if !errors.Is(err, io.EOF) {
		return nil, &outcomeError{r.name, ErrOutcomeUnknown, err}
	}
	if r.err == nil && (!r.answered || r.listing && !r.complete || r.open) {
		r.overtaken()
	}
	return r.result(a.Hub)
}

// take gives a block to whom it belongs, as Conn.dispatch does.
func (a *Answer) take(b transport.Block) error {
	k, value := a.sorter.next(b)
	whose := a.owner(b)
	if a.suspect.held {
		a.decide(k, whose)
	}
	switch {
	case k == newsBlock:
		a.News(b, a.received, a.cutBehind())
	case k == itemBlock:
		a.item(b, whose, a.cutBehind())
	case k == answerBlock && (whose == us || whose == nobody && !a.request.answered):
		if value == "Follows" && strings.EqualFold(a.request.name, "Command") {
			var err error
			if b, err = follow(&a.sorter, b); err != nil {
				return err
			}
		}
		a.request.dropLines()
		a.request.respond(b)
	case k == strayBlock && a.request.takesLines():
		if a.request.takeLines(b) {
			a.request.endLines()
			a.request.open = false
		}
	}
	return nil
}

// item takes an event that is not for everybody.
func (a *Answer) item(b transport.Block, whose owner, doubt event.Doubt) {
	switch {
	case whose == us:
		a.request.item(b, a.received, doubt, a.Hub)
	case whose == nobody && mayBeItem(b) && a.request.adopts():
		a.request.adopt(b, a.received, doubt, a.Hub)
	case whose == nobody && mayBeItem(b):
		a.News(b, a.received, doubt|event.DoubtNoActionID)
	case !mayBeItem(b), !a.request.adopts(), !a.suspect.hold(b, a.received, doubt):
		a.News(b, a.received, doubt)
	}
}

// decide says by the block after it whose the suspect is.
func (a *Answer) decide(k kind, whose owner) {
	decided, ours := a.suspect.decide(k, whose)
	if !decided {
		return
	}
	b, received, doubt := a.suspect.take()
	if ours && a.request.adopts() {
		a.request.adopt(b, received, doubt|event.DoubtCut, a.Hub)
		return
	}
	a.News(b, received, doubt)
}

// cutBehind does what that of Conn does.
func (a *Answer) cutBehind() event.Doubt {
	b, k, whole := a.sorter.peek()
	fits := true
	switch k {
	case noBlock, newsBlock:
	case itemBlock:
		fits = !whole || a.belongs(b) || a.request.adopts() || !mayBeItem(b)
	case answerBlock:
		fits = !whole || a.belongs(b) || !a.request.answered
	default:
		fits = a.request.takesLines()
	}
	if fits {
		return 0
	}
	return event.DoubtCut
}

func (a *Answer) belongs(b transport.Block) bool {
	key, _ := b.Second()
	return key == "ActionID" || a.owner(b) == us
}

// owner tells whose b is. Where an answer has no ActionID, it is the first:
// what only looks like one may be the value of a variable with line breaks in it.
func (a *Answer) owner(b transport.Block) owner {
	id, found := b.Lookup("ActionID")
	switch {
	case !found:
		return nobody
	case id == a.ID, slices.Contains(b.Fields().Values("ActionID"), a.ID):
		return us
	}
	return another
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
