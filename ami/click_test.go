package ami_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// pbx emits the events of a click-to-call as Asterisk 22 does, without the fields that
// nobody looks at.
type pbx struct {
	*amitest.Peer
	id       string // the ChannelID
	actionID string // of the Originate
}

// begun is a pbx that has taken the Originate.
func begun(p *amitest.Peer) pbx {
	a := queued(p)
	return pbx{p, a.Get("ChannelId"), a.ID()}
}

// of emits an event of a channel.
func (p pbx) of(name, channel, id string, fields ...string) {
	p.Emit(append([]string{"Event", name, "Privilege", "call,all", "Channel", channel, "Uniqueid", id, "Linkedid", p.id}, fields...)...)
}

// agent takes the first leg to being up.
func (p pbx) agent(channel string) {
	p.of("Newchannel", channel, p.id, "ChannelState", "0")
	p.of("Newstate", channel, p.id, "ChannelState", "5")
	p.of("Newstate", channel, p.id, "ChannelState", "6")
	p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "Response", "Success", "Reason", "4", "Uniqueid", p.id, "ActionID", p.actionID)
}

// dial emits an event of dialling.
func (p pbx) dial(name, from, fromID, to, toID string, fields ...string) {
	p.Emit(append([]string{"Event", name, "Privilege", "call,all", "Channel", from, "ChannelState", "6", "Uniqueid", fromID, "Linkedid", p.id,
		"DestChannel", to, "DestUniqueid", toID, "DestLinkedid", p.id}, fields...)...)
}

const (
	bob = "PJSIP/bob-1"
	cem = "PJSIP/cem-2"
)

// listsChannels answers Status without a Channel by these channels: name, Uniqueid, state, application, bridge.
func listsChannels(p *amitest.Peer, id string, channels ...[5]string) {
	p.Handle("Status", func(p *amitest.Peer, a amitest.Action) {
		var items [][]string
		for _, c := range channels {
			if which := a.Get("Channel"); which == "" || which == c[1] {
				items = append(items, []string{"Event", "Status", "Privilege", "Call", "Channel", c[0], "ChannelState", c[2], "Uniqueid", c[1], "Linkedid", id,
					"BridgeID", c[4], "Application", c[3], "ActionID", a.ID()})
			}
		}
		if a.Get("Channel") != "" && len(items) == 0 {
			p.Error(a, "No such channel")
			return
		}
		p.List(a, "StatusComplete", items...)
	})
}

// progressOf is all steps, one a line.
func progressOf(ctx context.Context, call *ami.Origination) string {
	var text strings.Builder
	for p, err := range call.Progress(ctx) {
		if err != nil {
			fmt.Fprintf(&text, "%v\n", err)
			break
		}
		fmt.Fprintln(&text, p)
	}
	return text.String()
}

func wantSteps(t *testing.T, got string, want ...string) {
	t.Helper()
	if lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n"); !slices.Equal(lines, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// steps of a call that goes well.
var (
	bobIsUp   = []string{"first leg dialing PJSIP/bob-1", "first leg ringing PJSIP/bob-1", "first leg answered PJSIP/bob-1"}
	cemIsUp   = append(bobIsUp[:3:3], "second leg dialing PJSIP/cem-2", "second leg ringing PJSIP/cem-2", "second leg answered PJSIP/cem-2")
	bothEnded = append(cemIsUp[:6:6], "second leg ended PJSIP/cem-2: answered (normal clearing)", "first leg ended PJSIP/bob-1: answered (normal clearing)")
)

// customer has cem answer.
func (p pbx) customer() {
	p.dial("DialBegin", bob, p.id, cem, "1.2")
	p.dial("DialState", bob, p.id, cem, "1.2", "DialStatus", "RINGING")
	p.dial("DialEnd", bob, p.id, cem, "1.2", "DialStatus", "ANSWER")
}

func (p pbx) end() {
	p.of("Hangup", cem, "1.2", "Cause", "16")
	p.of("Hangup", bob, p.id, "Cause", "16")
}

// clicks runs a call whose script follows the answer to Originate, and returns what is told to a loop that begins at once.
func clicks(t *testing.T, script func(p pbx)) (told string) {
	t.Helper()
	talk(t, func(p *amitest.Peer) {
		script(begun(p))
	}, func(t *testing.T, c *ami.Conn) {
		call, err := ami.Originate(t.Context(), c, toBob)
		if err != nil {
			t.Fatal(err)
		}
		told = progressOf(t.Context(), call)
	})
	return told
}
