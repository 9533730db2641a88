package equal

import "regexp"

var (
	durations = regexp.MustCompile(`(?m)^((?:Duration|BillableSeconds|DurationMs|HoldTime|TalkTime|RingTime|ParkingDuration): |Variable: (?:\w*TIME|QUEUEWAIT)\nValue: )\d+`)
	programs  = regexp.MustCompile(`(agi://)[\d.]+:\d+|(mark-)\w+|(CommandId: )\d+`)
	early     = regexp.MustCompile(`(DestChannelState: )(?:0\nDestChannelStateDesc: Down|5\nDestChannelStateDesc: Ringing)\n`)
)

// Loose leaves out what differs from play to play: how long things took, and what a race of Asterisk decides most often.
func Loose(told map[string][]string) map[string][]string {
	for of, events := range told {
		for i, text := range events {
			text = programs.ReplaceAllString(durations.ReplaceAllString(text, "${1}T"), "$1$2$3")
			events[i] = early.ReplaceAllString(text, "${1}0 or 5\n")
		}
		told[of] = events
	}
	return told
}
