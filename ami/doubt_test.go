package ami_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

const hangup = "Event: Own\r\nPrivilege: call,all\r\nChannel: a\r\nCallerIDNum: 1"

// cuts are what comes in one piece, and which of its events were cut by a value.
// <id> is the ActionID of an action whose answer is due.
var cuts = map[string]struct {
	text string
	want string // name and doubt of each event
}{
	"news": {hangup + "\r\n\r\n" + hangup + "\r\n\r\n", "Own, Own"},
	"an empty line": {
		hangup + "\n\nx\r\nLinkedid: 1.1\r\n\r\n" + hangup + "\r\n\r\n", "Own cut, Own",
	},
	"an empty line, and a field": {hangup + "\n\nLinkedid: 1.1\r\n\r\n", "Own cut"},
	"a false event of a piece": {
		hangup + "\n\nEvent: x\r\nLinkedid: 1.1\r\n\r\n" + hangup + "\r\n\r\n", "Own cut, x no id, Own",
	},
	"a whole false event, and what is left": {
		hangup + "\n\nEvent: Hangup2\nPrivilege: call,all\n\n\r\nLinkedid: 1.1\r\n\r\n", "Own, Hangup2 cut",
	},
	"a false answer":                 {hangup + "\n\nResponse: Success\r\nLinkedid: 1.1\r\n\r\n", "Own cut"},
	"an ActionID of its own":         {hangup + "\n\nActionID: 1\r\nLinkedid: 1.1\r\n\r\n", "Own cut"},
	"surplus empty lines":            {"\r\n\r\n" + hangup + "\r\n\r\n\r\n\n\r\n" + hangup + "\r\n\r\n", "Own, Own"},
	"our answer":                     {hangup + "\r\n\r\nResponse: Success\r\nActionID: <id>\r\n\r\n", "Own"},
	"our answer, the ActionID first": {hangup + "\r\n\r\nActionID: <id>\r\nResponse: Success\r\n\r\n", "Own"},
	"the text of a command":          {hangup + "\r\n\r\nResponse: Follows\r\nPrivilege: Command\r\nActionID: <id>\r\n--END COMMAND--\r\n\r\n", "Own"},
	"another's answer":               {hangup + "\r\n\r\nResponse: Success\r\nActionID: other-1\r\n\r\n", "Own"},
	"another's item":                 {hangup + "\r\n\r\nEvent: Item\r\nActionID: other-1\r\n\r\n", "Own, Item"},
	"news of an odd class":           {hangup + "\r\n\r\nEvent: SMS\r\nPrivilege: smscommand\r\n\r\n" + hangup + "\r\n\r\n", "Own, SMS, Own"},
}

// oddities is what a subscription was given: names, and what is odd.
func oddities(t *testing.T, sub *event.Subscription, n int) string {
	t.Helper()
	var all []string
	for range n {
		ev := next(t, sub)
		text := ev.EventName()
		if ev.Doubt()&event.DoubtCut != 0 {
			text += " cut"
		}
		if ev.Doubt()&event.DoubtNoActionID != 0 {
			text += " no id"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestCutEventsAreMarked(t *testing.T) {
	for name, test := range cuts {
		n := strings.Count(test.want, ",") + 1
		synctest.Test(t, func(t *testing.T) {
			var log strings.Builder
			conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
				cue(p)
				a := p.Expect("Command")
				p.Write(strings.ReplaceAll(test.text, "<id>", a.ID()))
				if !strings.Contains(test.text, "<id>") {
					p.Success(a)
				}
			})), func(c *ami.Config) { c.Logger = logTo(&log) })
			sub := conn.Subscribe(all, nil)
			mustDo(t, conn, "Cue")
			before := conn.Stats().Doubtful
			if _, err := conn.Do(t.Context(), action.Command{Command: "x"}); err != nil {
				t.Errorf("%s: Do = %v", name, err)
			}
			if got := oddities(t, sub, n); got != test.want {
				t.Errorf("%s: events %s, want %s", name, got, test.want)
			}
			odd := strings.Contains(log.String(), "doubt=")
			if got := conn.Stats().Doubtful - before; (got > 0) != odd || strings.Contains(test.want, " ") && strings.Contains(test.want, "cut") != odd {
				t.Errorf("%s: %d are counted, the log is %q", name, got, log.String())
			}
			if strings.Count(log.String(), "doubt=") > 1 {
				t.Errorf("%s: more than one warning: %s", name, log.String())
			}
		})
	}
}

// Over HTTP they are told alike, but that no other's answers and items come.
func TestAnswerMarksCutEvents(t *testing.T) {
	for name, test := range cuts {
		n := strings.Count(test.want, ",") + 1
		var hub event.Hub
		sub := hub.Subscribe(event.Filter{}, nil)
		answer := alone{action: action.New("WaitEvent"), hub: &hub}
		body := "Response: Success\r\nActionID: 7\r\n\r\n" + strings.ReplaceAll(test.text, "<id>", "7") + "Event: WaitEventComplete\r\nActionID: 7\r\n\r\n"
		if _, err := answer.read(body, asItIs); err != nil {
			t.Errorf("%s: Read = %v", name, err)
		}
		if got := oddities(t, sub, n); got != test.want {
			t.Errorf("%s: events %s, want %s", name, got, test.want)
		}
	}
}

// An event with another's ActionID in the middle of a list waits for the next block,
// and keeps its Doubt.
func TestSuspectsKeepTheirDoubt(t *testing.T) {
	const (
		started = "Response: Success\r\nActionID: <id>\r\nEventList: start\r\n\r\n"
		suspect = "Event: Own\r\nChannel: a\r\nActionID: other\r\n\r\n"
		end     = "Event: QueueStatusComplete\r\nActionID: <id>\r\nEventList: Complete\r\n\r\n"
	)
	for name, test := range map[string]struct{ text, want string }{
		"whole":                   {started + suspect + end, "Own"},
		"lines behind it":         {started + suspect + "x\r\nLinkedid: 1.1\r\n\r\n" + end, "Own cut"},
		"lines with another's id": {started + suspect + "x\r\nActionID: other\r\n\r\n" + end, "Own cut"},
		"lines, and then no more": {started + suspect + "x\r\nLinkedid: 1.1\r\n\r\n", "Own cut"},
		"two pieces of lines":     {started + suspect + "x\r\n\r\ny\r\n\r\n" + end, "Own cut"},
	} {
		var hub event.Hub
		sub := hub.Subscribe(event.Named("Own"), nil)
		answer := alone{action: action.New("QueueStatus"), hub: &hub, maxItems: 10}
		if _, err := answer.read(strings.ReplaceAll(test.text, "<id>", "7"), asItIs); (err == nil) != strings.HasSuffix(test.text, end) {
			t.Errorf("%s: Read = %v", name, err)
		}
		if got := oddities(t, sub, 1); got != test.want {
			t.Errorf("%s, over HTTP: %s, want %s", name, got, test.want)
		}
		talk(t, func(p *amitest.Peer) {
			p.Write(strings.ReplaceAll(test.text, "<id>", p.Expect("QueueStatus").ID()))
			if !strings.HasSuffix(test.text, end) {
				p.Cut()
			}
		}, func(t *testing.T, c *ami.Conn) {
			sub := c.Subscribe(event.Named("Own"), nil)
			if _, err := c.Do(t.Context(), action.New("QueueStatus")); (err == nil) != strings.HasSuffix(test.text, end) {
				t.Errorf("%s: Do = %v", name, err)
			}
			if got := oddities(t, sub, 1); got != test.want {
				t.Errorf("%s: %s, want %s", name, got, test.want)
			}
		})
	}
}

// What has not been read yet tells nothing, and however it is cut, nothing that
// is whole is marked.
func TestWholeEventsAreNotMarked(t *testing.T) {
	for name, test := range cuts {
		if strings.Contains(test.want, "cut") {
			continue
		}
		n := strings.Count(test.want, ",") + 1
		for size := 1; size < len(test.text); size++ {
			var hub event.Hub
			sub := hub.Subscribe(event.Filter{}, nil)
			answer := alone{action: action.New("WaitEvent"), hub: &hub}
			body := "Response: Success\r\nActionID: 7\r\n\r\n" + strings.ReplaceAll(test.text, "<id>", "7")
			_, _ = answer.read(body, func(r io.Reader) io.Reader { return &pieces{r, size} })
			if got := oddities(t, sub, n); got != test.want {
				t.Errorf("%s, in pieces of %d: events %s, want %s", name, size, got, test.want)
			}
		}
	}
}

// pieces reads in pieces of one size.
type pieces struct {
	io.Reader
	size int
}

func (p *pieces) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(len(b), p.size)]) }

// Lines that may be an answer mark nothing.
func TestLinesDueMarkNothing(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		for _, name := range []string{"IAXnetstats", "Own"} {
			p.Expect(name)
			p.Write(hangup + "\r\n\r\nlines of text\r\n\r\n")
		}
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(event.Named("Own"), nil)
		for _, name := range []string{"IAXnetstats", "Own"} {
			if got := mustDo(t, c, name).Fields.String(); got != "lines of text\r\n" {
				t.Errorf("Do(%s) = %q", name, got)
			}
			if ev := next(t, sub); ev.Doubt() != 0 {
				t.Errorf("the event before the lines of %s: %v", name, ev.Doubt())
			}
		}
	})
}

// Items are marked where they are cut, or have no ActionID though all of their
// kind do; by List, Each and a snapshot.
func TestOddItemsAreMarked(t *testing.T) {
	var log strings.Builder
	list := func(p *amitest.Peer, a amitest.Action) {
		p.Write(strings.ReplaceAll("Response: Success\r\nActionID: <id>\r\nEventList: start\r\n\r\n"+
			"Event: QueueEntry\r\nQueue: whole\r\nActionID: <id>\r\n\r\n"+
			"Event: QueueEntry\r\nQueue: cut\r\nCallerIDNum: 1\n\nx\r\nActionID: <id>\r\n\r\n"+
			"Event: QueueEntry\r\nQueue: foreign\r\nActionID: x\n\n\r\nWait: 1\r\nActionID: <id>\r\n\r\n"+
			"Event: QueueEntry\r\nQueue: nobody's\r\n\r\n"+
			"Event: QueueStatusComplete\r\nActionID: <id>\r\nEventList: Complete\r\n\r\n", "<id>", a.ID()))
	}
	want := map[string]event.Doubt{"whole": 0, "cut": event.DoubtCut | event.DoubtNoActionID,
		"foreign": event.DoubtCut | event.DoubtNoActionID, "nobody's": event.DoubtNoActionID}
	check := func(t *testing.T, way string, ev event.Event) {
		t.Helper()
		entry, ok := ev.(event.QueueEntry)
		if !ok {
			return
		}
		if got := ev.Doubt() & (event.DoubtCut | event.DoubtNoActionID); got != want[entry.Queue] {
			t.Errorf("%s: the item %s has the doubt %v, want %v", way, entry.Queue, got, want[entry.Queue])
		}
	}
	synctest.Test(t, func(t *testing.T) {
		conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) { p.Handle("QueueStatus", list) })),
			func(c *ami.Config) { c.Logger = logTo(&log) })
		response := mustDo(t, conn, "QueueStatus")
		if len(response.Events) != 4 {
			t.Errorf("%d items, want 4", len(response.Events))
		}
		for _, ev := range response.Events {
			check(t, "Do", ev)
		}
		if got := conn.Stats().Doubtful; got < 3 {
			t.Errorf("Doubtful = %d, want at least 3", got)
		}
		n := 0
		for ev, err := range conn.Stream(t.Context(), action.QueueStatus{}) {
			if err != nil {
				t.Error(err)
				break
			}
			check(t, "Stream", ev)
			n++
		}
		sub := conn.Subscribe(event.Named("Nothing"), &ami.SubscribeConfig{Snapshot: []action.Action{action.QueueStatus{}}})
		for range n {
			check(t, "snapshot", next(t, sub))
		}
		if n != 4 || strings.Count(log.String(), "doubt=") != 1 {
			t.Errorf("%d items by Stream; the log is %q, want one warning", n, log.String())
		}
	})
	// The items of some lists have none.
	talk(t, func(p *amitest.Peer) {
		a := p.Expect("IAXpeers")
		p.Write(strings.ReplaceAll("Response: Success\r\nActionID: <id>\r\nEventList: start\r\n\r\nEvent: PeerEntry\r\nChanneltype: IAX\r\n\r\n"+
			"Event: PeerlistComplete\r\nActionID: <id>\r\nEventList: Complete\r\n\r\n", "<id>", a.ID()))
	}, func(t *testing.T, c *ami.Conn) {
		for _, ev := range mustDo(t, c, "IAXpeers").Events {
			if ev.Doubt()&(event.DoubtNoActionID|event.DoubtCut) != 0 {
				t.Errorf("an item of IAXpeers: %v", ev.Doubt())
			}
		}
	})
}
