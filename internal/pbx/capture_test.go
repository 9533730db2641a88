package pbx_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
	"github.com/asterisk-go/asterisk-go/transport"
)

const plan = `
[default]
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup()
`

var start = time.Date(2026, 11, 29, 22, 56, 26, 0, time.UTC)

// player plays calls on a Machine, and keeps what it tells.
type player struct {
	*pbx.Machine
	now    time.Time
	events []transport.Fields
}

func play(t *testing.T, major int, called pbx.Called) *player {
	t.Helper()
	p := &player{now: start}
	phones := []pbx.PhoneConfig{{ID: "100", Number: "100", Name: "Phone 100", Context: "default"}, {ID: "101", Number: "101", Name: "Phone 101", Context: "default", Called: called}}
	m, err := pbx.New(&pbx.Config{Version: asterisk.Version{Major: major}, Now: start, Phones: phones, Dialplan: plan, Event: func(e pbx.Event) {
		p.events = append(p.events, transport.ParseFields(string(e.Text)))
	}})
	if err != nil {
		t.Fatal(err)
	}
	p.Machine = m
	return p
}

// pass lets time pass.
func (p *player) pass(d time.Duration) {
	until := p.now.Add(d)
	p.Run(until)
	p.now = until
}

// TestCaptures plays what captures of real servers have, and compares what is told of each channel.
func TestCaptures(t *testing.T) {
	calls := map[string]struct {
		called pbx.Called
		play   func(p *player)
	}{
		"direct-call": {pbx.Called{Answer: 10 * time.Millisecond}, func(p *player) {
			p.Phone("100").Dial("101")
			p.pass(20 * time.Millisecond)
			p.Phone("100").Hangup()
		}},
		"direct-call-busy": {pbx.Called{Refuse: 486}, func(p *player) { p.Phone("100").Dial("101") }},
		"direct-call-given-up": {pbx.Called{Answer: -1}, func(p *player) {
			p.Phone("100").Dial("101")
			p.pass(20 * time.Millisecond)
			p.Phone("100").Hangup()
		}},
	}
	for _, major := range []int{16, 22} {
		for name, call := range calls {
			t.Run(fmt.Sprintf("%d/%s", major, name), func(t *testing.T) {
				p := play(t, major, call.called)
				call.play(p)
				p.pass(time.Second)
				text, err := os.ReadFile(fmt.Sprintf("../../ami/live/testdata/%s-%d.log", name, major))
				if err != nil {
					t.Fatal(err)
				}
				want, got := perChannel(capture(string(text))), perChannel(p.events)
				for _, of := range []string{"100", "101", "bridge", "record", "device"} {
					if diff := compare.Diff(want[of], got[of]); diff != "" {
						t.Errorf("of %s (-want +got)\n%s", of, diff)
					}
				}
			})
		}
	}
}

func capture(text string) (events []transport.Fields) {
	for block := range strings.SplitSeq(strings.ReplaceAll(text, "\r", ""), "\n\n") {
		if strings.HasPrefix(block, "Event: ") {
			events = append(events, transport.ParseFields(block))
		}
	}
	return events
}

var (
	uniqueIDs = regexp.MustCompile(`(\d{10})\.\d+`)
	names     = regexp.MustCompile(`(PJSIP/\d+)-[0-9a-f]{8}`)
	bridgeIDs = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f-]{17}`)
	times     = regexp.MustCompile(`Time: \d{4}-\S+ \S+`)
)

// perChannel has the events of each channel, without their IDs and times. Their order between channels is no order: each is a thread.
func perChannel(events []transport.Fields) map[string][]string {
	told := make(map[string][]string)
	for _, e := range events {
		text := e.String()
		text = uniqueIDs.ReplaceAllString(text, "ID")
		text = names.ReplaceAllString(text, "$1")
		text = bridgeIDs.ReplaceAllString(text, "BRIDGE")
		text = times.ReplaceAllString(text, "Time: T")
		text = strings.ReplaceAll(text, "\r", "")
		of := ""
		switch name := e.Get("Event"); {
		case name == "VarSet", name == "QueueMemberStatus", name == "UserEvent", name == "Synced":
			continue
		case name == "Cdr":
			of = "record"
		case name == "DeviceStateChange":
			of = "device"
		case e.Get("Channel") == "":
			of = "bridge"
		default:
			of = strings.TrimPrefix(names.ReplaceAllString(e.Get("Channel"), "$1"), "PJSIP/")
		}
		told[of] = append(told[of], strings.TrimSpace(text))
	}
	slices.Sort(told["device"])
	return told
}
