package stranger_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

// whole are events that a stranger writes between two empty lines, as Asterisk would: nothing tells that they are false,
// as docs/safety.md says. The first ones fit into a number, the others into Diversion, which CEL hands on.
var whole = []struct {
	name  string
	part  stranger.Part
	lines []string
}{
	{"DeviceStateChange", stranger.Number, []string{"Privilege:call,all", "Device:PJSIP/201", "State:BUSY"}},
	{"PeerStatus", stranger.Number, []string{"Privilege:system,all", "Peer:PJSIP/201", "PeerStatus:x"}},
	{"Reload", stranger.Number, []string{"Privilege: system,all", "Module: All", "Status: 0"}},
	{"Hangup", stranger.Diversion, slices.Concat(snapshot, []string{"Cause: 16", "Cause-txt: Normal Clearing"})},
	{"AsyncAGIEnd", stranger.Diversion, snapshot},
	{"Unheard", stranger.Number, []string{"Privilege: call,all", "Uniqueid: VICTIM"}},
	{"AsyncAGIStart", stranger.Diversion, slices.Concat(snapshot, []string{"Env: " + url.PathEscape(wholeEnv)})},
	{"AsyncAGIEnd", stranger.Diversion, slices.Concat(snapshot, []string{"", "Event: AsyncAGIEnd"}, snapshot,
		[]string{"", "Event: AsyncAGIStart"}, snapshot, []string{"Env: " + url.PathEscape(wholeEnv)})},
}

// wholeEnv is what AGI(agi:async) sends of the victim's channel, whole.
const wholeEnv = "agi_request: async\nagi_channel: CHANNEL\nagi_language: en\nagi_type: PJSIP\nagi_uniqueid: VICTIM\n" +
	"agi_version: 22.10.1\nagi_callerid: 201\nagi_calleridname: unknown\nagi_callingpres: 0\nagi_callingani2: 0\nagi_callington: 0\n" +
	"agi_callingtns: 0\nagi_dnid: unknown\nagi_rdnis: unknown\nagi_context: stranger\nagi_extension: 3\nagi_priority: 1\n" +
	"agi_enhanced: 0.0\nagi_accountcode: \nagi_threadid: 140\n\n"

// snapshot are the lines of the victim's channel.
var snapshot = []string{"Privilege: call,all", "Channel: CHANNEL", "ChannelState: 4", "ChannelStateDesc: Ring", "CallerIDNum: 201",
	"CallerIDName: <unknown>", "ConnectedLineNum: <unknown>", "ConnectedLineName: <unknown>", "Language: en", "AccountCode: ",
	"Context: stranger", "Exten: 3", "Priority: 1", "Uniqueid: VICTIM", "Linkedid: VICTIM"}

// TestNotTold has strangers send whole events. A program that reads them believes them, but no handler ends or begins by them.
func TestNotTold(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			p := newPBX(t, v)
			for _, w := range whole {
				t.Run(w.name, func(t *testing.T) {
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					defer cancel()
					p.log.take()
					p.believed(t)
					text := "\r\n\r\nEvent:" + w.name + "\r\n" + strings.Join(w.lines, "\r\n")
					if w.part == stranger.Diversion {
						text += "\r\n\r\nEvent: x\r\nPrivilege: call,all"
					}
					text = strings.NewReplacer("VICTIM", p.victim.id, "CHANNEL", p.victim.channel).Replace(text)
					found := p.client.Subscribe(event.Named(w.name), nil)
					defer found.Close()
					if _, err := p.agent(t, "trunk").Dial(ctx, w.part.Invite("1", text)); over(err) != nil {
						t.Fatal(err)
					}
					<-p.reports
					if !p.forged(ctx, found) {
						t.Error("it has not come, or is told, other than docs/safety.md says")
					}
					if err := p.victim.check(ctx); err != nil {
						t.Errorf("the victim: %v\nlogged: %s", err, p.log.take())
						p.dialVictim()
					}
					select {
					case <-p.victim.up:
						t.Error("a second handler runs on the victim's channel")
					default:
					}
				})
			}
		})
	}
}

// forged waits for the stranger's event, which CEL may hand on late. It comes several times, and may be told by what
// stands behind it in some of them.
func (p *pbx) forged(ctx context.Context, sub *event.Subscription) bool {
	for ev := range sub.All(ctx) {
		fields := ev.Fields()
		strangers := fields.Get("Uniqueid") == p.victim.id || fields.Get("Device") == "PJSIP/201" && fields.Get("State") == "BUSY" ||
			fields.Get("PeerStatus") == "x" || fields.Get("Module") == "All"
		if strangers && ev.Doubt() == 0 {
			return true
		}
	}
	return false
}

// heard returns what a subscription has got so far.
func (p *pbx) heard(t *testing.T, sub *event.Subscription) []event.Event {
	t.Helper()
	p.barrier(t)
	var events []event.Event
	for sub.Stats().Queued > 0 {
		ev, err := sub.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, ev)
	}
	return events
}
