package equal

import (
	"regexp"
	"slices"
	"strings"
)

// Race is what Asterisk's threads decide from play to play, and pbxtest always does in one way.
type Race struct {
	Why      string
	Captured bool // captures have it otherwise than pbxtest
	apply    func(events []string) []string
}

// Apply leaves out of the events of a channel, bridge, record or device what the race decides.
func (r Race) Apply(events []string) []string { return r.apply(slices.Clone(events)) }

// Races returns all.
func Races() []Race {
	return []Race{
		{Captured: true, Why: "DialBegin and DialState tell of a phone as Down or as Ringing: the thread that dials may read that the phone rings before the phone's thread has set the channel's state", apply: replacing(early, "${1}0 or 5\n", "")},
		{Captured: true, Why: "InCall of a member of a queue who begins to talk is 0 or 1: whether the queue or the state of the device counts the call first", apply: replacing(counted, "${1}0 or 1$2", "")},
		{Captured: true, Why: "AttendedTransfer tells who was connected to whom before or after another thread has merged the bridges, and names the target, if that rings, or does not", apply: replacing(merged, "", "Event: AttendedTransfer\n")},
		{Captured: true, Why: "bridges merge in one thread while the transferer leaves in another: how many channels BridgeMerge and BridgeLeave tell is of either moment", apply: merging},
		{Why: "two phones that are called at once ring in either order", apply: sortRinging},
		{Why: "a phone that was sent away by a transfer hangs up before Asterisk does, or after", apply: withoutBye},
	}
}

var (
	counted = regexp.MustCompile(`(?m)^(InCall: )[01](\nStatus: 2)$`)
	merged  = regexp.MustCompile(`(?m)^(?:Transferee|TransferTarget)ConnectedLine\w+: .*\n|^TransferTargetChannel: .*\nTransferTargetChannelState: 5\n(?:TransferTarget.*\n)+`)
	early   = regexp.MustCompile(`(DestChannelState: )(?:0\nDestChannelStateDesc: Down|5\nDestChannelStateDesc: Ringing)\n`)
)

// replacing replaces text in events that begin with some.
func replacing(pattern *regexp.Regexp, by, of string) func(events []string) []string {
	return func(events []string) []string {
		for i, text := range events {
			if strings.HasPrefix(text, of) {
				events[i] = pattern.ReplaceAllString(text, by)
			}
		}
		return events
	}
}

var members = regexp.MustCompile(`(?m)^((?:From)?BridgeNumChannels: )[012]$`)

// merging leaves out how many channels there are in bridges that merge, and in those that an attended transfer has channels leave.
func merging(events []string) []string {
	sent := slices.ContainsFunc(events, func(text string) bool {
		return strings.Contains(text, "\nVariable: ATTENDEDTRANSFER\n") || strings.Contains(text, "\nDigit: *\n")
	})
	for i, text := range events {
		if strings.HasPrefix(text, "Event: BridgeMerge\n") || sent && strings.HasPrefix(text, "Event: BridgeLeave\n") {
			events[i] = members.ReplaceAllString(text, "${1}0 to 2")
		}
	}
	return events
}

// sortRinging gives phones that have rung one after the other an order.
func sortRinging(events []string) []string {
	rings := func(text string) bool {
		return strings.HasPrefix(text, "Event: DialState\n") && strings.HasSuffix(text, "DialStatus: RINGING")
	}
	for from := 0; from < len(events); from++ {
		to := from
		for to < len(events) && rings(events[to]) {
			to++
		}
		slices.Sort(events[from:to])
		from = max(from, to-1)
	}
	return events
}

// withoutBye leaves out the HangupRequest of a channel that was sent away.
func withoutBye(events []string) []string {
	sent := slices.ContainsFunc(events, func(text string) bool { return strings.Contains(text, "\nVariable: BLINDTRANSFER\n") })
	return slices.DeleteFunc(events, func(text string) bool { return sent && strings.HasPrefix(text, "Event: HangupRequest\n") })
}

var (
	durations = regexp.MustCompile(`(?m)^((?:Duration|BillableSeconds|DurationMs|HoldTime|TalkTime|RingTime|ParkingDuration|ParkingTimeout): |Variable: (?:\w*TIME|QUEUEWAIT)\nValue: )\d+`)
	programs  = regexp.MustCompile(`(agi://)[\d.]+:\d+|(mark-)\w+|(Command(?:Id|ID): )\S+|(agi_(?:threadid|version): )[^;]*|(\nId: )\d+$`)
)

// Loose leaves out what differs from play to play: how long things took, the addresses of programs of AGI, and what races decide.
func Loose(told map[string][]string) map[string][]string {
	for of, events := range told {
		for i, text := range events {
			events[i] = programs.ReplaceAllString(durations.ReplaceAllString(text, "${1}T"), "$1$2$3$4$5")
		}
		for _, r := range Races() {
			events = r.Apply(events)
		}
		told[of] = events
	}
	return told
}
