package session

import (
	"errors"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

var (
	errListCut = errors.New("its list had no end")
	errOldList = errors.New("a list follows whose beginning and end nothing marks, as those of Asterisk 11 and older, which can't be read")
)

// stage is how far the answer to an action has come.
type stage uint8

const (
	unanswered stage = iota
	begun            // Asterisk has said that it has begun; the answer that counts is due
	listing          // items of its list are due
	printing         // lines of its text are due
	complete         // nothing is due any more
)

// verdict is what a block is to an action.
type verdict uint8

const (
	ignored  verdict = iota // nothing that it needs
	response                // its answer
	text                    // lines of its answer
	item                    // an item of its list
	mayEnd                  // the end of its list if nothing else comes, or an item
	end                     // the end of its list
)

// answer is the state machine of one action: by what Asterisk writes it finds
// out what each block is to the action, and when nothing more is due. It does no
// I/O, holds no text and takes no lock.
type answer struct {
	name  string
	spec  action.Spec
	known bool // spec is from the table
	form  form // how it is answered, beside spec

	stage  stage
	ended  bool // the end of the list came, perhaps before the response
	held   bool // what came last may have been the end
	asked  bool // a Ping was sent to end it
	strays int  // blocks that are no message, and not known to be of another action
}

func answerTo(name string) answer {
	spec, known := action.Lookup(name)
	return answer{name: name, spec: spec, known: known, form: forms[spec.Name]}
}

// respond takes a response. An error is that it can't be read.
func (a *answer) respond(b transport.Block, status string) (verdict, error) {
	failed := status == "Error"
	switch {
	case a.stage == listing && !(failed && a.trusts(b)):
		return ignored, nil // a second answer, or a line of an item
	case a.stage == printing, a.stage == complete:
		return ignored, nil // a second answer, as ModuleLoad gives
	case a.form.provisional && a.stage == unanswered && !failed:
		a.stage = begun
		return response, nil
	case !a.known && status == "Follows" && !strings.Contains(b.Text(), EndCommand):
		// A module's own action: its text may hold empty lines, and the end mark
		// of a Command ends it, or else the answer to a later action.
		a.stage = printing
		a.strays++
		return text, nil
	case failed:
		a.stage = complete
		return response, nil
	}
	a.stage = listing
	if !a.starts(b) && !a.form.unannounced || a.ended {
		a.stage = complete
	}
	if a.stage == complete && !a.ended && a.promises(b) {
		return response, errOldList
	}
	return response, nil
}

// promises reports whether the answer to a list action says that a list follows,
// which nothing marks as one. To take that for an empty list would be wrong, and
// to wait for an end that is known by its name alone would be to wait for ever
// where it does not come.
func (a *answer) promises(b transport.Block) bool {
	return a.known && a.spec.End != "" && strings.Contains(strings.ToLower(b.Get("Message")), "will follow")
}

// take takes an event with the action's own ActionID.
func (a *answer) take(b transport.Block) verdict {
	a.held = false
	if !a.ends(b) {
		return item
	}
	a.ended = true
	if a.stage != unanswered {
		a.stage = complete
	}
	return end
}

// adopts reports whether events without an ActionID belong to its list. News
// come in the answer to WaitEvent.
func (a *answer) adopts() bool { return a.stage == listing && !a.form.unannounced }

// adopt takes an event without an ActionID, and tells what is odd about that. It
// may be the end of the list: that of SCCPListDevices looks so (chan-sccp), but
// so may a value in the item of a module's own list. What comes next tells.
func (a *answer) adopt(b transport.Block) (verdict, event.Doubt) {
	a.held = !a.known && endMark(b.Get("EventList"))
	switch {
	case a.held:
		return mayEnd, 0
	case a.known && !a.form.anonymous:
		return item, event.DoubtNoActionID
	}
	return item, 0
}

// takesLines reports whether blocks that are neither event nor response may be
// its answer: for some actions they are known to be, and modules answer their
// own so, which no table has.
func (a *answer) takesLines() bool {
	return a.stage == printing || a.stage == unanswered && (a.form.silent || !a.known)
}

// takeLines takes such a block.
func (a *answer) takeLines(b transport.Block) verdict {
	a.strays++
	if a.stage == printing && strings.Contains(b.Text(), EndCommand) {
		a.stage = complete
	}
	return text
}

// dropLines forgets what came before a response, and returns how many blocks.
func (a *answer) dropLines() (strays int) {
	if a.stage == printing {
		return 0
	}
	strays = a.strays
	a.strays = 0
	return strays
}

// asks reports whether a Ping, which has not been sent yet, is to end an action
// of whose answer nothing tells the end.
func (a *answer) asks() bool {
	first := !a.asked && !a.known
	a.asked = a.asked || first
	return first
}

// overtake ends an action that nothing more will come for: Asterisk runs the
// actions of a session one after another, so an answer to a later one says so. It
// returns what was the end of the answer, and an error if that did not come.
func (a *answer) overtake() (verdict, error) {
	before := a.stage
	a.stage = complete
	switch {
	case before == listing && a.held:
		a.ended = true
		return end, nil
	case before == listing:
		return ignored, errListCut
	case before == printing, before == unanswered && (a.form.silent || a.strays > 0):
		return text, nil
	case before == unanswered:
		return ignored, errNothing
	}
	return response, nil
}

// errNothing is that nothing came at all, which ErrNoAnswer says already.
var errNothing = errors.New("nothing came")

// trusts reports whether a block with our ActionID is all Asterisk's. In the
// middle of a list it may be a value that holds an empty line, lines like those
// of another block, and in front of the ActionID what follows in the item: many
// items have it last. Asterisk writes it right behind the first line of answers
// and of the events that end lists, so only there it tells.
func (a *answer) trusts(b transport.Block) bool {
	return !a.known || a.form.glued || idInPlace(b)
}

// starts and ends look for the marks of a list. Those of an action that the
// table knows stand behind the ActionID: further down they may be lines of
// somebody's value.
func (a *answer) starts(b transport.Block) bool {
	return strings.EqualFold(a.mark(b), "start") // FAXSessions writes Start
}

func (a *answer) ends(b transport.Block) bool {
	if !a.trusts(b) {
		return false
	}
	_, name := b.First()
	return endMark(a.mark(b)) || name == a.spec.End && name != ""
}

// endMark tells the values of EventList that end a list.
func endMark(mark string) bool {
	return strings.EqualFold(mark, "complete") || strings.EqualFold(mark, "cancelled")
}

func (a *answer) mark(b transport.Block) string {
	if !a.known || a.form.glued {
		return b.Get("EventList")
	}
	if key, value := markOf(b); key == "EventList" {
		return value
	}
	return ""
}
