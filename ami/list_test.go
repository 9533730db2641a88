package ami_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// listed is what came of an action whose answer a script wrote, with <id> for
// the ActionID.
type listed struct {
	action string
	answer string
	events string // names of Response.Events
	end    string // name of Response.End
	fails  error  // instead: errSome for a refusal, or ErrNoAnswer
	says   string // in the error
}

var errSome = errors.New("any error")

// The lines of edge-cases.md under Correlation and lists.
var correlations = map[string]listed{
	"EventList start and Complete": {
		"CoreShowChannels", "R: start\n\nE: CoreShowChannel\n\nE: CoreShowChannel\n\nE: CoreShowChannelsComplete|Complete\n\n",
		"CoreShowChannel CoreShowChannel", "CoreShowChannelsComplete", nil, "",
	},
	"EventList in other cases": {
		"FAXSessions", "R: Start\n\nE: FAXSessionsEntry\n\nE: FAXSessionsComplete|complete\n\n",
		"FAXSessionsEntry", "FAXSessionsComplete", nil, "",
	},
	"EventList Cancelled": {"Any", "R: start\n\nE: Item\n\nE: AnyComplete|Cancelled\n\n", "Item", "AnyComplete", nil, ""},
	"an empty list":       {"Agents", "R: start\n\nE: AgentsComplete|Complete\n\n", "", "AgentsComplete", nil, ""},
	"lists without EventList end by name: FAXStats": {"FAXStats", "R:\n\nE: FAXStats\n\n", "", "FAXStats", nil, ""},
	"lists whose end has no EventList": {
		"QueueStatus", "R: start\n\nE: QueueParams\n\nE: QueueStatusComplete\n\n", "QueueParams", "QueueStatusComplete", nil, "",
	},
	"DBGet": {"DBGet", "R: start\n\nE: DBGetResponse\n\nE: DBGetComplete|Complete\n\n", "DBGetResponse", "DBGetComplete", nil, ""},
	"odd terminators: PeerlistComplete": {
		"SIPpeers", "R: start\n\nE: PeerEntry\n\nE: PeerlistComplete\n\n", "PeerEntry", "PeerlistComplete", nil, "",
	},
	"items without an ActionID": {
		"IAXpeers", "R: start\n\nEvent: PeerEntry\r\nChanneltype: IAX\r\n\r\nE: PeerlistComplete|Complete\n\n",
		"PeerEntry", "PeerlistComplete", nil, "",
	},
	"items and end in one block": {
		"SKINNYdevices", "R: start\n\nE: DeviceEntry\nObjectName: a\nEvent: DevicelistComplete\nEventList: Complete\n\n",
		"", "DeviceEntry", nil, "",
	},
	"a value that looks like the end": {
		"CoreShowChannels", "R: start\n\nE: CoreShowChannel\nCallerIDNum: 1\nEventList: Complete\n\n" +
			"E: CoreShowChannel\nCallerIDNum: 1\nEvent: CoreShowChannelsComplete\nEventList: Complete\n\nE: CoreShowChannelsComplete|Complete\n\n",
		"CoreShowChannel CoreShowChannel", "CoreShowChannelsComplete", nil, "",
	},
	"a value that holds an end of its own": {
		"CoreShowChannels", "R: start\n\nE: CoreShowChannel\nCallerIDNum: 1\n\nEvent: CoreShowChannelsComplete\r\nActionID: 1\r\nEventList: Complete\r\n\r\n" +
			"E: CoreShowChannel\n\nE: CoreShowChannelsComplete|Complete\n\n",
		"CoreShowChannel CoreShowChannel", "CoreShowChannelsComplete", nil, "", // the forged one is another's
	},
	"a value that ends in front of the ActionID like an end": {
		"QueueStatus", "R: start\n\nEvent: QueueEntry\r\nCallerIDName: x\r\n\r\nEvent: QueueStatusComplete\r\nWait: 1\r\nActionID: <id>\r\n\r\n" +
			"Event: QueueEntry\r\nCallerIDName: x\r\n\r\nEvent: X\r\nEventList: Complete\r\nWait: 1\r\nActionID: <id>\r\n\r\nE: QueueStatusComplete|Complete\n\n",
		"QueueEntry QueueStatusComplete QueueEntry X", "QueueStatusComplete", nil, "",
	},
	"a value that ends in front of the ActionID like an answer": {
		"QueueStatus", "R: start\n\nEvent: QueueEntry\r\nCallerIDName: x\r\n\r\nResponse: Error\r\nWait: 1\r\nActionID: <id>\r\n\r\nE: QueueStatusComplete|Complete\n\n",
		"QueueEntry", "QueueStatusComplete", nil, "",
	},
	"a value that cuts the ActionID off": {
		"QueueStatus", "R: start\n\nEvent: QueueEntry\r\nCallerIDName: x\r\nActionID: 1\r\n\r\n\r\nWait: 1\r\nActionID: <id>\r\n\r\nE: QueueStatusComplete|Complete\n\n",
		"QueueEntry", "QueueStatusComplete", nil, "",
	},
	"a number with an ActionID of another": {
		"QueueStatus", "R: start\n\nEvent: QueueEntry\r\nCallerIDNum: 1\r\nActionID: x\r\nWait: 1\r\nActionID: <id>\r\n\r\nE: QueueStatusComplete|Complete\n\n",
		"QueueEntry", "QueueStatusComplete", nil, "",
	},
	"a number that cuts the ActionID off, and a name that cuts the rest": {
		"QueueStatus", "R: start\n\nEvent: QueueEntry\r\nCallerIDNum: 1\r\nActionID: x\r\n\r\n\r\nCallerIDName: y\r\n\r\nWait: 1\r\nActionID: <id>\r\n\r\n" +
			"Event: QueueMember\r\nName: z\r\nActionID: <id>\r\n\r\nE: QueueStatusComplete|Complete\n\n",
		"QueueEntry QueueMember", "QueueStatusComplete", nil, "",
	},
	"items of another's list": {
		"QueueStatus", "R: start\n\nEvent: QueueEntry\r\nWait: 1\r\nActionID: other-1\r\n\r\nE: QueueMember\n\n" +
			"Event: QueueParams\r\nActionID: other-1\r\nWait: 2\r\n\r\nEvent: QueueEntry\r\nWait: 1\r\nActionID: \r\n\r\nE: QueueStatusComplete|Complete\n\n",
		"QueueMember", "QueueStatusComplete", nil, "",
	},
	"lines of another behind an item of another's": {
		"QueueStatus", "R: start\n\nEvent: QueueEntry\r\nWait: 1\r\nActionID: other-1\r\n\r\nWait: 2\r\nActionID: other-1\r\n\r\nE: QueueStatusComplete|Complete\n\n",
		"", "QueueStatusComplete", nil, "",
	},
	"a Status that a value cuts": {
		"Status", "R: start\n\nEvent: Status\r\nPrivilege: Call\r\nCallerIDNum: 1\r\n\r\nx\r\nActionID: <id>\r\n\r\nE: StatusComplete|Complete\n\n",
		"Status", "StatusComplete", nil, "",
	},
	"news of a class behind all": {
		"QueueStatus", "R: start\n\nEvent: ReceivedSMS\r\nPrivilege: all,smscommand\r\nActionID: <id>\r\n\r\nE: QueueMember\n\nE: QueueStatusComplete|Complete\n\n",
		"QueueMember", "QueueStatusComplete", nil, "",
	},
	"news of no class at all": {
		"QueueStatus", "R: start\n\nEvent: Own\r\nPrivilege: <none>\r\n\r\nE: QueueMember\n\nE: QueueStatusComplete|Complete\n\n",
		"QueueMember", "QueueStatusComplete", nil, "",
	},
	"a module's list whose end has no ActionID": {
		"MyList", "R: start\n\nE: MyItem\n\nEvent: MyListComplete\r\nEventList: Complete\r\n\r\n", "MyItem", "MyListComplete", nil, "",
	},
	"a module's list of two ends without an ActionID": {
		"MyList", "R: start\n\nE: MyItem\nNumber: 1\n\nEvent: X\r\nEventList: Complete\r\n\r\nE: MyItem\n\nEvent: MyListComplete\r\nListItems: 2\r\nEventList: Complete\r\n\r\n",
		"MyItem X MyItem", "MyListComplete", nil, "",
	},
	"a module's list, and a value that looks like its end": {
		"MyList", "R: start\n\nE: MyItem\nNumber: 1\n\nEvent: X\r\nEventList: Complete\r\n\r\nE: MyListComplete|Complete\n\n",
		"MyItem X", "MyListComplete", nil, "",
	},
	"an end without an ActionID of a list that has one": {
		"CoreShowChannels", "R: start\n\nEvent: CoreShowChannelsComplete\r\nEventList: Complete\r\n\r\n", "", "", ami.ErrNoAnswer, "no end",
	},
	"a response with its ActionID first": {"RptStatus", "ActionID: <id>\r\nResponse: Success\r\nMessage: node\r\n\r\n", "", "", nil, "node"},
	"a refusal with its ActionID first":  {"RptStatus", "ActionID: <id>\r\nResponse: Error\r\nMessage: no node\r\n\r\n", "", "", errSome, "no node"},
	"a list with the ActionID of its response first": {
		"MyList", "ActionID: <id>\r\nResponse: Success\r\nEventList: start\r\n\r\nE: MyItem\n\nE: MyListComplete|Complete\n\n", "MyItem", "MyListComplete", nil, "",
	},
	"a value that leaves our ActionID alone in front": {
		"QueueStatus", "R: start\n\nEvent: QueueEntry\r\nWait: x\r\n\r\nActionID: <id>\r\n\r\nEvent: QueueEntry\r\nWait: x\r\n\r\nActionID: <id>\r\nResponse: Error\r\n\r\n" +
			"E: QueueStatusComplete|Complete\n\n",
		"QueueEntry QueueEntry", "QueueStatusComplete", nil, "",
	},
	"lines, and then a response": {"MyAction", "some text\r\n\r\nmore\r\n\r\nR:\nMessage: done\n\n", "", "", nil, "done"},
	"a list of Asterisk 11": {
		"ParkedCalls", "R:\nMessage: Parked calls will follow\n\nE: ParkedCall\n\nE: ParkedCallsComplete\n\n", "", "", ami.ErrNoAnswer, "Asterisk 11",
	},
	"a value that looks like a start": {"Getvar", "R:\nVariable: X\nValue: a\nEventList: start\n\n", "", "", nil, ""},
	"a start that stands elsewhere":   {"MyList", "R:\nMessage: follows\nEventList: start\n\nE: Item\nx: y\nEventList: complete\n\n", "", "Item", nil, "follows"},
	"odd terminators: case of the action": {
		"iaxpeers", "R: start\n\nE: PeerEntry\n\nE: PeerlistComplete\n\n", "PeerEntry", "PeerlistComplete", nil, "",
	},
	"error response to a list ends it": {"CoreShowChannels", "X: No luck\n\n", "", "", errSome, "No luck"},
	"error after the start": {
		"PJSIPShowEndpoint", "R: start\n\nE: EndpointDetail\n\nX: Could not get more\n\nE: EndpointDetailComplete|Complete\n\n",
		"", "", errSome, "Could not get more",
	},
	"error after the start and no end": {"ShowDialPlan", "R: start\n\nE: ListDialplan\n\nX: Did not find\n\n", "", "", errSome, "Did not find"},
	"complete arrives before the response": {
		"CoreShowChannels", "E: CoreShowChannel\n\nE: CoreShowChannelsComplete|Complete\n\nR: start\n\n",
		"CoreShowChannel", "CoreShowChannelsComplete", nil, "",
	},
	"second response with the same ActionID": {"ModuleLoad", "X: Need module name\n\nX: Incomplete\n\nX: Third\n\n", "", "", errSome, "Need module name"},
	"a success after an error":               {"AOCMessage", "X: No TimeScale\n\nR:\n\n", "", "", errSome, "TimeScale"},
	"JabberSend answers twice":               {"JabberSend", "R:\n\nR:\nMessage: the second\n\n", "", "", nil, "the second"},
	"JabberSend fails at once":               {"JabberSend", "X: Missing\n\n", "", "", errSome, "Missing"},
	"JabberSend fails late":                  {"JabberSend", "R:\n\nX: Could not find\n\n", "", "", errSome, "Could not find"},
	"no EventList on Success, no list":       {"VoicemailUsersList", "R:\nMessage: none\n\n", "", "", nil, "none"},
	"will follow is no promise":              {"QueueAdd", "R:\nMessage: Items will follow\n\n", "", "", nil, "will follow"},
	"Status items have a Privilege": {
		"Status", "R: start\n\nE: Status\nPrivilege: Call\n\nE: StatusComplete|Complete\n\n", "Status", "StatusComplete", nil, "",
	},
	"items with their ActionID last": {
		"Agents", "R: start\n\nEvent: Agents\r\nAgent: 1\r\nActionID: <id>\r\n\r\nE: AgentsComplete|Complete\n\n",
		"Agents", "AgentsComplete", nil, "",
	},
	"ListItems disagrees": {
		"PJSIPShowEndpoints", "R: start\n\nE: EndpointList\n\nE: EndpointListComplete|Complete\nListItems: 7\n\n",
		"EndpointList", "EndpointListComplete", nil, "",
	},
	"a message that ends in a bare LF": {"PJSIPShowAors", "Response: Error\r\nActionID: <id>\r\nMessage: No AORs found\n\r\n", "", "", errSome, "No AORs found"},
	"two blank lines behind it":        {"QueueRule", "R:\nRule: 1\n\n\r\n", "", "", nil, ""},
	"keys named Events and Ping":       {"ListCommands", "R:\nEvents: Control Event Flow\nPing: Keepalive\n\n", "", "", nil, ""},
	"news in between": {
		"CoreShowChannels", "R: start\n\nEvent: Newchannel\r\nPrivilege: call,all\r\n\r\nE: CoreShowChannel\n\nE: CoreShowChannelsComplete|Complete\n\n",
		"CoreShowChannel", "CoreShowChannelsComplete", nil, "",
	},
	"the same class as news and as item": {
		"ParkedCalls", "R: start\n\nEvent: ParkedCall\r\nPrivilege: call,all\r\n\r\nE: ParkedCall\n\nE: ParkedCallsComplete|Complete\n\n",
		"ParkedCall", "ParkedCallsComplete", nil, "",
	},
	"a UserEvent with our ActionID named like the end": {
		"CoreShowChannels", "R: start\n\nEvent: CoreShowChannelsComplete\r\nPrivilege: user,all\r\nActionID: <id>\r\nEventList: Complete\r\n\r\n" +
			"E: CoreShowChannel\n\nE: CoreShowChannelsComplete|Complete\n\n",
		"CoreShowChannel", "CoreShowChannelsComplete", nil, "",
	},
	"a line that is no field": {"GetConfig", "R:\nNo categories found\n\n", "", "", nil, ""},
	"a success with an Error": {"ListCategories", "R:\nError: no categories found\n\n", "", "", nil, ""},
	"an answer in one line":   {"GetConfigJSON", "R:\nJSON: {\"general\":[\"a: b\"]}\n\n", "", "", nil, ""},
	"two Messages":            {"PresenceState", "R:\nMessage: Presence State\nState: away\nMessage: at lunch\n\n", "", "", nil, "Presence State"},
	"rules of queues":         {"QueueRule", "R:\nRuleList: a\nRule: 1,2,3\nRule: 4,5,6\nRuleList: b\n\n", "", "", nil, ""},
	"an item without EventList, an error for an end": {
		"CoreShowChannelMap", "R: start\n\nE: CoreShowChannelMap\n\nX: Could not get bridge\n\n", "", "", errSome, "Could not get bridge",
	},
	"FAXSession": {"FAXSession", "R:\n\nE: FAXSession\n\n", "", "FAXSession", nil, ""},
	"odd terminators: conferencelistcomplete": {
		"ConfbridgeList", "R: start\n\nE: ConfbridgeList\n\nE: ConfbridgeListComplete|complete\n\n",
		"ConfbridgeList", "ConfbridgeListComplete", nil, "",
	},
	"DBGet of Asterisk 13, whose end nothing announces": {"DBGet", "R:\nMessage: Result will follow\n\nE: DBGetResponse\n\n", "", "", ami.ErrNoAnswer, "Asterisk 11"},
	"OriginateResponse is an event": {
		"Originate", "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: <id>\r\nResponse: Failure\r\n\r\nR:\nMessage: queued\n\n",
		"", "", nil, "queued",
	},
}

// write turns the short form of an answer into lines: R is a response, X an
// error, E an event, and a bare LF ends a line of them.
func (l listed) write(p *amitest.Peer, a amitest.Action) {
	text := l.answer
	text = strings.NewReplacer("R: start", "R:\nEventList: start", "R: Start", "R:\nEventList: Start").Replace(text)
	var out strings.Builder
	for line := range strings.SplitAfterSeq(text, "\n") {
		short := strings.TrimSuffix(line, "\n") + "\r\n"
		event, list, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
		switch {
		case strings.HasSuffix(line, "\r\n") || line == "" || !strings.HasSuffix(line, "\n"):
			out.WriteString(line)
		case line == "R:\n":
			out.WriteString("Response: Success\r\nActionID: <id>\r\n")
		case strings.HasPrefix(line, "X: "):
			out.WriteString("Response: Error\r\nActionID: <id>\r\nMessage: " + short[3:])
		case strings.HasPrefix(line, "E: "):
			out.WriteString("Event: " + event[3:] + "\r\nActionID: <id>\r\n")
			if list != "" {
				out.WriteString("EventList: " + list + "\r\n")
			}
		case strings.HasPrefix(line, "Message: ") && strings.HasSuffix(line, "found\n"):
			out.WriteString(line) // the bare LF is meant
		default:
			out.WriteString(short)
		}
	}
	p.Write(strings.ReplaceAll(out.String(), "<id>", a.ID()))
}

func TestCorrelation(t *testing.T) {
	for subject, test := range correlations {
		t.Run(subject, func(t *testing.T) {
			talk(t, func(p *amitest.Peer) {
				test.write(p, p.Expect(test.action))
				test.write(p, p.Expect(test.action)) // what is left of the first meets the second
			}, func(t *testing.T, c *ami.Conn) {
				for range 2 {
					response, err := c.Do(t.Context(), action.New(test.action))
					test.verify(t, response, err)
				}
				mustPing(t, c)
			})
		})
	}
}

func (l listed) verify(t *testing.T, response *ami.Response, err error) {
	t.Helper()
	if l.fails == ami.ErrNoAnswer {
		wantError(t, "Do", err, l.fails, l.says)
		return
	}
	if l.fails != nil {
		var refusal *ami.Error
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), l.says) {
			t.Errorf("Do = %v, want an *Error that says %q", err, l.says)
		}
		return
	}
	if err != nil {
		t.Errorf("Do = %v", err)
		return
	}
	var got []string
	for _, ev := range response.Events {
		got = append(got, ev.EventName())
	}
	end := ""
	if response.End != nil {
		end = response.End.EventName()
	}
	if strings.Join(got, " ") != l.events || end != l.end {
		t.Errorf("items %q, end %q, want %q and %q", got, end, l.events, l.end)
	}
	if !strings.Contains(response.Message(), l.says) {
		t.Errorf("Message() = %q, want %q", response.Message(), l.says)
	}
}

// News that look like an answer reach the subscriptions, and items do not; nor
// do the late items of a list that was cancelled.
func TestItemsAreNoNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		conn := scripted(t, func(p *amitest.Peer) {
			a := p.Expect("CoreShowChannels")
			p.Reply(a, "Response", "Success", "EventList", "start")
			p.Reply(a, "Event", "CoreShowChannel", "Channel", "early")
			<-release
			p.Reply(a, "Event", "CoreShowChannel", "Channel", "late")
			p.Emit("Event", "UserEvent", "Privilege", "user,all", "ActionID", a.ID(), "UserEvent", "news")
			p.Reply(a, "Event", "CoreShowChannelsComplete", "EventList", "Complete")
		})
		sub := conn.Subscribe(all, nil)
		ctx, cancel := context.WithCancel(t.Context())
		list := doing(ctx, conn, action.CoreShowChannels{})
		synctest.Wait()
		cancel()
		wantError(t, "Do", (<-list).err, ami.ErrOutcomeUnknown)
		close(release)
		mustPing(t, conn)
		if got := next(t, sub).EventName(); got != "UserEvent" || sub.Stats().Queued != 0 {
			t.Errorf("event %s and %d more, want the UserEvent alone", got, sub.Stats().Queued)
		}
	})
}

// Overtaken: actions run one after another, so an answer to a later one says
// that nothing more comes for the earlier.
func TestOvertakenActions(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Expect("Mute")
		p.Expect("Queues") // of Asterisk 1.8, which answers without Response
		p.Write("default has 0 calls (max unlimited) in 'ringall' strategy\r\n   No Members\r\n\r\n")
		a := p.Expect("CoreShowChannels")
		p.Reply(a, "Response", "Success", "EventList", "start")
		p.Reply(a, "Event", "CoreShowChannel")
	}, func(t *testing.T, c *ami.Conn) {
		mute := doing(t.Context(), c, action.New("Mute"))
		synctest.Wait()
		queues := doing(t.Context(), c, action.New("Queues"))
		synctest.Wait()
		list := doing(t.Context(), c, action.CoreShowChannels{})
		synctest.Wait()
		wantError(t, "Do(Mute)", (<-mute).err, ami.ErrNoAnswer)
		wantError(t, "Do(Queues)", (<-queues).err, ami.ErrNoAnswer)
		mustPing(t, c)
		wantError(t, "Do(CoreShowChannels)", (<-list).err, ami.ErrNoAnswer, "no end")
	})
	talk(t, func(p *amitest.Peer) {
		a := p.Expect("MyList")
		p.Reply(a, "Response", "Success", "EventList", "start")
		p.Reply(a, "Event", "MyItem")
	}, func(t *testing.T, c *ami.Conn) {
		list := doing(t.Context(), c, action.New("MyList"))
		synctest.Wait()
		mustPing(t, c)
		wantError(t, "Do of an action that is in no table", (<-list).err, ami.ErrNoAnswer, "no end")
	})
}

// Actions that answer nothing, or lines that are no response: IAXnetstats, and
// Events with brokeneventsaction.
func TestSilentActions(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Expect("IAXnetstats")
		p.Write("\r\n")
		p.Expect("IAXnetstats")
		p.Write("IAX2/peer-1  24 -1 0 -1 -1 0\nIAX2/peer-2  24 -1\n\r\n")
		off := p.Expect("Events")
		p.Write("Response: Success\r\nActionID: " + off.ID() + "\r\nEvents: Off\r\n") // and no empty line
		p.Handle("Events", func(*amitest.Peer, amitest.Action) {})
	}, func(t *testing.T, c *ami.Conn) {
		if r, err := c.Do(t.Context(), action.New("IAXnetstats")); err != nil || r.Fields.String() != "" {
			t.Errorf("Do(IAXnetstats) = %+v, %v, want nothing", r, err)
		}
		r, err := c.Do(t.Context(), action.New("IAXnetstats"))
		if err != nil || !strings.HasPrefix(r.Fields.String(), "IAX2/peer-1  24") || !strings.Contains(r.Fields.String(), "peer-2") {
			t.Errorf("Do(IAXnetstats) = %+v, %v, want its lines", r, err)
		}
		for _, answered := range []string{"without an empty line", "not at all"} {
			if _, err := c.Do(t.Context(), action.New("Events", "EventMask", "off")); err != nil {
				t.Errorf("Do(Events), answered %s = %v", answered, err)
			}
			mustPing(t, c)
		}
		if got := c.Stats().Orphans; got != 0 {
			t.Errorf("Orphans = %d, want 0", got)
		}
	})
}

// WaitEvent on a Conn: the response after the wait, the events as news, then
// its end.
func TestWaitEvent(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := p.Expect("WaitEvent")
		p.Success(a, "Message", "Waiting for Event completed.")
		p.Emit("Event", "Newchannel", "Privilege", "call,all")
		p.Reply(a, "Event", "WaitEventComplete")
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(event.Of[event.Newchannel](), nil)
		r := mustDo(t, c, "WaitEvent", "Timeout", "5")
		if len(r.Events) != 0 || r.End == nil || names(t, sub, 1) != "Newchannel" {
			t.Errorf("Do(WaitEvent) = %+v, want no items and an end", r)
		}
	})
}
