package pbx_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// TestCaptures plays what captures of real servers have, and compares what is told of each channel, bridge, record and device.
func TestCaptures(t *testing.T) {
	used := make(map[string]bool) // reason and capture
	for _, s := range scenes {
		for _, major := range []int{16, 22} {
			t.Run(s.label(major), func(t *testing.T) {
				p := begin(t, major, s.folder == lives && !s.story)
				s.play(p)
				p.pass(minute)
				want, got := groups(strip(s.capture(t, major))), groups(s.recorded(p.events))
				for i := range differences {
					if d := &differences[i]; slices.Contains(d.captures, s.label(major)) {
						used[d.why+s.label(major)] = d.edit(want, got)
					}
				}
				for _, of := range slices.Sorted(maps.Keys(merged(want, got))) {
					if !slices.Equal(want[of], got[of]) {
						t.Errorf("of %s (-want +got)\n%s", of, lineDiff(want[of], got[of]))
					}
				}
			})
		}
	}
	for _, a := range absent {
		if !a.used && !t.Failed() {
			t.Errorf("no capture has what is said to be absent: %s", a.why)
		}
	}
	for i := range differences {
		for _, label := range differences[i].captures {
			if d := &differences[i]; !used[d.why+label] && !t.Failed() {
				t.Errorf("%s has no such difference: %s", label, d.why)
			}
		}
	}
}

func merged(a, b map[string][]string) map[string][]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// scene is calls that are played, and where the capture of them is.
type scene struct {
	folder, name string
	story        bool // it was recorded by TestLiveStories, which leaves out more
	play         func(p *player)
}

// label is how the list of differences names a capture.
func (s scene) label(major int) string {
	return fmt.Sprintf("%s/%s-%d", map[string]string{lives: "live", endings: "gateway", kept: "pbx"}[s.folder], s.name, major)
}

func (s scene) capture(t *testing.T, major int) []transport.Fields {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("%s/%s-%d.log", s.folder, s.name, major))
	if err != nil {
		t.Fatal(err)
	}
	var events []transport.Fields
	for block := range strings.SplitSeq(strings.ReplaceAll(string(text), "\r", ""), "\n\n") {
		if strings.HasPrefix(block, "Event: ") {
			events = append(events, transport.ParseFields(block))
		}
	}
	first := slices.IndexFunc(events, func(e transport.Fields) bool { return e.Get("Event") == "Newchannel" })
	return slices.DeleteFunc(events[first:], func(e transport.Fields) bool { return slices.Contains(lists, e.Get("Event")) })
}

// lists are items of lists, and what tests send.
var lists = []string{"Status", "BridgeListItem", "Synced", "UserEvent"}

// storyEvents are what the recorder of TestLiveStories keeps.
var storyEvents = []string{"Newchannel", "Newstate", "NewCallerid", "NewConnectedLine", "Newexten", "Rename", "HangupRequest", "SoftHangupRequest", "Hangup",
	"DialBegin", "DialState", "DialEnd", "Pickup", "BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy", "Hold", "Unhold",
	"BlindTransfer", "AttendedTransfer", "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentConnect"}

// recorded are the events that the capture would have.
func (s scene) recorded(events []transport.Fields) []transport.Fields {
	return slices.DeleteFunc(slices.Clone(events), func(e transport.Fields) bool {
		if s.story {
			return !slices.Contains(storyEvents, e.Get("Event"))
		}
		name := e.Get("Event")
		return s.folder == lives && (name == "VarSet" || strings.HasPrefix(name, "DTMF"))
	})
}

var (
	channelNames = regexp.MustCompile(`((?:PJSIP/\d+|Local/[^\s;]+)-[0-9a-f]{8})(;\d)?|CBAnn/\S+?-[0-9a-f]{8}`)
	uniqueIDs    = regexp.MustCompile(`\d{10}\.\d+`)
	bridgeIDs    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	times        = regexp.MustCompile(`(StartTime|AnswerTime|EndTime): \d{4}-\S+ \S+|(LoginTime|LastCall|LastPause): [1-9]\d+|(ActionID): \S+|(Variable: \w+_MS\nValue): \d+|(Variable: BRIDGEPVTCALLID\nValue): \S+`)
)

// labels give what has an ID one that is the same in each run: by its device and how many there were before.
type labels struct {
	known map[string]string
	count map[string]int
}

func (l *labels) add(key, kind string) {
	if _, ok := l.known[key]; !ok && key != "" {
		l.count[kind]++
		l.known[key] = fmt.Sprintf("%s#%d", kind, l.count[kind])
	}
}

func (l *labels) learn(e transport.Fields) {
	switch e.Get("Event") {
	case "Newchannel":
		name, half, _ := strings.Cut(e.Get("Channel"), ";")
		l.add(name, name[:strings.LastIndex(name, "-")])
		l.known[e.Get("Uniqueid")] = "ID of " + l.known[name] + half
	case "BridgeEnter": // bridges are created by several threads
		l.add(e.Get("BridgeUniqueid"), "bridge of "+l.known[strings.Split(e.Get("Channel"), ";")[0]])
	}
}

func (l *labels) apply(text string) string {
	swap := func(key string) string {
		if label, ok := l.known[key]; ok {
			return label
		}
		return "?"
	}
	text = channelNames.ReplaceAllStringFunc(text, func(name string) string {
		name, half, halved := strings.Cut(name, ";")
		if halved {
			return swap(name) + ";" + half
		}
		return swap(name)
	})
	text = bridgeIDs.ReplaceAllStringFunc(uniqueIDs.ReplaceAllStringFunc(text, swap), swap)
	return times.ReplaceAllString(text, "$1$2$3$4$5: T")
}

// strip leaves out what a machine without media and SIP can't have, see absent.
func strip(events []transport.Fields) []transport.Fields {
	told := make(map[string]string)
	return slices.DeleteFunc(events, func(e transport.Fields) bool {
		return slices.ContainsFunc(absent, func(a *absence) bool {
			out := a.is(e, told)
			a.used = a.used || out
			return out
		})
	})
}

// groups has the events of each channel, bridge, record and device, without their IDs and times. Their order between
// these is no order: each is told by a thread of its own.
func groups(events []transport.Fields) map[string][]string {
	l := &labels{make(map[string]string), make(map[string]int)}
	told := make(map[string][]string)
	for _, e := range events {
		l.learn(e)
	}
	for _, e := range events {
		of := groupOf(e)
		told[l.apply(of)] = append(told[l.apply(of)], strings.TrimSpace(l.apply(strings.ReplaceAll(e.String(), "\r", ""))))
	}
	return told
}

// groupOf says of what an event tells, or which thread of Asterisk tells it.
func groupOf(e transport.Fields) string {
	switch name := e.Get("Event"); {
	case name == "Cdr":
		return "record of " + e.Get("Channel")
	case name == "DeviceStateChange":
		return "device " + e.Get("Device")
	case name == "QueueMemberStatus":
		return "member " + e.Get("Interface") + " of " + e.Get("Queue")
	case strings.HasPrefix(name, "Confbridge"), name == "AgentComplete", name == "OriginateResponse", strings.HasSuffix(name, "arkedCall"), strings.HasSuffix(name, "Transfer"):
		return name
	case e.Get("Channel") != "":
		return e.Get("Channel")
	case e.Get("DestChannel") != "":
		return "calling " + e.Get("DestChannel")
	}
	return e.Get("BridgeUniqueid")
}
