package equal

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

var (
	channelNames = regexp.MustCompile(`((?:PJSIP/\d+|Local/[^\s;]+)-[0-9a-f]{8})(;\d)?|CBAnn/\S+?-[0-9a-f]{8}`)
	environment  = regexp.MustCompile(`(?m)^Env: .*$`)
	uniqueIDs    = regexp.MustCompile(`\d{9,10}\.\d+`)
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
	text = environment.ReplaceAllStringFunc(text, func(line string) string {
		plain, _ := url.QueryUnescape(strings.TrimPrefix(line, "Env: ")) // as far as it can be read
		return "Env: " + strings.ReplaceAll(plain, "\n", "; ")
	})
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

// Groups has the events of each channel, bridge, record and device, without their IDs and times. Their order between
// these is no order: each is told by a thread of its own.
func Groups(events []transport.Fields) map[string][]string {
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
