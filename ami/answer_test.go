package ami_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/transport"
)

// alone is an action whose answer comes by itself, as over HTTP. Its ActionID is
// 7 in what it reads.
type alone struct {
	action   action.Action
	hub      *event.Hub
	maxItems int
	limits   transport.Limits
	item     func(event.Raw) bool
}

// of makes a reader of a body, whose ActionIDs it changes.
func (a *alone) read(body string, way func(io.Reader) io.Reader) (*ami.Response, error) {
	errs := &session.Errors{
		Package: "ami",
		Refusal: func(action string, response *session.Response) error {
			return &ami.Error{Action: action, Response: (*ami.Response)(response)}
		},
	}
	hub := session.HubOf(a.hub, "ami", slog.New(slog.DiscardHandler))
	answer := session.NewAlone(a.action, hub, errs, new(session.Counts), session.Limits{Items: a.maxItems, Bytes: math.MaxInt}, a.limits, a.item)
	response, err := answer.Read(way(strings.NewReader(strings.ReplaceAll(body, "ActionID: 7", "ActionID: "+answer.ID))))
	return (*ami.Response)(response), err
}

func asItIs(r io.Reader) io.Reader { return r }

func TestAnswer(t *testing.T) {
	const started = "Response: Success\r\nActionID: 7\r\nEventList: start\r\n\r\n"
	const item = "Event: CoreShowChannel\r\nActionID: 7\r\nChannel: a\r\n\r\n"
	const end = "Event: CoreShowChannelsComplete\r\nActionID: 7\r\nEventList: Complete\r\n\r\n"
	const news = "Event: Hangup\r\nPrivilege: call,all\r\nActionID: 7\r\n\r\n"
	for name, c := range map[string]struct {
		action string
		body   string
		items  int
		news   int
		want   error
	}{
		"answer":                  {"Ping", "Response: Success\r\nActionID: 7\r\nPing: Pong\r\n\r\n", 0, 0, nil},
		"without an ActionID":     {"Ping", "Response: Success\r\n\r\n", 0, 0, nil},
		"list":                    {"CoreShowChannels", started + item + item + end, 2, 0, nil},
		"list with news":          {"CoreShowChannels", news + started + item + news + end + news, 1, 3, nil},
		"refused":                 {"Ping", "Response: Error\r\nMessage: Permission denied\r\n\r\n", 0, 0, ami.ErrPermissionDenied},
		"nothing":                 {"Ping", "", 0, 0, ami.ErrNoAnswer},
		"empty lines":             {"Ping", "\r\n\r\n\r\n", 0, 0, ami.ErrNoAnswer},
		"another's answer":        {"Ping", "Response: Success\r\nActionID: 8\r\n\r\n", 0, 0, ami.ErrNoAnswer},
		"an answer in a value":    {"Getvar", "Response: Success\r\nActionID: 7\r\nValue: x\r\n\r\nResponse: Error\r\nMessage: y\r\n\r\n", 0, 0, nil},
		"an answer in an item":    {"Status", started + strings.Replace(item, "Channel: a", "Variable: x=y\r\n\r\nResponse: Error\r\nMessage: no", 1) + end, 1, 0, nil},
		"a list that breaks":      {"Status", started + item + "Response: Error\r\nActionID: 7\r\nMessage: No such channel\r\n\r\n", 0, 0, ami.ErrNoSuchChannel},
		"news of no class":        {"WaitEvent", "Response: Success\r\nActionID: 7\r\n\r\nEvent: Own\r\nPrivilege: <none>\r\n\r\n" + news + "Event: WaitEventComplete\r\nActionID: 7\r\n\r\n", 0, 2, nil},
		"item without an id":      {"IAXpeers", started + "Event: PeerEntry\r\n\r\n" + "Event: PeerlistComplete\r\nActionID: 7\r\n\r\n", 1, 0, nil},
		"list without its end":    {"CoreShowChannels", started + item, 0, 0, ami.ErrNoAnswer},
		"cut in a block":          {"Ping", "Response: Success\r\nAct", 0, 0, ami.ErrOutcomeUnknown},
		"no response is due":      {"IAXnetstats", "\r\n", 0, 0, nil},
		"lines but no response":   {"IAXnetstats", "some text\r\n\r\n", 0, 0, nil},
		"a line over the limit":   {"Ping", "Response: Success\r\nPing: " + strings.Repeat("x", 500) + "\r\n\r\n", 0, 0, ami.ErrOutcomeUnknown},
		"ActionID first":          {"RptStatus", "ActionID: 7\r\nResponse: Success\r\n\r\n", 0, 0, nil},
		"refused, ActionID first": {"RptStatus", "ActionID: 7\r\nResponse: Error\r\nMessage: No such channel\r\n\r\n", 0, 0, ami.ErrNoSuchChannel},
		"an end without an id":    {"SCCPListDevices", started + item + "Event: SCCPListDevicesComplete\r\nEventList: Complete\r\n\r\n", 1, 0, nil},
		"an end in an item":       {"SCCPListDevices", started + "Event: X\r\nEventList: Complete\r\n\r\n" + item + "Event: SCCPListDevicesComplete\r\nEventList: Complete\r\n\r\n", 2, 0, nil},
		"another's items":         {"QueueStatus", started + "Event: QueueEntry\r\nWait: 1\r\nActionID: 8\r\n\r\n" + item + "Event: QueueMember\r\nActionID: 8\r\n\r\n" + end, 1, 2, nil},
		"a number with an id":     {"QueueStatus", started + "Event: QueueEntry\r\nActionID: 8\r\nActionID: 7\r\n\r\n" + end, 1, 0, nil},
		"a number that cuts":      {"QueueStatus", started + "Event: QueueEntry\r\nCallerIDNum: 1\nActionID: 8\n\n\r\nWait: 1\r\nActionID: 7\r\n\r\n" + end, 1, 0, nil},
		"a class behind all":      {"CoreShowChannels", started + "Event: SMS\r\nPrivilege: all,smscommand\r\n\r\n" + item + end, 1, 1, nil},
		"a class of its own":      {"CoreShowChannels", started + "Event: SMS\r\nPrivilege: sms\r\n\r\n" + item + end, 1, 1, nil},
		"lines of a module":       {"RptLocalNodes", "<nodes>\r\n\r\n</nodes>\r\n\r\n", 0, 0, nil},
		"lines of Follows":        {"SMSCommand", "Response: Follows\r\nActionID: 7\r\na\n\nb\n--END COMMAND--\r\n\r\n", 0, 0, nil},
		"Asterisk 11":             {"QueueStatus", "Response: Success\r\nActionID: 7\r\nMessage: Queue status will follow\r\n\r\n" + item, 0, 0, ami.ErrNoAnswer},
		"Follows without its end": {"SMSCommand", "Response: Follows\r\nActionID: 7\r\na\r\n\r\n" + news + "b\r\n\r\n", 0, 1, nil},
		"old Command":             {"Command", "Response: Follows\r\nActionID: 7\r\na\n\nb\n--END COMMAND--\r\n\r\n", 0, 0, nil},
	} {
		for way, reader := range map[string]func(io.Reader) io.Reader{"at once": iotest.DataErrReader, "in bytes": iotest.OneByteReader} {
			var hub event.Hub
			sub := hub.Subscribe(event.Filter{}, nil)
			answer := alone{action: action.New(c.action), hub: &hub, maxItems: 10, limits: transport.Limits{Line: 200}}
			response, err := answer.read(c.body, reader)
			switch {
			case !errors.Is(err, c.want) || (err == nil) != (c.want == nil):
				t.Errorf("%s, %s: Read = %v, want %v", name, way, err, c.want)
			case err == nil && len(response.Events) != c.items:
				t.Errorf("%s, %s: %d items, want %d", name, way, len(response.Events), c.items)
			}
			if got := sub.Stats().Queued; got != int64(c.news) {
				t.Errorf("%s, %s: %d news, want %d", name, way, got, c.news)
			}
		}
	}
}

// The end of an old Command is searched for in what is new alone: the time that
// a million empty lines take grows with their number, and not with its square.
func TestAnswerOfEmptyLines(t *testing.T) {
	answer := alone{action: action.Command{Command: "x"}, hub: new(event.Hub)}
	start := time.Now()
	response, err := answer.read("Response: Follows\r\nActionID: 7\r\na"+strings.Repeat("\n", 1_000_000)+"--END COMMAND--\r\n\r\n", asItIs)
	if err != nil || len(response.Output()) != 1_000_000 {
		t.Errorf("Read = %d bytes, %v", len(response.Fields.String()), err)
	}
	if took := time.Since(start); took > atOnce { // the square takes minutes
		t.Errorf("Read took %v", took)
	}
}

// The consumers have all that was read when Read returns.
func TestAnswerWakesConsumers(t *testing.T) {
	var hub event.Hub
	sub := hub.Subscribe(event.Filter{}, nil)
	got := make(chan string, 1)
	go func() {
		ev, err := sub.Next(t.Context())
		got <- fmt.Sprint(ev != nil && ev.EventName() == "Hangup", err)
	}()
	answer := alone{action: action.New("WaitEvent"), hub: &hub}
	if _, err := answer.read("Response: Success\r\n\r\nEvent: Hangup\r\nPrivilege: call,all\r\n\r\nEvent: WaitEventComplete\r\nActionID: 7\r\n\r\n", iotest.DataErrReader); err != nil {
		t.Fatalf("Read = %v", err)
	}
	if text := <-got; text != "true <nil>" {
		t.Errorf("Next = %s", text)
	}
}

// FuzzAnswer reads any body, however it is cut, to an end.
func FuzzAnswer(f *testing.F) {
	f.Add("Response: Success\r\nActionID: 7\r\n\r\n", "Ping")
	f.Add("Response: Success\r\nActionID: 7\r\nEventList: start\r\n\r\nEvent: X\r\nActionID: 7\r\nEventList: Complete\r\n\r\n", "Status")
	f.Add("Response: Follows\r\n\r\n--END COMMAND--\r\n\r\n", "Command")
	f.Add("Response: Follows\r\nActionID: 7\r\na\n\nb\n--END COMMAND--\r\n\r\n", "SMSCommand")
	f.Add("ActionID: 7\r\nResponse: Success\r\nEventList: start\r\n\r\nEvent: X\r\nActionID: 8\n\nx\r\nActionID: 7\r\n\r\nEvent: Y\r\nEventList: Complete\r\n\r\n", "Own")
	f.Add("lines\r\n\r\nEvent: X\r\nPrivilege: all,sms\r\n\r\nmore\r\n\r\n", "Own")
	f.Fuzz(func(t *testing.T, body, name string) {
		for _, reader := range []func(io.Reader) io.Reader{asItIs, iotest.OneByteReader} {
			var hub event.Hub
			items := 0
			answer := alone{action: action.New(name), hub: &hub, maxItems: math.MaxInt, limits: transport.Limits{Line: 64, Block: 256},
				item: func(event.Raw) bool { items++; return true }}
			response, err := answer.read(body, reader)
			if (response == nil) == (err == nil) {
				t.Errorf("Read = %v, %v", response, err)
			}
			if items > len(body)/len("Event:") {
				t.Errorf("%d items of %d bytes", items, len(body))
			}
		}
	})
}

// Text behind an empty line belongs to the answer, though no end mark comes.
func TestAnswerFollowsWithoutItsEnd(t *testing.T) {
	answer := alone{action: action.New("Own"), hub: new(event.Hub)}
	const head = "Response: Follows\r\nActionID: 7\r\nline one\r\n"
	response, err := answer.read(head+"\r\nline two\r\n\r\n", asItIs)
	if err != nil || !strings.HasSuffix(response.Fields.String(), "\r\nline one\r\n\nline two\r\n") {
		t.Errorf("Read = %+v, %v, want both lines", response, err)
	}
}
