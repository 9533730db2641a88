package ami

import (
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// request is one action on its way. Its fields are guarded by the mutex of the
// flight it is in until done is closed, and then belong to who waits for it.
type request struct {
	number  uint64 // the end of the ActionID
	token   uint32 // the random part before it
	name    string
	spec    action.Spec
	known   bool // spec is from the table
	message []byte
	idAt    int           // where in message the ActionID belongs
	busy    time.Duration // how long it excuses silence
	sink    sink          // gets the items instead of items; may be nil
	accept  func()        // called on the reader when it succeeds; may be nil
	most    int           // items that are kept
	room    int           // bytes that these may have

	end       int64     // of its message, in bytes of the connection
	sentAt    time.Time // when it was given to the connection
	unpaid    bool      // holds no slot: our own Ping
	abandoned bool      // nobody waits any more
	over      bool      // it has left the flight
	answered  bool      // its Response came
	complete  bool      // the end of its list came
	listing   bool      // more events are due

	response transport.Fields
	items    []event.Raw
	last     event.Raw
	stray    []byte // lines that are no response, for an action that answers so
	err      error
	done     chan struct{}
}

// sink takes the items of a list on the reader's goroutine, so it must not wait.
type sink func(block transport.Block, received time.Time)

// respond takes the Response and reports whether that ends the action.
func (r *request) respond(b transport.Block) bool {
	_, status := b.First()
	failed := status == "Error"
	if r.answered && !r.spec.Provisional && !(failed && r.listing) {
		return false // a second answer, as ModuleLoad gives
	}
	provisional := r.spec.Provisional && !r.answered && !failed
	r.answered = true
	r.response = b.Fields()
	if provisional {
		return false
	}
	if r.accept != nil && !failed {
		r.accept()
	}
	r.listing = !failed && (r.starts(b) || r.spec.Unannounced)
	return !r.listing || r.complete
}

// item takes an event of the list and reports whether that ends the action.
func (r *request) item(b transport.Block, received time.Time, stamp func(transport.Block, time.Time) event.Raw) bool {
	last := r.ends(b)
	if last {
		r.last = stamp(b, received)
	} else {
		r.gather(b, received, stamp)
	}
	r.complete = r.complete || last
	return last && r.answered
}

// gather takes an item.
func (r *request) gather(b transport.Block, received time.Time, stamp func(transport.Block, time.Time) event.Raw) {
	switch {
	case r.abandoned:
	case r.sink != nil:
		r.sink(b, received)
	case len(r.items) < r.most && len(b.Text()) <= r.room:
		r.room -= len(b.Text())
		r.items = append(r.items, stamp(b, received))
	default:
		r.err = &outcomeError{r.name, ErrTooManyItems, nil}
	}
}

// starts and ends look for the marks of a list. Those of an action that the
// table knows stand at the head of a block, where Asterisk writes them: further
// down it may be a line of somebody's value.
func (r *request) starts(b transport.Block) bool {
	mark := headMark(b)
	if !r.known || r.spec.End != "" {
		mark = b.Get("EventList")
	}
	return strings.EqualFold(mark, "start") // FAXSessions writes Start
}

func (r *request) ends(b transport.Block) bool {
	mark := headMark(b)
	if !r.known || r.spec.Glued {
		mark = b.Get("EventList")
	}
	if strings.EqualFold(mark, "complete") || strings.EqualFold(mark, "cancelled") {
		return true
	}
	_, name := b.First()
	return name == r.spec.End && name != ""
}

// headMark returns the value of EventList in the second line, or behind an
// ActionID in the third.
func headMark(b transport.Block) string {
	key, value := b.Second()
	if key == "ActionID" {
		key, value = b.Third()
	}
	if key != "EventList" {
		return ""
	}
	return value
}

// overtaken ends a request although its answer did not come, or did not come
// to its end: Asterisk runs the actions of a session one after another, so an
// answer to a later one means that nothing more will come.
func (r *request) overtaken() {
	switch {
	case r.answered && r.err == nil && r.listing:
		r.err = &outcomeError{r.name, ErrNoAnswer, errListCut}
	case !r.answered && r.spec.Silent:
		r.response = transport.ParseFields(string(r.stray))
	case !r.answered:
		r.err = &outcomeError{r.name, ErrNoAnswer, nil}
	}
}

// result makes what Do returns, on the goroutine of its caller.
func (r *request) result() (*Response, error) {
	if r.err != nil {
		return nil, r.err
	}
	response := &Response{Fields: r.response}
	for _, item := range r.items {
		response.Events = append(response.Events, item.Decode())
	}
	if r.complete {
		response.End = r.last.Decode()
	}
	if !response.Success() {
		return nil, newError(r.name, response)
	}
	return response, nil
}
