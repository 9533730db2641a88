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
	if r.listing && !r.trusts(b) {
		return false
	}
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
	switch {
	case !last:
		r.gather(b, received, stamp)
	case !r.abandoned:
		r.last = stamp(b, received)
	}
	r.complete = r.complete || last
	return last && r.answered
}

// gather takes an event that does not end the list. One that is over the limits
// fails the action, which goes on to its end all the same.
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

// adopts reports whether the events without an ActionID belong to its list. News
// come in the answer to WaitEvent.
func (r *request) adopts() bool { return r.listing && !r.spec.Unannounced }

// trusts reports whether a block with our ActionID is all Asterisk's. In the
// middle of a list it may be a value that holds an empty line, lines like those
// of another block, and in front of the ActionID what follows in the item: many
// items have it last. Asterisk writes it right behind the first line of answers
// and of the events that end lists, so only there it tells.
func (r *request) trusts(b transport.Block) bool {
	key, _ := b.Second()
	return !r.known || r.spec.Glued || key == "ActionID"
}

// starts and ends look for the marks of a list. Those of an action that the
// table knows stand behind the ActionID: further down they may be lines of
// somebody's value.
func (r *request) starts(b transport.Block) bool {
	return strings.EqualFold(r.mark(b), "start") // FAXSessions writes Start
}

func (r *request) ends(b transport.Block) bool {
	if !r.trusts(b) {
		return false
	}
	mark := r.mark(b)
	_, name := b.First()
	return strings.EqualFold(mark, "complete") || strings.EqualFold(mark, "cancelled") || name == r.spec.End && name != ""
}

func (r *request) mark(b transport.Block) string {
	if !r.known || r.spec.Glued {
		return b.Get("EventList")
	}
	if key, value := b.Third(); key == "EventList" {
		return value
	}
	return ""
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
