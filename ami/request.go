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
	open      bool      // more lines are due
	asked     bool      // a Ping was sent to end it

	response transport.Fields
	items    []event.Raw
	last     event.Raw
	maybe    *event.Raw      // what may have been the end of the list
	lines    strings.Builder // what came that is no response
	strays   int             // the blocks of lines
	err      error
	done     chan struct{}
}

// sink takes the items of a list on the reader's goroutine, so it must not wait.
type sink func(block transport.Block, received time.Time, doubt event.Doubt)

// respond takes the Response and reports whether that ends the action.
func (r *request) respond(b transport.Block) bool {
	_, status := kindOf(b)
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
	if r.follows(b, status) {
		return false
	}
	r.listing = !failed && (r.starts(b) || r.spec.Unannounced)
	if !failed && !r.listing && r.promises(b) {
		r.err = &outcomeError{r.name, ErrNoAnswer, errOldList}
	}
	return !r.listing || r.complete
}

// promises reports whether the answer to a list action says that a list follows,
// which nothing marks as one. To take that for an empty list would be wrong, and
// to wait for an end that is known by its name alone would be to wait for ever
// where it does not come.
func (r *request) promises(b transport.Block) bool {
	return r.known && r.spec.End != "" && strings.Contains(strings.ToLower(b.Get("Message")), "will follow")
}

// item takes an event of the list and reports whether that ends the action.
func (r *request) item(b transport.Block, received time.Time, doubt event.Doubt, hub *event.Hub) bool {
	last := r.ends(b)
	if !last {
		r.gather(b, received, doubt, hub)
		return false
	}
	r.goOn()
	if !r.abandoned {
		r.last = hub.StampDoubtful(b, received, doubt)
	}
	r.complete = true
	return r.answered
}

// adopt takes an event without an ActionID, and reports whether it may be the
// end of the list. That of SCCPListDevices looks so (chan-sccp), but so may a
// value in the item of a module's own list: what comes next tells.
func (r *request) adopt(b transport.Block, received time.Time, doubt event.Doubt, hub *event.Hub) (mayEnd bool) {
	if r.known && !r.spec.Anonymous {
		doubt |= event.DoubtNoActionID
	}
	if r.known || r.abandoned || !endMark(b.Get("EventList")) {
		r.gather(b, received, doubt, hub)
		return false
	}
	r.goOn()
	raw := hub.StampDoubtful(b, received, doubt)
	r.maybe = &raw
	return true
}

// goOn makes an item of what may have been the end: something came behind it.
func (r *request) goOn() {
	if r.maybe == nil {
		return
	}
	raw := *r.maybe
	r.maybe = nil
	b := transport.NewBlock(raw.Fields())
	switch {
	case r.sink != nil:
		r.sink(b, raw.Received(), 0)
	case r.fits(b):
		r.items = append(r.items, raw)
	}
}

// gather takes an event that does not end the list.
func (r *request) gather(b transport.Block, received time.Time, doubt event.Doubt, hub *event.Hub) {
	r.goOn()
	r.put(b, received, doubt, hub)
}

// put keeps an item, or passes it on. One that is over the limits fails the
// action, which goes on to its end all the same.
func (r *request) put(b transport.Block, received time.Time, doubt event.Doubt, hub *event.Hub) {
	switch {
	case r.abandoned:
	case r.sink != nil:
		r.sink(b, received, doubt)
	case r.fits(b):
		r.items = append(r.items, hub.StampDoubtful(b, received, doubt))
	}
}

// fits reports whether there is room for one more item, and takes it.
func (r *request) fits(b transport.Block) bool {
	if len(r.items) >= r.most || len(b.Text()) > r.room {
		r.err = &outcomeError{r.name, ErrTooManyItems, nil}
		return false
	}
	r.room -= len(b.Text())
	return true
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
	_, name := b.First()
	return endMark(r.mark(b)) || name == r.spec.End && name != ""
}

// endMark tells the values of EventList that end a list.
func endMark(mark string) bool {
	return strings.EqualFold(mark, "complete") || strings.EqualFold(mark, "cancelled")
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
	case r.err != nil:
	case r.answered && r.listing && r.maybe != nil:
		r.complete, r.last, r.maybe = true, *r.maybe, nil
	case r.answered && r.listing:
		r.err = &outcomeError{r.name, ErrNoAnswer, errListCut}
	case r.open, !r.answered && (r.spec.Silent || r.strays > 0):
		r.endLines()
	case !r.answered:
		r.err = &outcomeError{r.name, ErrNoAnswer, nil}
	}
}

// result makes what Do returns, on the goroutine of its caller.
func (r *request) result(hub *event.Hub) (*Response, error) {
	if r.err != nil {
		return nil, r.err
	}
	response := &Response{Fields: r.response}
	for _, item := range r.items {
		ev := item.Decode()
		hub.CountDoubt(ev)
		response.Events = append(response.Events, ev)
	}
	if r.complete {
		response.End = r.last.Decode()
		hub.CountDoubt(response.End)
	}
	if !response.Success() {
		return nil, newError(r.name, response)
	}
	return response, nil
}
