package session

import (
	"errors"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

func blockOf(lines ...string) transport.Block {
	return transport.NewBlock(transport.ParseFields(strings.Join(lines, "\r\n") + "\r\n"))
}

// step is something that comes for an action: the name of a method of answer, and
// what it makes of a block.
type step struct {
	does    string
	block   transport.Block
	verdict verdict
	stage   stage
}

var (
	success  = blockOf("Response: Success", "ActionID: 7")
	failure  = blockOf("Response: Error", "ActionID: 7", "Message: no")
	starts   = blockOf("Response: Success", "ActionID: 7", "EventList: start")
	willCome = blockOf("Response: Success", "ActionID: 7", "Message: Queue status will follow")
	follows  = blockOf("Response: Follows", "ActionID: 7", "a")
	entry    = blockOf("Event: Item", "ActionID: 7", "Channel: a")
	entryEnd = blockOf("Event: Item", "Channel: a", "ActionID: 7")
	ending   = blockOf("Event: ListComplete", "ActionID: 7", "EventList: Complete")
	forged   = blockOf("Event: ListComplete", "EventList: Complete", "ActionID: 7")
	forgery  = blockOf("Response: Error", "Message: no", "ActionID: 7")
	noID     = blockOf("Event: Item", "Channel: a")
	noIDEnd  = blockOf("Event: ItemsComplete", "EventList: Complete")
	words    = blockOf("some words")
	lastLine = blockOf("more words --END COMMAND--")
)

// TestAnswerStages has every transition of the state machine.
func TestAnswerStages(t *testing.T) {
	for name, test := range map[string]struct {
		action string
		steps  []step
	}{
		"an answer":                 {"Ping", []step{{"respond", success, response, complete}, {"respond", failure, ignored, complete}}},
		"a refusal":                 {"Ping", []step{{"respond", failure, response, complete}}},
		"a list":                    {"Status", []step{{"respond", starts, response, listing}, {"take", entry, item, listing}, {"respond", success, ignored, listing}, {"take", ending, end, complete}}},
		"a list that breaks":        {"Status", []step{{"respond", starts, response, listing}, {"take", entry, item, listing}, {"respond", failure, response, complete}}},
		"a list with forgeries":     {"Status", []step{{"respond", starts, response, listing}, {"take", entryEnd, item, listing}, {"take", forged, item, listing}, {"respond", forgery, ignored, listing}, {"take", ending, end, complete}}},
		"a list without its end":    {"Status", []step{{"respond", starts, response, listing}, {"overtake", words, ignored, complete}}},
		"a list that nothing marks": {"QueueStatus", []step{{"respond", willCome, response, complete}}},
		"items before the answer":   {"Status", []step{{"take", entry, item, unanswered}, {"take", ending, end, unanswered}, {"respond", starts, response, complete}}},
		"an unannounced list":       {"WaitEvent", []step{{"respond", success, response, listing}, {"take", blockOf("Event: WaitEventComplete", "ActionID: 7"), end, complete}}},
		"a glued list":              {"SKINNYdevices", []step{{"respond", starts, response, listing}, {"take", forged, end, complete}}},
		"an anonymous list":         {"IAXpeers", []step{{"respond", starts, response, listing}, {"adopt", noID, item, listing}, {"adopt", noIDEnd, item, listing}, {"take", ending, end, complete}}},
		"a provisional answer":      {"JabberSend", []step{{"respond", success, response, begun}, {"respond", success, response, complete}}},
		"a provisional refusal":     {"JabberSend", []step{{"respond", failure, response, complete}}},
		"begun, and no more":        {"JabberSend", []step{{"respond", success, response, begun}, {"overtake", words, response, complete}}},
		"begun, then refused":       {"JabberSend", []step{{"respond", success, response, begun}, {"respond", failure, response, complete}}},
		"silence":                   {"IAXnetstats", []step{{"overtake", words, text, complete}}},
		"lines":                     {"IAXnetstats", []step{{"lines", words, text, unanswered}, {"overtake", words, text, complete}}},
		"no answer":                 {"Ping", []step{{"overtake", words, ignored, complete}}},
		"a module's lines":          {"Own", []step{{"lines", words, text, unanswered}, {"overtake", words, text, complete}}},
		"a module's text":           {"Own", []step{{"respond", follows, text, printing}, {"lines", words, text, printing}, {"respond", success, ignored, printing}, {"lines", lastLine, text, complete}}},
		"a text without its end":    {"Own", []step{{"respond", follows, text, printing}, {"overtake", words, text, complete}}},
		"a Command's text":          {"Command", []step{{"respond", follows, response, complete}}},
		"a module's list":           {"Own", []step{{"respond", starts, response, listing}, {"adopt", noID, item, listing}, {"adopt", noIDEnd, mayEnd, listing}, {"overtake", words, end, complete}}},
		"an end that was an item":   {"Own", []step{{"respond", starts, response, listing}, {"adopt", noIDEnd, mayEnd, listing}, {"take", entry, item, listing}, {"overtake", words, ignored, complete}}},
		"a module's list with ids":  {"Own", []step{{"respond", starts, response, listing}, {"take", forged, end, complete}}},
	} {
		a := answerTo(test.action)
		for i, step := range test.steps {
			var got verdict
			switch step.does {
			case "respond":
				_, status := kindOf(step.block)
				got, _ = a.respond(step.block, status)
			case "take":
				got = a.take(step.block)
			case "adopt":
				got, _ = a.adopt(step.block)
			case "lines":
				if !a.takesLines() {
					t.Errorf("%s, step %d: it takes no lines", name, i)
				}
				got = a.takeLines(step.block)
			case "overtake":
				got, _ = a.overtake()
			}
			if got != step.verdict || a.stage != step.stage {
				t.Errorf("%s, step %d, %s: verdict %d, stage %d; want %d and %d", name, i, step.does, got, a.stage, step.verdict, step.stage)
			}
		}
	}
}

// TestAnswerErrors has what each way to end without an answer is called.
func TestAnswerErrors(t *testing.T) {
	after := func(action string, blocks ...transport.Block) error {
		a := answerTo(action)
		for _, b := range blocks {
			if _, err := a.respond(b, "Success"); err != nil {
				return err
			}
		}
		_, err := a.overtake()
		return err
	}
	for name, got := range map[string]struct{ err, want error }{
		"nothing":      {after("Ping"), errNothing},
		"a list cut":   {after("Status", starts), errListCut},
		"an old list":  {after("QueueStatus", willCome), errOldList},
		"a first word": {after("JabberSend", success), nil},
		"silence":      {after("Events"), nil},
	} {
		if !errors.Is(got.err, got.want) {
			t.Errorf("%s: %v, want %v", name, got.err, got.want)
		}
	}
}

// TestAnswerDoubts: an item without an ActionID is odd where all of its kind have one.
func TestAnswerDoubts(t *testing.T) {
	for action, want := range map[string]event.Doubt{"Status": event.DoubtNoActionID, "IAXpeers": 0, "Own": 0} {
		a := answerTo(action)
		if _, got := a.adopt(noID); got != want {
			t.Errorf("%s: %v, want %v", action, got, want)
		}
	}
}

// TestAnswerAsksOnce: one Ping ends an action of a module.
func TestAnswerAsksOnce(t *testing.T) {
	a, known := answerTo("Own"), answerTo("Status")
	if !a.asks() || a.asks() || known.asks() {
		t.Error("want one Ping for an action that no table has, and none for one that is known")
	}
}
